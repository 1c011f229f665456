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

    /// Changes how much is held; whether there was room for it. If not, all stays as it was.
    pub(super) fn fit(&self, held: &mut Option<Held>, bytes: usize) -> bool {
        let bytes = bytes.saturating_add(OVERHEAD);
        let before = held.as_ref().map_or(0, |held| held.bytes);
        let used = self.used();
        // What needs less has room also where others hold too much.
        if bytes > before && bytes - before > self.most.saturating_sub(used) {
            return false;
        }
        self.used.store(used.saturating_sub(before).saturating_add(bytes), Ordering::Relaxed);
        match held {
            Some(held) => held.bytes = bytes,
            None => *held = Some(Held { used: Arc::clone(&self.used), bytes }),
        }
        true
    }

    /// How many bytes are kept now.
    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

/// A copy takes as much again, also beyond the most.
impl Clone for Held {
    fn clone(&self) -> Self {
        self.used.fetch_add(self.bytes, Ordering::Relaxed);
        Self { used: Arc::clone(&self.used), bytes: self.bytes }
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

    #[test]
    fn what_is_held_grows_and_shrinks() {
        let quota = Quota::new(1000);
        let mut held = None;
        assert!(quota.fit(&mut held, 300) && quota.fit(&mut held, 800));
        assert_eq!(quota.used(), 1000);
        assert!(!quota.fit(&mut held, 801) && !quota.fit(&mut None, 0));
        assert_eq!(quota.used(), 1000);
        let copy = held.clone();
        assert_eq!(quota.used(), 2000);
        assert!(quota.fit(&mut held, 700) && !quota.fit(&mut held, 701));
        drop((held, copy));
        assert_eq!(quota.used(), 0);
    }
}
