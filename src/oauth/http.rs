//! An HTTP exchange as data: the request, the answer, or the reason why there is none.

use core::fmt;
use core::time::Duration;

use crate::oauth::retry_after;
use crate::secret::Secret;
use crate::time::UnixMillis;

/// A request for the host to make. Redirects are never followed: a credential goes to the address it was sent to, or nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// Absolute, with its query.
    pub url: String,
    /// A form to POST; `None` is a GET.
    pub form: Option<Secret>,
    /// How long to wait for the whole answer.
    pub timeout: Duration,
}

/// An answer, whatever its status.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// 100–599; 0 for a redirect that a browser hides, or that the caller's fetch has followed.
    pub status: u16,
    /// The body's bytes, 1 MiB at the most.
    pub body: Vec<u8>,
    /// `Retry-After`
    pub retry_after: Option<String>,
    /// `Date`
    pub date: Option<String>,
    /// `x-ms-request-id`: Entra's name for this request in its logs.
    pub request_id: Option<String>,
}

/// A body may hold tokens.
impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}

impl HttpResponse {
    /// How long the server asked to be left alone.
    #[must_use]
    pub fn retry_after(&self, now: UnixMillis) -> Option<Duration> {
        retry_after::parse(self.retry_after.as_deref()?, self.date.as_deref(), now)
    }

    /// Does the status alone say that the same request may succeed later? 408, 429 and 5xx do; so does a redirect,
    /// which on a token endpoint is a captive portal's.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.status, 408 | 429 | 500..=599) || self.is_redirect()
    }

    /// Was the request sent elsewhere? Browsers show a redirect that is not followed as status 0.
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        matches!(self.status, 0 | 300..=399)
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoResponse {
    /// [`HttpRequest::timeout`] passed.
    TimedOut,
    /// The body was longer than the limit and was not read further.
    TooLarge,
    /// The caller gave up this request, but not the flow.
    Abandoned,
    /// The host's words: refused, reset, no route, blocked.
    Failed(String),
}

impl NoResponse {
    /// The reason as the end of a sentence that begins "the request …".
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::TimedOut => "timed out".into(),
            Self::TooLarge => "was answered with more than 1 MiB".into(),
            Self::Abandoned => "was abandoned".into(),
            // The sentence has a full stop of its own.
            Self::Failed(reason) => format!("failed: {}", reason.strip_suffix('.').unwrap_or(reason)),
        }
    }
}
