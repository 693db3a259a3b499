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
    mut left: impl Future<Output = A> + Unpin,
    mut right: impl Future<Output = B> + Unpin,
) -> First<A, B> {
    poll_fn(|context| {
        if let Poll::Ready(output) = Pin::new(&mut left).poll(context) {
            return Poll::Ready(First::Left(output));
        }
        Pin::new(&mut right).poll(context).map(First::Right)
    })
    .await
}
