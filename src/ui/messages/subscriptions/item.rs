//! A subscription in the list: its colour, name and count, what the broker made of it, and the way out.

use leptos::prelude::*;

use super::add::go_to_form;
use super::detail::Detail;
use super::pane::{Pane, takes_a_place};
use super::{View, series};
use crate::i18n::Lang;
use crate::i18n::numbers::{compact, grouped};
use crate::mqtt::{State, Subscription, SubscriptionState, TopicFilter};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::{SystemTopic, refusal_cause};

/// Of which group an item is: there its name stands without what all have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// The device's own system topics.
    System,
    /// All others of a UIoT device.
    Custom,
    /// Of a session that is no UIoT device's.
    Plain,
}

/// What the marks of a subscription say, in words.
pub(super) fn meaning(pane: Pane, lang: Lang, subscription: &Subscription) -> String {
    let online = || pane.bench.status.with(|status| status.state == State::Online);
    let asked = subscription.requested.number();
    match subscription.state {
        SubscriptionState::Pending | SubscriptionState::Leaving if subscription.overdue => {
            lang.overdue_suback().to_owned()
        }
        SubscriptionState::Waiting => lang.waiting_connection().to_owned(),
        SubscriptionState::Pending => lang.waiting_suback().to_owned(),
        SubscriptionState::Leaving if !online() => lang.leaving_offline().to_owned(),
        SubscriptionState::Leaving => lang.waiting_unsuback().to_owned(),
        SubscriptionState::Granted(qos) if qos < subscription.requested => {
            lang.downgraded(asked, qos.number())
        }
        SubscriptionState::Granted(qos) => lang.granted(qos.number()),
        SubscriptionState::Refused(code) => {
            let Some(device) = pane.device() else { return lang.was_refused_generic(code) };
            let filter = &subscription.filter;
            let place = pane.bench.subscriptions.with(|list| {
                let before = list.iter().take_while(|each| each.filter != *filter);
                before.filter(|each| takes_a_place(each)).count()
            });
            let cause = refusal_cause(filter.as_str(), &device, place);
            lang.was_refused(code, &lang.refusal_cause(cause))
        }
    }
}

#[component]
pub(super) fn Item(view: View, pane: Pane, group: Group, filter: TopicFilter) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let full = filter.to_string();
    let filter = StoredValue::new(filter);
    let subscription = Memo::new(move |_| {
        let same = |each: &&Subscription| filter.with_value(|filter| each.filter == *filter);
        bench.subscriptions.with(|list| list.iter().find(same).cloned())
    });
    let of = move |read: fn(&Subscription) -> Option<String>| {
        move || subscription.with(|known| known.as_ref().and_then(read))
    };
    let state = of(|known| {
        Some(
            match known.state {
                SubscriptionState::Waiting | SubscriptionState::Pending | SubscriptionState::Leaving => {
                    "pending"
                }
                SubscriptionState::Granted(_) => "granted",
                SubscriptionState::Refused(_) => "refused",
            }
            .to_owned(),
        )
    });
    let granted = of(|known| match known.state {
        SubscriptionState::Granted(qos) => Some(qos.number().to_string()),
        _ => None,
    });
    let overdue = of(|known| known.overdue.then(|| "true".to_owned()));
    let is_refused = move || {
        subscription.with(|known| {
            known.as_ref().is_some_and(|known| matches!(known.state, SubscriptionState::Refused(_)))
        })
    };
    let words =
        move || subscription.with(|known| known.as_ref().map(|known| meaning(pane, lang.get(), known)));
    let muted = Memo::new(move |_| filter.with_value(|filter| pane.is_muted(filter)));
    let colour = Memo::new(move |_| filter.with_value(|filter| pane.colour(filter.as_str())));
    let bar = move || if is_refused() { "cbar err" } else { series(colour.get()) };
    let count = Memo::new(move |_| filter.with_value(|filter| pane.count(filter.as_str())));
    let is_open = Memo::new(move |_| {
        pane.open.with(|open| filter.with_value(|filter| open.as_deref() == Some(filter.as_str())))
    });
    let toggle = move |_| {
        let this = filter.with_value(TopicFilter::to_string);
        pane.open.update(|open| *open = if open.as_ref() == Some(&this) { None } else { Some(this) });
    };
    let name = {
        let full = full.clone();
        move || {
            let device = pane.device();
            let (prefix, rest) =
                device.as_ref().map_or(("", full.as_str()), |device| device.fold_topic(&full));
            let prefix = if group == Group::System { "" } else { prefix };
            view! { <bdi dir="ltr"><i>{prefix}</i>{rest.to_owned()}</bdi> }
        }
    };
    let title = {
        let full = full.clone();
        move || {
            let purpose = pane.device().and_then(|device| SystemTopic::of_device(&full, &device));
            match purpose {
                Some(topic) => format!("{full}\n{}", lang.get().topic_purpose(topic)),
                None => full.clone(),
            }
        }
    };
    let leave = move |event: leptos::ev::MouseEvent| {
        // The item goes; a person at the keyboard (no click count) must not lose their place.
        if event.detail() == 0 {
            go_to_form(pane);
        }
        // The only errors are those of a full table; the item stays then, and can be left later.
        let _ = filter.with_value(|filter| bench.unsubscribe(filter));
    };
    let label = {
        let full = full.clone();
        move || lang.get().unsubscribe(&full)
    };
    view! {
        <li
            class:mut=muted
            data-testid="subscription"
            data-filter=full
            data-state=state
            data-overdue=overdue
            data-qos=granted
            data-muted=move || muted.get().to_string()
            data-colour=move || (colour.get() + 1).to_string()
        >
            <div class="li" title=title>
                <i class=bar></i>
                <button
                    type="button"
                    class="nm mono ell-l"
                    data-testid="subscription-open"
                    aria-expanded=move || is_open.get().to_string()
                    on:click=toggle
                >
                    {name}
                </button>
                <span class="num fg3 sct" data-testid="subscription-count" title=move || {
                    format!("{} · {}", grouped(count.get()), lang.get().subscription_count_hint())
                }>{move || compact(count.get())}</span>
                <span class="smark" title=words>
                    <Mark subscription muted />
                    <span class="sr">{words}</span>
                </span>
                <button
                    type="button"
                    class="btn gho ico sm"
                    data-testid="unsubscribe"
                    aria-label=label.clone()
                    title=label
                    on:click=leave
                >
                    <Icon name=IconName::Close small=true />
                </button>
            </div>
            {move || {
                (is_refused() || overdue().is_some()).then(|| view! { <p class="hint err sub">{words}</p> })
            }}
            <Show when=move || is_open.get()>
                <Detail view pane filter=filter.get_value() subscription muted colour />
            </Show>
        </li>
    }
}

/// The chip at the end: the granted QoS, or what it lacks.
#[component]
fn Mark(subscription: Memo<Option<Subscription>>, muted: Memo<bool>) -> impl IntoView {
    let lang = use_lang();
    move || {
        let known = subscription.get()?;
        let asked = known.requested;
        Some(match known.state {
            SubscriptionState::Waiting => view! { <span class="chip sq line">"…"</span> }.into_any(),
            SubscriptionState::Pending | SubscriptionState::Leaving if known.overdue => view! {
                <span class="chip sq err">
                    <Icon name=IconName::Clock small=true />
                    "10 s"
                </span>
            }
            .into_any(),
            SubscriptionState::Pending | SubscriptionState::Leaving => {
                view! { <span class="chip sq line"><i class="dot ing"></i></span> }.into_any()
            }
            SubscriptionState::Refused(code) => view! {
                <span class="chip sq err">
                    <Icon name=IconName::Close small=true />
                    {format!("0x{code:02x}")}
                </span>
            }
            .into_any(),
            SubscriptionState::Granted(qos) if qos < asked => view! {
                <span class="chip sq warn">{format!("Q{}→{}", asked.number(), qos.number())}</span>
            }
            .into_any(),
            SubscriptionState::Granted(_) if muted.get() => view! {
                <span class="chip sq line" title=move || lang.get().muted()>
                    <Icon name=IconName::Mute small=true />
                    <span class="sr">{move || lang.get().muted()}</span>
                </span>
            }
            .into_any(),
            SubscriptionState::Granted(qos) => {
                view! { <span class="chip sq">{format!("Q{}", qos.number())}</span> }.into_any()
            }
        })
    }
}
