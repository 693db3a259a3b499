//! What is written down of one sign-in: every poll with the pace that the RFC asked for, every action, and the end.

/// A moment, by both times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// As it is.
    pub real: u64,
    /// As the device shows it.
    pub clock: u64,
    /// How far the clock was put forward until then, in all.
    pub forward: u64,
    /// And how far back.
    pub back: u64,
}

/// One poll, and what the RFC had to say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polled {
    /// When it was sent.
    pub sent: Moment,
    /// When the answer before it was given; `None` for the first.
    pub after: Option<Moment>,
    /// The interval in force, in milliseconds.
    pub interval: u64,
    /// Polls in a row that had no good answer before this one.
    pub misses: u32,
    /// `Retry-After` of the answer before it, in milliseconds.
    pub asked: u64,
    /// When the machine heard of it again.
    pub heard: Moment,
    /// Did the server hand the tokens out, and did they arrive?
    pub brought_tokens: bool,
    /// Was the answer one that ends the polling?
    pub was_final: bool,
}

/// Where it led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// To tokens.
    Finished,
    /// To a failure with this code.
    Failed(String),
    /// Nowhere.
    Endless,
}

/// All that happened.
#[derive(Clone, Debug)]
pub struct Record {
    /// When the codes arrived.
    pub codes: Option<Moment>,
    /// The polls.
    pub polls: Vec<Polled>,
    /// When it ended.
    pub end: Moment,
    /// And how.
    pub outcome: Outcome,
    /// Each action with its moment: what two runs must have in common to be the same.
    pub log: Vec<(u64, String)>,
    /// The machine's interval after each step, in seconds.
    pub intervals: Vec<u64>,
    /// Waits that made no sense: into the past.
    pub odd_waits: Vec<String>,
    /// Debug texts that showed a secret.
    pub leaks: Vec<String>,
}
