//! The cloud's side as whoever drives it sees it: what a command works with, and what it comes to.

use serde_json::{Map, Value, json};
use uiot_testbench::i18n::Lang;
use uiot_testbench::mqtt::{Moment, QoS};
use uiot_testbench::simulator::{Platform, Product};
use uiot_testbench::uiot::{Credential, RetCode};

use crate::fields::{Arguments, Command};
use crate::{changing, messages, reading};

/// The platform, at one moment.
pub(crate) struct Cloud<'a> {
    pub(crate) platform: &'a mut Platform,
    pub(crate) now: Moment,
}

/// What a command comes to.
pub(crate) enum Outcome {
    /// It is done; fields for its answer beside `RetCode`.
    Now(Value),
    /// A device has to answer first.
    Later(WaitsFor),
}

/// A call that a device has to answer.
pub(crate) struct WaitsFor {
    pub(crate) device: Credential,
    pub(crate) request_id: String,
}

/// Why a command did nothing.
#[derive(Debug, PartialEq)]
pub(crate) enum Problem {
    /// It could not be read.
    Field(String),
    /// The platform refused it.
    Code(RetCode),
}

impl From<RetCode> for Problem {
    fn from(code: RetCode) -> Self {
        Self::Code(code)
    }
}

/// All commands.
pub(crate) fn commands() -> impl Iterator<Item = &'static Command> {
    [reading::COMMANDS, changing::COMMANDS, messages::COMMANDS].into_iter().flatten()
}

/// The command of this name.
pub(crate) fn command(name: &str) -> Option<&'static Command> {
    commands().find(|command| command.name == name)
}

/// The fields of an answer together with the platform's code and what it means.
pub(crate) fn answer(code: RetCode, fields: Value) -> Value {
    let mut answer = Map::new();
    answer.insert("RetCode".into(), json!(code));
    if !code.is_success() {
        answer.insert("Message".into(), Lang::En.ret_code(code).unwrap_or("Unknown code").into());
    }
    match fields {
        Value::Object(fields) => answer.extend(fields),
        Value::Null => {}
        other => drop(answer.insert("Data".into(), other)),
    }
    answer.into()
}

impl Cloud<'_> {
    /// The product that is meant: the named one, else the only one.
    pub(crate) fn product(&self, arguments: &Arguments) -> Result<&Product, Problem> {
        let products = &self.platform.registry().products;
        match arguments.text("ProductSN") {
            Some(named) => Ok(products.get(named).ok_or(RetCode::NO_PRODUCT)?),
            None => {
                let mut all = products.values();
                match (all.next(), all.next()) {
                    (Some(only), None) => Ok(only),
                    _ => Err(Problem::Field("ProductSN: missing, and there is not just one product".into())),
                }
            }
        }
    }

    pub(crate) fn product_sn(&self, arguments: &Arguments) -> Result<String, Problem> {
        self.product(arguments).map(|product| product.sn.clone())
    }

    /// The device that is meant. It exists.
    pub(crate) fn device(&self, arguments: &Arguments) -> Result<Credential, Problem> {
        let product = self.product(arguments)?;
        let device_sn = arguments.text("DeviceSN").unwrap_or_default();
        let known = product.devices.get(device_sn).ok_or(RetCode::NO_DEVICE)?;
        Ok(Credential::new(&product.sn, &known.sn))
    }
}

/// QoS 0 or 1; `otherwise` where the field is not there.
pub(crate) fn qos(arguments: &Arguments, otherwise: QoS) -> Result<QoS, Problem> {
    match arguments.whole("Qos") {
        None => Ok(otherwise),
        Some(0) => Ok(QoS::AtMostOnce),
        Some(1) => Ok(QoS::AtLeastOnce),
        Some(_) => Err(Problem::Field("Qos: must be 0 or 1".into())),
    }
}

/// Nothing to say but that it is done.
pub(crate) fn done<T>(result: Result<T, RetCode>) -> Result<Outcome, Problem> {
    result.map(|_| Outcome::Now(Value::Null)).map_err(Problem::Code)
}

/// Done, with these fields.
pub(crate) fn found(fields: Value) -> Result<Outcome, Problem> {
    Ok(Outcome::Now(fields))
}
