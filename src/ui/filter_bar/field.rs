use leptos::html;
use leptos::prelude::*;

use super::Filtering;
use crate::commands::Command;
use crate::i18n::numbers::{compact, grouped};
use crate::journal::query::{Typed, complete, matching_topics, typed_topic};
use crate::journal::{Journal, Scope};
use crate::ui::commands::keys_of;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::preferences::use_preferences;

/// Topics that are offered at once.
const MOST_TOPICS: usize = 8;

/// Topics that fit what is being typed.
#[derive(Clone, Default)]
struct Offer {
    typed: Option<Typed>,
    topics: Vec<String>,
    /// The one that Enter takes.
    chosen: Option<usize>,
}

/// The text, with the topics that fit it and what is wrong with it below.
#[component]
pub(super) fn Field(filtering: Filtering) -> impl IntoView {
    let lang = use_lang();
    let bench = filtering.listing.bench;
    let text = filtering.listing.text;
    let input = NodeRef::<html::Input>::new();
    let offer = RwSignal::new(Offer::default());

    let look_up = move || {
        let typed = input.get_untracked().and_then(|input| {
            let caret = input.selection_start().ok()??;
            let value = input.value();
            typed_topic(&value, to_bytes(&value, caret))
        });
        let topics = typed.as_ref().map(|typed| {
            untrack(|| bench.journal(|journal| matching_topics(journal.topics(), &typed.piece, MOST_TOPICS)))
        });
        offer.set(Offer { typed, topics: topics.unwrap_or_default(), chosen: None });
    };
    let is_open = Memo::new(move |_| offer.with(|offer| !offer.topics.is_empty()));
    let close = move || offer.set(Offer::default());
    let take = move |index: usize| {
        let Some((typed, topic)) =
            offer.with_untracked(|offer| Some((offer.typed.clone()?, offer.topics.get(index)?.clone())))
        else {
            return;
        };
        let (edited, caret) = text.with_untracked(|text| complete(text, &typed, &topic));
        let caret = to_units(&edited, caret);
        close();
        text.set(edited.clone());
        if let Some(input) = input.get_untracked() {
            input.set_value(&edited);
            // Fails only for inputs that hold no text.
            let _ = input.set_selection_range(caret, caret);
        }
    };
    let step = move |down: bool| {
        offer.update(|offer| {
            let last = offer.topics.len().saturating_sub(1);
            offer.chosen = match offer.chosen {
                None => Some(if down { 0 } else { last }),
                Some(index) if down => Some(if index == last { 0 } else { index + 1 }),
                Some(index) => Some(index.checked_sub(1).unwrap_or(last)),
            };
        });
    };
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        // Enter that ends the composing of a Chinese word is none of ours.
        if event.is_composing() {
            return;
        }
        let open = is_open.get_untracked();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if open => step(event.key() == "ArrowDown"),
            "Enter" => match offer.with_untracked(|offer| offer.chosen) {
                Some(index) => take(index),
                None => close(),
            },
            "Escape" if open => close(),
            "Escape" if text.with_untracked(|text| !text.is_empty()) => text.set(String::new()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let preferences = use_preferences();
    let sign_keys = Memo::new(move |_| preferences.all.with(|all| all.sign_keys));
    let fault = Memo::new(move |_| filtering.fault());
    let is_wrong = move || fault.with(|fault| matches!(fault, Some((_, true))));
    let placeholder = move || match filtering.scope {
        Scope::Messages => lang.get().filter_messages(),
        Scope::Wire => lang.get().filter_wire(),
    };
    view! {
        <span class="ffield" on:focusout=move |_| close()>
            <span class="inp sm" class:bad=is_wrong>
                <Icon name=IconName::Search />
                <input
                    node_ref=input
                    type="text"
                    data-testid="log-filter"
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-label=move || lang.get().filter()
                    aria-autocomplete="list"
                    aria-controls="filter-topics"
                    aria-expanded=move || is_open.get().to_string()
                    aria-activedescendant=move || {
                        offer.with(|offer| offer.chosen).map(|index| format!("filter-topic-{index}"))
                    }
                    aria-invalid=move || is_wrong().then_some("true")
                    aria-describedby="filter-error"
                    aria-keyshortcuts=move || sign_keys.get().then(|| keys_of(Command::Filter)).flatten()
                    placeholder=placeholder
                    title=move || lang.get().filter_hint()
                    prop:value=text
                    on:input:target=move |event| {
                        text.set(event.target().value());
                        look_up();
                    }
                    on:keydown=by_key
                />
                <Count filtering />
            </span>
            <Show when=move || is_open.get()>
                <ul
                    class="menu ftopics"
                    id="filter-topics"
                    data-testid="filter-topics"
                    role="listbox"
                    aria-label=move || lang.get().matching_topics()
                >
                    {move || {
                        let Offer { topics, chosen, .. } = offer.get();
                        let option = |(index, topic): (usize, String)| {
                            let title = topic.clone();
                            view! {
                                <li
                                    class="mi mono"
                                    class:on=chosen == Some(index)
                                    id=format!("filter-topic-{index}")
                                    data-testid="filter-topic"
                                    role="option"
                                    aria-selected=(chosen == Some(index)).to_string()
                                    title=title
                                    on:mousedown=move |event| {
                                        // The focus stays in the field.
                                        event.prevent_default();
                                        take(index);
                                    }
                                >
                                    <span class="ell-l">
                                        <bdi dir="ltr">{topic}</bdi>
                                    </span>
                                </li>
                            }
                        };
                        topics.into_iter().enumerate().map(option).collect_view()
                    }}
                </ul>
            </Show>
            <span class="ferr hint" class:err=is_wrong id="filter-error" data-testid="filter-error" role="status">
                {move || {
                    let open = is_open.get();
                    fault
                        .get()
                        .filter(|_| !open)
                        .map(|(error, wrong)| {
                            view! {
                                <span class="fmsg">
                                    {wrong.then(|| view! { <Icon name=IconName::Error small=true /> })}
                                    <span>
                                        {lang.get().query_error(&error)}
                                        {error.fault.pattern_words().map(|words| view! { <span lang="en">{words.to_owned()}</span> })}
                                    </span>
                                </span>
                            }
                        })
                }}
            </span>
        </span>
    }
}

/// How many rows the filter leaves; without one, the key that leads here.
#[component]
fn Count(filtering: Filtering) -> impl IntoView {
    let lang = use_lang();
    let listing = filtering.listing;
    let counts = Memo::new(move |_| match filtering.scope {
        Scope::Messages => (listing.messages() as u64, listing.bench.counts().kept),
        Scope::Wire => {
            let total = listing.bench.journal(|journal: &Journal| journal.end_seq() - journal.first_seq());
            (listing.row_count() as u64, total)
        }
    });
    let told = move || {
        let (shown, total) = counts.get();
        lang.get().filter_shown(&grouped(shown), &grouped(total))
    };
    move || {
        if filtering.active.get() {
            view! {
                <span class="fcount num" data-testid="filter-count" title=told>
                    <span class="sr">{told}</span>
                    <span aria-hidden="true">
                        {move || compact(counts.get().0)} " / " {move || compact(counts.get().1)}
                    </span>
                </span>
            }
            .into_any()
        } else {
            view! { <kbd aria-hidden="true">"/"</kbd> }.into_any()
        }
    }
}

/// An offset in UTF-16, as browsers count, in bytes.
fn to_bytes(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    let mut bytes = 0;
    for character in text.chars() {
        if left == 0 {
            break;
        }
        left = left.saturating_sub(character.len_utf16());
        bytes += character.len_utf8();
    }
    bytes
}

/// An offset in bytes in UTF-16, as browsers count.
fn to_units(text: &str, bytes: usize) -> u32 {
    let units = text.get(..bytes).unwrap_or(text).chars().map(char::len_utf16).sum::<usize>();
    u32::try_from(units).unwrap_or(u32::MAX)
}
