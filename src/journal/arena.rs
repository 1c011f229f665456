use std::collections::VecDeque;

/// Bytes of a chunk. A packet that is larger gets a chunk of its own size.
const CHUNK: usize = 256 * 1024;

/// Where a packet lies.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The number of its chunk, counted from the first that ever was.
    pub(super) chunk: u32,
    pub(super) offset: u32,
    pub(super) length: u32,
}

/// Bytes in chunks that are never moved and go oldest first.
#[derive(Debug, Default)]
pub(super) struct Arena {
    chunks: VecDeque<Vec<u8>>,
    first: u32,
    bytes: usize,
}

impl Arena {
    pub(super) fn append(&mut self, packet: &[u8]) -> Place {
        let fits = self.chunks.back().is_some_and(|chunk| chunk.capacity() - chunk.len() >= packet.len());
        if !fits {
            let capacity = packet.len().max(CHUNK);
            self.chunks.push_back(Vec::with_capacity(capacity));
            self.bytes += capacity;
        }
        let mut place = self.end();
        if let Some(chunk) = self.chunks.back_mut() {
            chunk.extend_from_slice(packet);
        }
        place.length = u32::try_from(packet.len()).unwrap_or(u32::MAX);
        place
    }

    /// The place where the next bytes would go, without any.
    pub(super) fn end(&self) -> Place {
        let last = u32::try_from(self.chunks.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let offset = self.chunks.back().map_or(0, Vec::len);
        Place {
            chunk: self.first.wrapping_add(last),
            offset: u32::try_from(offset).unwrap_or(u32::MAX),
            length: 0,
        }
    }

    pub(super) fn get(&self, place: &Place) -> &[u8] {
        let start = place.offset as usize;
        self.chunks
            .get(place.chunk.wrapping_sub(self.first) as usize)
            .and_then(|chunk| chunk.get(start..start + place.length as usize))
            .unwrap_or_default()
    }

    /// Bytes taken from memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes taken from memory after a packet of this length.
    pub(super) fn bytes_with(&self, length: usize) -> usize {
        let fits = self.chunks.back().is_some_and(|chunk| chunk.capacity() - chunk.len() >= length);
        self.bytes + if fits { 0 } else { length.max(CHUNK) }
    }

    /// Frees the chunks before this place; all of them if there is none.
    pub(super) fn release_before(&mut self, place: Option<&Place>) {
        while let Some(chunk) = self.chunks.front()
            && place.is_none_or(|place| place.chunk != self.first)
        {
            self.bytes -= chunk.capacity();
            self.chunks.pop_front();
            self.first = self.first.wrapping_add(1);
        }
    }
}
