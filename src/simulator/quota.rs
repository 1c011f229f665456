use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bytes of one kind are kept at most, wherever they are.
#[derive(Clone, Debug)]
pub(super) struct Quota {
    used: Arc<AtomicUsize>,
    most: usize,
}

/// A part of a quota, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    used: Arc<AtomicUsize>,
    bytes: usize,
}

/// What a kept message or packet takes beside its bytes, about.
const OVERHEAD: usize = 200;

impl Quota {
    pub(super) fn new(most: usize) -> Self {
        Self { used: Arc::default(), most }
    }

    /// Room for something of so many bytes, if there is.
    pub(super) fn take(&self, bytes: usize) -> Option<Held> {
        let bytes = bytes.saturating_add(OVERHEAD);
        let used = self.used();
        (bytes <= self.most.saturating_sub(used)).then(|| {
            self.used.store(used + bytes, Ordering::Relaxed);
            Held { used: Arc::clone(&self.used), bytes }
        })
    }

    /// How many bytes are kept now.
    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_makes_room() {
        let quota = Quota::new(1000);
        let (one, two) = (quota.take(300), quota.take(300));
        assert!(one.is_some() && two.is_some() && quota.take(0).is_none());
        assert_eq!(quota.used(), 1000);
        drop(one);
        assert_eq!(quota.used(), 500);
        assert!(quota.take(usize::MAX).is_none() && quota.take(300).is_some());
        drop(two);
        assert_eq!(quota.used(), 0);
    }
}
