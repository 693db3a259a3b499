//! Moments and lengths of time, as plain numbers.
//!
//! Nothing here reads a clock: every function of the core that depends on the time takes `now` as its last
//! argument, and the host (see `shell`) is the only one who knows what time it is. All arithmetic saturates, so
//! no server's number and no clock's jump can overflow or panic.

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
    /// How long after `earlier` this moment is; zero if it is not after it.
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

    /// Takes any number a server may send; what is huge becomes the largest length.
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
    /// Whole seconds, rounded up: what a sentence about a wait should say.
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
