//! The system topics by what they are for.

use super::topics::{Direction, SystemTopic};
use super::{Credential, PlatformTopic};

/// A part of the platform, with topics of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Thing model: template and properties.
    Properties,
    /// Thing model: events and commands.
    Commands,
    /// Device shadow.
    Shadow,
    /// Firmware.
    Ota,
    /// A gateway and its sub-devices.
    Gateway,
    /// Dynamic registration.
    Registration,
    /// Online and offline.
    Status,
}

impl Service {
    /// All of them, the most used first.
    pub const ALL: [Self; 7] = [
        Self::Properties,
        Self::Commands,
        Self::Shadow,
        Self::Ota,
        Self::Gateway,
        Self::Registration,
        Self::Status,
    ];

    /// Whether a device has to do with it that is no gateway and knows its secret.
    pub const fn is_of_every_device(self) -> bool {
        matches!(self, Self::Properties | Self::Commands | Self::Shadow | Self::Ota)
    }

    /// Its topics, in the order of the documents.
    pub fn topics(self) -> impl Iterator<Item = SystemTopic> {
        SystemTopic::ALL.iter().copied().filter(move |topic| topic.service() == self)
    }

    /// The page of the platform's documents that describes its topics; that of gateways is uiot-edge's.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Gateway => "user_guide/subdevice_driver_access/subdev_access_protocol.md",
            _ => "console_guide/product_device/topic.md",
        }
    }
}

impl SystemTopic {
    /// What it is part of.
    pub fn service(self) -> Service {
        let of = |prefix: &str| self.suffix().starts_with(prefix);
        if of("tmodel/event") || of("tmodel/command") {
            Service::Commands
        } else if of("tmodel/") {
            Service::Properties
        } else if of("shadow/") {
            Service::Shadow
        } else if of("ota/") {
            Service::Ota
        } else if of("subdev/") {
            Service::Gateway
        } else if of("password") {
            Service::Registration
        } else {
            Service::Status
        }
    }

    /// The request that is answered here.
    pub fn answers(self) -> Option<Self> {
        Self::ALL.iter().copied().find(|request| request.reply() == Some(self))
    }

    /// What a device that is no gateway subscribes: all that the thing model, the shadow and OTA send to it.
    pub fn to_subscribe() -> impl Iterator<Item = Self> {
        let services = Service::ALL.into_iter().filter(|service| service.is_of_every_device());
        services.flat_map(Service::topics).filter(|topic| topic.direction() == Direction::Down)
    }

    /// The system topic that this is, if it is one of this device.
    pub fn of_device(topic: &str, device: &Credential) -> Option<Self> {
        match PlatformTopic::parse(topic)? {
            PlatformTopic::System { device: whose, topic, .. } if whose == *device => Some(topic),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_topic_belongs_to_one_service() {
        let listed: usize = Service::ALL.into_iter().map(|service| service.topics().count()).sum();
        assert_eq!(listed, SystemTopic::ALL.len());
        assert_eq!(SystemTopic::CommandReply.service(), Service::Commands);
        assert_eq!(SystemTopic::DesiredGet.service(), Service::Properties);
        assert_eq!(SystemTopic::DeviceStatus.service(), Service::Status);
    }

    #[test]
    fn an_answer_names_its_request() {
        assert_eq!(SystemTopic::PropertyPostReply.answers(), Some(SystemTopic::PropertyPost));
        assert_eq!(SystemTopic::CommandReply.answers(), Some(SystemTopic::Command));
        assert_eq!(SystemTopic::Command.answers(), None);
    }

    #[test]
    fn a_plain_device_subscribes_what_is_sent_to_it() {
        let suffixes: Vec<_> = SystemTopic::to_subscribe().map(SystemTopic::suffix).collect();
        assert_eq!(suffixes.len(), 11);
        for suffix in ["tmodel/command", "shadow/downstream", "ota/downstream", "tmodel/property/set"] {
            assert!(suffixes.contains(&suffix), "{suffix}");
        }
        assert!(suffixes.iter().all(|suffix| !suffix.starts_with("subdev/") && *suffix != "shadow/document"));
    }
}
