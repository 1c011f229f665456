/// Who a device is: its product and itself (the secret stays apart).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Credential {
    /// The product's serial number, 16 characters made by the platform.
    #[serde(rename = "ProductSN")]
    pub product_sn: String,
    /// The device's serial number within the product.
    #[serde(rename = "DeviceSN")]
    pub device_sn: String,
}

/// How a device logs in: the last part of its user name (websocketconnect.md).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthMode {
    /// `1`, 一机一密: with its own DeviceSecret.
    #[default]
    Static,
    /// `2`, 一型一密: with its product's ProductSecret, to ask for its DeviceSecret.
    Dynamic,
}

impl AuthMode {
    /// A name for forms, links and tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Dynamic => "dynamic",
        }
    }

    /// The mode with this [`Self::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Static, Self::Dynamic].into_iter().find(|mode| mode.id() == id)
    }

    /// 1 or 2.
    pub const fn number(self) -> u8 {
        match self {
            Self::Static => 1,
            Self::Dynamic => 2,
        }
    }
}

impl Credential {
    /// The two numbers together.
    pub fn new(product_sn: impl Into<String>, device_sn: impl Into<String>) -> Self {
        Self { product_sn: product_sn.into(), device_sn: device_sn.into() }
    }

    /// The client identifier of CONNECT: `ProductSN.DeviceSN` (websocketconnect.md).
    pub fn client_id(&self) -> String {
        format!("{}.{}", self.product_sn, self.device_sn)
    }

    /// The user name of CONNECT with static registration: `ProductSN|DeviceSN|1` (websocketconnect.md).
    pub fn user_name(&self) -> String {
        self.user_name_for(AuthMode::Static)
    }

    /// The user name of CONNECT: `ProductSN|DeviceSN|1`, or `…|2` to register dynamically (websocketconnect.md).
    pub fn user_name_for(&self, mode: AuthMode) -> String {
        format!("{}|{}|{}", self.product_sn, self.device_sn, mode.number())
    }

    /// A topic in two parts, see [`fold_topic`].
    pub fn fold_topic<'a>(&self, topic: &'a str) -> (&'static str, &'a str) {
        fold_topic(&self.product_sn, &self.device_sn, topic)
    }

    /// Reads a user name of CONNECT.
    pub fn from_user_name(user_name: &str) -> Option<(Self, AuthMode)> {
        let mut parts = user_name.split('|');
        let (product_sn, device_sn, mode) = (parts.next()?, parts.next()?, parts.next()?);
        if product_sn.is_empty() || device_sn.is_empty() || parts.next().is_some() {
            return None;
        }
        // The backslashes in the documents' table only escape the bars there.
        if product_sn.contains('\\') || device_sn.contains('\\') {
            return None;
        }
        let mode = match mode {
            "1" => AuthMode::Static,
            "2" => AuthMode::Dynamic,
            _ => return None,
        };
        Some((Self::new(product_sn, device_sn), mode))
    }
}

/// A topic in two parts: the prefix that every topic of the device has, in short, and the rest. `~/` is the device's own,
/// `$sys/` the platform's for it.
pub fn fold_topic<'a>(product_sn: &str, device_sn: &str, topic: &'a str) -> (&'static str, &'a str) {
    let after_own = |topic: &'a str| {
        topic
            .strip_prefix('/')?
            .strip_prefix(product_sn)?
            .strip_prefix('/')?
            .strip_prefix(device_sn)?
            .strip_prefix('/')
    };
    match topic.strip_prefix("/$system").and_then(after_own) {
        Some(rest) => ("$sys/", rest),
        None => after_own(topic).map_or(("", topic), |rest| ("~/", rest)),
    }
}

/// Whether a DeviceSN looks like one that the console takes: 4 to 64 letters, digits, `-`, `_`, `@` or `:`
/// (create_devcies.md).
pub fn device_sn_is_regular(device_sn: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '@' | ':');
    super::limits::DEVICE_SN_LENGTH.contains(&device_sn.len()) && device_sn.chars().all(allowed)
}

/// Whether a text can be an identifier of the thing model: letters, digits and `_`, at most 32, not beginning with a
/// digit (thingmode_guide.md).
pub fn identifier_is_regular(identifier: &str) -> bool {
    identifier.len() <= super::limits::IDENTIFIER_LENGTH
        && identifier.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && identifier.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a text can be a firmware version: 1 to 32 letters, digits, `.`, `-` or `_` (ota.md).
pub fn version_is_regular(version: &str) -> bool {
    (1..=super::limits::VERSION_LENGTH).contains(&version.len())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_id_and_user_name_are_derived() {
        let credential = Credential::new("kx4m7q2vbn9wd5ts", "greenhouse-07");
        assert_eq!(credential.client_id(), "kx4m7q2vbn9wd5ts.greenhouse-07");
        assert_eq!(credential.user_name(), "kx4m7q2vbn9wd5ts|greenhouse-07|1");
        assert_eq!(credential.user_name_for(AuthMode::Dynamic), "kx4m7q2vbn9wd5ts|greenhouse-07|2");
    }

    #[test]
    fn a_user_name_is_read_back() {
        let device = Credential::new("p", "d@1");
        assert_eq!(Credential::from_user_name("p|d@1|1"), Some((device.clone(), AuthMode::Static)));
        assert_eq!(Credential::from_user_name("p|d@1|2"), Some((device, AuthMode::Dynamic)));
        for bad in ["", "p|d", "p|d|3", "p|d|1|", "|d|1", "p||1", "p|d|01"] {
            assert_eq!(Credential::from_user_name(bad), None, "{bad}");
        }
    }

    #[test]
    fn device_sn_rules() {
        for good in ["abcd", "greenhouse-07", "pump-ctl@east:02", &"x".repeat(64)] {
            assert!(device_sn_is_regular(good), "{good}");
        }
        for bad in ["", "abc", "a b c d", "温度计1", "a/bcd", &"x".repeat(65)] {
            assert!(!device_sn_is_regular(bad), "{bad}");
        }
    }

    #[test]
    fn identifier_and_version_rules() {
        for good in ["a", "_", "Temperature_2", &"x".repeat(32)] {
            assert!(identifier_is_regular(good), "{good}");
        }
        for bad in ["", "2a", "a-b", "温度", &"x".repeat(33)] {
            assert!(!identifier_is_regular(bad), "{bad}");
        }
        for good in ["1", "1.0.2-rc_1", &"1".repeat(32)] {
            assert!(version_is_regular(good), "{good}");
        }
        for bad in ["", "1 0", "v1/2", &"1".repeat(33)] {
            assert!(!version_is_regular(bad), "{bad}");
        }
    }
}
