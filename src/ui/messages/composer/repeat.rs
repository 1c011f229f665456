use leptos::prelude::*;

use super::advice::Outlook;
use super::draft::Draft;
use super::problem::Problem;
use crate::i18n::numbers::{compact, rate};
use crate::ui::components::{Icon, IconName, Switch};
use crate::ui::context::use_lang;

/// At the right: repeating and its numbers, the size, and the buttons.
#[component]
pub(super) fn Actions(draft: Draft, outlook: Memo<Outlook>) -> impl IntoView {
    let lang = use_lang();
    let repeating = draft.repeating;
    let armed = repeating.armed;
    let progress = repeating.progress;
    let runs = Memo::new(move |_| repeating.runs());
    let toggle = move || {
        armed.update(|armed| *armed = !*armed);
        if !armed.get_untracked() {
            repeating.stop(draft, None);
        }
        draft.forget_problem();
    };
    let is_wrong = move |wrong: Problem| draft.problem.with(|problem| *problem == Some(wrong.clone()));
    let number = move |id: &'static str, value: RwSignal<String>, wrong: Problem| {
        let is_count = wrong == Problem::Count;
        let bad = wrong.clone();
        let label = move || {
            if is_count { lang.get().repeat_count() } else { lang.get().repeat_interval() }
        };
        view! {
            <span class="inp mono sm" class:bad=move || is_wrong(bad.clone())>
                <input
                    data-testid=id
                    inputmode="numeric"
                    autocomplete="off"
                    placeholder=if is_count { "∞" } else { "" }
                    aria-label=label
                    title=label
                    aria-invalid=move || is_wrong(wrong.clone()).then_some("true")
                    aria-describedby="publish-problem"
                    disabled=runs
                    prop:value=value
                    on:input:target=move |event| {
                        value.set(event.target().value());
                        draft.forget_problem();
                    }
                />
                <span class="un" aria-hidden="true">{if is_count { "×" } else { "ms" }}</span>
            </span>
        }
    };
    let sent = move || progress.with(|progress| compact(progress.sent));
    let of = move || progress.with(|progress| progress.of.map_or("∞".to_owned(), compact));
    let pace = move || progress.with(|progress| rate(progress.rate));
    let is_platform = Memo::new(move |_| draft.device().is_some());
    let size = move || match outlook.with(|outlook| outlook.size) {
        Some(size) => format!("{} B", crate::i18n::numbers::grouped(size as u64)),
        None => "—".to_owned(),
    };
    view! {
        <div class="act">
            <div class="row crep">
                <label class="row gap1">
                    <Switch id="publish-repeat" on=Signal::from(armed) toggle />
                    {move || lang.get().repeat()}
                </label>
                <Show when=move || armed.get()>
                    <span class="row gap1 right">
                        {number("publish-interval", repeating.interval, Problem::Interval)}
                        {number("publish-count", repeating.count, Problem::Count)}
                    </span>
                </Show>
            </div>
            <dl class="kv num">
                <Show when=move || armed.get()>
                    <dt>{move || lang.get().repeat_sent()}</dt>
                    <dd data-testid="repeat-sent">{sent}" / "{of}</dd>
                    <dt>{move || lang.get().repeat_rate()}</dt>
                    <dd data-testid="repeat-rate">
                        {pace}" /s" {move || is_platform.get().then(|| view! { <span class="fg3">" ≤ 30"</span> })}
                    </dd>
                </Show>
                <dt>{move || lang.get().payload()}</dt>
                <dd data-testid="publish-size">
                    {size} {move || is_platform.get().then(|| view! { <span class="fg3">" ≤ 256 KB"</span> })}
                </dd>
            </dl>
            <div class="row cbtn">
                <Show when=move || runs.get()>
                    <button
                        type="button"
                        class="btn grow"
                        data-testid="repeat-stop"
                        on:click=move |_| {
                            repeating.stop(draft, None);
                            crate::ui::components::focus("publish");
                        }
                    >
                        <Icon name=IconName::Stop />
                        {move || lang.get().repeat_stop()}
                    </button>
                </Show>
                <button
                    type="submit"
                    class="btn pri grow"
                    data-testid="publish"
                    aria-keyshortcuts="Control+Enter"
                    title=move || (armed.get() && !runs.get()).then(|| lang.get().repeat_is_sent_as_begun())
                >
                    {move || {
                        let begins = armed.get() && !runs.get();
                        let (icon, words) = if begins {
                            (IconName::Again, lang.get().repeat_start())
                        } else {
                            (IconName::Send, lang.get().send())
                        };
                        view! {
                            <Icon name=icon />
                            {words}
                        }
                    }}
                </button>
            </div>
        </div>
    }
}
