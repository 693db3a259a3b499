//! The first of two futures.

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;

/// Which future was ready first, with its output.
pub enum First<A, B> {
    /// The left one.
    Left(A),
    /// The right one.
    Right(B),
}

/// Awaits the first of two futures. The left one wins if both are ready. The caller pins them, and drops them with its own future.
pub async fn race<A, B>(
    mut left: Pin<&mut dyn Future<Output = A>>,
    mut right: Pin<&mut dyn Future<Output = B>>,
) -> First<A, B> {
    poll_fn(|context| match left.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(First::Left(output)),
        Poll::Pending => right.as_mut().poll(context).map(First::Right),
    })
    .await
}
