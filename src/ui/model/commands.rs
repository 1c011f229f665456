//! The commands of the model. The cloud sends them; what waits for an answer is answered beside the list.

use leptos::prelude::*;

use super::events::params;
use super::kept::Kept;
use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::model::CommandDef;
use crate::uiot::model::reducer::Call;

/// How many commands wait for an answer: all, or those with this identifier.
pub(super) fn waiting(kept: Kept, identifier: Option<&str>) -> usize {
    let is_wanted = |call: &Call| match (call, identifier) {
        (_, None) => true,
        (Call::Command { identifier, .. }, Some(wanted)) => identifier == wanted,
        (Call::Set(_), Some(_)) => false,
    };
    kept.desk
        .read(|services| services.model.commands().filter(|incoming| is_wanted(&incoming.call)).count())
        .unwrap_or_default()
}

pub(super) fn list(kept: Kept) -> AnyView {
    let lang = use_lang();
    let all = Memo::new(move |_| {
        kept.template
            .with(|shown| shown.as_ref().map(|(template, _)| template.commands.clone()).unwrap_or_default())
    });
    let item = move |command: CommandDef| {
        let identifier = command.identifier.clone();
        let count = Memo::new(move |_| waiting(kept, Some(&identifier)));
        view! {
            <li class="fnc" data-testid="model-command" data-id=command.identifier.clone()>
                <div class="row wrap">
                    <span class="c-down">
                        <Icon name=IconName::ArrowDown />
                    </span>
                    <b class="mono med">{command.identifier.clone()}</b>
                    <span class="fg3">{command.name.clone()}</span>
                    {move || {
                        let count = count.get();
                        (count > 0)
                            .then(|| {
                                view! {
                                    <span class="chip warn">
                                        <Icon name=IconName::Clock small=true />
                                        {lang.get().command_waiting(count)}
                                    </span>
                                }
                            })
                    }}
                </div>
                {command
                    .description
                    .clone()
                    .filter(|text| !text.is_empty())
                    .map(|text| view! { <p class="fg3">{text}</p> })}
                {params(Lang::command_input, &command.input)}
                {params(Lang::command_output, &command.output)}
            </li>
        }
    };
    view! {
        <Show
            when=move || !all.with(Vec::is_empty)
            fallback=move || view! { <p class="empty">{move || lang.get().model_no_commands()}</p> }
        >
            <p class="pad fg3">{move || lang.get().command_hint()}</p>
            <ul class="fncs">{move || all.get().into_iter().map(item).collect_view()}</ul>
        </Show>
    }
    .into_any()
}
