//! Moments and lengths of time.
//!
//! Nothing here reads a clock. Every function of the core that depends on the time takes `now` as its last argument, and only the
//! host knows what time it is. All arithmetic saturates: neither a server's number nor a clock that jumps can overflow
//! or panic.

use core::ops::{Add, Sub};

/// A moment: milliseconds since 1970-01-01T00:00:00Z, as JavaScript's `Date.now()` counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixMillis(pub u64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(pub u64);

/// A length of time in whole seconds: the unit in which OAuth servers speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub u32);

impl UnixMillis {
    /// The time from `earlier` to this moment; zero if this moment is not later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }
}

impl Seconds {
    /// The same length in milliseconds.
    #[must_use]
    pub fn millis(self) -> Millis {
        Millis(u64::from(self.0) * 1000)
    }

    /// Any number that a server may send. One that does not fit becomes the largest length.
    #[must_use]
    pub fn clamped(seconds: u64) -> Self {
        Self(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

impl From<Seconds> for Millis {
    fn from(seconds: Seconds) -> Self {
        seconds.millis()
    }
}

impl Millis {
    /// Whole seconds, rounded up, for messages about a wait.
    #[must_use]
    pub fn ceil_seconds(self) -> u64 {
        self.0.div_ceil(1000)
    }
}

impl<T: Into<Millis>> Add<T> for UnixMillis {
    type Output = Self;
    fn add(self, length: T) -> Self {
        Self(self.0.saturating_add(length.into().0))
    }
}

impl<T: Into<Millis>> Sub<T> for UnixMillis {
    type Output = Self;
    fn sub(self, length: T) -> Self {
        Self(self.0.saturating_sub(length.into().0))
    }
}
