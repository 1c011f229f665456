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
        format!("mqtt-{}.iot.ucloud.cn", self.id())
    }
}
