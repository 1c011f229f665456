//! What is known of a subscription, and what can be done with it.

use leptos::prelude::*;

use super::item::meaning;
use super::pane::Pane;
use super::{QOS, View, qos_from, qos_id, series};
use crate::i18n::Lang;
use crate::mqtt::{QoS, Subscription, TopicFilter};
use crate::storage::Colour;
use crate::ui::components::{Choice, ChoiceOption, CopyButton, Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::SystemTopic;

const COLOURS: &[ChoiceOption] = &[
    ChoiceOption { id: "1", label: Lang::colour_1 },
    ChoiceOption { id: "2", label: Lang::colour_2 },
    ChoiceOption { id: "3", label: Lang::colour_3 },
    ChoiceOption { id: "4", label: Lang::colour_4 },
    ChoiceOption { id: "5", label: Lang::colour_5 },
    ChoiceOption { id: "6", label: Lang::colour_6 },
];

fn number(id: &str) -> Colour {
    COLOURS.iter().zip(0..).find(|(option, _)| option.id == id).map_or(0, |(_, number)| number)
}

#[component]
pub(super) fn Detail(
    view: View,
    pane: Pane,
    filter: TopicFilter,
    subscription: Memo<Option<Subscription>>,
    muted: Memo<bool>,
    colour: Memo<Colour>,
) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let full = filter.to_string();
    let filter = StoredValue::new(filter);
    let requested =
        move || subscription.with(|known| known.as_ref().map_or(QoS::AtLeastOnce, |known| known.requested));
    let subscribe = move |qos: QoS| {
        // Fails only where no packet identifier is free; the item shows then what is the case.
        let _ = filter.with_value(|filter| bench.subscribe(filter, qos));
    };
    let paint = move |id: &'static str| {
        let qos = untrack(requested);
        filter.with_value(|filter| bench.set_colour(filter, qos, number(id)));
    };
    let mute = move |_| {
        let qos = untrack(requested);
        filter.with_value(|filter| bench.set_muted(filter, qos, !muted.get_untracked()));
    };
    let face = Callback::new(|id: &'static str| Some(view! { <i class=series(number(id))></i> }.into_any()));
    let offered = Memo::new(move |_| view.capabilities());
    let explained = {
        let full = full.clone();
        move || {
            let topic = SystemTopic::of_device(&full, &pane.device()?)?;
            Some(view! { <Explained topic /> })
        }
    };
    let text = StoredValue::new(full.clone());
    view! {
        <div class="sdet" data-testid="subscription-detail">
            <p class="mono tp">
                {full}
                <CopyButton label=Signal::derive(move || lang.get().copy().to_owned()) text=move || text.get_value() />
            </p>
            {explained}
            <p class="fg2">{move || subscription.with(|known| known.as_ref().map(|known| meaning(pane, lang.get(), known)))}</p>
            <div class="row">
                <span class="fg3">{move || lang.get().asked_qos()}</span>
                {move || {
                    let options = if offered.get().qos2 { QOS } else { &QOS[..2] };
                    view! {
                        <Choice
                            id="subscription-qos"
                            class="sm"
                            label=Signal::derive(move || lang.get().asked_qos().to_owned())
                            options=options
                            value=Signal::derive(move || qos_id(requested()))
                            on_choose=move |id| subscribe(qos_from(id, offered.get_untracked()))
                        />
                    }
                }}
            </div>
            <div class="row">
                <span class="fg3">{move || lang.get().colour()}</span>
                <Choice
                    id="subscription-colour"
                    class="sm swatches"
                    label=Signal::derive(move || lang.get().colour().to_owned())
                    options=COLOURS
                    value=Signal::derive(move || COLOURS.get(usize::from(colour.get())).map_or("1", |option| option.id))
                    on_choose=paint
                    face
                />
            </div>
            <div class="row wrap">
                <button
                    type="button"
                    class="btn sm"
                    class:on=muted
                    data-testid="subscription-mute"
                    aria-pressed=move || muted.get().to_string()
                    title=move || lang.get().mute_hint()
                    on:click=mute
                >
                    <Icon name=IconName::Mute />
                    {move || lang.get().mute()}
                </button>
                <button
                    type="button"
                    class="btn sm"
                    data-testid="resubscribe"
                    on:click=move |_| subscribe(untrack(requested))
                >
                    <Icon name=IconName::Again />
                    {move || lang.get().resubscribe()}
                </button>
            </div>
        </div>
    }
}

/// What a system topic is for, who writes there, and what it has to do with which other.
#[component]
pub(super) fn Explained(topic: SystemTopic) -> impl IntoView {
    let lang = use_lang();
    let kin = move || {
        let lang = lang.get();
        topic
            .answers()
            .map(|request| lang.answers_topic(request.suffix()))
            .or_else(|| topic.reply().map(|reply| lang.answered_on(reply.suffix())))
    };
    view! {
        <p class="fg2" data-testid="topic-purpose">{move || lang.get().topic_purpose(topic)}</p>
        <p class="fg3">
            {move || lang.get().topic_direction(topic.direction())}
            {move || kin().map(|kin| format!(" · {kin}"))}
        </p>
        <p class="fg3">{move || lang.get().source(topic.service().source())}</p>
    }
}
