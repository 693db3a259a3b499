//! The one place that reads the time.

use crate::time::UnixMillis;

/// What the host's clock says. It may jump.
#[expect(clippy::disallowed_methods, reason = "the core takes time as an input; this is where the input comes from")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "milliseconds since 1970: positive, far below 2^53"
)]
pub fn now() -> UnixMillis {
    UnixMillis(js_sys::Date::now() as u64)
}
