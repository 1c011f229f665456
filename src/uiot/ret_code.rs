use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// The platform's return code (retcode.md). On the wire a number; in the answer of dynamic registration the documents
/// write a string, so both are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RetCode(pub i64);

impl RetCode {
    /// Done.
    pub const SUCCESS: Self = Self(0);
    /// The operation took too long.
    pub const TIMED_OUT: Self = Self(110);
    /// The service is not available at the moment.
    pub const UNAVAILABLE: Self = Self(130);
    /// Not allowed.
    pub const UNAUTHORIZED: Self = Self(140);
    /// A parameter is missing.
    pub const PARAMETER_MISSING: Self = Self(210);
    /// A parameter exceeds its limits.
    pub const PARAMETER_EXCEEDS: Self = Self(220);
    /// A parameter is wrong.
    pub const PARAMETER_WRONG: Self = Self(230);
    /// A parameter has another type.
    pub const PARAMETER_TYPE: Self = Self(310);
    /// There is no such product.
    pub const NO_PRODUCT: Self = Self(100_003);
    /// The product has no such topic.
    pub const NO_TOPIC: Self = Self(100_006);
    /// There is no such device.
    pub const NO_DEVICE: Self = Self(100_008);
    /// The device's password is not correct.
    pub const WRONG_SECRET: Self = Self(100_014);
    /// Too many devices.
    pub const TOO_MANY_DEVICES: Self = Self(100_019);
    /// Nothing was found.
    pub const NO_RECORDS: Self = Self(100_020);
    /// The shadow has another version.
    pub const SHADOW_VERSION: Self = Self(100_026);
    /// The product's shadow is switched off.
    pub const SHADOW_DISABLED: Self = Self(100_027);
    /// There is such a firmware already.
    pub const FIRMWARE_EXISTS: Self = Self(100_031);
    /// There is no such firmware.
    pub const NO_FIRMWARE: Self = Self(100_032);
    /// The device never reported its version.
    pub const VERSION_UNREPORTED: Self = Self(100_033);
    /// The device has this version already.
    pub const VERSION_IS_CURRENT: Self = Self(100_034);
    /// Another upgrade is running.
    pub const OTA_RUNNING: Self = Self(100_035);
    /// The thing model has no such identifier.
    pub const NO_IDENTIFIER: Self = Self(100_038);
    /// The device is not online.
    pub const NOT_ONLINE: Self = Self(100_039);
    /// The device did not answer the command in time.
    pub const COMMAND_TIMEOUT: Self = Self(100_040);
    /// The device answered the command wrongly.
    pub const COMMAND_REPLY: Self = Self(100_041);
    /// The thing model has no such command.
    pub const NO_COMMAND: Self = Self(100_046);
    /// The thing model has no such event.
    pub const NO_EVENT: Self = Self(100_047);
    /// The property can only be read.
    pub const READ_ONLY: Self = Self(100_049);
    /// The product is published, and cannot be changed.
    pub const PUBLISHED: Self = Self(100_054);
    /// The thing model does not define the property.
    pub const NO_PROPERTY: Self = Self(100_058);

    /// The code that a message carries: in its body, or in the `Payload` of a shadow's answer. None if there is none, or
    /// if the payload is no JSON object.
    pub fn in_message(payload: &[u8]) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Body {
            #[serde(rename = "RetCode")]
            ret_code: Option<RetCode>,
            #[serde(rename = "Payload")]
            payload: Option<Box<Body>>,
        }
        let Body { ret_code, payload } = serde_json::from_slice(payload).ok()?;
        ret_code.or_else(|| payload?.ret_code)
    }

    /// Whether all went well.
    pub const fn is_success(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for RetCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for RetCode {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for RetCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = RetCode;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a return code, as a number or a string of digits")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<RetCode, E> {
                Ok(RetCode(number))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<RetCode, E> {
                i64::try_from(number).map(RetCode).map_err(E::custom)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RetCode, E> {
                text.trim().parse().map(RetCode).map_err(E::custom)
            }
        }

        from.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_code_is_a_number_or_a_string() {
        for json in ["100026", "\"100026\"", "\" 100026 \""] {
            assert_eq!(serde_json::from_str::<RetCode>(json).unwrap(), RetCode::SHADOW_VERSION);
        }
        for json in ["\"\"", "null", "1.5", "\"0x1\"", "[]", "18446744073709551615"] {
            assert!(serde_json::from_str::<RetCode>(json).is_err(), "{json}");
        }
        assert_eq!(serde_json::to_string(&RetCode::SUCCESS).unwrap(), "0");
    }

    #[test]
    fn a_message_may_carry_a_return_code() {
        let of = |text: &str| RetCode::in_message(text.as_bytes());
        assert_eq!(of(r#"{"RequestID":"1","RetCode":0,"Message":"success"}"#), Some(RetCode::SUCCESS));
        assert_eq!(of(r#"{"RetCode":"0","Password":"x"}"#), Some(RetCode::SUCCESS));
        let conflict = r#"{"Method":"control","Payload":{"RetCode":100026,"State":{}},"Version":4}"#;
        assert_eq!(of(conflict), Some(RetCode::SHADOW_VERSION));
        for none in ["", "[]", "{}", "RetCode", r#"{"Payload":{}}"#, r#"{"RetCode":[]}"#, r#"{"Payload":5}"#]
        {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
