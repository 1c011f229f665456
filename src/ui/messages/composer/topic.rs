use leptos::html;
use leptos::prelude::*;

use super::draft::Draft;
use super::problem::Problem;
use crate::composing::completion::{Offer, Origin, is_documented, offers, shortened};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::{PlatformTopic, SystemTopic};

/// Topics that are offered at once.
const MOST: usize = 8;

/// What is offered for what is typed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Offered {
    /// The topics as they are shown, and why.
    list: Vec<(String, Origin)>,
    /// The one that Tab and Enter take.
    chosen: Option<usize>,
}

/// Where the message goes, with the topics that fit above.
#[component]
pub(super) fn TopicField(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let input = NodeRef::<html::Input>::new();
    let offered = RwSignal::new(Offered::default());
    let is_open = Memo::new(move |_| offered.with(|offered| !offered.list.is_empty()));
    let close = move || {
        if is_open.get_untracked() {
            offered.set(Offered::default());
        }
    };
    let take = move |index: usize| {
        let topic = offered.with_untracked(|offered| offered.list.get(index).map(|(topic, _)| topic.clone()));
        if let Some(topic) = topic {
            draft.topic.set(topic);
            draft.forget_problem();
        }
        close();
    };
    let step = move |down: bool| {
        offered.update(|offered| {
            let last = offered.list.len().saturating_sub(1);
            offered.chosen = match offered.chosen {
                None => Some(if down { 0 } else { last }),
                Some(index) if down => Some(if index >= last { 0 } else { index + 1 }),
                Some(index) => Some(index.checked_sub(1).unwrap_or(last)),
            };
        });
    };
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        // Enter that ends the composing of a Chinese word is none of ours; nor are the keys of the whole form.
        if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let open = is_open.get_untracked();
        let chosen = offered.with_untracked(|offered| offered.chosen);
        match event.key().as_str() {
            "ArrowDown" if !open => offered.set(look_up(draft)),
            "ArrowDown" | "ArrowUp" if open => step(event.key() == "ArrowDown"),
            "Tab" if open && chosen.is_some() && !event.shift_key() => take(chosen.unwrap_or_default()),
            // Never sends by surprise what was only half typed.
            "Enter" if open => match chosen {
                Some(index) => take(index),
                None => close(),
            },
            "Escape" if open => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let is_wrong = move || draft.problem.with(|problem| matches!(problem, Some(Problem::Topic(_))));
    view! {
        <span class="ctopic" on:focusout=move |_| close()>
            <span class="inp mono" class:bad=is_wrong>
                <input
                    node_ref=input
                    data-testid="publish-topic"
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder="Topic"
                    aria-label="Topic"
                    aria-autocomplete="list"
                    aria-controls="publish-offers"
                    aria-expanded=move || is_open.get().to_string()
                    aria-activedescendant=move || {
                        offered.with(|offered| offered.chosen).map(|index| format!("publish-offer-{index}"))
                    }
                    aria-invalid=move || is_wrong().then_some("true")
                    aria-describedby="publish-problem"
                    prop:value=draft.topic
                    on:input:target=move |event| {
                        draft.topic.set(event.target().value());
                        draft.forget_problem();
                        offered.set(look_up(draft));
                    }
                    on:keydown=by_key
                />
                <Verdict draft />
            </span>
            <Show when=move || is_open.get()>
                <div class="menu coffers">
                    <div class="grp" aria-hidden="true">{move || lang.get().topic_offers()}</div>
                    <ul id="publish-offers" data-testid="publish-offers" role="listbox" aria-label=move || lang.get().topic_offers()>
                        {move || {
                            let Offered { list, chosen } = offered.get();
                            let typed = draft.topic.get_untracked();
                            let entry = |(index, (topic, origin)): (usize, (String, Origin))| {
                                let (before, match_, after) = parted(&topic, &typed);
                                let title = match origin {
                                    Origin::System(system) => format!("{topic}\n{}", lang.get().topic_purpose(system)),
                                    _ => topic.clone(),
                                };
                                view! {
                                    <li
                                        class="mi"
                                        class:on=chosen == Some(index)
                                        id=format!("publish-offer-{index}")
                                        data-testid="publish-offer"
                                        role="option"
                                        aria-selected=(chosen == Some(index)).to_string()
                                        title=title
                                        on:mousedown=move |event| {
                                            // The focus stays in the field.
                                            event.prevent_default();
                                            take(index);
                                        }
                                    >
                                        <span class="c-up"><Icon name=IconName::ArrowUp small=true /></span>
                                        <span class="mono ell-l">
                                            <bdi dir="ltr">{before}<mark>{match_}</mark>{after}</bdi>
                                        </span>
                                        <span class="right fg3">{lang.get().offer(origin)}</span>
                                    </li>
                                }
                            };
                            list.into_iter().enumerate().map(entry).collect_view()
                        }}
                    </ul>
                    <div class="hint" aria-hidden="true">{move || lang.get().topic_keys()}</div>
                </div>
            </Show>
        </span>
    }
}

/// What fits what is typed. The first is taken by Tab at once where what is typed is its beginning.
fn look_up(draft: Draft) -> Offered {
    let device = untrack(|| draft.device());
    let typed = draft.topic.get_untracked();
    let full = untrack(|| draft.full_topic());
    let past = draft.past();
    let listed = untrack(|| draft.listed());
    let sent: Vec<_> = past.iter().map(|message| message.topic.as_str()).collect();
    let (found, is_known) = draft.bench.device(|device_under_test| {
        device_under_test.read(|journal| {
            let used = journal.topics().iter().filter_map(|(_, topic)| {
                Some((std::str::from_utf8(&topic.name).ok()?, topic.received + topic.sent))
            });
            let found = offers(&typed, device.as_ref(), &listed, used, sent.iter().copied(), MOST);
            (found, journal.topics().find(full.as_bytes()).is_some())
        })
    });
    let is_known =
        is_known || sent.contains(&typed.as_str()) || is_documented(&full, device.as_ref(), &listed);
    let shown = |offer: Offer| (shortened(&offer.topic, device.as_ref()), offer.origin);
    let mut list: Vec<_> = found.into_iter().map(shown).filter(|(topic, _)| *topic != typed).collect();
    list.dedup_by(|one, other| one.0 == other.0);
    let begins = |topic: &str| {
        !typed.is_empty() && topic.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(&typed))
    };
    let chosen = list.first().filter(|(topic, _)| !is_known && begins(topic)).map(|_| 0);
    Offered { list, chosen }
}

/// A topic in three parts, the middle one being what is typed.
fn parted(topic: &str, typed: &str) -> (String, String, String) {
    let lower = topic.to_ascii_lowercase();
    let found = Some(typed)
        .filter(|typed| !typed.is_empty())
        .and_then(|typed| lower.find(&typed.to_ascii_lowercase()));
    let part = |from: usize, to: usize| topic.get(from..to).unwrap_or_default().to_owned();
    match found {
        Some(at) => (part(0, at), part(at, at + typed.len()), part(at + typed.len(), topic.len())),
        None => (topic.to_owned(), String::new(), String::new()),
    }
}

/// Whether the platform lets the device publish there, as far as the topic tells.
#[component]
fn Verdict(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let verdict = Memo::new(move |_| {
        let device = draft.device()?;
        let topic = draft.full_topic();
        match PlatformTopic::parse(&topic)? {
            PlatformTopic::Custom { device: named, .. } if named == device => Some(None),
            PlatformTopic::System { device: named, topic, .. }
                if named == device && topic.direction() == crate::uiot::Direction::Up =>
            {
                Some(Some(topic))
            }
            _ => None,
        }
    });
    let words = move |topic: Option<SystemTopic>| match topic {
        Some(topic) => lang.get().service_in_short(topic),
        None => lang.get().own_topic(),
    };
    move || {
        verdict.get().map(|topic| {
            view! {
                <span class="un c-ok" data-testid="publish-verdict">
                    <Icon name=IconName::Check small=true />
                    <span>{move || words(topic)}</span>
                </span>
            }
        })
    }
}
