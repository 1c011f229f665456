/// Where the platform runs (available_region_url.md).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Region {
    /// `cn-sh2`
    #[default]
    Shanghai2,
    /// `cn-gd`
    Guangzhou,
}

impl Region {
    /// All regions that the documents list.
    pub const ALL: [Self; 2] = [Self::Shanghai2, Self::Guangzhou];

    /// The platform's identifier of the region.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Shanghai2 => "cn-sh2",
            Self::Guangzhou => "cn-gd",
        }
    }

    /// The host for MQTT, over TCP and over WebSocket alike.
    pub fn mqtt_host(self) -> String {
        self.host("mqtt")
    }

    /// The host to which devices send over HTTPS (httpconnect.md).
    pub fn http_host(self) -> String {
        self.host("http")
    }

    /// The host of the cloud's API, for HTTPS.
    pub fn api_host(self) -> String {
        self.host("api")
    }

    /// The host to which devices upload files, over HTTPS (uploadfile.md).
    pub fn file_host(self) -> String {
        self.host("file")
    }

    fn host(self, function: &str) -> String {
        format!("{function}-{}.iot.ucloud.cn", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uiot::limits;

    #[test]
    fn hosts_and_ports_are_those_of_the_documents() {
        assert_eq!(Region::ALL.map(Region::id), ["cn-sh2", "cn-gd"]);
        assert_eq!(Region::default(), Region::Shanghai2);
        for region in Region::ALL {
            let id = region.id();
            assert_eq!(region.mqtt_host(), format!("mqtt-{id}.iot.ucloud.cn"));
            assert_eq!(region.http_host(), format!("http-{id}.iot.ucloud.cn"));
            assert_eq!(region.api_host(), format!("api-{id}.iot.ucloud.cn"));
            assert_eq!(region.file_host(), format!("file-{id}.iot.ucloud.cn"));
        }
        assert_eq!((limits::TCP_PORT, limits::TLS_PORT), (1883, 8883));
        assert_eq!((limits::WS_PORT, limits::WSS_PORT), (80, 443));
        assert_eq!(limits::HTTPS_PORT, 443);
    }
}
