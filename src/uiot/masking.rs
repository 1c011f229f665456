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

/// Where the secrets of a message lie in its payload: the text of each secret without its quotes; the whole payload if
/// it can carry one and is no JSON. Nothing for topics that carry none.
pub fn secrets(topic: &[u8], payload: &[u8]) -> Vec<Range<usize>> {
    let platform = str::from_utf8(topic).ok().and_then(PlatformTopic::parse);
    match platform {
        Some(PlatformTopic::System { topic, .. }) if topic.carries_secret() && !payload.is_empty() => {}
        _ => return Vec::new(),
    }
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(payload).is_ok();
    match str::from_utf8(payload) {
        Ok(text) if is_json => secret_values(text),
        _ => std::iter::once(0..payload.len()).collect(),
    }
}

/// Where the values of secret keys stand in a JSON text.
fn secret_values(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut secret = false;
    // Brackets that are open inside a secret value.
    let mut depth = 0_usize;
    for (kind, piece) in json_pieces(text) {
        let place = at..at + piece.len();
        at = place.end;
        match (kind, piece) {
            (TokenKind::Key, _) if depth == 0 => secret = is_secret_key(piece),
            (TokenKind::Punctuation, "{" | "[") if secret => depth += 1,
            (TokenKind::Punctuation, "}" | "]") if depth > 0 => {
                depth -= 1;
                secret = depth > 0;
            }
            (TokenKind::Punctuation, _) => {}
            (TokenKind::Key | TokenKind::Text, _) if secret => found.push(place.start + 1..place.end - 1),
            (_, _) if secret => found.push(place),
            _ => {}
        }
        if secret && depth == 0 && matches!(kind, TokenKind::Text | TokenKind::Number | TokenKind::Literal) {
            secret = false;
        }
    }
    found
}

/// Whether a key, with its quotes, is one of the secrets' ones.
fn is_secret_key(quoted: &str) -> bool {
    let key = serde_json::from_str::<String>(quoted).unwrap_or_default();
    SECRET_KEYS.iter().any(|secret| key.eq_ignore_ascii_case(secret))
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
    fn secrets_have_a_place_in_the_bytes() {
        let topic = b"/$system/p/d/subdev/register";
        let of = |text: &str| -> Vec<String> {
            secrets(topic, text.as_bytes()).into_iter().map(|place| text[place].to_owned()).collect()
        };
        assert_eq!(of(r#"{"RequestID":"1","P\u0061ssword" : "a\"b","x":"y"}"#), [r#"a\"b"#]);
        assert_eq!(
            of(r#"[{"deviceSecret":12},{"Password":{"a":["b",true]},"c":"d"}]"#),
            ["12", "a", "b", "true"]
        );
        assert_eq!(of(r#"{"Password":"","a":"b"}"#), [""]);
        assert_eq!(of(r#"{"Password":"geheim"#), [r#"{"Password":"geheim"#]);
        let plain = br#"{"Password":"x"}"#;
        assert!(secrets(b"/p/d/own", plain).is_empty());
        assert!(secrets(b"\xff", plain).is_empty());
        assert!(secrets(topic, b"").is_empty());
        assert_eq!(secrets(topic, &[0xff, 0xfe]), [0..2]);
    }

    #[test]
    fn what_cannot_be_read_is_covered_whole() {
        assert_eq!(covered(b"{\"Password\":\"geheim"), COVER.as_bytes());
    }
}
