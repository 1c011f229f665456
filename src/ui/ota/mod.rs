//! The page of firmware upgrades: what the device reports, what the cloud orders, and how the upgrade is played.

mod fetch;
mod link;
mod plan;
mod steps;
mod task;
mod version;

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::bench::Bench;
use super::components::{Icon, IconName};
use super::context::use_lang;
use super::page::Page;
use super::services::{Desk, Obstacles, Served, Trail, use_desk};
use crate::uiot::ota::{DEFAULT_MODULE, ErrCode, OtaError, Percent, ProgressState};
use crate::uiot::{Outgoing, SystemTopic, TopicFamily};
use fetch::Fetch;

/// What the page listens to.
const TOPICS: &[SystemTopic] = &[SystemTopic::OtaDownstream];

/// What a person did here, which outlasts another page. How upgrades go stands with the services: they need it while no page
/// is shown.
#[derive(Clone, Copy)]
struct Drafts {
    /// Which module the version is of.
    module: RwSignal<String>,
    /// What was typed; none as long as it is the version that is known.
    version: RwSignal<Option<String>>,
    /// Why the last thing that was wanted of the version did not go.
    problem: RwSignal<Option<OtaError>>,
    /// What an upgrade that fails does, also while another outcome is chosen.
    code: RwSignal<ErrCode>,
    /// The code that is not documented.
    other: RwSignal<i64>,
    state: RwSignal<ProgressState>,
    percent: RwSignal<Percent>,
    /// What an upgrade that succeeds reports; empty for what was ordered.
    success: RwSignal<String>,
    /// What was really fetched, by module.
    fetches: RwSignal<BTreeMap<String, Fetch>>,
    aborts: StoredValue<BTreeMap<String, web_sys::AbortController>, LocalStorage>,
}

/// Keeps what a person did here while another page is shown.
pub(super) fn provide(_bench: Bench) {
    provide_context(Drafts {
        module: RwSignal::new(DEFAULT_MODULE.to_owned()),
        version: RwSignal::new(None),
        problem: RwSignal::new(None),
        code: RwSignal::new(ErrCode::Md5Mismatch),
        other: RwSignal::new(-7),
        state: RwSignal::new(ProgressState::Downloading),
        percent: RwSignal::new(Percent::new(85).unwrap_or_default()),
        success: RwSignal::new(String::new()),
        fetches: RwSignal::new(BTreeMap::new()),
        aborts: StoredValue::new_local(BTreeMap::new()),
    });
}

/// Stops what is being fetched for a session that is gone.
pub(super) fn stop_fetches(session: &super::sessions::Session) {
    if let Some(drafts) = session.context::<Drafts>() {
        drafts.aborts.with_value(|all| all.values().for_each(web_sys::AbortController::abort));
    }
}

#[component]
pub(super) fn OtaPage() -> impl IntoView {
    view! {
        <div class="svc ota" data-testid="ota">
            <Served>{page()}</Served>
        </div>
    }
}

fn page() -> AnyView {
    let lang = use_lang();
    let desk = use_desk();
    let modules = Memo::new(move |_| {
        let of_run = |services: &crate::uiot::services::Services| {
            let tracks = services.plays.tracks().iter().filter(|(_, track)| track.run.is_some());
            tracks.map(|(module, _)| module.clone()).collect::<Vec<_>>()
        };
        desk.read(of_run).unwrap_or_default()
    });
    view! {
        <Obstacles topics=TOPICS />
        {told(desk)}
        <div class="scroll">
            <h1 class="sr">{move || lang.get().ota_page()}</h1>
            <div class="ow">
                <div class="tasks">
                    <For each=move || modules.get() key=String::clone children=move |module| task::card(desk, module) />
                    <Show when=move || modules.with(Vec::is_empty)>{nothing(desk)}</Show>
                </div>
                <div class="aside">{version::card(desk)} {plan::card(desk)}</div>
                <section class="card msgs" aria-labelledby="ota-h-messages">
                    <div class="bar">
                        <h2 id="ota-h-messages">{move || lang.get().ota_messages()}</h2>
                        <bdi class="right mono fg3 upon">"$sys/ota/upstream · downstream"</bdi>
                    </div>
                    <Trail families=&[TopicFamily::Ota] />
                </section>
            </div>
        </div>
    }
    .into_any()
}

/// What the cloud said that changed nothing.
fn told(desk: Desk) -> AnyView {
    let lang = use_lang();
    let oddity = Memo::new(move |_| desk.read(|services| services.plays.oddity().cloned()).flatten());
    let misread = Memo::new(move |_| {
        desk.read(|services| services.misread().get(&TopicFamily::Ota).map(|misread| misread.why.clone()))
            .flatten()
    });
    view! {
        {move || {
            misread
                .get()
                .map(|why| {
                    view! {
                        <p class="note err flat" role="status" data-testid="ota-misread">
                            <Icon name=IconName::Error />
                            <span>{move || lang.get().services_misread("ota/downstream", &why)}</span>
                        </p>
                    }
                })
        }}
        {move || {
            oddity
                .get()
                .map(|(at, oddity)| {
                    let time = desk.bench.short_time_of(at);
                    view! {
                        <p class="note warn flat" role="status" data-testid="ota-oddity">
                            <Icon name=IconName::Warning />
                            <span>{time} " " {move || lang.get().ota_oddity(&oddity)}</span>
                        </p>
                    }
                })
        }}
    }
    .into_any()
}

/// What stands where there is no upgrade, with the next step.
fn nothing(desk: Desk) -> AnyView {
    let lang = use_lang();
    let is_reported = Memo::new(move |_| {
        desk.read(|services| services.ota.modules().values().any(|module| module.version.is_some()))
            == Some(true)
    });
    let words = move || {
        let lang = lang.get();
        match (is_reported.get(), desk.bench.is_simulated()) {
            (false, _) => lang.ota_none_unreported(),
            (true, false) => lang.ota_none_reported(),
            (true, true) => lang.ota_none_simulated(),
        }
    };
    view! {
        <section class="card" aria-labelledby="ota-h-none">
            <div class="bar">
                <h2 id="ota-h-none">{move || lang.get().ota_task()}</h2>
            </div>
            <div class="empty" data-testid="ota-none">
                <Icon name=IconName::Upload />
                <b>{move || lang.get().ota_none()}</b>
                <span>{words}</span>
            </div>
        </section>
    }
    .into_any()
}

/// In a session with the simulator: has its cloud push what there is, and leads to its page.
fn orders(desk: Desk) -> AnyView {
    let lang = use_lang();
    let drafts = expect_context::<Drafts>();
    let simulated = move || desk.bench.is_simulated();
    let next = Memo::new(move |_| {
        let module = drafts.module.get();
        // What is pushed may have become the version.
        let version = desk
            .read(|services| services.ota.modules().get(&module).and_then(|known| known.version.clone()))
            .flatten();
        let device = desk.device().filter(|_| simulated())?;
        crate::device::simulator().act(|platform, _| {
            let product = platform.registry().product(&device.product_sn)?;
            let firmwares = product.ota.modules().get(&module)?;
            let mut others = firmwares.iter().rev().map(|firmware| firmware.version.clone());
            others.find(|other| Some(other) != version.as_ref())
        })
    });
    let push = move |_| {
        let (Some(version), Some(device)) = (next.get_untracked(), desk.device()) else { return };
        let module = drafts.module.get_untracked();
        let pushed = crate::device::simulator()
            .act(|platform, now| platform.push_firmware(now, &device, &module, &version));
        if let Err(code) = pushed {
            let lang = lang.get_untracked();
            desk.tell(lang.ota_refused(code.0, lang.ret_code(code).unwrap_or_default()));
        }
    };
    view! {
        <Show when=simulated>
            <div class="row wraps">
                {move || {
                    next.get()
                        .map(|version| {
                            view! {
                                <button type="button" class="btn grow" data-testid="ota-order" on:click=push>
                                    <Icon name=IconName::Simulator />
                                    {move || lang.get().ota_order(&version)}
                                </button>
                            }
                        })
                }}
                <a class="btn gho" href=Page::Cloud.href() data-testid="ota-to-cloud">
                    <Icon name=IconName::Cloud />
                    {move || lang.get().ota_to_cloud()}
                </a>
            </div>
        </Show>
    }
    .into_any()
}

/// Does something with the upgrades and sends what comes of it; why not, where it does not go.
fn act(
    desk: Desk,
    act: impl FnOnce(&mut crate::uiot::services::Services, crate::mqtt::Moment) -> Result<Vec<Outgoing>, OtaError>,
) -> Option<OtaError> {
    let done = desk.act(|services, now| {
        act(services, now).map(|out| out.into_iter().for_each(|out| services.send(out)))
    });
    done.and_then(Result::err)
}
