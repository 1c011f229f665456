//! Commands that bring something to devices: messages, desired values, commands, firmwares.

use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};
use uiot_testbench::mqtt::QoS;
use uiot_testbench::simulator::services::model::{CommandKind, SetOutcome};
use uiot_testbench::simulator::services::ota::Content;
use uiot_testbench::uiot::{Credential, RetCode, limits, ota::DEFAULT_MODULE};

use crate::cloud::{Cloud, Outcome, Problem, WaitsFor, done, found, qos};
use crate::fields::{Arguments, Command, Field, Kind, may, needs};

const PRODUCT: Field = may("ProductSN", Kind::Text);
const DEVICE: Field = needs("DeviceSN", Kind::Text);
const MODULE: Field = may("Module", Kind::Text);

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "publish",
        reads: false,
        fields: &[
            PRODUCT,
            DEVICE,
            needs("Topic", Kind::Text),
            may("Message", Kind::Text),
            may("MessageContent", Kind::Text),
            may("Qos", Kind::Whole),
        ],
        help: "a message on a custom topic, in full or as what follows /P/D/; MessageContent is base64 instead of text",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            let topic = full_topic(arguments, &device.product_sn, &device.device_sn);
            let (message, qos) = (message(arguments)?, qos(arguments, QoS::AtLeastOnce)?);
            done(cloud.platform.publish(cloud.now, &device, &topic, message, qos))
        },
    },
    Command {
        name: "broadcast",
        reads: false,
        fields: &[
            PRODUCT,
            needs("Topic", Kind::Text),
            may("Message", Kind::Text),
            may("MessageContent", Kind::Text),
            may("Qos", Kind::Whole),
        ],
        help: "a message on /P/$broadcast/… to all devices of a product that subscribed",
        run: |cloud, arguments| {
            let product_sn = cloud.product_sn(arguments)?;
            let topic = full_topic(arguments, &product_sn, "$broadcast");
            let prefix = format!("/{product_sn}/$broadcast/");
            let rest = topic.strip_prefix(&prefix).ok_or(RetCode::NO_TOPIC)?;
            let (message, qos) = (message(arguments)?, qos(arguments, QoS::AtLeastOnce)?);
            done(cloud.platform.broadcast(cloud.now, &product_sn, rest, message, qos))
        },
    },
    Command {
        name: "set-desired-shadow",
        reads: false,
        fields: &[PRODUCT, DEVICE, needs("Desired", Kind::Object), may("ShadowVersion", Kind::Whole)],
        help: "desired values of a shadow, of whichever version unless one is given",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            let desired = arguments.object("Desired").cloned().unwrap_or_default();
            let version = arguments.whole("ShadowVersion").map(i32::try_from).transpose();
            let version = version.map_err(|_| Problem::Field("ShadowVersion: above an int32".into()))?;
            let version = cloud.platform.set_desired_shadow(cloud.now, &device, &desired, version)?;
            found(json!({ "ShadowVersion": version }))
        },
    },
    Command {
        name: "switch-shadow",
        reads: false,
        fields: &[PRODUCT, needs("On", Kind::Flag)],
        help: "switches the shadows of a product on or off",
        run: |cloud, arguments| {
            let product_sn = cloud.product_sn(arguments)?;
            done(cloud.platform.switch_shadow(cloud.now, &product_sn, arguments.flag("On").unwrap_or(true)))
        },
    },
    Command {
        name: "set-property",
        reads: false,
        fields: &[PRODUCT, DEVICE, needs("Property", Kind::Object), may("Desired", Kind::Flag)],
        help: "sets properties of a device; Desired=true keeps them for one that is offline",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            let property = arguments.object("Property").cloned().unwrap_or_default();
            let desired = arguments.flag("Desired").unwrap_or(false);
            found(match cloud.platform.set_property(cloud.now, &device, property, desired)? {
                SetOutcome::Sent { request_id } => json!({ "RequestID": request_id, "Sent": true }),
                SetOutcome::Stored { request_id, versions } => {
                    json!({ "RequestID": request_id, "Sent": false, "Versions": versions })
                }
            })
        },
    },
    Command {
        name: "send-command",
        reads: false,
        fields: &[
            PRODUCT,
            DEVICE,
            needs("Identifier", Kind::Text),
            may("Input", Kind::Object),
            may("Method", Kind::Text),
            may("Timeout", Kind::Whole),
        ],
        help: "a command; Method is sync (waits Timeout seconds for the device, 5 at most) or async",
        run: send_command,
    },
    Command {
        name: "add-firmware",
        reads: false,
        fields: &[
            PRODUCT,
            MODULE,
            needs("Version", Kind::Text),
            needs("Size", Kind::Whole),
            may("Description", Kind::Text),
            may("URL", Kind::Text),
            may("MD5", Kind::Text),
        ],
        help: "a firmware of so many bytes: made up and served here, or found at URL with this MD5",
        run: |cloud, arguments| {
            let product_sn = cloud.product_sn(arguments)?;
            let text = |name| arguments.text(name).unwrap_or_default();
            let size = arguments.whole("Size").unwrap_or_default();
            let content = match arguments.text("URL") {
                Some(url) => Content::Elsewhere { url: url.into(), md5: text("MD5").into(), size },
                None => Content::Made { size },
            };
            let (module, version) = (module(arguments), text("Version"));
            done(cloud.platform.add_firmware(&product_sn, module, version, text("Description"), content))
        },
    },
    Command {
        name: "remove-firmware",
        reads: false,
        fields: &[PRODUCT, MODULE, needs("Version", Kind::Text)],
        help: "removes a firmware",
        run: |cloud, arguments| {
            let product_sn = cloud.product_sn(arguments)?;
            let version = arguments.text("Version").unwrap_or_default();
            done(cloud.platform.remove_firmware(&product_sn, module(arguments), version))
        },
    },
    Command {
        name: "add-firmware-module",
        reads: false,
        fields: &[PRODUCT, needs("Module", Kind::Text)],
        help: "a module that has firmwares of its own",
        run: |cloud, arguments| {
            let product_sn = cloud.product_sn(arguments)?;
            done(cloud.platform.add_firmware_module(&product_sn, module(arguments)))
        },
    },
    Command {
        name: "remove-firmware-module",
        reads: false,
        fields: &[PRODUCT, needs("Module", Kind::Text)],
        help: "removes a module with its firmwares",
        run: |cloud, arguments| {
            let product_sn = cloud.product_sn(arguments)?;
            done(cloud.platform.remove_firmware_module(&product_sn, module(arguments)))
        },
    },
    Command {
        name: "push-firmware",
        reads: false,
        fields: &[PRODUCT, DEVICE, MODULE, needs("Version", Kind::Text)],
        help: "orders a device to upgrade",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            let version = arguments.text("Version").unwrap_or_default();
            done(cloud.platform.push_firmware(cloud.now, &device, module(arguments), version))
        },
    },
    Command {
        name: "retry-firmware",
        reads: false,
        fields: &[PRODUCT, DEVICE, MODULE],
        help: "orders the same upgrade again",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            done(cloud.platform.retry_firmware(cloud.now, &device, module(arguments)))
        },
    },
    Command {
        name: "cancel-firmware",
        reads: false,
        fields: &[PRODUCT, DEVICE, MODULE],
        help: "takes an upgrade back",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            done(cloud.platform.cancel_firmware(cloud.now, &device, module(arguments)))
        },
    },
    Command {
        name: "add-sub-devices",
        reads: false,
        fields: &[PRODUCT, DEVICE, needs("Devices", Kind::List)],
        help: "puts sub-devices behind a gateway: [{\"ProductSN\":\"…\",\"DeviceSN\":\"…\"}, …]",
        run: |cloud, arguments| {
            let (gateway, devices) = (cloud.device(arguments)?, sub_devices(arguments)?);
            done(cloud.platform.add_sub_devices(cloud.now, &gateway, &devices))
        },
    },
    Command {
        name: "remove-sub-devices",
        reads: false,
        fields: &[PRODUCT, DEVICE, needs("Devices", Kind::List)],
        help: "takes them away from it",
        run: |cloud, arguments| {
            let (gateway, devices) = (cloud.device(arguments)?, sub_devices(arguments)?);
            done(cloud.platform.remove_sub_devices(cloud.now, &gateway, &devices))
        },
    },
    Command {
        name: "reply-found",
        reads: false,
        fields: &[
            PRODUCT,
            DEVICE,
            needs("RequestID", Kind::Text),
            may("RetCode", Kind::Whole),
            may("Message", Kind::Text),
        ],
        help: "answers a gateway's topo/found as the user's application would",
        run: |cloud, arguments| {
            let gateway = cloud.device(arguments)?;
            let code = i64::try_from(arguments.whole("RetCode").unwrap_or(0));
            let code = RetCode(code.map_err(|_| Problem::Field("RetCode: too large".into()))?);
            let request_id = arguments.text("RequestID").unwrap_or_default();
            done(cloud.platform.reply_found(cloud.now, &gateway, request_id, code, arguments.text("Message")))
        },
    },
];

fn module(arguments: &Arguments) -> &str {
    arguments.text("Module").unwrap_or(DEFAULT_MODULE)
}

/// A topic that does not begin with a slash is what follows `/P/D/` or `/P/$broadcast/`.
fn full_topic(arguments: &Arguments, product_sn: &str, second: &str) -> String {
    match arguments.text("Topic").unwrap_or_default() {
        full if full.starts_with('/') => full.to_owned(),
        rest => format!("/{product_sn}/{second}/{rest}"),
    }
}

fn message(arguments: &Arguments) -> Result<Vec<u8>, Problem> {
    match (arguments.text("Message"), arguments.text("MessageContent")) {
        (Some(_), Some(_)) => Err(Problem::Field("Message: there is MessageContent too".into())),
        (text, None) => Ok(text.unwrap_or_default().as_bytes().to_vec()),
        (None, Some(base64)) => base64::engine::general_purpose::STANDARD
            .decode(base64)
            .map_err(|error| Problem::Field(format!("MessageContent: {error}"))),
    }
}

fn send_command(cloud: &mut Cloud<'_>, arguments: &Arguments) -> Result<Outcome, Problem> {
    let device = cloud.device(arguments)?;
    let kind = match arguments.text("Method") {
        Some("async") => CommandKind::Async,
        Some("sync") | None => {
            let most = limits::COMMAND_TIMEOUT.as_secs();
            CommandKind::Sync(Duration::from_secs(arguments.whole("Timeout").unwrap_or(most)))
        }
        Some(_) => return Err(Problem::Field("Method: must be sync or async".into())),
    };
    let identifier = arguments.text("Identifier").unwrap_or_default();
    let input = arguments.object("Input").cloned().unwrap_or_default();
    let request_id = cloud.platform.send_command(cloud.now, &device, identifier, input, kind)?;
    match kind {
        CommandKind::Async => found(json!({ "RequestID": request_id })),
        CommandKind::Sync(_) => Ok(Outcome::Later(WaitsFor { device, request_id })),
    }
}

fn sub_devices(arguments: &Arguments) -> Result<Vec<Credential>, Problem> {
    let device = |(index, device): (usize, &Value)| match (&device["ProductSN"], &device["DeviceSN"]) {
        (Value::String(product_sn), Value::String(device_sn)) => Ok(Credential::new(product_sn, device_sn)),
        _ => Err(Problem::Field(format!("Devices[{index}]: must have ProductSN and DeviceSN"))),
    };
    arguments.list("Devices").unwrap_or_default().iter().enumerate().map(device).collect()
}
