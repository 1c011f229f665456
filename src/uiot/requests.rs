//! The requests that the platform documents, ready to be sent by hand: each with a fresh `RequestID` and values to be replaced.
//!
//! Variables (`${ms}`, `${sine …}`) are those of the room `composing`. Sources: property.md, event.md, desired.md,
//! get_json.md, operation_guide.md (shadow), ota.md, subdev_access_protocol.md,
//! unique-certificate-per-product_authentication.md.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::gateway::{Registration, Request as GatewayRequest, SubDevice};
use super::model::messages::{
    Ask, DesiredDelete, DesiredGet, DesiredVersion, EventPost, PropertyPost, Sample,
};
use super::ota::{
    DEFAULT_MODULE, ErrCode, Failure, ModuleVersion, Percent, Progress, ProgressState, Upstream,
};
use super::shadow::{Edit, RESET_VERSION};
use super::{Credential, SystemTopic, TopicFamily};
use crate::mqtt::{QoS, Secret};

/// What is swung, so that a chart of it shows something.
const SWING: &str = "${sine 22 28 60s}";
/// Made anew with each message, and digits only like the platform's own.
pub const REQUEST_ID: &str = "${ms}";
/// What stands for a sub-device's ProductSN, to be replaced.
pub const SUB_PRODUCT: &str = "SUB_PRODUCT_SN";
/// What stands for a sub-device's DeviceSN, to be replaced.
pub const SUB_DEVICE: &str = "SUB_DEVICE_SN";

/// What stands for the secret of a sub-device's product, to be replaced.
pub const SUB_SECRET: &str = "SUB_PRODUCT_SECRET";

/// A documented request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// Reports a property (property.md).
    PropertyPost,
    /// Reports an event (event.md).
    EventPost,
    /// Asks for desired values (desired.md).
    DesiredGet,
    /// Deletes a desired value of which the version is known (desired.md).
    DesiredDelete,
    /// Asks for the last reported values (property.md).
    PropertyRestore,
    /// Asks for the thing model (get_json.md).
    TemplateGet,
    /// Asks for the shadow document.
    ShadowGet,
    /// Reports values to the shadow; the version has to be the shadow's.
    ShadowUpdate,
    /// Reports values and sets the version to 0.
    ShadowReset,
    /// Says that the desired values are applied.
    ShadowDone,
    /// Deletes a key of the shadow.
    ShadowDelete,
    /// Reports the firmware's version; has to come before any upgrade (ota.md).
    OtaVersion,
    /// Asks whether an upgrade is waiting.
    OtaRequest,
    /// Reports how far an upgrade is.
    OtaProgress,
    /// Reports that an upgrade went well.
    OtaSuccess,
    /// Reports that it did not.
    OtaFail,
    /// Adds a sub-device to the gateway's topology.
    TopoAdd,
    /// Asks for the topology.
    TopoGet,
    /// Takes a sub-device out.
    TopoDelete,
    /// A sub-device goes online.
    SubLogin,
    /// A sub-device goes offline.
    SubLogout,
    /// Registers a sub-device dynamically.
    SubRegister,
    /// Tells the rule engine of a sub-device that was found.
    TopoFound,
    /// Asks for the DeviceSecret, in a session of dynamic registration.
    Password,
}

impl Request {
    /// All of them, a service after the other.
    pub const ALL: [Self; 24] = [
        Self::PropertyPost,
        Self::DesiredGet,
        Self::DesiredDelete,
        Self::PropertyRestore,
        Self::TemplateGet,
        Self::EventPost,
        Self::ShadowGet,
        Self::ShadowUpdate,
        Self::ShadowReset,
        Self::ShadowDone,
        Self::ShadowDelete,
        Self::OtaVersion,
        Self::OtaRequest,
        Self::OtaProgress,
        Self::OtaSuccess,
        Self::OtaFail,
        Self::TopoAdd,
        Self::TopoGet,
        Self::TopoDelete,
        Self::SubLogin,
        Self::SubLogout,
        Self::SubRegister,
        Self::TopoFound,
        Self::Password,
    ];

    /// A name for tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::PropertyPost => "property-post",
            Self::EventPost => "event-post",
            Self::DesiredGet => "desired-get",
            Self::DesiredDelete => "desired-delete",
            Self::PropertyRestore => "property-restore",
            Self::TemplateGet => "template-get",
            Self::ShadowGet => "shadow-get",
            Self::ShadowUpdate => "shadow-update",
            Self::ShadowReset => "shadow-reset",
            Self::ShadowDone => "shadow-done",
            Self::ShadowDelete => "shadow-delete",
            Self::OtaVersion => "ota-version",
            Self::OtaRequest => "ota-request",
            Self::OtaProgress => "ota-progress",
            Self::OtaSuccess => "ota-success",
            Self::OtaFail => "ota-fail",
            Self::TopoAdd => "topo-add",
            Self::TopoGet => "topo-get",
            Self::TopoDelete => "topo-delete",
            Self::SubLogin => "sub-login",
            Self::SubLogout => "sub-logout",
            Self::SubRegister => "sub-register",
            Self::TopoFound => "topo-found",
            Self::Password => "password",
        }
    }

    /// Which service it is for.
    pub fn family(self) -> TopicFamily {
        self.topic().family()
    }

    /// Where it goes.
    pub const fn topic(self) -> SystemTopic {
        match self {
            Self::PropertyPost => SystemTopic::PropertyPost,
            Self::EventPost => SystemTopic::EventPost,
            Self::DesiredGet => SystemTopic::DesiredGet,
            Self::DesiredDelete => SystemTopic::DesiredDelete,
            Self::PropertyRestore => SystemTopic::PropertyRestore,
            Self::TemplateGet => SystemTopic::TemplateGet,
            Self::ShadowGet => SystemTopic::ShadowGet,
            Self::ShadowUpdate | Self::ShadowReset | Self::ShadowDone | Self::ShadowDelete => {
                SystemTopic::ShadowUpstream
            }
            Self::OtaVersion | Self::OtaRequest | Self::OtaProgress | Self::OtaSuccess | Self::OtaFail => {
                SystemTopic::OtaUpstream
            }
            Self::TopoAdd => SystemTopic::TopoAdd,
            Self::TopoGet => SystemTopic::TopoGet,
            Self::TopoDelete => SystemTopic::TopoDelete,
            Self::SubLogin => SystemTopic::SubLogin,
            Self::SubLogout => SystemTopic::SubLogout,
            Self::SubRegister => SystemTopic::SubRegister,
            Self::TopoFound => SystemTopic::TopoFound,
            Self::Password => SystemTopic::Password,
        }
    }

    /// With which QoS the platform's SDKs send it.
    pub fn qos(self) -> QoS {
        if self == Self::OtaProgress { QoS::AtMostOnce } else { QoS::AtLeastOnce }
    }

    /// What is sent: JSON with variables, a value a line.
    pub fn payload(self) -> String {
        let id = || REQUEST_ID.to_owned();
        let values = |value: Value| Map::from_iter([("temperature".to_owned(), value)]);
        let module = || ModuleVersion::new(DEFAULT_MODULE, "1.0.0");
        let sub = || vec![SubDevice::from(Credential::new(SUB_PRODUCT, SUB_DEVICE))];
        let none = Vec::<SubDevice>::new;
        match self {
            Self::PropertyPost => {
                let property = [("temperature".to_owned(), Sample::of(SWING))].into();
                written(&PropertyPost { request_id: id(), property, ..Default::default() })
            }
            Self::EventPost => {
                let output = Map::from_iter([
                    ("code".to_owned(), json!(1)),
                    ("message".to_owned(), json!("sensor lost")),
                ]);
                written(&EventPost {
                    request_id: id(),
                    identifier: "fault".into(),
                    output,
                    ..Default::default()
                })
            }
            Self::DesiredGet => {
                let require = vec!["target_temperature".to_owned()];
                written(&DesiredGet { request_id: id(), require, ..Default::default() })
            }
            Self::DesiredDelete => {
                let delete = [("target_temperature".to_owned(), DesiredVersion::of(1))].into();
                written(&DesiredDelete { request_id: id(), delete, ..Default::default() })
            }
            Self::PropertyRestore | Self::TemplateGet | Self::Password => {
                written(&Ask { request_id: id(), ..Default::default() })
            }
            Self::ShadowGet => written(&json!({ "Method": "get" })),
            Self::ShadowUpdate => written(&Edit::update(values(json!(SWING)), 0)),
            Self::ShadowReset => written(&Edit::update(values(json!(SWING)), RESET_VERSION)),
            Self::ShadowDone => written(&Edit::desired_done(0)),
            Self::ShadowDelete => written(&Edit::delete(["temperature"], 0)),
            Self::OtaVersion => written(&Upstream::ReportVersion(module())),
            Self::OtaRequest => written(&Upstream::RequestFirmware(module())),
            Self::OtaProgress => written(&Upstream::ReportProgress(Progress {
                state: Some(ProgressState::Downloading),
                percent: Percent::new(50),
                version: Some("1.1.0".into()),
                module: DEFAULT_MODULE.into(),
                rest: Map::new(),
            })),
            Self::OtaSuccess => {
                written(&Upstream::ReportSuccess(ModuleVersion::new(DEFAULT_MODULE, "1.1.0")))
            }
            Self::OtaFail => written(&Upstream::ReportFail(Failure {
                module: DEFAULT_MODULE.into(),
                err_code: ErrCode::BurnFailed,
                version: None,
                rest: Map::new(),
            })),
            Self::TopoGet => written(&GatewayRequest::new(id(), none())),
            Self::TopoAdd | Self::TopoDelete | Self::SubLogin | Self::SubLogout => {
                written(&GatewayRequest::new(id(), sub()))
            }
            Self::SubRegister | Self::TopoFound => {
                let device = Credential::new(SUB_PRODUCT, SUB_DEVICE);
                written(&GatewayRequest::new(id(), vec![Registration::new(device, Secret::new(SUB_SECRET))]))
            }
        }
    }
}

/// Indented JSON in which the variable that stands for a number has no quotes.
fn written(message: &impl Serialize) -> String {
    // The types of the messages have text for keys; they can all be written.
    let text = serde_json::to_string_pretty(message).unwrap_or_default();
    text.replace(&format!("\"{SWING}\""), SWING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::composing::{Circumstances, Template};
    use crate::uiot::lint::{Planned, check};

    #[test]
    fn each_is_json_that_the_checks_have_nothing_against() {
        let device = Credential::new("p", "dev1");
        for request in Request::ALL {
            let template = Template::parse(request.payload());
            assert!(template.faults().is_empty(), "{request:?}");
            let at = Circumstances { counter: 1, unix_millis: 1_779_523_200_123, seed: 1 };
            let payload = template.expand(at).into_owned();
            let topic = request.topic().of(&device);
            let planned = Planned {
                device: &device,
                sub_devices: &[],
                topic: &topic,
                payload: payload.as_bytes(),
                qos: request.qos().number(),
                retain: false,
                per_second: None,
            };
            assert_eq!(check(&planned), [], "{request:?}: {payload}");
        }
    }

    #[test]
    fn names_are_used_once_and_services_stand_together() {
        let ids: std::collections::BTreeSet<_> = Request::ALL.iter().map(|request| request.id()).collect();
        assert_eq!(ids.len(), Request::ALL.len());
        let mut services: Vec<_> = Request::ALL.iter().map(|request| request.family()).collect();
        services.dedup();
        let once =
            services.iter().filter(|service| services.iter().filter(|other| other == service).count() == 1);
        assert_eq!(once.count(), services.len());
    }

    #[test]
    fn a_report_as_the_documents_show_it() {
        assert_eq!(
            Request::PropertyPost.payload(),
            "{\n  \"RequestID\": \"${ms}\",\n  \"Property\": {\n    \"temperature\": {\n      \"Value\": ${sine 22 28 60s}\n    }\n  }\n}"
        );
    }
}
