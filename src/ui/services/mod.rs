//! What the pages of the platform's services share: how they act on the device's services, what they show before there is a
//! connection, the topics that they need, and the messages that a service exchanged.

mod trail;

use leptos::prelude::*;

use super::bench::Bench;
use super::components::{Icon, IconName};
use super::context::{Toast, Toasts, use_lang};
use super::listing::{MessagesListing, WireListing};
use super::page::Page;
use crate::i18n::Lang;
use crate::mqtt::{Moment, QoS, State, SubscriptionState, TopicFilter};
use crate::uiot::services::Services;
use crate::uiot::{Credential, SystemTopic, TopicFamily};
pub(super) use trail::{Trail, TrailOf};

/// The services of the session, for a page: reads them, acts with them, and says so where that failed. Copies are handles to the
/// same one.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) bench: Bench,
    lang: RwSignal<Lang>,
    toasts: Toasts,
    messages: MessagesListing,
    wire: WireListing,
}

/// Makes the services known to the session's pages.
pub(super) fn provide(bench: Bench) {
    provide_context(Desk {
        bench,
        lang: use_lang(),
        toasts: expect_context(),
        messages: expect_context(),
        wire: expect_context(),
    });
}

/// The services, for a page of the session.
pub(super) fn use_desk() -> Desk {
    expect_context()
}

impl Desk {
    /// Reads from the services, and again whenever they changed. None where the session has no device of the platform, or never
    /// had a connection.
    pub(super) fn read<T>(self, read: impl FnOnce(&Services) -> T) -> Option<T> {
        self.bench.services(read)
    }

    /// Does something with the services; what they hand to [`Services::send`] is published. A message that cannot be published is
    /// told in a toast.
    pub(super) fn act<T>(self, act: impl FnOnce(&mut Services, Moment) -> T) -> Option<T> {
        match self.bench.device(|device| device.serve(act))? {
            Ok(done) => Some(done),
            Err(error) => {
                let lang = self.lang.get_untracked();
                self.tell(lang.services_not_sent(lang.publish_error(error)));
                None
            }
        }
    }

    /// Says something in a toast.
    pub(super) fn tell(self, text: String) {
        self.toasts.show(Toast { text, undo: None, gone: None });
    }

    /// Whether the device is online, as that changes.
    pub(super) fn is_online(self) -> bool {
        self.bench.status.with(|status| status.state == State::Online && !status.registering)
    }

    /// The device's time, by which its services reckon; it does not tell when it changed.
    pub(super) fn now(self) -> Moment {
        self.bench.device(|device| device.clock().now())
    }

    /// The device, where the session has one of the platform.
    pub(super) fn device(self) -> Option<Credential> {
        self.bench.uiot_device.get()
    }

    /// Those of these topics that the device is to subscribe and has not, as filters.
    pub(super) fn missing(self, topics: &[SystemTopic]) -> Vec<String> {
        let Some(device) = self.device() else { return Vec::new() };
        let filters = topics.iter().map(|topic| match topic {
            // What the device answers, it does not subscribe.
            SystemTopic::CommandReply => String::new(),
            topic => topic.of(&device),
        });
        self.bench.subscriptions.with(|list| {
            let listens = |filter: &String| {
                list.iter().any(|known| {
                    let stands = matches!(
                        known.state,
                        SubscriptionState::Granted(_)
                            | SubscriptionState::Pending
                            | SubscriptionState::Waiting
                    );
                    stands && known.filter.matches(filter)
                })
            };
            filters.filter(|filter| !filter.is_empty() && !listens(filter)).collect()
        })
    }

    /// Subscribes these filters with QoS 1, as the platform's libraries do, and remembers it.
    pub(super) fn subscribe(self, filters: &[String]) {
        for filter in filters.iter().filter_map(|filter| TopicFilter::parse(filter).ok()) {
            if let Err(error) = self.bench.subscribe(&filter, QoS::AtLeastOnce) {
                return self.tell(self.lang.get_untracked().subscribe_error(error).to_owned());
            }
        }
    }

    /// Shows this message in the log, with its detail.
    pub(super) fn open_message(self, seq: u64) {
        self.messages.open_at(seq);
    }

    /// Shows this message's packet on the wire.
    pub(super) fn open_wire(self, seq: u64) {
        self.wire.open_at(seq);
    }

    /// The log's messages on these topics.
    pub(super) fn open_family(self, families: &[TopicFamily]) {
        self.open_filter(filter_of(families));
    }

    /// The log's messages that this filter finds.
    pub(super) fn open_filter(self, filter: String) {
        self.messages.0.text.set(filter);
        Page::Messages.open();
    }
}

/// The topics as they are called within the device's own.
fn names_of(topics: &[String]) -> String {
    // `/$system/P/D/` goes before each of them.
    let name = |topic: &String| topic.splitn(5, '/').nth(4).unwrap_or(topic).to_owned();
    topics.iter().map(name).collect::<Vec<_>>().join("  ")
}

/// What a person types into the log's filter to see these services' messages.
fn filter_of(families: &[TopicFamily]) -> String {
    let part = |family: &TopicFamily| match family {
        TopicFamily::Properties => "/tmodel/property|/tmodel/template",
        TopicFamily::Commands => "/tmodel/event|/tmodel/command",
        TopicFamily::Shadow => "/shadow/",
        TopicFamily::Ota => "/ota/",
        TopicFamily::Gateway => "/subdev/",
        TopicFamily::Registration => "/password",
        TopicFamily::Status => "/device/status",
    };
    let parts: Vec<_> = families.iter().map(part).collect();
    format!("topic:/{}/", parts.join("|").replace('/', "\\/"))
}

/// Shows its children where the session has a device of the platform that was connected once; else what to do about it.
#[component]
pub(super) fn Served(children: ChildrenFn) -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let has_services = Memo::new(move |_| desk.read(|_| ()).is_some());
    let none = move || {
        let is_uiot = desk.device().is_some();
        view! {
            <div class="empty grow" data-testid="services-none">
                <Icon name=IconName::Plug />
                <b>
                    {move || if is_uiot { lang.get().services_unconnected() } else { lang.get().services_none() }}
                </b>
                <span class="note-s">
                    {move || if is_uiot { lang.get().services_unconnected_why() } else { lang.get().services_none_why() }}
                </span>
                <span class="row gap2">
                    <button
                        type="button"
                        class="btn pri"
                        data-testid="services-to-form"
                        on:click=move |_| Page::Connect.open()
                    >
                        {move || lang.get().services_to_form()}
                    </button>
                    <button
                        type="button"
                        class="btn"
                        data-testid="services-simulator"
                        on:click=move |_| desk.bench.try_simulator()
                    >
                        <Icon name=IconName::Simulator />
                        {move || lang.get().services_try_simulator()}
                    </button>
                </span>
            </div>
        }
    };
    view! {
        <Show when=move || has_services.get() fallback=none>
            {children()}
        </Show>
    }
}

/// Says what stands in the way of a service: that the device is offline, or which topics are not subscribed; with a button that
/// subscribes them. Takes no room where nothing does.
#[component]
pub(super) fn Obstacles(
    /// What the service listens to.
    topics: &'static [SystemTopic],
) -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let missing = Memo::new(move |_| desk.missing(topics));
    view! {
        <Show when=move || !desk.is_online()>
            <p class="note warn flat" data-testid="service-offline">
                <Icon name=IconName::Warning />
                {move || lang.get().services_offline()}
            </p>
        </Show>
        <Show when=move || !missing.with(Vec::is_empty)>
            <div class="note warn flat" data-testid="service-topics">
                <Icon name=IconName::Warning />
                <span class="grow">
                    {move || lang.get().services_needs(missing.with(Vec::len))} " "
                    <code>{move || missing.with(|missing| names_of(missing))}</code>
                </span>
                <button
                    type="button"
                    class="btn sm"
                    data-testid="service-subscribe"
                    on:click=move |_| missing.with_untracked(|missing| desk.subscribe(missing))
                >
                    {move || lang.get().services_subscribe()}
                </button>
            </div>
        </Show>
    }
}
