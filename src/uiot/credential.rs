/// Who a device is: its product and itself (the secret stays apart).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Credential {
    /// The product's serial number, 16 characters made by the platform.
    pub product_sn: String,
    /// The device's serial number within the product.
    pub device_sn: String,
}

impl Credential {
    /// The client identifier of CONNECT: `ProductSN.DeviceSN` (websocketconnect.md).
    pub fn client_id(&self) -> String {
        format!("{}.{}", self.product_sn, self.device_sn)
    }

    /// The user name of CONNECT with static registration: `ProductSN|DeviceSN|1` (websocketconnect.md).
    pub fn user_name(&self) -> String {
        format!("{}|{}|1", self.product_sn, self.device_sn)
    }
}

/// Whether a DeviceSN looks like one that the console takes: 4 to 64 letters, digits, `-`, `_`, `@` or `:`
/// (create_devcies.md).
pub fn device_sn_is_regular(device_sn: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '@' | ':');
    super::limits::DEVICE_SN_LENGTH.contains(&device_sn.len()) && device_sn.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_id_and_user_name_are_derived() {
        let credential =
            Credential { product_sn: "kx4m7q2vbn9wd5ts".into(), device_sn: "greenhouse-07".into() };
        assert_eq!(credential.client_id(), "kx4m7q2vbn9wd5ts.greenhouse-07");
        assert_eq!(credential.user_name(), "kx4m7q2vbn9wd5ts|greenhouse-07|1");
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
}
