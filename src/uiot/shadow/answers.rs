//! The platform's messages, read leniently where the documents leave their shape open.

use serde_json::Value;

use super::{Document, Downstream, DownstreamMethod, Payload, Values};

/// What came on one of the shadow's topics.
pub(super) enum Answer {
    Document(Document),
    NoDocument(Payload),
    Downstream(Downstream),
}

pub(super) fn read_get_reply(payload: &[u8]) -> Result<Answer, String> {
    let value: Value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
    if value.get("State").is_some() {
        return serde_json::from_value(value).map(Answer::Document).map_err(|error| error.to_string());
    }
    match from_value(value)?.payload {
        payload if payload.ret_code.is_success() => Err("a success without a document".to_owned()),
        payload => Ok(Answer::NoDocument(payload)),
    }
}

pub(super) fn read_downstream(payload: &[u8]) -> Result<Downstream, String> {
    from_value(serde_json::from_slice(payload).map_err(|error| error.to_string())?)
}

/// How an error looks that is no conflict is not documented, so a bare `RetCode` is read too.
fn from_value(value: Value) -> Result<Downstream, String> {
    let bare = value.get("Payload").is_none() && value.get("RetCode").is_some();
    if !bare {
        return serde_json::from_value(value).map_err(|error| error.to_string());
    }
    let payload: Payload = serde_json::from_value(value).map_err(|error| error.to_string())?;
    if payload.ret_code.is_success() {
        return Err("RetCode 0 without the rest of an answer".to_owned());
    }
    Ok(Downstream {
        method: DownstreamMethod::Reply,
        payload,
        version: None,
        timestamp: None,
        rest: Values::new(),
    })
}
