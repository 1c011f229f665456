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
    /// It cannot be opened at all, with the reason in its own words. Nothing follows.
    Failed(String),
    /// Bytes came, in one frame.
    Received(Vec<u8>),
    /// Bytes came, in several frames one after the other.
    Batch(Batch),
    /// A text frame came.
    Text(String),
    /// It is closed. Nothing follows.
    Closed(CloseInfo),
}

/// What came in several frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// All their bytes.
    pub bytes: Vec<u8>,
    /// How many bytes came together, and when: in microseconds by the clock of the page (`performance.now`).
    pub pieces: Vec<(u32, u64)>,
}

impl Batch {
    /// The bytes that came together, each with its time.
    pub fn pieces(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut rest = self.bytes.as_slice();
        self.pieces.iter().map(move |(length, at)| {
            let (piece, after) = rest.split_at((*length as usize).min(rest.len()));
            rest = after;
            (*at, piece)
        })
    }
}

/// Something that carries bytes. Dropping it closes it, without a further event.
pub trait Transport {
    /// Sends bytes after all that were sent before. They may wait here while the way out is congested.
    fn send(&self, bytes: &[u8]);

    /// Closes in order: what was sent goes out first, within a few seconds. No event follows.
    fn close(self: Box<Self>);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_comes_apart_as_it_came_together() {
        let batch = Batch { bytes: vec![1, 2, 3, 4], pieces: vec![(1, 10), (0, 11), (3, 12)] };
        let pieces: Vec<_> = batch.pieces().collect();
        assert_eq!(pieces, [(10, &[1][..]), (11, &[]), (12, &[2, 3, 4])]);
        let short = Batch { bytes: vec![1], pieces: vec![(9, 10), (9, 11)] };
        assert_eq!(short.pieces().collect::<Vec<_>>(), [(10, &[1][..]), (11, &[])]);
    }
}
