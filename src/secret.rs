//! A text that must not be seen: device codes, tokens, request bodies that hold them (RFC 8628 §5.2).
//!
//! It has no `Display` and no `Serialize`, and its `Debug` says `[redacted]`. The one way to its text is [`Secret::expose`], a name
//! to search for in review.

use core::fmt;

use serde::Deserialize;

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Secret(String);

impl Secret {
    /// Wraps `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. For sending, storing and handing to the caller; never for a log or a message.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
