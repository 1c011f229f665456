//! What went wrong and waits for a person: a conflict, a refusal, an answer that was lost, a message that could not be read. One
//! banner each; they take no room where there is nothing.

use leptos::prelude::*;

use super::{View, words_of};
use crate::ui::components::{Icon, IconName, focus};
use crate::uiot::TopicFamily;
use crate::uiot::shadow::{ANSWER_TIME, Change, Lost};

pub(super) fn notes(view: View) -> AnyView {
    view! { <div role="status">{conflict(view)} {trouble(view)} {lost(view)} {misread(view)}</div> }
        .into_any()
}

#[derive(Clone, PartialEq)]
struct Conflict {
    carried: i32,
    /// What the platform has.
    version: i32,
    /// What it would be sent with now.
    next: i32,
    what: String,
    more: usize,
}

fn conflict(view: View) -> AnyView {
    let lang = view.lang;
    let found = Memo::new(move |_| {
        let acts_by_itself = view.acts_by_itself();
        let read = view.desk.read(|services| {
            let shadow = &services.shadow;
            let goes_by_itself = services.automation.retry_conflicts && acts_by_itself;
            let mut left = shadow.refused().filter(|kept| kept.by_hand || !goes_by_itself);
            let first = left.next()?;
            Some(Conflict {
                carried: first.edit.version,
                version: shadow.version(),
                next: if first.edit.resets() { first.edit.version } else { shadow.next_version() },
                what: words_of(&first.edit),
                more: left.count(),
            })
        });
        read.flatten()
    });
    let again = move |_| {
        if view.send(|shadow, now| shadow.retry(now)) {
            focus("shadow-report");
        }
    };
    let discard = move |_| {
        view.change(|shadow| drop(shadow.discard()));
        focus("shadow-report");
    };
    let text = move || {
        let lang = lang.get();
        found.get().map(|found| {
            let mut text = lang.shadow_conflict_text(found.carried, found.version, &found.what);
            if found.more > 0 {
                text.push(' ');
                text.push_str(&lang.shadow_conflict_more(found.more));
            }
            text
        })
    };
    view! {
        <Show when=move || found.with(Option::is_some)>
            <div
                class="note err flat sh-note"
                data-testid="shadow-conflict"
                data-carried=move || found.with(|found| found.as_ref().map(|found| found.carried))
                data-version=move || found.with(|found| found.as_ref().map(|found| found.version))
            >
                <Icon name=IconName::Error />
                <span class="grow">
                    <b>{move || lang.get().shadow_conflict()}</b>
                    " "
                    {text}
                </span>
                <button type="button" class="btn sm pri" data-testid="shadow-again" on:click=again>
                    {move || {
                        let next = found.with(|found| found.as_ref().map_or(0, |found| found.next));
                        lang.get().shadow_again(next)
                    }}
                </button>
                <button type="button" class="btn sm" data-testid="shadow-discard" on:click=discard>
                    {move || lang.get().shadow_discard()}
                </button>
            </div>
        </Show>
    }
    .into_any()
}

/// A refusal, or an answer that nobody waits for.
fn trouble(view: View) -> AnyView {
    let lang = view.lang;
    let found = Memo::new(move |_| view.read(|shadow| shadow.trouble().cloned()).flatten());
    let head = move || {
        found.with(|found| match found {
            Some(Change::Refused { code, .. } | Change::GetRefused { code, .. }) => {
                let meaning = lang.get().ret_code(*code).unwrap_or_default();
                Some(view! { <b>{lang.get().shadow_refused(code.0)}</b> " " {meaning} " " })
            }
            _ => None,
        })
    };
    let text = move || {
        let lang = lang.get();
        let said = |message: &Option<String>| message.as_deref().map(|words| lang.shadow_refused_said(words));
        found.with(|found| {
            let parts = match found {
                Some(Change::Refused { edit, code, message }) => vec![
                    edit.as_ref().map(|edit| lang.shadow_refused_edit(edit.version, &words_of(edit))),
                    said(message),
                    lang.shadow_why(*code).map(str::to_owned),
                    Some(lang.shadow_refused_shape().to_owned()),
                ],
                Some(Change::GetRefused { code, message }) => vec![
                    Some(lang.shadow_refused_get().to_owned()),
                    said(message),
                    lang.shadow_why(*code).map(str::to_owned),
                    Some(lang.shadow_refused_shape().to_owned()),
                ],
                Some(Change::Unasked { version }) => {
                    let version = version.map_or_else(|| "?".to_owned(), |version| version.to_string());
                    vec![Some(lang.shadow_unasked(&version))]
                }
                Some(Change::Conflict(_)) => vec![Some(lang.shadow_conflict_unasked().to_owned())],
                _ => Vec::new(),
            };
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        })
    };
    let code = move || {
        found.with(|found| match found {
            Some(Change::Refused { code, .. } | Change::GetRefused { code, .. }) => Some(code.0.to_string()),
            _ => None,
        })
    };
    let dismiss = move |_| {
        view.change(crate::uiot::shadow::Shadow::forget_trouble);
        focus("shadow-get");
    };
    view! {
        <Show when=move || found.with(Option::is_some)>
            <div class="note err flat sh-note" data-testid="shadow-trouble" data-code=code>
                <Icon name=IconName::Error />
                <span class="grow">{head} {text}</span>
                <button type="button" class="btn sm" data-testid="shadow-dismiss" on:click=dismiss>
                    {move || lang.get().shadow_dismiss()}
                </button>
            </div>
        </Show>
    }
    .into_any()
}

/// Requests that were given up. Where an edit is among them nobody knows what the platform has.
fn lost(view: View) -> AnyView {
    let lang = view.lang;
    let found = Memo::new(move |_| {
        let read = view.read(|shadow| {
            let edits = shadow.lost().filter_map(|lost| match lost {
                Lost::Edit(edit) => Some(format!("{} (Version {})", words_of(edit), edit.version)),
                Lost::Get => None,
            });
            let edits: Vec<_> = edits.collect();
            (shadow.lost().next().is_some(), edits.join("; "))
        });
        read.unwrap_or_default()
    });
    let text = move || {
        let seconds = ANSWER_TIME.as_secs();
        found.with(|(_, edits)| {
            if edits.is_empty() {
                lang.get().shadow_lost_get(seconds)
            } else {
                lang.get().shadow_lost_edit(seconds, edits)
            }
        })
    };
    let dismiss = move |_| {
        view.change(|shadow| drop(shadow.take_lost()));
        focus("shadow-get");
    };
    let get = move |_| {
        view.get();
        focus("shadow-get");
    };
    view! {
        <Show when=move || found.with(|(is_there, _)| *is_there)>
            <div class="note warn flat sh-note" data-testid="shadow-lost">
                <Icon name=IconName::Warning />
                <span class="grow">{text}</span>
                <button type="button" class="btn sm" data-testid="shadow-lost-get" on:click=get>
                    {move || lang.get().shadow_get()}
                </button>
                <button type="button" class="btn sm" data-testid="shadow-lost-dismiss" on:click=dismiss>
                    {move || lang.get().shadow_dismiss()}
                </button>
            </div>
        </Show>
    }
    .into_any()
}

fn misread(view: View) -> AnyView {
    let lang = view.lang;
    let seen = view.kept.seen;
    let found = Memo::new(move |_| {
        let last = view.desk.read(|services| services.misread().get(&TopicFamily::Shadow).cloned()).flatten();
        last.filter(|last| seen.with(|seen| seen.as_ref() != Some(last)))
    });
    let text = move || {
        found.with(|found| {
            found.as_ref().map(|found| lang.get().services_misread(found.topic.suffix(), &found.why))
        })
    };
    let dismiss = move |_| {
        seen.set(found.get_untracked());
        focus("shadow-get");
    };
    view! {
        <Show when=move || found.with(Option::is_some)>
            <div class="note err flat sh-note" data-testid="shadow-misread">
                <Icon name=IconName::Error />
                <span class="grow">{text}</span>
                <button type="button" class="btn sm" data-testid="shadow-misread-dismiss" on:click=dismiss>
                    {move || lang.get().shadow_dismiss()}
                </button>
            </div>
        </Show>
    }
    .into_any()
}
