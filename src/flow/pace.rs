//! How fast to poll (RFC 8628 §3.2, §3.5). The interval never falls; a wait never undercuts it.

use core::time::Duration;

use crate::time::{LONGEST, UnixMillis};

/// §3.2: "If no value is provided, clients MUST use 5 as the default."
pub const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);
/// §3.5: what each `slow_down` adds, "for this and all subsequent requests".
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// The wait is doubled up to this limit. An interval above half of it is doubled once (§3.5: "reduce their polling frequency").
const BACK_OFF_LIMIT: Duration = Duration::from_secs(60);
/// The last poll is made this long before the code expires, so that it arrives while the code is alive.
const LAST_CALL: Duration = Duration::from_secs(1);
/// A poll is put off by this much at the most to become the last one.
const STRETCH: Duration = Duration::from_secs(10);

/// The pace of one flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The least time between an answer and the next poll.
    pub interval: Duration,
    /// Polls in a row without a good answer.
    pub misses: u8,
}

impl Pace {
    /// The pace that the device authorization response asks for.
    #[must_use]
    pub fn new(interval: Option<Duration>) -> Self {
        Self { interval: interval.unwrap_or(DEFAULT_INTERVAL), misses: 0 }
    }

    /// `authorization_pending`: a good answer. An interval sent along can only raise ours.
    pub fn pending(&mut self, sent: Option<Duration>) {
        self.interval = self.interval.max(sent.unwrap_or_default());
        self.misses = 0;
    }

    /// §3.5 `slow_down`: five seconds more, for good, each time.
    pub fn slow_down(&mut self, sent: Option<Duration>) {
        self.interval = (self.interval + SLOW_DOWN).max(sent.unwrap_or_default()).min(LONGEST);
        self.misses = 0;
    }

    /// §3.5: on a connection timeout "clients MUST unilaterally reduce their polling frequency".
    pub fn missed(&mut self) {
        self.misses = self.misses.saturating_add(1);
    }

    /// The wait before the next poll: the interval, doubled for every miss in a row. Never below the interval.
    #[must_use]
    pub fn wait(&self) -> Duration {
        let doubled = self.interval.saturating_mul(1 << self.misses.min(20));
        doubled.min(BACK_OFF_LIMIT.max(self.interval.saturating_mul(2)))
    }

    /// When to poll next, counted from `from`, the moment of the last answer (of the codes' arrival, at first).
    ///
    /// `asked` is what the server asked for beside the interval (`Retry-After`); `floor` what must pass in any case.
    /// A wait that would outlast the code is cut, so that one last poll is made shortly before `deadline`; and a
    /// poll after which no other would fit is put off a little, to be that last one.
    #[must_use]
    pub fn next(&self, from: UnixMillis, asked: Option<Duration>, floor: Duration, deadline: UnixMillis) -> UnixMillis {
        let due = from + self.wait().max(asked.unwrap_or_default());
        let last_call = (deadline - LAST_CALL).max(from + floor);
        let is_last = due + self.interval > last_call && last_call.since(due) <= STRETCH;
        if is_last { last_call } else { due }
    }
}
