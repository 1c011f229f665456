//! Commands that change products and devices, and what the platform does with them.

use serde_json::{Map, Value, json};
use uiot_testbench::mqtt::Secret;
use uiot_testbench::simulator::{Choices, Faults, NewProduct, Product};
use uiot_testbench::uiot::model::Template;
use uiot_testbench::uiot::{CustomTopic, RetCode};

use crate::cloud::{Cloud, Outcome, Problem, done, found};
use crate::fields::{Arguments, Command, Field, Kind, may, needs};
use crate::reading::shown;

const PRODUCT: Field = may("ProductSN", Kind::Text);
const DEVICE: Field = needs("DeviceSN", Kind::Text);
/// The console's switches of a product.
const DYNAMIC: Field = may("DynamicRegistration", Kind::Flag);
const PRE: Field = may("PreAuthentication", Kind::Flag);
const SHADOW: Field = may("Shadow", Kind::Flag);

pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "create-product",
        reads: false,
        fields: &[
            may("Name", Kind::Text),
            PRODUCT,
            may("ProductSecret", Kind::Text),
            DYNAMIC,
            PRE,
            SHADOW,
            may("Gateway", Kind::Flag),
            may("BehindGateway", Kind::Flag),
        ],
        help: "a product with the default topics; what is not given is made up",
        run: create_product,
    },
    Command {
        name: "change-product",
        reads: false,
        fields: &[PRODUCT, DYNAMIC, PRE, SHADOW, may("Published", Kind::Flag), may("Forwards", Kind::Object)],
        help: "a product's switches; Forwards sends what comes on one custom topic on to another: {\"upload\":\"set\"}",
        run: change_product,
    },
    Command {
        name: "define-topics",
        reads: false,
        fields: &[PRODUCT, needs("Topics", Kind::List)],
        help: "a product's custom topics: [{\"Rest\":\"set\",\"Permission\":\"sub\",\"Broadcast\":false}, …]",
        run: |cloud, arguments| {
            let product_sn = cloud.product_sn(arguments)?;
            done(
                cloud
                    .platform
                    .define_topics(&product_sn, topics(arguments.list("Topics").unwrap_or_default())?),
            )
        },
    },
    Command {
        name: "set-model",
        reads: false,
        fields: &[PRODUCT, needs("Template", Kind::Object)],
        help: "another thing model for a product, as the console exports it",
        run: |cloud, arguments| {
            let product_sn = cloud.product_sn(arguments)?;
            let template = arguments.object("Template").cloned().unwrap_or_default();
            let template = self::template(Value::Object(template)).map_err(Problem::Field)?;
            done(cloud.platform.set_template(cloud.now, &product_sn, template))
        },
    },
    Command {
        name: "create-device",
        reads: false,
        fields: &[PRODUCT, may("DeviceSN", Kind::Text), may("DeviceSecret", Kind::Text)],
        help: "a device; what is not given is made up",
        run: |cloud, arguments| {
            let product_sn = cloud.product_sn(arguments)?;
            let text = |name| arguments.text(name).unwrap_or_default();
            let (device, secret) =
                cloud.platform.create_device(&product_sn, text("DeviceSN"), text("DeviceSecret"))?;
            found(json!({
                "ProductSN": device.product_sn,
                "DeviceSN": device.device_sn,
                "DeviceSecret": shown(&secret),
            }))
        },
    },
    Command {
        name: "delete-device",
        reads: false,
        fields: &[PRODUCT, DEVICE],
        help: "deletes a device; its connection is cut",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            cloud.platform.device_faults.remove(&device);
            done(cloud.platform.delete_device(cloud.now, &device))
        },
    },
    Command {
        name: "disable-device",
        reads: false,
        fields: &[PRODUCT, DEVICE],
        help: "a disabled device is forced offline and cannot connect",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            done(cloud.platform.disable_device(cloud.now, &device))
        },
    },
    Command {
        name: "enable-device",
        reads: false,
        fields: &[PRODUCT, DEVICE],
        help: "takes that back",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            done(cloud.platform.enable_device(cloud.now, &device))
        },
    },
    Command {
        name: "kick-device",
        reads: false,
        fields: &[PRODUCT, DEVICE],
        help: "cuts a device's connection",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            done(cloud.platform.kick_device(cloud.now, &device))
        },
    },
    Command {
        name: "reset-device",
        reads: false,
        fields: &[PRODUCT, DEVICE],
        help: "makes a device inactivated again, so that it may register dynamically once more",
        run: |cloud, arguments| {
            let device = cloud.device(arguments)?;
            done(cloud.platform.reset_device(cloud.now, &device))
        },
    },
    Command {
        name: "set-faults",
        reads: false,
        fields: &[PRODUCT, may("DeviceSN", Kind::Text), may("Faults", Kind::Object)],
        help: "what goes wrong from now on, for all or for one device: {\"delay\":500,\"lose_acks\":0.2}; \
               what is not named does not go wrong, and without Faults a device has none of its own",
        run: set_faults,
    },
    Command {
        name: "cut-connections",
        reads: false,
        fields: &[PRODUCT, may("DeviceSN", Kind::Text)],
        help: "cuts all connections, or a device's, as a broken network would",
        run: |cloud, arguments| {
            let named = arguments.text("DeviceSN").map(|_| cloud.device(arguments)).transpose()?;
            found(json!({ "Count": cloud.platform.cut_now(cloud.now, named.as_ref()) }))
        },
    },
    Command {
        name: "set-choices",
        reads: false,
        fields: &[may("Choices", Kind::Object), may("Reset", Kind::Flag)],
        help: "some of the choices, by the names that `choices` has; Reset=true takes back all others",
        run: set_choices,
    },
    Command {
        name: "run-application",
        reads: false,
        fields: &[PRODUCT, needs("Runs", Kind::Flag)],
        help: "an application that now and then sets something on the devices of the demo product",
        run: |cloud, arguments| {
            let product_sn = cloud.product_sn(arguments)?;
            cloud.platform.run_application(cloud.now, &product_sn, arguments.flag("Runs").unwrap_or(false));
            found(Value::Null)
        },
    },
];

fn create_product(cloud: &mut Cloud<'_>, arguments: &Arguments) -> Result<Outcome, Problem> {
    let text = |name| arguments.text(name).unwrap_or_default().to_owned();
    let flag = |name| arguments.flag(name).unwrap_or(false);
    let product_sn = cloud.platform.create_product(NewProduct {
        name: text("Name"),
        sn: text("ProductSN"),
        secret: text("ProductSecret"),
        dynamic_registration: flag("DynamicRegistration"),
        pre_authentication: flag("PreAuthentication"),
        shadow: flag("Shadow"),
        gateway: flag("Gateway"),
        behind_gateway: flag("BehindGateway"),
    })?;
    let secret = cloud.platform.registry().product(&product_sn).map(|product| product.secret.clone());
    found(
        json!({ "ProductSN": product_sn, "ProductSecret": shown(&secret.unwrap_or_else(|| Secret::new(""))) }),
    )
}

fn change_product(cloud: &mut Cloud<'_>, arguments: &Arguments) -> Result<Outcome, Problem> {
    let product_sn = cloud.product_sn(arguments)?;
    let forwards = arguments.object("Forwards").map(forwards).transpose().map_err(Problem::Field)?;
    done(cloud.platform.change_product(&product_sn, |product: &mut Product| {
        let set = |switch: &mut bool, name| *switch = arguments.flag(name).unwrap_or(*switch);
        set(&mut product.dynamic_registration, "DynamicRegistration");
        set(&mut product.pre_authentication, "PreAuthentication");
        set(&mut product.shadow, "Shadow");
        set(&mut product.published, "Published");
        if let Some(forwards) = forwards {
            product.forwards = forwards;
        }
    }))
}

/// From one custom topic to another.
pub(crate) fn forwards(
    forwards: &Map<String, Value>,
) -> Result<std::collections::BTreeMap<String, String>, String> {
    if forwards.len() > uiot_testbench::uiot::limits::CUSTOM_TOPICS {
        return Err("Forwards: more than there can be topics".into());
    }
    let target = |(from, to): (&String, &Value)| match to {
        Value::String(to) => Ok((from.clone(), to.clone())),
        _ => Err(format!("Forwards.{from}: must be text")),
    };
    forwards.iter().map(target).collect()
}

fn topics(topics: &[Value]) -> Result<Vec<CustomTopic>, Problem> {
    let topic = |(index, topic): (usize, &Value)| {
        serde_json::from_value(topic.clone())
            .map_err(|error| Problem::Field(format!("Topics[{index}]: {error}")))
    };
    topics.iter().enumerate().map(topic).collect()
}

/// A thing model that the console takes; else what stands against it.
pub(crate) fn template(value: Value) -> Result<Template, String> {
    let template = Template::from_value(value).map_err(|error| format!("Template: {error}"))?;
    match template.problems().first() {
        Some(problem) => Err(format!("Template: {}: {:?}", problem.path, problem.rule)),
        None => Ok(template),
    }
}

fn set_faults(cloud: &mut Cloud<'_>, arguments: &Arguments) -> Result<Outcome, Problem> {
    let faults = arguments.object("Faults").map(|faults| {
        serde_json::from_value::<Faults>(Value::Object(faults.clone()))
            .map_err(|error| Problem::Field(format!("Faults: {error}")))
    });
    let faults = faults.transpose()?;
    let device = arguments.text("DeviceSN").map(|_| cloud.device(arguments)).transpose()?;
    cloud.platform.set_faults(cloud.now, device.as_ref(), faults);
    found(Value::Null)
}

fn set_choices(cloud: &mut Cloud<'_>, arguments: &Arguments) -> Result<Outcome, Problem> {
    let before = match arguments.flag("Reset") {
        // Where firmwares are served is no choice of whoever resets the others.
        Some(true) => {
            let mut choices = Choices::default();
            choices.ota.url_prefix.clone_from(&cloud.platform.choices.ota.url_prefix);
            choices
        }
        _ => cloud.platform.choices.clone(),
    };
    let mut choices = serde_json::to_value(before).map_err(|_| RetCode::UNAVAILABLE)?;
    if let Some(patch) = arguments.object("Choices") {
        merge(&mut choices, &Value::Object(patch.clone()));
    }
    cloud.platform.choices =
        serde_json::from_value(choices).map_err(|error| Problem::Field(format!("Choices: {error}")))?;
    found(Value::Null)
}

/// Objects are merged, all else is replaced.
fn merge(into: &mut Value, patch: &Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key.as_str()).or_insert(Value::Null), value);
            }
        }
        (into, patch) => into.clone_from(patch),
    }
}
