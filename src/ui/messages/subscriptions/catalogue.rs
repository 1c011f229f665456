//! The dialog of the device's topics: what each is for, a switch for those on which the platform writes, and a sample for those
//! on which the device does.

use leptos::html;
use leptos::prelude::*;

use super::View;
use super::custom::CustomTopics;
use super::detail::Explained;
use super::pane::Pane;
use crate::composing::Message;
use crate::mqtt::{QoS, SubscriptionState, TopicFilter};
use crate::ui::bench::Bench;
use crate::ui::components::{Icon, IconName, Switch};
use crate::ui::context::{Narrow, Toasts, use_lang};
use crate::ui::messages::composer::{Draft, replace};
use crate::ui::page::Page;
use crate::uiot::requests::Request;
use crate::uiot::{Credential, Direction, SystemTopic, TopicFamily};

/// Where samples go: into the composer, which takes the dialog's place.
#[derive(Clone, Copy)]
pub(super) struct Samples {
    pub(super) view: View,
    dialog: NodeRef<html::Dialog>,
    toasts: Toasts,
    narrow: RwSignal<bool>,
    lang: RwSignal<crate::i18n::Lang>,
}

impl Samples {
    /// Puts a message into the composer; what was written there can be brought back.
    pub(super) fn put(self, message: Message) {
        self.fill(|draft| draft.put(message));
    }

    fn fill(self, fill: impl FnOnce(Draft)) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
        let draft = self.view.draft;
        self.view.drawer.set(false);
        if self.narrow.get_untracked() {
            self.view.composing.set(true);
        }
        replace(draft, self.toasts, self.lang.get_untracked(), || fill(draft));
    }
}

/// A button that opens the dialog.
#[component]
pub(super) fn CatalogueButton(view: View, pane: Pane) -> impl IntoView {
    let lang = use_lang();
    let shown = RwSignal::new(false);
    let dialog = NodeRef::<html::Dialog>::new();
    let open = move |_| {
        shown.set(true);
        request_animation_frame(move || {
            if let Some(dialog) = dialog.try_get_untracked().flatten() {
                // Fails only for a dialog that is open already.
                let _ = dialog.show_modal();
            }
        });
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let samples =
        Samples { view, dialog, toasts: expect_context(), narrow: expect_context::<Narrow>().0, lang };
    let body = move || {
        let device = shown.get().then(|| pane.device()).flatten()?;
        Some(view! { <Body samples device /> })
    };
    view! {
        <button
            type="button"
            class="btn gho ico sm right"
            data-testid="system-topics"
            aria-haspopup="dialog"
            aria-label=move || lang.get().catalogue_open()
            title=move || lang.get().catalogue_open()
            on:click=open
        >
            <Icon name=IconName::Note />
        </button>
        <dialog
            node_ref=dialog
            class="dlg wide-dlg"
            data-testid="system-topics-dialog"
            aria-label=move || lang.get().catalogue_title()
            on:close=move |_| shown.set(false)
            // Keys that mean something on the page under it do not here.
            on:keydown=move |event| event.stop_propagation()
        >
            <div class="dlg-b">
                <div class="row">
                    <h2>{move || lang.get().catalogue_title()}</h2>
                    <button
                        type="button"
                        class="btn gho ico sm right"
                        data-testid="system-topics-close"
                        aria-label=move || lang.get().close_dialog()
                        on:click=close
                    >
                        <Icon name=IconName::Close />
                    </button>
                </div>
                {body}
            </div>
        </dialog>
    }
}

/// Whether a topic is subscribed, or to be.
pub(super) fn is_subscribed(bench: Bench, topic: &str) -> bool {
    bench.subscriptions.with(|list| {
        list.iter().any(|each| each.filter.as_str() == topic && each.state != SubscriptionState::Leaving)
    })
}

#[component]
fn Body(samples: Samples, device: Credential) -> impl IntoView {
    let lang = use_lang();
    let bench = samples.view.bench;
    let all = {
        let device = device.clone();
        Memo::new(move |_| SystemTopic::to_subscribe().all(|topic| is_subscribed(bench, &topic.of(&device))))
    };
    let toggle_all = {
        let device = device.clone();
        move || bench.set_all_system(&device, !all.get_untracked())
    };
    let service = |service: TopicFamily| {
        let topics = service.topics().map(|topic| view! { <Row samples topic full=topic.of(&device) /> });
        view! {
            <details class="cat-s" data-family=format!("{service:?}") prop:open=service.is_of_every_device()>
                <summary>
                    <h3>{move || lang.get().topic_family(service)}</h3>
                    <span class="num fg3">{service.topics().count()}</span>
                </summary>
                <ul>{topics.collect_view()}</ul>
                <p class="hint">{move || lang.get().source(service.source())}</p>
            </details>
        }
    };
    view! {
        <CustomTopics samples device=device.clone() />
        <h3 class="cat-h">{move || lang.get().system_topics()}</h3>
        <p class="hint">{move || lang.get().catalogue_hint()}</p>
        <label class="row cat-all">
            <Switch id="system-topics-all" on=Signal::from(all) toggle=toggle_all />
            {move || lang.get().catalogue_all()}
        </label>
        {TopicFamily::ALL.map(service).into_iter().collect_view()}
    }
}

#[component]
fn Row(samples: Samples, topic: SystemTopic, full: String) -> impl IntoView {
    let bench = samples.view.bench;
    let direction = topic.direction();
    let is_on = {
        let full = full.clone();
        Memo::new(move |_| is_subscribed(bench, &full))
    };
    let filter = TopicFilter::parse(&full).ok();
    let toggle = move || {
        let Some(filter) = &filter else { return };
        // Either fails only where no packet identifier is free; the switch shows then what is the case.
        let _ = if is_on.get_untracked() {
            bench.unsubscribe(filter)
        } else {
            bench.subscribe(filter, QoS::AtLeastOnce)
        };
    };
    let sign = match direction {
        Direction::Down => view! {
            <Switch id="system-topic-switch" on=Signal::from(is_on) toggle labelled_by=format!("cat-{}", topic as u8) />
        }
        .into_any(),
        Direction::Up => {
            view! { <span class="dir-u"><Icon name=IconName::ArrowUp small=true /></span> }.into_any()
        }
        Direction::RuleEngine => {
            view! { <span class="fg3"><Icon name=IconName::Close small=true /></span> }.into_any()
        }
    };
    view! {
        <li data-testid="system-topic" data-topic=topic.suffix() title=full>
            <span class="cat-w">{sign}</span>
            <div>
                <p class="mono" id=format!("cat-{}", topic as u8)>{topic.suffix()}</p>
                <Explained topic />
                {(direction == Direction::Up).then(|| view! { <SampleButtons samples topic /> })}
            </div>
        </li>
    }
}

/// The documented requests of a topic on which the device writes, for the composer.
#[component]
fn SampleButtons(samples: Samples, topic: SystemTopic) -> impl IntoView {
    let lang = use_lang();
    let requests: Vec<_> = Request::ALL.into_iter().filter(|request| request.topic() == topic).collect();
    let is_alone = requests.len() == 1;
    let button = move |request: Request| {
        let label = move || match is_alone {
            true => lang.get().send_sample().to_owned(),
            false => lang.get().send_sample_of(lang.get().request(request)),
        };
        view! {
            <button
                type="button"
                class="btn sm"
                data-testid="topic-sample"
                data-request=request.id()
                aria-label=move || lang.get().send_sample_of(lang.get().request(request))
                on:click=move |_| samples.fill(|draft| draft.take_request(request))
            >
                {label}
            </button>
        }
    };
    match requests.is_empty() {
        true => view! {
            <p class="hint">
                <span>
                    {move || lang.get().answered_by_hand()} " "
                    <a href=Page::Model.href()>{move || lang.get().nav_model()}</a>
                </span>
            </p>
        }
        .into_any(),
        false => view! { <p class="row wrap cat-do">{requests.into_iter().map(button).collect_view()}</p> }
            .into_any(),
    }
}
