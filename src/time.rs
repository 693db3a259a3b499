//! Moments, and lengths of time as [`Duration`].
//!
//! Nothing here reads a clock. Every function of the core that depends on the time takes `now` as its last argument, and only the
//! host knows what time it is. All arithmetic saturates: neither a server's number nor a clock that jumps can overflow
//! or panic.

use core::ops::{Add, Sub};
use core::time::Duration;

/// A moment: milliseconds since 1970-01-01T00:00:00Z, as JavaScript's `Date.now()` counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixMillis(pub u64);

/// The longest time that is kept to, 136 years. Sums of such lengths do not overflow.
pub const LONGEST: Duration = Duration::from_secs(u32::MAX as u64);

impl UnixMillis {
    /// The time from `earlier` to this moment; zero if this moment is not later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for UnixMillis {
    type Output = Self;
    fn add(self, length: Duration) -> Self {
        Self(self.0.saturating_add(millis(length)))
    }
}

impl Sub<Duration> for UnixMillis {
    type Output = Self;
    fn sub(self, length: Duration) -> Self {
        Self(self.0.saturating_sub(millis(length)))
    }
}

/// The number of seconds that a server sent as a length. A number that is too large becomes [`LONGEST`].
#[must_use]
pub fn seconds(number: u64) -> Duration {
    Duration::from_secs(number).min(LONGEST)
}

/// A length in milliseconds, a fraction cut off.
#[must_use]
pub fn millis(length: Duration) -> u64 {
    length.as_secs().saturating_mul(1000).saturating_add(length.subsec_millis().into())
}

/// A length in whole seconds, rounded up, for messages about a wait.
#[must_use]
pub fn ceil_seconds(length: Duration) -> u64 {
    millis(length).div_ceil(1000)
}
