use std::collections::BTreeMap;

use super::{Choices, firmware};
use crate::simulator::services::Context;
use crate::simulator::{TRACE_PAYLOAD, TraceEvent};
use crate::uiot::ota::{Body, Downstream, ErrCode, Percent, Progress, ProgressState, UpgradeState, Upstream};
use crate::uiot::{Credential, RetCode, SystemTopic, version_is_regular};

/// Characters of an error in the trace.
const ERROR_LENGTH: usize = 300;

/// An upgrade that the cloud ordered, which may have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The version that the module shall have.
    pub target: String,
    /// How far the device is with fetching or burning, whichever it does.
    pub percent: Option<Percent>,
    /// Why it failed, if the device said so.
    pub err_code: Option<ErrCode>,
}

/// A module whose version the device reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleState {
    /// The version that it has.
    pub version: String,
    /// Where its upgrade stands.
    pub state: UpgradeState,
    /// The upgrade that runs, or the last one.
    pub task: Option<Task>,
    /// When the device last reported, in milliseconds since 1970, UTC.
    pub reported_at: u64,
}

/// A device's firmware versions and upgrades, by module; only modules that its product has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceOta {
    pub(super) modules: BTreeMap<String, ModuleState>,
}

impl DeviceOta {
    /// The modules that the device reported.
    pub const fn modules(&self) -> &BTreeMap<String, ModuleState> {
        &self.modules
    }

    /// Whether an upgrade of any module runs.
    pub fn is_running(&self) -> bool {
        self.modules.values().any(|module| module.state.is_running())
    }
}

/// What a report leads to.
enum Consequence {
    /// Nothing beyond what the registry knows now.
    None,
    /// The order to fetch this version is sent once more.
    Send { module: String, target: String },
    /// An upgrade has ended.
    Settled(RetCode),
}

/// A message on `ota/upstream`.
pub(in crate::simulator::services) fn receive(cx: &mut Context<'_>, from: &Credential, payload: &[u8]) {
    let result = serde_json::from_slice::<Body<Upstream>>(payload)
        // The parser repeats a method that it does not know, however long.
        .map_err(|error| error.to_string().chars().take(ERROR_LENGTH).collect())
        .and_then(|body| reported(cx, from, body.message));
    match result {
        Ok(Consequence::None) => {}
        Ok(Consequence::Send { module, target }) => send_order(cx, from, &module, &target),
        Ok(Consequence::Settled(code)) => {
            let answer = &payload[..payload.len().min(TRACE_PAYLOAD)];
            let answer = String::from_utf8_lossy(answer).into_owned();
            let (topic, request_id) = (SystemTopic::OtaDownstream, String::new());
            cx.trace(from, TraceEvent::Settled { topic, request_id, code, answer });
        }
        Err(why) => cx.trace(from, TraceEvent::ServiceError { topic: SystemTopic::OtaUpstream, why }),
    }
}

/// Sends the order to fetch a firmware, if there still is one.
pub(super) fn send_order(cx: &mut Context<'_>, device: &Credential, module: &str, target: &str) {
    let order = cx
        .registry
        .product(&device.product_sn)
        .and_then(|product| product.ota.firmware(module, target))
        .map(|found| firmware::order(&cx.choices.ota, &device.product_sn, module, found, cx.wall));
    match order {
        Some(order) => {
            cx.send(device, SystemTopic::OtaDownstream, &Body::from(Downstream::UpdateFirmware(order)));
        }
        None => {
            let why = format!("firmware {target} of module {module} was removed");
            cx.trace(device, TraceEvent::ServiceError { topic: SystemTopic::OtaDownstream, why });
        }
    }
}

fn reported(cx: &mut Context<'_>, from: &Credential, message: Upstream) -> Result<Consequence, String> {
    let (wall, choices) = (cx.wall, &cx.choices.ota);
    let (device, _, product) =
        cx.registry.device_and_product_mut(from).ok_or_else(|| "no such device".to_owned())?;
    if !product.modules().contains_key(message.module()) {
        return Err(format!("the product has no module {}", shown(message.module())));
    }
    let modules = &mut device.ota.modules;
    let consequence = match message {
        Upstream::ReportVersion(report) => {
            return version(modules, choices, wall, report.module, report.version);
        }
        Upstream::RequestFirmware(request) => {
            return request_firmware(modules, choices, &request.module, &request.version);
        }
        Upstream::ReportProgress(report) => {
            let module = running(modules, &report.module)?;
            module.reported_at = wall;
            return progress(module, choices, &report);
        }
        Upstream::ReportSuccess(report) => {
            let module = running(modules, &report.module)?;
            module.reported_at = wall;
            let target = module.task.as_ref().map(|task| task.target.as_str());
            if target == Some(report.version.as_str()) {
                module.state = UpgradeState::Succeeded;
                module.version = report.version;
                RetCode::SUCCESS
            } else {
                module.state = UpgradeState::Failed;
                RetCode::PARAMETER_WRONG
            }
        }
        Upstream::ReportFail(report) => {
            let module = running(modules, &report.module)?;
            module.reported_at = wall;
            module.state = UpgradeState::Failed;
            if let Some(task) = &mut module.task {
                task.err_code = Some(report.err_code);
            }
            RetCode(report.err_code.number())
        }
    };
    Ok(Consequence::Settled(consequence))
}

fn version(
    modules: &mut BTreeMap<String, ModuleState>,
    choices: &Choices,
    wall: u64,
    module: String,
    version: String,
) -> Result<Consequence, String> {
    if !version_is_regular(&version) {
        return Err(format!("{} is no version", shown(&version)));
    }
    let known = modules.entry(module).or_insert_with(|| ModuleState {
        version: String::new(),
        state: UpgradeState::Initial,
        task: None,
        reported_at: wall,
    });
    known.reported_at = wall;
    known.version = version;
    let reached = known.task.as_ref().is_some_and(|task| task.target == known.version);
    if choices.version_report_settles && known.state.is_running() && reached {
        known.state = UpgradeState::Succeeded;
        return Ok(Consequence::Settled(RetCode::SUCCESS));
    }
    Ok(Consequence::None)
}

/// Answered only if there is something to upgrade to.
fn request_firmware(
    modules: &BTreeMap<String, ModuleState>,
    choices: &Choices,
    module: &str,
    version: &str,
) -> Result<Consequence, String> {
    if !version_is_regular(version) {
        return Err(format!("{} is no version", shown(version)));
    }
    let waits = |state: &UpgradeState| match choices.request_while_running {
        true => state.is_running(),
        false => *state == UpgradeState::Pending,
    };
    let task = modules.get(module).filter(|known| waits(&known.state)).and_then(|known| known.task.as_ref());
    Ok(match task {
        Some(task) if task.target != version => {
            Consequence::Send { module: module.to_owned(), target: task.target.clone() }
        }
        _ => Consequence::None,
    })
}

fn progress(module: &mut ModuleState, choices: &Choices, report: &Progress) -> Result<Consequence, String> {
    let task = module.task.as_mut().ok_or("no upgrade runs")?;
    if let Some(version) = report.version.as_ref().filter(|version| **version != task.target) {
        return Err(format!("progress of version {}, not of {}", shown(version), task.target));
    }
    let state = report.state.or(choices.missing_state).ok_or("progress without State")?;
    match state {
        ProgressState::Burning => module.state = UpgradeState::Burning,
        // 下载中 is where no burning was reported yet; a message with QoS 0 may come late.
        ProgressState::Downloading if module.state == UpgradeState::Burning => return Ok(Consequence::None),
        ProgressState::Downloading => module.state = UpgradeState::Downloading,
    }
    if report.percent.is_some() {
        task.percent = report.percent;
    }
    Ok(Consequence::None)
}

fn running<'a>(
    modules: &'a mut BTreeMap<String, ModuleState>,
    module: &str,
) -> Result<&'a mut ModuleState, String> {
    let known = modules.get_mut(module).filter(|known| known.state.is_running());
    known.ok_or_else(|| format!("no upgrade of module {} runs", shown(module)))
}

/// What a device wrote, short enough for the trace.
fn shown(text: &str) -> String {
    let short: String = text.chars().take(64).collect();
    if short.len() < text.len() { format!("{short:?}…") } else { format!("{short:?}") }
}
