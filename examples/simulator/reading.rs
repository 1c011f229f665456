//! Commands that only look.

use serde_json::{Map, Value, json};
use uiot_testbench::mqtt::Secret;
use uiot_testbench::simulator::services::model::{Asked, CallEnd, EndedCall};
use uiot_testbench::simulator::services::ota::ModuleState;
use uiot_testbench::simulator::{Device, Product};
use uiot_testbench::uiot::{Credential, RetCode, SystemTopic};

use crate::cloud::{Cloud, Outcome, Problem, WaitsFor, answer, found};
use crate::fields::{Arguments, Command, Field, Kind, may, needs};
use crate::trace;

const PRODUCT: Field = may("ProductSN", Kind::Text);
const DEVICE: Field = needs("DeviceSN", Kind::Text);

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "products",
        reads: true,
        fields: &[],
        help: "all products: their switches, custom topics and forwards",
        run: |cloud, _| {
            let products = cloud.platform.registry().products.values().map(product);
            found(json!({ "Products": products.collect::<Vec<_>>() }))
        },
    },
    Command {
        name: "devices",
        reads: true,
        fields: &[PRODUCT],
        help: "the devices of a product, and their states",
        run: |cloud, arguments| {
            let product = cloud.product(arguments)?;
            let devices = product.devices.values();
            let devices = devices.map(|device| self::device(cloud, &product.sn, device));
            found(json!({ "ProductSN": product.sn, "Devices": devices.collect::<Vec<_>>() }))
        },
    },
    Command {
        name: "trace",
        reads: true,
        fields: &[may("Since", Kind::Whole), may("Limit", Kind::Whole), PRODUCT, may("DeviceSN", Kind::Text)],
        help: "what the cloud saw, from line Since on; at most Limit lines (1000), of one device if it is named",
        run: run_trace,
    },
    Command {
        name: "shadow",
        reads: true,
        fields: &[PRODUCT, DEVICE],
        help: "a device's shadow",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            let document = cloud.platform.shadow_document(cloud.now, &device)?;
            found(serde_json::to_value(document).unwrap_or_default())
        },
    },
    Command {
        name: "properties",
        reads: true,
        fields: &[PRODUCT, DEVICE],
        help: "what a device reported last, and what is wished for it",
        run: |cloud, arguments| {
            let device = known(cloud, arguments)?;
            found(json!({
                "LatestUpdateTime": device.model.latest_update(),
                "Property": device.model.values(),
                "Desired": device.model.desired(),
            }))
        },
    },
    Command {
        name: "events",
        reads: true,
        fields: &[PRODUCT, DEVICE],
        help: "the last events of a device",
        run: |cloud, arguments| {
            let event = |event: &uiot_testbench::simulator::services::model::EventRecord| {
                json!({
                    "RequestID": event.request_id,
                    "Identifier": event.identifier,
                    "Name": event.name,
                    "Type": event.event_type,
                    "Time": event.time,
                    "Output": event.output,
                })
            };
            let events: Vec<_> = known(cloud, arguments)?.model.events().map(event).collect();
            found(json!({ "Events": events }))
        },
    },
    Command {
        name: "calls",
        reads: true,
        fields: &[PRODUCT, DEVICE],
        help: "property sets and commands: those that wait for the device, and how the last ones ended",
        run: |cloud, arguments| {
            let model = &known(cloud, arguments)?.model;
            let waiting: Vec<_> =
                model.waiting().map(|call| self::call(&call.request_id, &call.asked)).collect();
            let ended: Vec<_> = model.ended().map(ended_call).collect();
            found(json!({ "Waiting": waiting, "Ended": ended }))
        },
    },
    Command {
        name: "model",
        reads: true,
        fields: &[PRODUCT],
        help: "a product's thing model",
        run: |cloud, arguments| found(json!({ "Template": cloud.product(arguments)?.model.template() })),
    },
    Command {
        name: "firmwares",
        reads: true,
        fields: &[PRODUCT],
        help: "a product's firmwares, and how its devices' upgrades stand",
        run: run_firmwares,
    },
    Command {
        name: "faults",
        reads: true,
        fields: &[],
        help: "what goes wrong on request",
        run: |cloud, _| {
            let devices = cloud.platform.device_faults.iter();
            let devices = devices.map(|(device, faults)| {
                json!({ "ProductSN": device.product_sn, "DeviceSN": device.device_sn, "Faults": faults })
            });
            found(json!({ "Faults": cloud.platform.faults, "Devices": devices.collect::<Vec<_>>() }))
        },
    },
    Command {
        name: "usage",
        reads: true,
        fields: &[],
        help: "how much the platform holds: connections, sessions, and bytes of what waits",
        run: |cloud, _| {
            let usage = cloud.platform.usage();
            found(json!({
                "Connections": usage.connections,
                "Sessions": usage.sessions,
                "Timers": usage.timers,
                "Queued": usage.queued,
                "OnTheWay": usage.on_the_way,
                "Unread": usage.unread,
                "DeviceData": usage.device_data,
                "Trace": usage.trace,
            }))
        },
    },
    Command {
        name: "choices",
        reads: true,
        fields: &[],
        help: "what the platform does where its documents are silent",
        run: |cloud, _| found(json!({ "Choices": cloud.platform.choices })),
    },
];

fn known<'a>(cloud: &'a Cloud<'_>, arguments: &Arguments) -> Result<&'a Device, Problem> {
    let device = cloud.device(arguments)?;
    Ok(cloud.platform.registry().device(&device).ok_or(RetCode::NO_DEVICE)?)
}

fn product(product: &Product) -> Value {
    json!({
        "ProductSN": product.sn,
        "Name": product.name,
        "DynamicRegistration": product.dynamic_registration,
        "PreAuthentication": product.pre_authentication,
        "Shadow": product.shadow,
        "Published": product.published,
        "Gateway": product.gateway,
        "BehindGateway": product.behind_gateway,
        "Topics": product.topics,
        "Forwards": product.forwards,
        "Devices": product.devices.len(),
    })
}

fn device(cloud: &Cloud<'_>, product_sn: &str, device: &Device) -> Value {
    let credential = Credential::new(product_sn, &device.sn);
    let sub_device =
        |device: &Credential| json!({ "ProductSN": device.product_sn, "DeviceSN": device.device_sn });
    let topology = &device.gateway;
    json!({
        "DeviceSN": device.sn,
        "State": device.state().as_str(),
        "Connected": cloud.platform.is_connected(&credential),
        "Waiting": cloud.platform.waiting(&credential),
        "Gateway": topology.owner().map(sub_device),
        "SubDevices": topology.sub_devices().iter().map(sub_device).collect::<Vec<_>>(),
    })
}

fn run_trace(cloud: &mut Cloud<'_>, arguments: &Arguments) -> Result<Outcome, Problem> {
    let product_sn = arguments.text("ProductSN");
    let device_sn = arguments.text("DeviceSN");
    let limit = usize::try_from(arguments.whole("Limit").unwrap_or(1000)).unwrap_or(usize::MAX);
    let of_device = |device: Option<&Credential>| {
        product_sn.is_none_or(|wanted| device.is_some_and(|device| device.product_sn == wanted))
            && device_sn.is_none_or(|wanted| device.is_some_and(|device| device.device_sn == wanted))
    };
    let lines = cloud.platform.trace().since(arguments.whole("Since").unwrap_or(0));
    let wanted = lines.filter(|line| of_device(line.device.as_ref()));
    // One more than wanted tells whether the answer is all there is.
    let lines: Vec<_> = wanted.take(limit.saturating_add(1)).collect();
    let next = match lines.get(limit) {
        Some(beyond) => beyond.seq,
        None => cloud.platform.trace().next_seq(),
    };
    let lines = lines.iter().take(limit).map(|line| trace::json(line, cloud.platform.wall(line.at)));
    found(json!({ "Lines": lines.collect::<Vec<_>>(), "Next": next }))
}

fn run_firmwares(cloud: &mut Cloud<'_>, arguments: &Arguments) -> Result<Outcome, Problem> {
    let product = cloud.product(arguments)?;
    let firmware = |firmware: &uiot_testbench::simulator::services::ota::Firmware| {
        json!({
            "Version": firmware.version,
            "Size": firmware.size,
            "MD5": firmware.md5,
            "Description": firmware.description,
            "URL": firmware.elsewhere,
        })
    };
    let modules = product.ota.modules().iter().map(|(module, firmwares)| {
        let firmwares: Vec<_> = firmwares.iter().map(firmware).collect();
        json!({ "Module": module, "Firmwares": firmwares })
    });
    let modules: Vec<_> = modules.collect();
    let module_state = |state: ModuleState| {
        json!({
            "Version": state.version,
            "State": format!("{:?}", state.state),
            "Target": state.task.as_ref().map(|task| task.target.clone()),
            "Percent": state.task.as_ref().and_then(|task| task.percent),
            "ErrCode": state.task.as_ref().and_then(|task| task.err_code),
            "ReportedAt": state.reported_at,
        })
    };
    let devices = cloud.platform.firmware_status(&product.sn).into_iter().map(|status| {
        json!({
            "DeviceSN": status.device.device_sn,
            "Module": status.module,
            "Status": status.status.map(module_state),
        })
    });
    found(json!({ "Modules": modules, "Devices": devices.collect::<Vec<_>>() }))
}

fn call(request_id: &str, asked: &Asked) -> Value {
    match asked {
        Asked::Set(property) => {
            json!({ "RequestID": request_id, "Kind": SystemTopic::PropertySet.suffix(), "Property": property })
        }
        Asked::Command { identifier, input, .. } => json!({
            "RequestID": request_id,
            "Kind": SystemTopic::Command.suffix(),
            "Identifier": identifier,
            "Input": input,
        }),
    }
}

fn ended_call(ended: &EndedCall) -> Value {
    let mut fields = call(&ended.call.request_id, &ended.call.asked);
    if let Value::Object(fields) = &mut fields {
        fields.extend(end(ended));
    }
    fields
}

/// How a call ended, with its code.
fn end(ended: &EndedCall) -> Map<String, Value> {
    let fields = match &ended.end {
        CallEnd::Answered { output, .. } => json!({ "Output": output }),
        CallEnd::WrongAnswer { why, .. } => json!({ "Why": why }),
        CallEnd::Overdue | CallEnd::CrowdedOut => Value::Null,
    };
    match answer(ended.end.code(), fields) {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// The answer to a call for which somebody waits, if it has ended.
pub(crate) fn ended(cloud: &Cloud<'_>, call: &WaitsFor) -> Option<Value> {
    let Some(device) = cloud.platform.registry().device(&call.device) else {
        return Some(answer(RetCode::NO_DEVICE, Value::Null));
    };
    let ended = device.model.end_of(&call.request_id)?;
    let mut fields = end(ended);
    fields.insert("RequestID".into(), call.request_id.as_str().into());
    Some(fields.into())
}

/// A secret, for whoever just made it.
pub(crate) fn shown(secret: &Secret) -> Value {
    secret.expose().into()
}
