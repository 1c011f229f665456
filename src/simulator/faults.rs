//! Faults on request: what goes wrong on the way between the platform and a device.

use std::time::Duration;

use super::Platform;
use super::as_json::{connack_or_none, filter_or_none, millis, millis_or_none, share};
use super::trace::{InjectedFault, TraceEvent, Why};
use crate::mqtt::{ConnectReturnCode, Moment, TopicFilter};
use crate::uiot::Credential;

/// What is to go wrong, for one device or for all. The default is that nothing does.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Every packet to the device comes so much later. The order stays.
    #[serde(with = "millis")]
    pub delay: Duration,
    /// … give or take up to so much, evenly spread.
    #[serde(with = "millis")]
    pub jitter: Duration,
    /// This share (0 to 1) of the messages to and from the device is lost within the platform.
    #[serde(with = "share")]
    pub lose_messages: f64,
    /// This share (0 to 1) of the acknowledgements (PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK) is not sent.
    #[serde(with = "share")]
    pub lose_acks: f64,
    /// PINGREQ is not answered.
    pub withhold_pingresp: bool,
    /// Nothing at all is sent; the connection stays. One that did not get its CONNACK gets nothing afterwards either.
    pub silence: bool,
    /// Each connection that begins from now on is cut after so long; [`Platform::cut_now`] cuts those that are up.
    #[serde(with = "millis_or_none")]
    pub cut_after: Option<Duration>,
    /// The connection is cut after so many more bytes to the device, also in the middle of a packet. Happens once.
    pub cut_at_byte: Option<usize>,
    /// So many packets more have one byte changed.
    pub corrupt_packets: u32,
    /// CONNECT is answered with this code.
    #[serde(with = "connack_or_none")]
    pub refuse_connect: Option<ConnectReturnCode>,
    /// Subscriptions are refused with 0x80 if this filter matches them.
    #[serde(with = "filter_or_none")]
    pub refuse_subscribe: Option<TopicFilter>,
}

impl Faults {
    /// Whether anything goes wrong.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }
}

impl Platform {
    /// Cuts the connections of a device, or of all, whatever they are doing, as a broken network would; how many there
    /// were.
    pub fn cut_now(&mut self, now: Moment, device: Option<&Credential>) -> usize {
        let of_device = |who: Option<&Credential>| device.is_none() || who == device;
        let connections = self.connections.iter().filter_map(|(id, connection)| {
            let who = connection.who.as_ref().map(|(device, _)| device);
            of_device(who).then(|| (*id, who.cloned()))
        });
        let connections: Vec<_> = connections.collect();
        let count = connections.len();
        for (id, who) in connections {
            self.trace.add(now, who, TraceEvent::Fault(InjectedFault::Cut));
            self.cut(now, id, Why::Injected);
        }
        count
    }
}
