//! Orders to upgrade: pushed, retried, cancelled; and where each module of the device stands.

use leptos::prelude::*;

use super::{form_of, go_button, select_field};
use crate::i18n::Lang;
use crate::simulator::Platform;
use crate::ui::cloud::actions::Action;
use crate::ui::cloud::outcome::{Done, Fault};
use crate::ui::cloud::{Cloud, use_cloud};
use crate::ui::components::IconName;
use crate::ui::context::use_lang;
use crate::uiot::Credential;
use crate::uiot::ota::{DEFAULT_MODULE, UpgradeState};

/// What is chosen; what is empty, or gone, is the first that there is, of versions the newest.
#[derive(Clone, Copy)]
pub(super) struct FirmwareDraft {
    module: RwSignal<String>,
    version: RwSignal<String>,
}

impl FirmwareDraft {
    pub(super) fn new() -> Self {
        Self { module: RwSignal::new(DEFAULT_MODULE.to_owned()), version: RwSignal::new(String::new()) }
    }
}

/// A module of the product, its firmwares, and how the device stands.
#[derive(Clone, PartialEq)]
struct Module {
    name: String,
    /// The newest last.
    versions: Vec<String>,
    state: Option<Standing>,
}

#[derive(Clone, PartialEq)]
struct Standing {
    version: String,
    state: UpgradeState,
    target: Option<String>,
    percent: Option<u8>,
    err_code: Option<i64>,
}

fn modules(platform: &Platform, target: &Credential) -> Vec<Module> {
    let Some(product) = platform.registry().product(&target.product_sn) else { return Vec::new() };
    let device = product.devices.get(&target.device_sn);
    let module = |(name, firmwares): (&String, &Vec<crate::simulator::services::ota::Firmware>)| {
        let known = device.and_then(|device| device.ota.modules().get(name));
        let state = known.map(|known| Standing {
            version: known.version.clone(),
            state: known.state,
            target: known.task.as_ref().map(|task| task.target.clone()),
            percent: known.task.as_ref().and_then(|task| task.percent).map(|percent| percent.number()),
            err_code: known.task.as_ref().and_then(|task| task.err_code).map(|code| code.number()),
        });
        let versions = firmwares.iter().map(|firmware| firmware.version.clone()).collect();
        Module { name: name.clone(), versions, state }
    };
    product.ota.modules().iter().map(module).collect()
}

fn push(cloud: Cloud, module: &str, version: &str) {
    let Some(target) = untrack(|| cloud.target()) else { return };
    if version.is_empty() {
        return cloud.decline(Action::Push, Fault::Form(Lang::cloud_no_version));
    }
    cloud.attempt(Action::Push, |platform, now| {
        platform.push_firmware(now, &target, module, version)?;
        Ok(Done::Ordered(version.to_owned()))
    });
}

fn retry(cloud: Cloud, action: Action, module: &str) {
    let Some(target) = untrack(|| cloud.target()) else { return };
    cloud.attempt(action, |platform, now| {
        platform.retry_firmware(now, &target, module)?;
        Ok(Done::Retried)
    });
}

fn cancel(cloud: Cloud, action: Action, module: &str) {
    let Some(target) = untrack(|| cloud.target()) else { return };
    cloud.attempt(action, |platform, now| {
        platform.cancel_firmware(now, &target, module)?;
        Ok(Done::UpgradeCancelled)
    });
}

/// The form; with what orders an upgrade, or with the table alone.
pub(super) fn form(pushes: bool) -> AnyView {
    let cloud = use_cloud();
    let modules = Memo::new(move |_| {
        let target = cloud.target();
        target.map(|target| cloud.look(|platform, _| modules(platform, &target))).unwrap_or_default()
    });
    if !pushes {
        return view! { <div class="cl-fields">{table(cloud, Action::Upgrades, modules)}</div> }.into_any();
    }
    let lang = use_lang();
    let draft = cloud.drafts.firmware;
    let module = Memo::new(move |_| {
        let wanted = draft.module.get();
        modules.with(|all| all.iter().find(|module| module.name == wanted).or(all.first()).cloned())
    });
    let version = Memo::new(move |_| {
        let wanted = draft.version.get();
        module.with(|module| {
            let versions = module.as_ref().map(|module| module.versions.as_slice()).unwrap_or_default();
            versions
                .iter()
                .find(|version| **version == wanted)
                .or(versions.last())
                .cloned()
                .unwrap_or_default()
        })
    });
    let name = Signal::derive(move || {
        module.with(|module| module.as_ref().map(|module| module.name.clone()).unwrap_or_default())
    });
    let names =
        Memo::new(move |_| modules.with(|all| all.iter().map(|one| one.name.clone()).collect::<Vec<_>>()));
    let versions = Memo::new(move |_| {
        module.with(|module| module.as_ref().map(|module| module.versions.clone()).unwrap_or_default())
    });
    let controls = view! {
        <div class="cl-three">
            {select_field(
                "cloud-module",
                Lang::cloud_module,
                names,
                name,
                Callback::new(move |id| draft.module.set(id)),
            )}
            {select_field(
                "cloud-version",
                Lang::cloud_firmware,
                versions,
                version.into(),
                Callback::new(move |id| draft.version.set(id)),
            )} {go_button("cloud-send", Lang::cloud_push, IconName::Upload)}
        </div>
        <Show when=move || versions.with(Vec::is_empty)>
            <p class="hint">{move || lang.get().cloud_no_firmware()}</p>
        </Show>
    };
    let submit = move || push(cloud, &name.get_untracked(), &version.get_untracked());
    view! {
        {form_of(controls.into_any(), submit)}
        <div class="cl-fields">{table(cloud, Action::Push, modules)}</div>
    }
    .into_any()
}

/// The modules of the device, each with what can be done with its upgrade.
fn table(cloud: Cloud, action: Action, modules: Memo<Vec<Module>>) -> AnyView {
    let lang = use_lang();
    let names = move || modules.with(|all| all.iter().map(|module| module.name.clone()).collect::<Vec<_>>());
    view! {
        <table class="cl-table" data-testid="cloud-upgrades">
            <caption class="sr">{move || lang.get().cloud_upgrades()}</caption>
            <thead>
                <tr>
                    <th scope="col">{move || lang.get().cloud_module()}</th>
                    <th scope="col">{move || lang.get().cloud_col_version()}</th>
                    <th scope="col">{move || lang.get().cloud_col_target()}</th>
                    <th scope="col">{move || lang.get().cloud_col_state()}</th>
                    <th scope="col">
                        <span class="sr">{move || lang.get().cloud_title()}</span>
                    </th>
                </tr>
            </thead>
            <tbody>
                <For each=names key=|name| name.clone() children=move |name| row(cloud, action, modules, name) />
            </tbody>
        </table>
    }
    .into_any()
}

fn row(cloud: Cloud, action: Action, modules: Memo<Vec<Module>>, name: String) -> AnyView {
    let lang = use_lang();
    let here = name.clone();
    let state = Memo::new(move |_| {
        modules
            .with(|all| all.iter().find(|module| module.name == here).and_then(|module| module.state.clone()))
    });
    let version = move || match state.get() {
        Some(state) => state.version,
        None => lang.get().cloud_unreported().to_owned(),
    };
    let target = move || state.with(|state| state.as_ref().and_then(|state| state.target.clone()));
    let stands = move || {
        let state = state.get()?;
        let mut words = lang.get().cloud_upgrade(state.state).to_owned();
        if let Some(percent) = state.percent.filter(|_| state.state.is_running()) {
            words.push_str(&format!(" {percent} %"));
        }
        if let Some(code) = state.err_code {
            words.push_str(&format!(" ErrCode {code}"));
        }
        Some(words)
    };
    let word = move || state.with(|state| state.as_ref().map(|state| state.state.console_word()));
    let (again, stop, shown) = (name.clone(), name.clone(), name.clone());
    view! {
        <tr data-testid="cloud-upgrade" data-module=name data-state=word>
            <th scope="row" class="mono">
                <bdi>{shown}</bdi>
            </th>
            <td class="mono">{version}</td>
            <td class="mono">{move || target().unwrap_or_else(|| "—".to_owned())}</td>
            <td>{move || stands().unwrap_or_else(|| "—".to_owned())}</td>
            <td class="cl-btns">
                <button
                    type="button"
                    class="btn sm"
                    data-testid="cloud-retry"
                    on:click=move |_| retry(cloud, action, &again)
                >
                    {move || lang.get().cloud_retry()}
                </button>
                <button
                    type="button"
                    class="btn sm"
                    data-testid="cloud-cancel"
                    on:click=move |_| cancel(cloud, action, &stop)
                >
                    {move || lang.get().cloud_cancel_upgrade()}
                </button>
            </td>
        </tr>
    }
    .into_any()
}
