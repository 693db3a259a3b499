//! What went wrong at the last poll. It stands in the message, and decides who has to act, should the code expire.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Fault;
use crate::oauth::http::NoResponse;
use crate::text::printable;

/// What went wrong at one poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Trouble {
    /// The process that polled is gone.
    CutOff,
    /// No answer came within the request's timeout.
    TimedOut,
    /// The answer was longer than the limit.
    TooLarge,
    /// The caller gave up on the request.
    Abandoned,
    /// The host could not send the request or read the answer, in its own words.
    NoAnswer(String),
    /// An answer that is not one of OAuth, with this HTTP status.
    HttpStatus(u16),
    /// The server does not know the device code.
    UnknownDeviceCode,
    /// An error that passes by itself, in the server's words.
    Refused(String),
}

impl Trouble {
    /// Can the poll have redeemed the code all the same? Then the answer that nobody read held the tokens.
    #[must_use]
    pub fn may_have_redeemed(&self) -> bool {
        !matches!(self, Self::UnknownDeviceCode | Self::Refused(_))
    }

    /// Who has to act, if it is not the person. What this program cut off itself is nobody's fault.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::CutOff | Self::Abandoned => None,
            Self::TimedOut | Self::NoAnswer(_) => Some(Fault::Network),
            Self::TooLarge | Self::HttpStatus(_) | Self::UnknownDeviceCode | Self::Refused(_) => Some(Fault::Server),
        }
    }

    /// The same with words that are safe to print.
    #[must_use]
    pub fn printable(self) -> Self {
        match self {
            Self::NoAnswer(reason) => Self::NoAnswer(printable(&reason)),
            Self::Refused(words) => Self::Refused(printable(&words)),
            other => other,
        }
    }

    /// Reads the sentence that saved flows of the versions 1 to 3 have in place of the value. `None` for another sentence.
    #[must_use]
    pub fn from_sentence(sentence: &str) -> Option<Self> {
        let read = match sentence {
            "was cut off" => Self::CutOff,
            "timed out" => Self::TimedOut,
            "was answered with more than 1 MiB" => Self::TooLarge,
            "was abandoned" => Self::Abandoned,
            "was answered with an unknown device code" => Self::UnknownDeviceCode,
            _ => match (sentence.strip_prefix("failed: "), sentence.strip_prefix("was answered with ")) {
                (Some(reason), _) => Self::NoAnswer(reason.into()),
                (_, Some(words)) => match words.strip_prefix("HTTP status ").map(str::parse) {
                    Some(Ok(status)) => Self::HttpStatus(status),
                    _ => Self::Refused(words.into()),
                },
                (None, None) => return None,
            },
        };
        Some(read)
    }
}

/// The end of a sentence that begins "the last poll …".
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutOff => f.write_str("was cut off"),
            Self::TimedOut => f.write_str("timed out"),
            Self::TooLarge => f.write_str("was answered with more than 1 MiB"),
            Self::Abandoned => f.write_str("was abandoned"),
            // The sentence has a full stop of its own.
            Self::NoAnswer(reason) => write!(f, "failed: {}", reason.strip_suffix('.').unwrap_or(reason)),
            Self::HttpStatus(status) => write!(f, "was answered with HTTP status {status}"),
            Self::UnknownDeviceCode => f.write_str("was answered with an unknown device code"),
            Self::Refused(words) => write!(f, "was answered with {words}"),
        }
    }
}

impl From<NoResponse> for Trouble {
    fn from(reason: NoResponse) -> Self {
        match reason {
            NoResponse::TimedOut => Self::TimedOut,
            NoResponse::TooLarge => Self::TooLarge,
            NoResponse::Abandoned => Self::Abandoned,
            NoResponse::Failed(words) => Self::NoAnswer(words),
        }
    }
}
