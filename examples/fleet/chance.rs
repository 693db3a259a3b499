//! Random numbers from a seed. The same seed gives the same run on every machine.

/// `SplitMix64` (Steele, Lea, Flood 2014): small, and good enough for a simulation.
pub struct Chance(u64);

/// Seconds from the code on the screen to the approval: the quantiles in steps of 1/32 of the people who come. Half take longer than
/// 45 s, one in ten longer than two minutes. (A lognormal distribution with sigma 0.8, as whole numbers, which are the same on every
/// machine.)
const PERSON: [u64; 33] = [
    4, 10, 13, 16, 18, 20, 22, 24, 26, 28, 30, 33, 35, 37, 40, 42, 45, 48, 51, 54, 58, 62, 67, 72, 77, 84, 92, 101,
    113, 129, 154, 200, 533,
];

impl Chance {
    /// Starts with a seed; every number is allowed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most - least + 1)
    }

    /// True with a probability of `percent`.
    pub fn happens(&mut self, percent: u64) -> bool {
        self.between(1, 100) <= percent
    }

    /// The milliseconds that a person takes, by the distribution of [`PERSON`].
    pub fn person(&mut self) -> u64 {
        let step = self.between(0, 31);
        let from = usize::try_from(step).expect("a small number");
        self.between(PERSON[from] * 1000, PERSON[from + 1] * 1000)
    }
}
