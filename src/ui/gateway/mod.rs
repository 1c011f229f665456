//! The page of a gateway and its sub-devices.

mod enter;
mod kept;
mod outcomes;
mod subscribed;
mod table;
mod traffic;

use leptos::prelude::*;

use super::bench::Bench;
use super::components::{Icon, IconName};
use super::context::use_lang;
use super::page::Page;
use super::preferences::use_preferences;
use super::services::{Desk, Obstacles, Served, Trail, use_desk};
use super::sessions::use_sessions;
use crate::device::simulator;
use crate::mqtt::{Secret, SubscriptionState};
use crate::simulator::demo;
use crate::uiot::{Credential, SystemTopic, TopicFamily};
use enter::Enter;
use kept::Kept;
use outcomes::Outcomes;
use table::Table;
use traffic::Traffic;

/// What the page listens to.
const TOPICS: &[SystemTopic] = &[
    SystemTopic::SubRegisterReply,
    SystemTopic::TopoAddReply,
    SystemTopic::TopoDeleteReply,
    SystemTopic::TopoGetReply,
    SystemTopic::TopoNotifyAdd,
    SystemTopic::TopoNotifyDelete,
    SystemTopic::SubLoginReply,
    SystemTopic::SubLogoutReply,
    SystemTopic::SubEnable,
    SystemTopic::SubDisable,
    SystemTopic::SubDelete,
    SystemTopic::TopoFoundReply,
];

/// Keeps what a person did here while another page is shown.
pub(super) fn provide(_bench: Bench) {
    provide_context(Kept::new());
}

/// Whether the device is a gateway, as far as that can be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is, or nothing speaks against it.
    Open,
    /// The simulator knows that it is none, and whether it belongs behind one.
    No { behind: bool },
    /// The platform refused what only gateways may subscribe.
    LikelyNo,
}

fn standing(desk: Desk) -> Standing {
    let Some(device) = desk.device() else { return Standing::Open };
    if desk.bench.is_simulated() {
        let product = simulator().act(|platform, _| {
            platform
                .registry()
                .product(&device.product_sn)
                .map(|product| (product.gateway, product.behind_gateway))
        });
        return match product {
            Some((false, behind)) => Standing::No { behind },
            _ => Standing::Open,
        };
    }
    let is_refused = |topic: &SystemTopic| {
        let filter = topic.of(&device);
        desk.bench.subscriptions.with(|list| {
            list.iter().any(|known| {
                known.filter.as_str() == filter && matches!(known.state, SubscriptionState::Refused(_))
            })
        })
    };
    if TOPICS.iter().any(is_refused) { Standing::LikelyNo } else { Standing::Open }
}

#[component]
pub(super) fn GatewayPage() -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let kept = expect_context::<Kept>();
    let is_demo = Memo::new(move |_| {
        let is_one = |device: Credential| device.product_sn == demo::GATEWAY_PRODUCT;
        desk.bench.is_simulated() && desk.device().is_some_and(is_one)
    });
    // Whoever tries the gateway has something to begin with.
    Effect::new(move |_| {
        if is_demo.get() && !kept.filled.get_value() {
            kept.filled.set_value(true);
            let sensors = [demo::STATIC_SUB, demo::NEW_SUB];
            kept.listed.set(sensors.map(|sn| Credential::new(demo::SUB_PRODUCT, sn)).into());
            kept.set_secret(demo::SUB_PRODUCT, Secret::new(demo::SUB_PRODUCT_SECRET));
            kept.product.set(demo::SUB_PRODUCT.to_owned());
        }
    });
    view! {
        <div class="svc gw" data-testid="gateway-page">
            <div class="bar">
                <Icon name=IconName::Gateway />
                <h1>{move || lang.get().gateway_title()}</h1>
                <TryGateway is_demo />
            </div>
            <Served>
                <Obstacles topics=TOPICS />
                <About is_demo />
                <div class="gw-b">
                    <div class="gw-main scroll">
                        <Enter />
                        <Table />
                        <Traffic />
                    </div>
                    <div class="gw-side scroll">
                        <Outcomes />
                        <section aria-label=move || lang.get().services_history()>
                            <h2 class="gw-h">{move || lang.get().services_history()}</h2>
                            <Trail families=&[TopicFamily::Gateway] />
                        </section>
                    </div>
                </div>
            </Served>
        </div>
    }
    .into_any()
}

/// Starts a session with the simulator's gateway: this one if it has never connected, else a new one.
#[component]
fn TryGateway(is_demo: Memo<bool>) -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let sessions = use_sessions();
    let preferences = use_preferences();
    let begin = move |_| {
        let unused = desk.bench.status.with_untracked(|status| status.plan.is_none());
        let bench = if unused {
            Some(desk.bench)
        } else {
            sessions.open_on(Page::Gateway, preferences.new_profile()).map(|new| new.bench)
        };
        if let Some(bench) = bench {
            bench.try_gateway();
        }
    };
    view! {
        <Show when=move || !is_demo.get()>
            <button type="button" class="btn sm right" data-testid="gateway-try" on:click=begin>
                <Icon name=IconName::Simulator />
                {move || lang.get().gateway_try()}
            </button>
        </Show>
    }
}

/// What the page is for, and whether the device can use it.
#[component]
fn About(is_demo: Memo<bool>) -> impl IntoView {
    let lang = use_lang();
    let desk = use_desk();
    let stands = Memo::new(move |_| standing(desk));
    let text = move || {
        let lang = lang.get();
        match stands.get() {
            Standing::No { behind: true } => {
                (Some(lang.gateway_none_is()), lang.gateway_is_behind().to_owned())
            }
            Standing::No { .. } => (Some(lang.gateway_none_is()), lang.gateway_none_is_why().to_owned()),
            Standing::LikelyNo => {
                (Some(lang.gateway_likely_none()), lang.gateway_likely_none_why().to_owned())
            }
            Standing::Open if is_demo.get() => (None, lang.gateway_demo(demo::STATIC_SUB, demo::NEW_SUB)),
            Standing::Open => (None, lang.gateway_what().to_owned()),
        }
    };
    let misread = move || {
        let found = desk.read(|services| services.misread().get(&TopicFamily::Gateway).cloned()).flatten()?;
        let words = lang.get().services_misread(found.topic.suffix(), &found.why);
        Some(view! {
            <p class="note err flat" role="status" data-testid="gateway-misread">
                <Icon name=IconName::Error />
                <span class="grow">{words}</span>
            </p>
        })
    };
    let is_against = move || stands.get() != Standing::Open;
    view! {
        <div class="note flat" class:warn=is_against data-testid="gateway-about">
            {move || {
                let name = if is_against() { IconName::Warning } else { IconName::Note };
                view! { <Icon name=name /> }
            }}
            <p class="grow">{move || text().0.map(|head| view! { <b>{head}</b> " " })} {move || text().1}</p>
        </div>
        {misread}
    }
    .into_any()
}
