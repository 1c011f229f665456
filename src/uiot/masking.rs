//! Secrets in the platform's messages, covered for whoever looks on.

use serde_json::Value;

use super::SystemTopic;

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
    fn what_cannot_be_read_is_covered_whole() {
        assert_eq!(covered(b"{\"Password\":\"geheim"), COVER.as_bytes());
    }
}
