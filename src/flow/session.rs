//! A sign-in for which there is a code: everything that waiting and polling share.

use core::time::Duration;

use crate::config::request::SignInRequest;
use crate::entra::endpoints::Endpoints;
use crate::error::{Code, Error};
use crate::flow::pace::Pace;
use crate::flow::trouble::Trouble;
use crate::oauth::device::DeviceAuthorization;
use crate::secret::Secret;
use crate::time::UnixMillis;

/// The hint if the last poll failed. The person may have signed in.
const POLL_FAILED_HINT: &str = "The person may have signed in, but the last poll was not answered as it must be: see to that first, then ask for a new code.";

/// What the person needs to see (RFC 8628 §3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// To be shown exactly as it is (§6.1).
    pub user_code: String,
    /// https, or http on loopback.
    pub verification_uri: String,
    /// With the code in it, for a QR code; the code must stand beside it (§3.3.1).
    pub verification_uri_complete: Option<String>,
    /// One sentence that says all, free of control characters.
    pub message: String,
    /// When the code stops working.
    pub expires: UnixMillis,
}

/// One code and its polling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What the caller asked for; its scopes are those that were sent.
    pub request: Box<SignInRequest>,
    /// Where to poll.
    pub endpoints: Endpoints,
    /// A bearer secret (RFC 8628 §5.2).
    pub device_code: Secret,
    /// What the person needs to see.
    pub prompt: Prompt,
    /// How long the code is good, from its arrival on.
    pub expires_in: Duration,
    /// When the caller's `request.timeout` ends, if there is one.
    pub patience: Option<UnixMillis>,
    /// How fast to poll.
    pub pace: Pace,
    /// Polls sent.
    pub polls: u32,
    /// Rises with every step that changes the flow: of two texts of one flow the higher is the newer.
    pub revision: u32,
    /// The last answer said that the server does not know the code. That is forgiven once ([`crate::flow::polling`]).
    pub code_unknown: bool,
    /// The answer to a poll was lost, and none has said since that the code is still good: the lost one may have held tokens.
    pub answer_lost: bool,
    /// What went wrong at the last poll.
    pub trouble: Option<Trouble>,
}

impl Session {
    /// Begins when the codes arrive: their life is counted from here.
    #[must_use]
    pub fn new(
        request: Box<SignInRequest>,
        endpoints: Endpoints,
        mut codes: DeviceAuthorization,
        now: UnixMillis,
    ) -> Self {
        let mended = request.authority.mended_verification_uri(&codes.verification_uri);
        if let Some(uri) = mended.filter(|_| !request.keep_verification_uri) {
            codes.message = codes.message.map(|message| message.replacen(&codes.verification_uri, &uri, 1));
            codes.verification_uri = uri;
            codes.verification_uri_complete = None;
        }
        let message = codes.message.unwrap_or_else(|| {
            let (uri, code) = (&codes.verification_uri, &codes.user_code);
            format!("To sign in, open {uri} on any device with a browser and enter the code {code}.")
        });
        Self {
            patience: request.timeout.map(|timeout| now + timeout),
            request,
            endpoints,
            device_code: codes.device_code,
            prompt: Prompt {
                user_code: codes.user_code,
                verification_uri: codes.verification_uri,
                verification_uri_complete: codes.verification_uri_complete,
                message,
                expires: now + codes.expires_in,
            },
            expires_in: codes.expires_in,
            pace: Pace::new(codes.interval),
            polls: 0,
            revision: 1,
            code_unknown: false,
            answer_lost: false,
            trouble: None,
        }
    }

    /// When the flow ends at the latest: with the code or with the caller's timeout.
    #[must_use]
    pub fn deadline(&self) -> UnixMillis {
        self.patience.map_or(self.prompt.expires, |patience| patience.min(self.prompt.expires))
    }

    /// Adjusts the session to a clock that was set back since `last`: neither the code nor the timeout may last longer than before.
    #[must_use]
    pub fn on_this_clock(mut self: Box<Self>, last: UnixMillis, now: UnixMillis) -> Box<Self> {
        let expires = self.prompt.expires.min(now + self.expires_in);
        if now < last || expires != self.prompt.expires {
            self.revise();
        }
        self.prompt.expires = expires;
        if now < last {
            self.patience = self.patience.map(|patience| now + patience.since(last));
        }
        self
    }

    /// Counts a change of the flow.
    pub fn revise(&mut self) {
        self.revision = self.revision.saturating_add(1);
    }

    /// A server has said that the code is still good: no answer that was lost can have held tokens.
    pub fn code_is_good(&mut self) {
        self.answer_lost = false;
        self.trouble = None;
    }

    /// The last poll was of no use: the next one comes later.
    pub fn poll_failed(&mut self, trouble: Trouble) {
        self.pace.missed();
        self.answer_lost |= trouble.may_have_redeemed();
        self.trouble = Some(trouble);
    }

    /// Why there is nothing more to wait for: the code has expired, or the caller's timeout is over before that.
    #[must_use]
    pub fn too_late(&self, now: UnixMillis) -> Error {
        let (code, limit, length) = if now < self.prompt.expires {
            (Code::UserTimeout, "the request's timeout", self.request.timeout.unwrap_or_default())
        } else {
            (Code::Expired, "the life of the code", self.expires_in)
        };
        let within = format!("within {limit}, {} s; polls made: {}", length.as_secs(), self.polls);
        let Some(trouble) = &self.trouble else { return code.error(format!("Nobody signed in {within}.")) };
        let not_oauth = if matches!(trouble, Trouble::HttpStatus(_)) { ", and not in OAuth's terms" } else { "" };
        let mut error = code.error(format!("Nobody was heard to sign in {within}; the last one {trouble}{not_oauth}."));
        if let Some(fault) = trouble.fault() {
            error.fault = fault;
            error.hint = POLL_FAILED_HINT;
        }
        error
    }
}
