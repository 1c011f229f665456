use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::mqtt::Secret;
use crate::uiot::RetCode;

/// A message on `password`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Any text; the answer has the same.
    #[serde(rename = "RequestID")]
    pub request_id: String,
    /// Fields that the documents do not know.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Request {
    /// With this identifier.
    pub fn new(request_id: impl Into<String>) -> Self {
        Self { request_id: request_id.into(), rest: Map::new() }
    }
}

/// A message on `password_reply`. `Debug` shows neither the password nor the value of an unknown field.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// 0: here is the password. In the documents it is a string, unlike in all other messages.
    pub ret_code: RetCode,
    /// As in the request.
    pub request_id: Option<String>,
    /// The DeviceSecret.
    pub password: Option<Secret>,
    /// The reason of a refusal. The documents show none here, though other services give one.
    pub message: Option<String>,
    /// Fields that the documents do not know.
    pub rest: Map<String, Value>,
}

impl Reply {
    /// Reads a message.
    ///
    /// # Errors
    /// What is wrong with it, in words that hold nothing of its values: one of them may be the password.
    pub fn read(payload: &[u8]) -> Result<Self, String> {
        let value: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
        let Value::Object(mut rest) = value else { return Err("no JSON object".to_owned()) };
        let ret_code = rest.remove("RetCode").ok_or("RetCode is missing")?;
        let ret_code = serde_json::from_value(ret_code).map_err(|_| "RetCode is no whole number")?;
        let mut text = |name: &str| match rest.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{name} is no string")),
        };
        let (request_id, password, message) = (text("RequestID")?, text("Password")?, text("Message")?);
        Ok(Self { ret_code, request_id, password: password.map(Secret::new), message, rest })
    }

    /// The message as the platform sends it, with the password in clear; `RetCode` as a string as in the documents, or
    /// as a number as everywhere else.
    pub fn write(&self, code_as_string: bool) -> Value {
        let code = if code_as_string { json!(self.ret_code.to_string()) } else { json!(self.ret_code) };
        let mut message = self.rest.clone();
        message.insert("RetCode".to_owned(), code);
        let texts = [
            ("RequestID", self.request_id.as_deref()),
            ("Password", self.password.as_ref().map(Secret::expose)),
            ("Message", self.message.as_deref()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                message.insert(name.to_owned(), json!(text));
            }
        }
        Value::Object(message)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("ret_code", &self.ret_code)
            .field("request_id", &self.request_id)
            .field("password", &self.password)
            .field("message", &self.message)
            .field("rest", &self.rest.keys())
            .finish()
    }
}
