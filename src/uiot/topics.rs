//! The topics of the platform (topic.md, topicmgmt.md; `subdev` from uiot-edge's subdev_access_protocol.md).
//!
//! Three kinds, told apart by their first levels: system topics `/$system/P/D/…`, broadcast topics
//! `/P/$broadcast/…` and custom topics `/P/D/…`, where `P` is a ProductSN and `D` a DeviceSN.

use std::fmt;

use super::{Credential, limits};

/// Who sends on a topic, seen from the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The device publishes.
    Up,
    /// The device subscribes.
    Down,
    /// Only the rule engine sees it; a device may neither publish nor subscribe.
    RuleEngine,
}

macro_rules! system_topics {
    ($($(#[$doc:meta])* $name:ident = $suffix:literal, $direction:ident, $reply:ident;)+) => {
        /// What stands after `/$system/P/D/`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SystemTopic {
            $($(#[$doc])* $name,)+
        }

        impl SystemTopic {
            /// All of them, in the order of the documents.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The levels after `/$system/P/D/`.
            pub const fn suffix(self) -> &'static str {
                match self {
                    $(Self::$name => $suffix,)+
                }
            }

            /// Who sends on it.
            pub const fn direction(self) -> Direction {
                match self {
                    $(Self::$name => Direction::$direction,)+
                }
            }

            /// Where the answer comes, for topics that ask.
            pub const fn reply(self) -> Option<Self> {
                let reply = match self {
                    $(Self::$name => Self::$reply,)+
                };
                // A topic without an answer names itself in the table.
                if reply as u8 == self as u8 { None } else { Some(reply) }
            }
        }
    };
}

// Name = suffix, direction, topic of the answer (itself: none).
system_topics! {
    /// Dynamic registration: asks for the DeviceSecret.
    Password = "password", Up, PasswordReply;
    /// … its answer.
    PasswordReply = "password_reply", Down, PasswordReply;
    /// Online and offline, for the rule engine. topic.md lists it as one to subscribe; the API's topic list does not.
    DeviceStatus = "device/status", RuleEngine, DeviceStatus;
    /// Updates or deletes in the device shadow.
    ShadowUpstream = "shadow/upstream", Up, ShadowDownstream;
    /// Answers to updates, and desired values.
    ShadowDownstream = "shadow/downstream", Down, ShadowDownstream;
    /// Asks for the shadow document.
    ShadowGet = "shadow/get", Up, ShadowGetReply;
    /// … its answer.
    ShadowGetReply = "shadow/get_reply", Down, ShadowGetReply;
    /// The whole document after each change.
    ShadowDocument = "shadow/document", RuleEngine, ShadowDocument;
    /// Asks for the thing model.
    TemplateGet = "tmodel/template/get", Up, TemplateGetReply;
    /// … its answer.
    TemplateGetReply = "tmodel/template/get_reply", Down, TemplateGetReply;
    /// Reports properties.
    PropertyPost = "tmodel/property/post", Up, PropertyPostReply;
    /// … its answer.
    PropertyPostReply = "tmodel/property/post_reply", Down, PropertyPostReply;
    /// The cloud sets properties.
    PropertySet = "tmodel/property/set", Down, PropertySetReply;
    /// … the device's answer.
    PropertySetReply = "tmodel/property/set_reply", Up, PropertySetReply;
    /// Asks for the last saved values.
    PropertyRestore = "tmodel/property/restore", Up, PropertyRestoreReply;
    /// … its answer.
    PropertyRestoreReply = "tmodel/property/restore_reply", Down, PropertyRestoreReply;
    /// Asks for desired values.
    DesiredGet = "tmodel/property/desired/get", Up, DesiredGetReply;
    /// … its answer.
    DesiredGetReply = "tmodel/property/desired/get_reply", Down, DesiredGetReply;
    /// Deletes desired values.
    DesiredDelete = "tmodel/property/desired/delete", Up, DesiredDeleteReply;
    /// … its answer.
    DesiredDeleteReply = "tmodel/property/desired/delete_reply", Down, DesiredDeleteReply;
    /// All properties after each change.
    PropertyDocument = "tmodel/property/document", RuleEngine, PropertyDocument;
    /// Reports an event.
    EventPost = "tmodel/event/post", Up, EventPostReply;
    /// … its answer.
    EventPostReply = "tmodel/event/post_reply", Down, EventPostReply;
    /// The cloud sends a command.
    Command = "tmodel/command", Down, CommandReply;
    /// … the device's answer; the request's identifier follows as a last level.
    CommandReply = "tmodel/command_reply", Up, CommandReply;
    /// Firmware: version, progress, result.
    OtaUpstream = "ota/upstream", Up, OtaUpstream;
    /// Firmware: upgrade and cancel.
    OtaDownstream = "ota/downstream", Down, OtaDownstream;
    /// Gateway: registers sub-devices dynamically.
    SubRegister = "subdev/register", Up, SubRegisterReply;
    /// … its answer.
    SubRegisterReply = "subdev/register_reply", Down, SubRegisterReply;
    /// Gateway: adds sub-devices to its topology.
    TopoAdd = "subdev/topo/add", Up, TopoAddReply;
    /// … its answer.
    TopoAddReply = "subdev/topo/add_reply", Down, TopoAddReply;
    /// Gateway: takes sub-devices out of its topology.
    TopoDelete = "subdev/topo/delete", Up, TopoDeleteReply;
    /// … its answer.
    TopoDeleteReply = "subdev/topo/delete_reply", Down, TopoDeleteReply;
    /// Gateway: asks for its topology.
    TopoGet = "subdev/topo/get", Up, TopoGetReply;
    /// … its answer.
    TopoGetReply = "subdev/topo/get_reply", Down, TopoGetReply;
    /// The cloud tells a gateway of sub-devices that were added.
    TopoNotifyAdd = "subdev/topo/notify/add", Down, TopoNotifyAdd;
    /// The cloud tells a gateway of sub-devices that were taken out.
    TopoNotifyDelete = "subdev/topo/notify/delete", Down, TopoNotifyDelete;
    /// Gateway: sub-devices go online.
    SubLogin = "subdev/login", Up, SubLoginReply;
    /// … its answer.
    SubLoginReply = "subdev/login_reply", Down, SubLoginReply;
    /// Gateway: sub-devices go offline.
    SubLogout = "subdev/logout", Up, SubLogoutReply;
    /// … its answer.
    SubLogoutReply = "subdev/logout_reply", Down, SubLogoutReply;
    /// The cloud enables sub-devices.
    SubEnable = "subdev/enable", Down, SubEnable;
    /// The cloud disables sub-devices.
    SubDisable = "subdev/disable", Down, SubDisable;
    /// The cloud deletes sub-devices.
    SubDelete = "subdev/delete", Down, SubDelete;
    /// Gateway: sub-devices that it found, for the rule engine.
    TopoFound = "subdev/topo/found", Up, TopoFoundReply;
    /// … the application's answer.
    TopoFoundReply = "subdev/topo/found_reply", Down, TopoFoundReply;
}

impl SystemTopic {
    /// The topic of this device.
    pub fn of(self, device: &Credential) -> String {
        format!("/$system/{}/{}/{}", device.product_sn, device.device_sn, self.suffix())
    }

    /// Where a device answers the command with this request identifier.
    pub fn command_reply_of(device: &Credential, request_id: &str) -> String {
        format!("{}/{request_id}", Self::CommandReply.of(device))
    }

    /// The topic with this suffix; of a command's answer also the request identifier.
    pub fn from_suffix(suffix: &str) -> Option<(Self, Option<&str>)> {
        if let Some(request_id) =
            suffix.strip_prefix(Self::CommandReply.suffix()).and_then(|rest| rest.strip_prefix('/'))
        {
            let one_level = !request_id.is_empty() && !request_id.contains('/');
            return one_level.then_some((Self::CommandReply, Some(request_id)));
        }
        let topic = Self::ALL.iter().find(|topic| topic.suffix() == suffix)?;
        (*topic != Self::CommandReply).then_some((*topic, None))
    }
}

/// What a device may do with a custom topic (topicmgmt.md: `pub`, `sub`, `pubsub`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// The device publishes.
    Pub,
    /// The device subscribes.
    Sub,
    /// Both.
    PubSub,
}

impl Permission {
    /// Whether the device may publish.
    pub const fn publishes(self) -> bool {
        matches!(self, Self::Pub | Self::PubSub)
    }

    /// Whether the device may subscribe.
    pub const fn subscribes(self) -> bool {
        matches!(self, Self::Sub | Self::PubSub)
    }
}

/// A custom topic that a product defines for all its devices.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CustomTopic {
    /// What follows `/P/D/`, or `/P/$broadcast/`.
    pub rest: String,
    /// What devices may do with it. Broadcast topics can only be subscribed.
    pub permission: Permission,
    /// `/P/$broadcast/…` instead of `/P/D/…`.
    #[serde(default)]
    pub broadcast: bool,
}

/// Why a custom topic cannot be defined (topic.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomTopicError {
    /// No level, or an empty one.
    EmptyLevel,
    /// More than five levels after `/P/D/`.
    TooManyLevels,
    /// A character other than letters, digits, `-`, `_`, `@`, `:`, `+`, `#`.
    Character(char),
    /// More than 64 characters after `/P/D/`.
    TooLong,
    /// `+` or `#` where a device may publish.
    WildcardWithPub,
    /// `+` that does not fill its level, or `#` that is not the whole last level.
    MisplacedWildcard,
    /// A broadcast topic that devices could publish to.
    BroadcastWithPub,
}

impl CustomTopic {
    /// The topics that each product begins with (topic.md, picture of the default custom topics).
    pub fn defaults() -> Vec<Self> {
        let topic = |rest: &str, permission| Self { rest: rest.into(), permission, broadcast: false };
        vec![
            topic("upload", Permission::Pub),
            topic("upload/event", Permission::Pub),
            topic("set", Permission::Sub),
        ]
    }

    /// Whether the console takes it.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self) -> Result<(), CustomTopicError> {
        let levels: Vec<_> = self.rest.split('/').collect();
        if levels.iter().any(|level| level.is_empty()) {
            return Err(CustomTopicError::EmptyLevel);
        }
        let odd =
            |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '@' | ':' | '+' | '#' | '/'));
        if let Some(character) = self.rest.chars().find(odd) {
            return Err(CustomTopicError::Character(character));
        }
        if levels.len() > limits::CUSTOM_TOPIC_LEVELS {
            return Err(CustomTopicError::TooManyLevels);
        }
        if self.rest.len() > limits::CUSTOM_TOPIC_LENGTH {
            return Err(CustomTopicError::TooLong);
        }
        if self.rest.contains(['+', '#']) {
            if self.permission.publishes() {
                return Err(CustomTopicError::WildcardWithPub);
            }
            crate::mqtt::TopicFilter::parse(&self.rest).map_err(|_| CustomTopicError::MisplacedWildcard)?;
        }
        if self.broadcast && self.permission.publishes() {
            return Err(CustomTopicError::BroadcastWithPub);
        }
        Ok(())
    }

    /// The topic, or topic filter, of this device.
    pub fn of(&self, device: &Credential) -> String {
        let own = if self.broadcast { "$broadcast" } else { &device.device_sn };
        format!("/{}/{own}/{}", device.product_sn, self.rest)
    }
}

/// What a topic of the platform is, and whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlatformTopic<'a> {
    /// `/$system/P/D/…`
    System {
        /// The device.
        device: Credential,
        /// Which one.
        topic: SystemTopic,
        /// The request identifier at the end of a command's answer.
        request_id: Option<&'a str>,
    },
    /// `/P/D/…`
    Custom {
        /// The device.
        device: Credential,
        /// What follows `/P/D/`, without a suffix `?parse=true`.
        rest: &'a str,
        /// Whether the suffix asks for the product's parser (binary_parse_intro.md).
        parse: bool,
    },
    /// `/P/$broadcast/…`
    Broadcast {
        /// The product.
        product_sn: &'a str,
        /// What follows `/P/$broadcast/`.
        rest: &'a str,
    },
}

/// The suffix that asks for the product's binary parser (binary_parse_intro.md).
pub const PARSE_SUFFIX: &str = "?parse=true";

impl<'a> PlatformTopic<'a> {
    /// Reads a topic; none if it has no form that the platform knows. A system topic with the suffix `?parse=true` is read
    /// as if it had none: there it has no effect (binary_parse_intro.md).
    pub fn parse(topic: &'a str) -> Option<Self> {
        let mut levels = topic.strip_prefix('/')?.splitn(3, '/');
        let (first, second, rest) = (levels.next()?, levels.next()?, levels.next()?);
        if first.is_empty() || second.is_empty() || rest.is_empty() {
            return None;
        }
        if first == "$system" {
            let (device_sn, suffix) = rest.strip_suffix(PARSE_SUFFIX).unwrap_or(rest).split_once('/')?;
            let (topic, request_id) = SystemTopic::from_suffix(suffix)?;
            let device = Credential { product_sn: second.into(), device_sn: device_sn.into() };
            return Some(Self::System { device, topic, request_id });
        }
        if second == "$broadcast" {
            return Some(Self::Broadcast { product_sn: first, rest });
        }
        let (rest, parse) = rest.strip_suffix(PARSE_SUFFIX).map_or((rest, false), |rest| (rest, true));
        let device = Credential { product_sn: first.into(), device_sn: second.into() };
        Some(Self::Custom { device, rest, parse })
    }
}

/// A rule that the platform has for every topic (limitation.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicLimit {
    /// More than [`limits::TOPIC_LENGTH`] bytes of UTF-8; holds the number.
    Length(usize),
    /// More than [`limits::TOPIC_SLASHES`] slashes; holds the number.
    Slashes(usize),
}

impl TopicLimit {
    /// The first limit that a topic or topic filter breaks, counted with all that it has.
    pub fn broken_by(topic: &str) -> Option<Self> {
        let slashes = topic.matches('/').count();
        if topic.len() > limits::TOPIC_LENGTH {
            Some(Self::Length(topic.len()))
        } else if slashes > limits::TOPIC_SLASHES {
            Some(Self::Slashes(slashes))
        } else {
            None
        }
    }
}

/// The first limit that a topic or topic filter breaks. A suffix `?parse=true` is no part of the topic.
pub fn topic_limit(topic: &str) -> Option<TopicLimit> {
    TopicLimit::broken_by(topic.strip_suffix(PARSE_SUFFIX).unwrap_or(topic))
}

impl fmt::Display for SystemTopic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.suffix())
    }
}
