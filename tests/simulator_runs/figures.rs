//! What the runs saw.

/// How often things happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) connections: usize,
    pub(crate) resumed: usize,
    pub(crate) published: usize,
    pub(crate) acknowledged: usize,
    pub(crate) overdue: usize,
    pub(crate) lost: usize,
    pub(crate) received: usize,
    pub(crate) dups: usize,
    pub(crate) repeated_up: usize,
    pub(crate) kicked: usize,
    pub(crate) refused: usize,
    pub(crate) cut: usize,
    pub(crate) acks_lost: usize,
    pub(crate) silences: usize,
    pub(crate) corrupted: usize,
    pub(crate) violations: usize,
    pub(crate) queue_full: usize,
}

impl Figures {
    pub(crate) fn add(&mut self, other: &Self) {
        macro_rules! add {
            ($($field:ident),*) => { $(self.$field += other.$field;)* };
        }
        add!(
            connections,
            resumed,
            published,
            acknowledged,
            overdue,
            lost,
            received,
            dups,
            repeated_up,
            kicked,
            refused,
            cut,
            acks_lost,
            silences,
            corrupted,
            violations,
            queue_full
        );
    }

    /// Runs without faults would prove nothing.
    pub(crate) fn assert_everything_happened(&self) {
        for (what, often, least) in [
            ("connections", self.connections, 1000),
            ("resumed", self.resumed, 500),
            ("acknowledged", self.acknowledged, 5000),
            ("overdue", self.overdue, 50),
            ("received", self.received, 3000),
            ("dups", self.dups, 30),
            ("repeated on the way up", self.repeated_up, 30),
            ("kicked", self.kicked, 200),
            ("refused", self.refused, 50),
            ("cut", self.cut, 100),
            ("acks lost", self.acks_lost, 100),
            ("silences", self.silences, 100),
            ("corrupted", self.corrupted, 50),
            ("violations", self.violations, 10),
        ] {
            assert!(often >= least, "{what}: only {often} times\n{self:?}");
        }
    }
}
