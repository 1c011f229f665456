//! What can be done with the shadow as a whole, and what happens without a person.

use leptos::prelude::*;

use super::View;
use super::dialog::Question;
use super::editor::show_wrong;
use crate::ui::components::{Icon, IconName, Switch, focus};

pub(super) fn bar(view: View) -> AnyView {
    let View { desk, lang, kept, question, .. } = view;
    let desired = Memo::new(move |_| view.read(|shadow| shadow.desired().len()).unwrap_or_default());
    let is_reading = Memo::new(move |_| view.read(|shadow| shadow.gets_under_way() > 0) == Some(true));
    let automation = Memo::new(move |_| {
        let read = desk.read(|services| {
            let automation = &services.automation;
            (automation.accept_desired, automation.retry_conflicts)
        });
        read.unwrap_or_default()
    });
    let accept = move |_| {
        view.send(|shadow, now| Some(shadow.accept_desired(now)));
    };
    // The form takes over what is desired; the person changes it and reports.
    let accept_other = move |_| {
        let desired = untrack(|| view.read(|shadow| shadow.desired().clone())).unwrap_or_default();
        if desired.is_empty() {
            return desk.tell(lang.get_untracked().shadow_accept_none().to_owned());
        }
        if !kept.draft.fill(&desired) {
            kept.draft.turn(true);
            kept.draft.fill(&desired);
        }
        kept.draft.settles.set(true);
        focus(if kept.draft.as_json.get_untracked() { "shadow-json" } else { "shadow-value" });
    };
    let toggle_accept = move || {
        desk.act(|services, _| services.automation.accept_desired ^= true);
    };
    let toggle_retry = move || {
        desk.act(|services, _| {
            services.automation.retry_conflicts ^= true;
            // What conflicted before was left to a person.
            services.shadow.leave_refused();
        });
    };
    // With what the form has: what is wrong there is to be seen first.
    let reset = move |_| match kept.draft.meaning.with_untracked(|meaning| meaning.values.clone()) {
        Ok(values) => question.set(Some(Question::Reset(values))),
        Err(fault) => show_wrong(kept.draft, &fault),
    };
    view! {
        <div class="sh-acts" role="group" aria-label=move || lang.get().shadow_actions()>
            <button
                type="button"
                class="btn"
                data-testid="shadow-get"
                aria-busy=move || is_reading.get().to_string()
                on:click=move |_| view.get()
            >
                {move || {
                    if is_reading.get() {
                        view! { <span class="sh-ico"><i class="dot ing"></i></span> }.into_any()
                    } else {
                        view! { <Icon name=IconName::ArrowDown /> }.into_any()
                    }
                }}
                {move || lang.get().shadow_get()}
            </button>
            <button type="button" class="btn" data-testid="shadow-accept" on:click=accept>
                <Icon name=IconName::Check />
                {move || lang.get().shadow_accept()}
                <span class="badge" data-testid="shadow-desired">{desired}</span>
            </button>
            <button type="button" class="btn" data-testid="shadow-accept-other" on:click=accept_other>
                {move || lang.get().shadow_accept_other()}
            </button>
            <span class="vr"></span>
            <button type="button" class="btn" data-testid="shadow-reset" on:click=reset>
                <Icon name=IconName::Again />
                {move || lang.get().shadow_reset()}
                <span class="fg3 mono">"−1"</span>
            </button>
            <button
                type="button"
                class="btn dan"
                data-testid="shadow-delete-all"
                on:click=move |_| question.set(Some(Question::DeleteAll))
            >
                <Icon name=IconName::Trash />
                {move || lang.get().shadow_delete_all()}
            </button>
            <span class="sh-autos">
                <label class="row">
                    <Switch
                        id="shadow-auto-accept"
                        on=Signal::derive(move || automation.get().0)
                        toggle=toggle_accept
                    />
                    {move || lang.get().shadow_accept_auto()}
                </label>
                <label class="row">
                    <Switch
                        id="shadow-auto-retry"
                        on=Signal::derive(move || automation.get().1)
                        toggle=toggle_retry
                    />
                    {move || lang.get().shadow_retry_once()}
                </label>
                <Show when=move || desk.bench.status.with(|status| status.demo_runs == Some(false))>
                    <span class="row fg3 note-s" data-testid="shadow-silent">
                        {move || lang.get().shadow_demo_silent()}
                    </span>
                </Show>
            </span>
        </div>
    }
    .into_any()
}
