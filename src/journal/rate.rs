use crate::mqtt::Moment;

/// Seconds over which a rate is taken.
const SPAN: u64 = 5;

/// Counts what happens by the second, to tell how often it happened of late.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rate {
    /// The present second and those before it, each at its number modulo the length.
    counts: [u32; SPAN as usize + 1],
    /// The second that was counted in last.
    last: u32,
    /// The first second after it had been quiet.
    first: u32,
    /// Whether anything was counted at all.
    begun: bool,
}

impl Rate {
    pub(super) fn count(&mut self, at: Moment) {
        let second = Self::second(at);
        let quiet = second.saturating_sub(self.last);
        if quiet > SPAN as u32 || !self.begun {
            *self = Self { first: second, last: second, begun: true, ..Self::default() };
        } else if quiet > 0 {
            for passed in self.last + 1..=second {
                self.counts[Self::place(passed)] = 0;
            }
            self.last = second;
        }
        let count = &mut self.counts[Self::place(second.max(self.last))];
        *count = count.saturating_add(1);
    }

    /// How many a second over the last five whole seconds, or as many as there were.
    pub(super) fn at(&self, now: Moment) -> f64 {
        let present = Self::second(now).max(self.last);
        let oldest = present.saturating_sub(SPAN as u32);
        let counted = (oldest..present).filter(|second| *second <= self.last && *second >= self.first);
        let sum: u64 = counted.map(|second| u64::from(self.counts[Self::place(second)])).sum();
        let span = present.saturating_sub(self.first).clamp(1, SPAN as u32);
        sum as f64 / f64::from(span)
    }

    fn second(at: Moment) -> u32 {
        u32::try_from(at.as_micros() / 1_000_000).unwrap_or(u32::MAX - 1)
    }

    const fn place(second: u32) -> usize {
        second as usize % (SPAN as usize + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::from_millis(millis)
    }

    #[test]
    fn a_steady_stream_has_its_rate() {
        let mut rate = Rate::default();
        for tenth in 0..200 {
            rate.count(at(tenth * 100));
        }
        assert_eq!(rate.at(at(20_050)), 10.0);
    }

    #[test]
    fn a_rate_falls_to_nothing_in_five_seconds() {
        let mut rate = Rate::default();
        for tenth in 0..100 {
            rate.count(at(tenth * 100));
        }
        assert_eq!(rate.at(at(12_500)), 6.0);
        assert_eq!(rate.at(at(15_000)), 0.0);
        assert_eq!(rate.at(at(99_000)), 0.0);
        rate.count(at(100_000));
        assert_eq!(rate.at(at(101_000)), 1.0);
    }

    #[test]
    fn the_first_seconds_are_not_made_small() {
        let mut rate = Rate::default();
        for tenth in 0..20 {
            rate.count(at(7_000 + tenth * 100));
        }
        assert_eq!(rate.at(at(9_000)), 10.0);
    }
}
