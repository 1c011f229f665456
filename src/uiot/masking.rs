//! Secrets in the platform's messages, covered for whoever looks on.

use std::ops::Range;

use serde_json::Value;

use super::{PlatformTopic, SystemTopic};
use crate::payload::{TokenKind, json_pieces};

/// The keys whose values are secrets: in the answer of dynamic registration `Password` is the DeviceSecret
/// (unique-certificate-per-product_authentication.md); the others stand in messages of gateways
/// (subdev_access_protocol.md).
const SECRET_KEYS: [&str; 3] = ["Password", "DeviceSecret", "ProductSecret"];
/// What stands in a secret's place.
const COVER: &str = "••••";

impl SystemTopic {
    /// Whether messages on it carry a secret.
    pub const fn carries_secret(self) -> bool {
        matches!(
            self,
            Self::PasswordReply
                | Self::SubRegister
                | Self::SubRegisterReply
                | Self::TopoNotifyAdd
                | Self::TopoNotifyDelete
                | Self::TopoFound
        )
    }
}

/// A payload of a topic that carries a secret, with each secret covered; nothing but the cover if it is no JSON.
pub fn covered(payload: &[u8]) -> Vec<u8> {
    let covered = serde_json::from_slice(payload).ok().and_then(|mut body: Value| {
        cover(&mut body);
        serde_json::to_vec(&body).ok()
    });
    covered.unwrap_or_else(|| COVER.as_bytes().to_vec())
}

/// Where the secrets of a message lie in its payload, by its topic. Nothing for a message that carries none; the whole
/// payload if it should carry one and cannot be read.
pub fn secrets(topic: &str, payload: &[u8]) -> Vec<Range<usize>> {
    match PlatformTopic::parse(topic) {
        Some(PlatformTopic::System { topic, .. }) if topic.carries_secret() => secrets_in(payload),
        _ => Vec::new(),
    }
}

fn secrets_in(payload: &[u8]) -> Vec<Range<usize>> {
    let text = std::str::from_utf8(payload).ok();
    let Some(text) = text.filter(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()) else {
        return std::iter::once(0..payload.len()).collect();
    };
    let mut found = Vec::new();
    let mut at = 0;
    // How deep we are in the value of a secret key; its first token is still to come at 0.
    let mut inside: Option<usize> = None;
    for (kind, piece) in json_pieces(text) {
        let range = at..at + piece.len();
        at = range.end;
        let Some(depth) = inside else {
            if kind == TokenKind::Key && is_secret_key(piece) {
                inside = Some(0);
            }
            continue;
        };
        let depth = match (kind, piece) {
            (TokenKind::Punctuation, "{" | "[") => depth + 1,
            (TokenKind::Punctuation, "}" | "]") => depth.saturating_sub(1),
            (TokenKind::Punctuation, _) => continue,
            (TokenKind::Text, _) => {
                found.push(range.start + 1..range.end.saturating_sub(1));
                depth
            }
            _ => {
                found.push(range);
                depth
            }
        };
        inside = Some(depth).filter(|depth| *depth > 0);
    }
    found
}

fn is_secret_key(quoted: &str) -> bool {
    let key: Option<String> = serde_json::from_str(quoted).ok();
    key.is_none_or(|key| SECRET_KEYS.iter().any(|secret| key.eq_ignore_ascii_case(secret)))
}

fn cover(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if SECRET_KEYS.iter().any(|secret| key.eq_ignore_ascii_case(secret)) {
                    *value = Value::from(COVER);
                } else {
                    cover(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(cover),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_covered_wherever_they_stand() {
        let of = |text: &str| String::from_utf8(covered(text.as_bytes())).unwrap();
        assert_eq!(
            of(r#"{"RetCode":"0","RequestID":"1","Password":"k2h4j1l5n7m9p3q8"}"#),
            r#"{"Password":"••••","RequestID":"1","RetCode":"0"}"#
        );
        let register = r#"{"Params":[{"ProductSN":"p","productsecret":"geheim"}]}"#;
        assert_eq!(of(register), r#"{"Params":[{"ProductSN":"p","productsecret":"••••"}]}"#);
        assert_eq!(of(r#"{"Password":{"nested":"geheim"}}"#), r#"{"Password":"••••"}"#);
    }

    #[test]
    fn secrets_are_found_by_their_place() {
        let topic = "/$system/p/d/password_reply";
        for (payload, wanted) in [
            (r#"{"RetCode":"0","RequestID":"1","Password":"k2h4"}"#, vec!["k2h4"]),
            (r#"{"p\u0061ssword" : "a\"b" , "x":"y"}"#, vec![r#"a\"b"#]),
            (r#"{"Password":{"n":["g",{"k":12}]},"DeviceSecret":7,"o":[]}"#, vec!["n", "g", "k", "12", "7"]),
            (r#"{"Password":"","o":1}"#, vec![""]),
            (r#"{"Password":"geheim"#, vec![r#"{"Password":"geheim"#]),
            (r#"{"RetCode":"1"}"#, vec![]),
        ] {
            let found: Vec<_> =
                secrets(topic, payload.as_bytes()).into_iter().map(|range| &payload[range]).collect();
            let found: Vec<_> = found.iter().map(|text| text.trim_matches('"')).collect();
            assert_eq!(found, wanted, "{payload}");
        }
        assert!(secrets("/p/d/upload", br#"{"Password":"x"}"#).is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_covered_whole() {
        assert_eq!(covered(b"{\"Password\":\"geheim"), COVER.as_bytes());
    }
}
