use leptos::prelude::*;

use super::{View, fold_topic};
use crate::i18n::Lang;
use crate::mqtt::{
    Capabilities, NameError, QoS, State, SubscribeError, Subscription, SubscriptionState, TopicFilter,
};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, focus};
use crate::ui::context::use_lang;

const QOS: &[ChoiceOption] = &[
    ChoiceOption { id: "0", label: |_| "QoS 0" },
    ChoiceOption { id: "1", label: |_| "QoS 1" },
    ChoiceOption { id: "2", label: |_| "QoS 2" },
];

/// The QoS that is chosen; 1 where 2 was and is no longer offered.
pub(super) fn qos_from(id: &str, capabilities: Capabilities) -> QoS {
    match id {
        "0" => QoS::AtMostOnce,
        "2" if capabilities.qos2 => QoS::ExactlyOnce,
        _ => QoS::AtLeastOnce,
    }
}

/// The choice of a QoS, as far as the session offers it.
#[component]
pub(super) fn QosChoice(view: View, id: &'static str, value: RwSignal<&'static str>) -> impl IntoView {
    let offered = Memo::new(move |_| view.capabilities());
    move || {
        let offered = offered.get();
        let options = if offered.qos2 { QOS } else { &QOS[..2] };
        let shown = move || if value.get() == "2" && !offered.qos2 { "1" } else { value.get() };
        view! {
            <Choice
                id=id
                class="sm"
                label=Signal::derive(|| "QoS".to_owned())
                options=options
                value=Signal::derive(shown)
                on_choose=move |id| value.set(id)
            />
        }
    }
}

/// Series colours; the seventh subscription begins anew.
pub(super) const fn series(index: usize) -> &'static str {
    match index % 6 {
        0 => "cbar s1",
        1 => "cbar s2",
        2 => "cbar s3",
        3 => "cbar s4",
        4 => "cbar s5",
        _ => "cbar s6",
    }
}

/// The colour that [`crate::ui::bench::Bench::colours`] gives a subscription.
pub(super) fn colour_of(colours: &[(String, usize)], subscription: &Subscription) -> usize {
    let filter = subscription.filter.as_str();
    colours.iter().find(|(known, _)| known == filter).map_or(0, |(_, colour)| *colour)
}

#[derive(Clone, Copy, PartialEq)]
enum Problem {
    Filter(NameError),
    Subscribe(SubscribeError),
    Offline,
}

#[component]
pub(super) fn SubscriptionsTab(view: View) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let typed = RwSignal::new(String::new());
    let qos = RwSignal::new("1");
    let problem = RwSignal::new(None::<Problem>);
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let never_connected = bench.status.with_untracked(|status| status.plan.is_none());
        let outcome =
            TopicFilter::parse(&typed.get_untracked()).map_err(Problem::Filter).and_then(|filter| {
                if never_connected {
                    return Err(Problem::Offline);
                }
                bench
                    .device(|device| {
                        let qos = qos_from(qos.get_untracked(), untrack(|| view.capabilities()));
                        device.subscribe(filter, qos)
                    })
                    .map_err(Problem::Subscribe)
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
            Problem::Offline => lang.get().subscribe_offline().to_owned(),
        })
    };
    let coloured = move || {
        let colours = bench.colours.get();
        let colour = |subscription: &Subscription| colour_of(&colours, subscription);
        bench.subscriptions.get().into_iter().map(|each| (colour(&each), each)).collect::<Vec<_>>()
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
                        aria-describedby="subscribe-problem"
                        placeholder=move || lang.get().topic_filter()
                        prop:value=typed
                        on:input:target=move |event| {
                            typed.set(event.target().value());
                            problem.set(None);
                        }
                    />
                </span>
                <span class="row">
                    <QosChoice view id="subscribe-qos" value=qos />
                    <button type="submit" class="btn sm right" data-testid="subscribe">
                        <Icon name=IconName::Plus />
                        {move || lang.get().add_subscription()}
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
            </form>
            <div class="scroll">
                <ul>
                    <For
                        each=coloured
                        key=|(colour, subscription)| (*colour, subscription.clone().into_key())
                        children=move |(colour, subscription)| view! { <Item view colour subscription /> }
                    />
                </ul>
                <Show when=move || bench.subscriptions.with(Vec::is_empty)>
                    <p class="pad fg3">
                        {move || lang.get().no_subscriptions()} <br />
                        {move || lang.get().no_subscriptions_hint()}
                    </p>
                </Show>
            </div>
    }
}

trait IntoKey {
    fn into_key(self) -> (String, u8, u16, bool);
}

impl IntoKey for Subscription {
    /// All that an item shows, so that a changed one is drawn anew.
    fn into_key(self) -> (String, u8, u16, bool) {
        let state = match self.state {
            SubscriptionState::Waiting => 0x100,
            SubscriptionState::Pending => 0x200,
            SubscriptionState::Leaving => 0x300,
            SubscriptionState::Granted(qos) => 0x400 + u16::from(qos.number()),
            SubscriptionState::Refused(code) => 0x500 + u16::from(code),
        };
        (self.filter.to_string(), self.requested.number(), state, self.overdue)
    }
}

#[component]
fn Item(view: View, colour: usize, subscription: Subscription) -> impl IntoView {
    let lang = use_lang();
    let Subscription { filter, requested, state, overdue, .. } = subscription;
    let (state_id, granted) = match state {
        SubscriptionState::Waiting | SubscriptionState::Pending | SubscriptionState::Leaving => {
            ("pending", None)
        }
        SubscriptionState::Granted(qos) => ("granted", Some(qos.number())),
        SubscriptionState::Refused(_) => ("refused", None),
    };
    let full = filter.to_string();
    let (prefix, rest) = view.bench.status.with_untracked(|status| fold_topic(status.plan.as_ref(), &full));
    let rest = rest.to_owned();
    let asked = requested.number();
    let bench = view.bench;
    let online = move || bench.status.with(|status| status.state == State::Online);
    let meaning = move |lang: Lang| match state {
        SubscriptionState::Pending | SubscriptionState::Leaving if overdue => {
            lang.overdue_suback().to_owned()
        }
        SubscriptionState::Waiting => lang.waiting_connection().to_owned(),
        SubscriptionState::Pending => lang.waiting_suback().to_owned(),
        SubscriptionState::Leaving if !online() => lang.leaving_offline().to_owned(),
        SubscriptionState::Leaving => lang.waiting_unsuback().to_owned(),
        SubscriptionState::Granted(qos) if qos < requested => lang.downgraded(asked, qos.number()),
        SubscriptionState::Granted(qos) => lang.granted(qos.number()),
        SubscriptionState::Refused(code) => lang.refused(code),
    };
    let mark = match state {
        SubscriptionState::Waiting => view! { <span class="chip sq line">"…"</span> }.into_any(),
        SubscriptionState::Pending | SubscriptionState::Leaving if overdue => view! {
            <span class="chip sq err">
                <Icon name=IconName::Clock small=true />
                "10 s"
            </span>
        }
        .into_any(),
        SubscriptionState::Pending | SubscriptionState::Leaving => {
            view! { <span class="chip sq line"><i class="dot ing"></i></span> }.into_any()
        }
        SubscriptionState::Granted(qos) if qos < requested => {
            view! { <span class="chip sq warn">{format!("Q{asked}→{}", qos.number())}</span> }.into_any()
        }
        SubscriptionState::Granted(qos) => {
            view! { <span class="chip sq">{format!("Q{}", qos.number())}</span> }.into_any()
        }
        SubscriptionState::Refused(code) => view! {
            <span class="chip sq err">
                <Icon name=IconName::Close small=true />
                {format!("0x{code:02x}")}
            </span>
        }
        .into_any(),
    };
    let leave = {
        let filter = filter.clone();
        move |event: leptos::ev::MouseEvent| {
            // The item is drawn anew or goes; a person at the keyboard (no click count) must not lose their place.
            if event.detail() == 0 {
                focus("subscribe-filter");
            }
            // The only errors are those of a full table; the item stays then, and can be left later.
            let _ = view.bench.device(|device| device.unsubscribe(&filter));
        }
    };
    let label = {
        let full = full.clone();
        move || lang.get().unsubscribe(&full)
    };
    view! {
        <li data-testid="subscription" data-filter=full.clone() data-state=state_id data-overdue=overdue.then_some("true") data-qos=granted.map(|qos| qos.to_string())>
            <div class="li" title=full.clone()>
                <i class=series(colour)></i>
                <span class="mono ell-l grow">
                    <bdi dir="ltr"><i>{prefix}</i>{rest}</bdi>
                </span>
                <span title=move || meaning(lang.get())>
                    {mark}
                    <span class="sr">{move || meaning(lang.get())}</span>
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
            {(matches!(state, SubscriptionState::Refused(_)) || overdue)
                .then(|| view! { <p class="hint err sub">{move || meaning(lang.get())}</p> })}
        </li>
    }
}
