/// Numbers that look random and follow from a seed (SplitMix64): what is previewed is what is sent.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below 1.
    pub(super) fn part(&mut self) -> f64 {
        // 53 bits are what a float holds.
        (self.number() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A whole number in `0..=most`.
    pub(super) fn up_to(&mut self, most: u64) -> u64 {
        let number = self.number();
        most.checked_add(1).map_or(number, |count| number % count)
    }
}
