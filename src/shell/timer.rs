//! Sleeping, and whichever of two things comes first.

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;

use gloo_timers::callback::Timeout;

use crate::shell::bell::Bell;
use crate::time::Millis;

/// The longest single timer. A device that sleeps or a clock that is set while a long timer runs is noticed after this
/// long; and no host's timer overflows.
const SLICE: Millis = Millis(30_000);

/// Sleeps for `length`, or a good part of it: whoever sleeps looks at the clock again afterwards. Dropping the future
/// clears the timer.
pub async fn sleep(length: Millis) {
    // A timer of zero would still be a turn of the event loop, but some hosts fire early: never spin on that.
    let millis = u32::try_from(length.min(SLICE).0.max(1)).unwrap_or(u32::MAX);
    let bell = Bell::default();
    let ringer = bell.clone();
    // Dropped with this future. (gloo's own future brings a channel, which is twice the code.)
    let _timer = Timeout::new(millis, move || ringer.ring());
    poll_fn(|context| if bell.has_rung(context) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// Sleeps for all of `length`.
pub async fn sleep_all(length: Millis) {
    let mut left = length.0;
    while left > 0 {
        let slice = left.min(SLICE.0);
        sleep(Millis(slice)).await;
        left -= slice;
    }
}

/// Which of two came first, and what it brought.
pub enum First<A, B> {
    /// The first.
    Left(A),
    /// The second.
    Right(B),
}

/// Awaits whichever is ready first. If both are ready, the left one wins. They are the caller's, and dropped with the caller's
/// future, which cancels the other one: handed over they would be kept twice, in this future and as what it was given.
pub async fn race<A, B>(
    mut left: Pin<&mut impl Future<Output = A>>,
    mut right: Pin<&mut impl Future<Output = B>>,
) -> First<A, B> {
    poll_fn(|context| {
        if let Poll::Ready(value) = left.as_mut().poll(context) {
            return Poll::Ready(First::Left(value));
        }
        right.as_mut().poll(context).map(First::Right)
    })
    .await
}
