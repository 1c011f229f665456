//! The form that adds a subscription. As a filter is typed it says what the filter would do.

use leptos::prelude::*;

use super::pane::{Pane, Problem};
use super::{QosChoice, View, qos_from};
use crate::i18n::Lang;
use crate::i18n::numbers::grouped;
use crate::mqtt::{NameError, Subscription, SubscriptionState, TopicFilter};
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::uiot::{limits, refusal_cause};

/// A remark on what is typed: whether it warns, and its words.
type Remark = (bool, String);

#[component]
pub(super) fn AddForm(view: View, pane: Pane) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let (typed, problem) = (pane.typed, pane.problem);
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let outcome =
            TopicFilter::parse(&typed.get_untracked()).map_err(Problem::Filter).and_then(|filter| {
                let qos = qos_from(pane.qos.get_untracked(), untrack(|| view.capabilities()));
                bench.subscribe(&filter, qos).map_err(Problem::Subscribe)
            });
        problem.set(outcome.err());
        if outcome.is_ok() {
            typed.set(String::new());
        }
    };
    let problem_text = move || {
        problem.get().map(|problem| match problem {
            Problem::Filter(error) => lang.get().name_error(error),
            Problem::Subscribe(error) => lang.get().subscribe_error(error).to_owned(),
        })
    };
    let full = Memo::new(move |_| pane.is_full());
    let remarks = Memo::new(move |_| {
        // What stands against it is said alone.
        if problem.get().is_some() { Vec::new() } else { remarks(pane, lang.get(), &typed.get()) }
    });
    let leave_by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        if event.key() == "Escape" && !typed.with_untracked(String::is_empty) {
            event.stop_propagation();
            typed.set(String::new());
            problem.set(None);
        }
    };
    view! {
        <form class="add" novalidate on:submit=add>
            <span class="inp mono" class:bad=move || problem.get().is_some()>
                <input
                    data-testid="subscribe-filter"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-label=move || lang.get().topic_filter()
                    aria-invalid=move || problem.get().map(|_| "true")
                    aria-describedby="subscribe-problem subscribe-help"
                    placeholder=move || lang.get().topic_filter()
                    prop:value=typed
                    on:keydown=leave_by_key
                    on:input:target=move |event| {
                        typed.set(event.target().value());
                        problem.set(None);
                    }
                />
            </span>
            <span class="row">
                <QosChoice view id="subscribe-qos" value=pane.qos />
                <button type="submit" class="btn sm right" class:wrn=full data-testid="subscribe">
                    <Icon name=IconName::Plus />
                    {move || if full.get() { lang.get().add_anyway() } else { lang.get().add_subscription() }}
                </button>
            </span>
            {move || {
                problem_text()
                    .map(|text| {
                        view! {
                            <span class="hint err" id="subscribe-problem" data-testid="subscribe-problem">
                                <Icon name=IconName::Error small=true />
                                <span>{text}</span>
                            </span>
                        }
                    })
            }}
            <div id="subscribe-help" data-testid="subscribe-help" role="status">
                {move || {
                    full.get()
                        .then(|| {
                            let text = lang.get().limit_reached(limits::SUBSCRIPTIONS);
                            view! { <Hint remark=(true, text) /> }
                        })
                }}
                {move || remarks.get().into_iter().map(|remark| view! { <Hint remark /> }).collect_view()}
            </div>
        </form>
    }
}

#[component]
fn Hint(remark: Remark) -> impl IntoView {
    let (warns, text) = remark;
    let icon = if warns { IconName::Warning } else { IconName::Note };
    view! {
        <span class="hint" class:warn=warns>
            <Icon name=icon small=true />
            <span>{text}</span>
        </span>
    }
}

/// What there is to say of a filter before it is sent.
fn remarks(pane: Pane, lang: Lang, typed: &str) -> Vec<Remark> {
    if typed.is_empty() {
        return Vec::new();
    }
    let filter = match TopicFilter::parse(typed) {
        Ok(filter) => filter,
        Err(NameError::MisplacedWildcard) => return misplaced(lang, typed).into_iter().collect(),
        Err(error) => return vec![(true, lang.name_error(error))],
    };
    let mut remarks = Vec::new();
    if let Some(device) = pane.device() {
        let cause = refusal_cause(typed, &device, 0);
        if cause.is_certain_rule() {
            remarks.push((true, lang.likely_refused(&lang.refusal_cause(cause))));
        }
    }
    remarks.extend(pane.bench.subscriptions.with(|list| kinship(lang, &filter, list)));
    remarks.extend(matching(pane, lang, &filter));
    if typed.starts_with(['+', '#']) {
        remarks.push((false, lang.help_dollar().to_owned()));
    } else if filter.has_wildcard() {
        remarks.push((false, lang.help_wildcards().to_owned()));
    }
    remarks
}

/// Which wildcard does not fill its level.
fn misplaced(lang: Lang, typed: &str) -> Option<Remark> {
    let levels: Vec<&str> = typed.split('/').collect();
    let last = levels.len().saturating_sub(1);
    let (_, level) = levels.iter().enumerate().find(|(index, level)| {
        level.contains(['+', '#']) && (level.len() > 1 || **level == "#" && *index < last)
    })?;
    let text = if level.contains('#') { lang.help_hash(level) } else { lang.help_plus(level) };
    Some((true, text))
}

/// The first subscription that has topics in common with a filter.
fn kinship(lang: Lang, filter: &TopicFilter, list: &[Subscription]) -> Option<Remark> {
    let stays = |known: &&Subscription| known.state != SubscriptionState::Leaving;
    if list.iter().any(|known| known.filter == *filter) {
        return Some((true, lang.help_duplicate().to_owned()));
    }
    let other = list.iter().filter(stays).map(|known| &known.filter).find(|known| known.overlaps(filter))?;
    let name = other.as_str();
    let text = if other.covers(filter) {
        lang.help_covered(name)
    } else if filter.covers(other) {
        lang.help_covers(name)
    } else {
        lang.help_overlaps(name)
    };
    Some((true, text))
}

/// How many of the topics that messages came or went on match.
fn matching(pane: Pane, lang: Lang, filter: &TopicFilter) -> Option<Remark> {
    let (known, matching) = pane.bench.device(|device| {
        device.read(|journal| {
            let topics = journal.topics();
            (topics.len(), topics.iter().filter(|(_, topic)| filter.matches(&topic.text())).count())
        })
    });
    (known > 0).then(|| (false, lang.help_known(&grouped(matching as u64), &grouped(known as u64))))
}

/// Leads to where a subscription can be typed.
pub(super) fn go_to_form(pane: Pane) {
    focus(if pane.adding.get_untracked() { "subscribe-filter" } else { "add-subscription" });
}
