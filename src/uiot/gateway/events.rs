use std::time::Duration;

use crate::mqtt::{Moment, Secret};
use crate::uiot::{Credential, RetCode, SystemTopic, limits};

/// How long the gateway waits for the platform's answer. Not documented.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the gateway waits for an application's answer to `topo/found`. Not documented; a person may decide it.
pub const FOUND_TIMEOUT: Duration = Duration::from_secs(600);
/// Requests that may wait for their answer at a time.
pub const REQUESTS: usize = 32;
/// Sub-devices that the gateway remembers: as many as a product can have.
pub const SUB_DEVICES: usize = limits::DEVICES;

/// What a gateway asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// DeviceSecrets of sub-devices that register dynamically.
    Register,
    /// Sub-devices are to be behind this gateway.
    TopoAdd,
    /// Sub-devices are no longer to be behind this gateway.
    TopoDelete,
    /// Which sub-devices are behind this gateway.
    TopoGet,
    /// Sub-devices are online.
    Login,
    /// Sub-devices are offline.
    Logout,
    /// Sub-devices were found; an application may answer.
    Found,
}

impl RequestKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Register,
        Self::TopoAdd,
        Self::TopoDelete,
        Self::TopoGet,
        Self::Login,
        Self::Logout,
        Self::Found,
    ];

    /// On which topic.
    pub const fn topic(self) -> SystemTopic {
        match self {
            Self::Register => SystemTopic::SubRegister,
            Self::TopoAdd => SystemTopic::TopoAdd,
            Self::TopoDelete => SystemTopic::TopoDelete,
            Self::TopoGet => SystemTopic::TopoGet,
            Self::Login => SystemTopic::SubLogin,
            Self::Logout => SystemTopic::SubLogout,
            Self::Found => SystemTopic::TopoFound,
        }
    }

    pub(super) const fn timeout(self) -> Duration {
        match self {
            Self::Found => FOUND_TIMEOUT,
            _ => REQUEST_TIMEOUT,
        }
    }
}

/// What the cloud tells a gateway unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notice {
    /// The sub-devices were put behind this gateway.
    Added,
    /// They were taken away from it.
    Removed,
    /// They were enabled.
    Enabled,
    /// They were disabled.
    Disabled,
    /// They were deleted.
    Deleted,
}

impl Notice {
    /// What the cloud says on this topic.
    pub const fn on(topic: SystemTopic) -> Option<Self> {
        match topic {
            SystemTopic::TopoNotifyAdd => Some(Self::Added),
            SystemTopic::TopoNotifyDelete => Some(Self::Removed),
            SystemTopic::SubEnable => Some(Self::Enabled),
            SystemTopic::SubDisable => Some(Self::Disabled),
            SystemTopic::SubDelete => Some(Self::Deleted),
            _ => None,
        }
    }
}

/// A request without its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What was asked for.
    pub kind: RequestKind,
    /// For which sub-devices.
    pub devices: Vec<Credential>,
    /// Until when the answer is waited for.
    pub due: Moment,
}

/// What a gateway knows of a sub-device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubState {
    /// It is behind this gateway.
    pub in_topology: bool,
    /// It is logged in.
    pub logged_in: bool,
    /// The cloud disabled it.
    pub disabled: bool,
    /// Its DeviceSecret, where the platform told.
    pub secret: Option<Secret>,
}

/// Why a request cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayError {
    /// [`REQUESTS`] requests wait for their answers.
    TooManyRequests,
}

/// What a message of the platform changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GatewayEvent {
    /// A request succeeded.
    Done {
        /// What was asked for.
        kind: RequestKind,
        /// The devices that were asked for; of [`RequestKind::Register`] and [`RequestKind::TopoGet`] the answered ones.
        devices: Vec<Credential>,
        /// How many of them are not remembered: there are [`SUB_DEVICES`] already.
        left_out: usize,
    },
    /// A request failed; nothing was changed.
    Refused {
        /// What was asked for.
        kind: RequestKind,
        /// For which devices.
        devices: Vec<Credential>,
        /// Not 0.
        code: RetCode,
        /// The platform's words.
        message: String,
    },
    /// An answer to no request that waits: late, or of somebody else.
    Unasked {
        /// On which topic.
        topic: SystemTopic,
        /// Whose it is.
        request_id: String,
    },
    /// The cloud told something.
    Noticed {
        /// What.
        notice: Notice,
        /// Of which devices.
        devices: Vec<Credential>,
        /// How many of them are not remembered: there are [`SUB_DEVICES`] already.
        left_out: usize,
    },
}
