use std::collections::VecDeque;

use bytes::Bytes;

/// Bytes that may wait in one direction of a connection: 16 MiB. A connection to which more is sent breaks, as a
/// browser's socket does when its buffer is full.
pub const MOST_WAITING: usize = 16 * 1024 * 1024;

/// Into which pieces a stream of bytes falls on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Chunking {
    /// As it was sent: a packet a piece.
    #[default]
    AsSent,
    /// Pieces of at most these lengths, in this order and then from the beginning again, whatever the packets; a piece
    /// is shorter only where no more waits. No lengths leave it as it was sent, and 0 counts as 1.
    Lengths(Vec<usize>),
}

/// More came than may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overflow;

/// The bytes that wait in one direction.
#[derive(Debug, Default)]
pub(super) struct Stream {
    waiting: VecDeque<Bytes>,
    bytes: usize,
    /// How many pieces were taken.
    taken: usize,
}

impl Stream {
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn push(&mut self, bytes: Bytes) -> Result<(), Overflow> {
        if self.bytes + bytes.len() > MOST_WAITING {
            return Err(Overflow);
        }
        self.bytes += bytes.len();
        if !bytes.is_empty() {
            self.waiting.push_back(bytes);
        }
        Ok(())
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.bytes = 0;
    }

    /// The next piece.
    pub(super) fn take(&mut self, chunking: &Chunking) -> Option<Vec<u8>> {
        let next = self.waiting.front()?.len();
        let length = match chunking {
            Chunking::Lengths(lengths) if !lengths.is_empty() => lengths[self.taken % lengths.len()].max(1),
            _ => next,
        };
        let mut piece = Vec::with_capacity(length.min(self.bytes));
        while piece.len() < length
            && let Some(first) = self.waiting.front_mut()
        {
            let part = first.split_to(first.len().min(length - piece.len()));
            piece.extend_from_slice(&part);
            if first.is_empty() {
                self.waiting.pop_front();
            }
        }
        self.bytes -= piece.len();
        self.taken += 1;
        Some(piece)
    }
}
