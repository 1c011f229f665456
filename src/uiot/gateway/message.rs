use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::mqtt::Secret;
use crate::uiot::{Credential, RetCode};

/// A request of the gateway, or a message of the cloud to it: it names devices.
///
/// | topics `subdev/…` | `P` |
/// |---|---|
/// | `register`, `topo/found` | [`Registration`] |
/// | `topo/add`, `topo/delete`, `login`, `logout`; from the cloud `enable`, `disable`, `delete` | [`SubDevice`] |
/// | `topo/get` | [`SubDevice`], none |
/// | from the cloud `topo/notify/add`, `topo/notify/delete` | [`Known`] |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Request<P> {
    /// Comes back in the reply.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// The devices. Where the field is missing there are none.
    #[serde(default = "Vec::new")]
    pub params: Vec<P>,
    /// Further fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl<P> Request<P> {
    /// A request without further fields.
    pub fn new(request_id: impl Into<String>, params: Vec<P>) -> Self {
        Self { request_id: request_id.into(), params, rest: Map::new() }
    }
}

/// The answer to a request.
///
/// | topics `subdev/…` | `D` |
/// |---|---|
/// | `register_reply` | [`Known`] |
/// | `topo/get_reply` | [`SubDevice`] |
/// | `topo/add_reply`, `topo/delete_reply`, `login_reply`, `logout_reply`, `topo/found_reply` | no `Data` |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Reply<D> {
    /// That of the request.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// 0, or what went wrong.
    pub ret_code: RetCode,
    /// What went wrong, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What was asked for.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub data: Option<Vec<D>>,
    /// Further fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// `Option::default` would want a `D` that has a default.
const fn none<D>() -> Option<Vec<D>> {
    None
}

impl<D> Reply<D> {
    /// All went well.
    pub fn success(request_id: impl Into<String>, data: Option<Vec<D>>) -> Self {
        let request_id = request_id.into();
        Self { request_id, ret_code: RetCode::SUCCESS, message: None, data, rest: Map::new() }
    }

    /// It did not.
    pub fn error(request_id: impl Into<String>, ret_code: RetCode, message: impl Into<String>) -> Self {
        let (request_id, message) = (request_id.into(), Some(message.into()));
        Self { request_id, ret_code, message, data: None, rest: Map::new() }
    }
}

/// A device behind a gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubDevice {
    /// `ProductSN` and `DeviceSN`.
    #[serde(flatten)]
    pub device: Credential,
    /// Further fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl From<Credential> for SubDevice {
    fn from(device: Credential) -> Self {
        Self { device, rest: Map::new() }
    }
}

/// A sub-device that asks to be registered, or that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Registration {
    /// `ProductSN` and `DeviceSN`.
    #[serde(flatten)]
    pub device: Credential,
    /// The secret of its product.
    #[serde(with = "exposed")]
    pub product_secret: Secret,
    /// Further fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Registration {
    /// A sub-device and its product's secret.
    pub fn new(device: Credential, product_secret: Secret) -> Self {
        Self { device, product_secret, rest: Map::new() }
    }
}

/// A sub-device with its own secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Known {
    /// `ProductSN` and `DeviceSN`.
    #[serde(flatten)]
    pub device: Credential,
    /// Its secret.
    #[serde(with = "exposed")]
    pub device_secret: Secret,
    /// Further fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Known {
    /// A sub-device and its secret.
    pub fn new(device: Credential, device_secret: Secret) -> Self {
        Self { device, device_secret, rest: Map::new() }
    }
}

/// Secrets go over the wire in clear here, as the platform wants them.
mod exposed {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::mqtt::Secret;

    pub(super) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;

    /// Reads a body, and sees that writing it loses nothing.
    fn read<T: DeserializeOwned + Serialize>(body: &Value) -> T {
        let read: T = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(&serde_json::to_value(&read).unwrap(), body);
        read
    }

    fn device() -> Credential {
        Credential::new("product1234", "device1234")
    }

    #[test]
    fn the_documents_bodies_are_read_and_written() {
        let params = json!([{"ProductSN":"product1234","DeviceSN":"device1234","ProductSecret":"xxxxxxx"}]);
        let register: Request<Registration> = read(&json!({"RequestID":"123","Params":params}));
        assert_eq!(register, Request::new("123", vec![Registration::new(device(), Secret::new("xxxxxxx"))]));
        let data = json!([{"ProductSN":"product1234","DeviceSN":"device1234","DeviceSecret":"xxxxxx"}]);
        let reply: Reply<Known> = read(&json!({"RequestID":"123","RetCode":0,"Data":data}));
        assert_eq!(reply, Reply::success("123", Some(vec![Known::new(device(), Secret::new("xxxxxx"))])));

        let params = json!([{"ProductSN":"product1234","DeviceSN":"device1234"}]);
        let add: Request<SubDevice> = read(&json!({"RequestID":"123","Params":params}));
        assert_eq!(add, Request::new("123", vec![device().into()]));
        let get: Request<SubDevice> = read(&json!({"RequestID":"123","Params":[]}));
        assert!(get.params.is_empty());
        let reply: Reply<SubDevice> = read(&json!({"RequestID":"123","RetCode":0,"Data":params}));
        assert_eq!(reply.data, Some(vec![device().into()]));
        let done: Reply<SubDevice> = read(&json!({"RequestID":"123","RetCode":0}));
        assert_eq!(done, Reply::success("123", None));
        let notify: Request<Known> = read(&json!({"RequestID":"123","Params":data}));
        assert_eq!(notify.params[0].device_secret.expose(), "xxxxxx");
    }

    #[test]
    fn an_error_has_a_message_and_its_code_may_be_a_string() {
        let body = json!({"RequestID":"1","RetCode":"100008","Message":"no such device"});
        let reply: Reply<SubDevice> = serde_json::from_value(body).unwrap();
        assert_eq!(reply, Reply::error("1", RetCode::NO_DEVICE, "no such device"));
    }

    #[test]
    fn unknown_fields_are_kept_and_secrets_are_not_shown() {
        let body = json!({"RequestID":"1","Trace":9_007_199_254_740_993_u64,"Params":[{"ProductSN":"p",
            "DeviceSN":"d","ProductSecret":"hush","Zone":{"a":[1]}}]});
        let register: Request<Registration> = read(&body);
        assert_eq!(register.params[0].rest["Zone"], json!({"a":[1]}));
        assert!(!format!("{register:?}").contains("hush"));
    }

    #[test]
    fn what_is_no_such_message_is_an_error() {
        for bad in [
            json!([]),
            json!({}),
            json!({"RequestID":1,"Params":[]}),
            json!({"RequestID":"1","Params":{}}),
            json!({"RequestID":"1","Params":[{"ProductSN":"p"}]}),
            json!({"RequestID":"1","Params":[{"ProductSN":"p","DeviceSN":7}]}),
            json!({"RequestID":"1","Params":["p.d"]}),
        ] {
            assert!(serde_json::from_value::<Request<SubDevice>>(bad.clone()).is_err(), "{bad}");
            assert!(serde_json::from_value::<Reply<SubDevice>>(bad.clone()).is_err(), "{bad}");
        }
    }
}
