/// Numbers and texts that look made up, all following from one seed (SplitMix64). Nothing here is secret from anyone:
/// the simulator hands its secrets out itself.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The row of numbers of this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number from 0 up to but not including 1.
    pub fn fraction(&mut self) -> f64 {
        // 53 bits are what a float holds.
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something happens that happens this often of 1.
    pub fn happens(&mut self, share: f64) -> bool {
        self.fraction() < share
    }

    /// Sixteen small letters and digits, as the platform makes serial numbers and secrets.
    pub fn sixteen(&mut self) -> String {
        const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        (0..16).map(|_| char::from(ALPHABET[(self.number() % 36) as usize])).collect()
    }

    /// A request identifier as the platform makes them: 18 digits, above 2^53.
    pub fn request_id(&mut self) -> String {
        (100_000_000_000_000_000 + self.number() % 900_000_000_000_000_000).to_string()
    }
}
