//! The host's clock and its timers.

use core::future::Future;
use core::pin::{Pin, pin};
use core::time::Duration;

use gloo_timers::future::TimeoutFuture;

use crate::time::{UnixMillis, millis};
use crate::web::race::{First, race};

/// The longest nap, in milliseconds. A device that sleeps, or a clock that is set, while a long timer runs is noticed after this time.
const LONGEST_NAP: u64 = 30_000;

/// The longest timer that every host can hold, in milliseconds.
const LONGEST_TIMER: u64 = i32::MAX as u64;

/// What the host's clock shows. It may jump. A clock that shows no number counts as 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the core takes the time as an input, and this is where the input comes from"
)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds since 1970 are positive and far below 2^53"
)]
pub fn now() -> UnixMillis {
    UnixMillis(js_sys::Date::now() as u64)
}

/// Sleeps until `moment`, or for a part of that time: the caller has to look at the clock again. Never shorter than a millisecond,
/// because some hosts fire early, and a loop of timers of zero would keep them busy.
pub async fn nap(moment: UnixMillis) {
    timer(millis(moment.since(now())).clamp(1, LONGEST_NAP)).await;
}

/// Sleeps for all of `length`, whatever the clock shows. Dropping the future clears the timer.
pub async fn sleep(length: Duration) {
    let mut left = millis(length);
    while left > 0 {
        let part = left.min(LONGEST_TIMER);
        timer(part).await;
        left -= part;
    }
}

/// What `work` gives before `deadline`; nothing if it takes longer. The caller pins `work`.
pub async fn before<T>(deadline: UnixMillis, work: Pin<&mut dyn Future<Output = T>>) -> Option<T> {
    match race(work, pin!(sleep(deadline.since(now())))).await {
        First::Left(output) => Some(output),
        First::Right(()) => None,
    }
}

fn timer(length: u64) -> TimeoutFuture {
    TimeoutFuture::new(u32::try_from(length).unwrap_or(u32::MAX))
}
