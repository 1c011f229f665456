//! How bytes get out and in. A transport keeps their order, keeps what the other side said when it closed, and knows
//! nothing of MQTT.

mod loopback;
#[cfg(target_arch = "wasm32")]
mod web_socket;

use crate::mqtt::CloseInfo;
pub use loopback::{Act, Broker, BrokerOutput, Chunking, Hub, LoopbackTransport, MOST_WAITING, Surroundings};
#[cfg(target_arch = "wasm32")]
pub use web_socket::WebSocketTransport;

/// What a transport tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportEvent {
    /// It is open; the server chose this sub-protocol, or none (empty).
    Opened(String),
    /// Bytes came, in one frame.
    Received(Vec<u8>),
    /// A text frame came.
    Text(String),
    /// It is closed. Nothing follows.
    Closed(CloseInfo),
}

/// Something that carries bytes. Dropping it closes it, without a further event.
pub trait Transport {
    /// Sends bytes after all that were sent before. They may wait here while the way out is congested.
    fn send(&self, bytes: &[u8]);

    /// Closes in order: what was sent goes out first, within a few seconds. No event follows.
    fn close(self: Box<Self>);
}
