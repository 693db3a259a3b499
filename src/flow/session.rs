//! A sign-in for which there is a code: everything that waiting and polling share.

use crate::config::request::SignInRequest;
use crate::entra::endpoints::Endpoints;
use crate::error::{Code, Error, Fault, filled};
use crate::flow::pace::Pace;
use crate::oauth::device::DeviceAuthorization;
use crate::secret::Secret;
use crate::text::{between, decimal};
use crate::time::{Seconds, UnixMillis};

const UNKNOWN: &str = "Nobody was heard to sign in";
const UNHEARD: &str = "The person may have signed in, but the last poll was not answered as it must be: see to that first, then ask for a new code.";

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

/// One code and how it fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What was asked for; its scopes are those that were sent.
    pub request: Box<SignInRequest>,
    /// Where to poll.
    pub endpoints: Endpoints,
    /// §5.2: a bearer secret.
    pub device_code: Secret,
    /// For the screen.
    pub prompt: Prompt,
    /// The code's whole life.
    pub expires_in: Seconds,
    /// When the caller's patience ends, if before the code.
    pub patience: Option<UnixMillis>,
    /// How fast to poll.
    pub pace: Pace,
    /// Polls sent.
    pub polls: u32,
    /// Rises with every step that changes the flow: of two texts of one flow the higher is the newer.
    pub revision: u32,
    /// The server did not know the code at the last poll: see [`crate::flow::polling`].
    pub unrecognised: bool,
    /// The answer to a poll was lost, and no other has said since that the code is still good: it may have held tokens.
    pub unheard: bool,
    /// What went wrong at the last poll, for the message should the code expire.
    pub trouble: Option<String>,
}

impl Session {
    /// Begins when the codes arrive: their life is counted from here.
    // Not inlined: its caller's frame, which is that of all states, would grow with it (0.1 KB).
    #[must_use]
    #[inline(never)]
    pub fn new(
        request: Box<SignInRequest>,
        endpoints: Endpoints,
        mut codes: DeviceAuthorization,
        now: UnixMillis,
    ) -> Self {
        let mended = request.authority.mended_verification_uri(&codes.verification_uri);
        if let Some(uri) = mended.filter(|_| !request.keep_verification_uri) {
            codes.message = codes.message.map(|message| match between(&message, &codes.verification_uri) {
                Some((before, after)) => [before, &uri, after].concat(),
                None => message,
            });
            codes.verification_uri = uri;
            codes.verification_uri_complete = None;
        }
        let message = codes.message.unwrap_or_else(|| {
            let (uri, code) = (&codes.verification_uri, &codes.user_code);
            filled(&["To sign in, open # on any device with a browser and enter the code #.", uri, code])
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
            unrecognised: false,
            unheard: false,
            trouble: None,
        }
    }

    /// When the flow ends at the latest: the code's end, or the caller's patience's.
    #[must_use]
    pub fn deadline(&self) -> UnixMillis {
        self.patience.map_or(self.prompt.expires, |patience| patience.min(self.prompt.expires))
    }

    /// The same session on a clock that read `last` when it was last looked at. One that was set back since must not stretch
    /// anything: the code has no more than its whole life left, and the caller no more patience than before.
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

    /// The flow is another one after this step.
    pub fn revise(&mut self) {
        self.revision = self.revision.saturating_add(1);
    }

    /// Why there is nothing more to wait for: the code has expired, or before that the caller's patience.
    #[must_use]
    pub fn too_late(&self, now: UnixMillis) -> Error {
        let (code, limit, length) = if now < self.prompt.expires {
            (Code::UserTimeout, "the request's timeout", self.request.timeout.unwrap_or_default())
        } else {
            (Code::Expired, "the life of the code", self.expires_in)
        };
        let (length, polls) = (decimal(length.0), decimal(self.polls));
        let trouble = self.trouble.as_deref().unwrap_or_default();
        let (what, last) = if trouble.is_empty() { ("Nobody signed in", "") } else { (UNKNOWN, "; the last one ") };
        let such = if trouble.starts_with("was answered with HTTP") { ", and not in OAuth's terms" } else { "" };
        let message = ["# within #, # s; polls made: ####.", what, limit, &length, &polls, last, trouble, such];
        let mut failure = code.because(&message);
        // Then it is not for the person to act. What the program itself cut off is nobody else's doing.
        let fault = if trouble.starts_with("was answered") {
            Fault::Server
        } else if trouble.starts_with("timed out") || trouble.starts_with("failed") {
            Fault::Network
        } else {
            return failure;
        };
        failure.fault = fault;
        failure.hint = UNHEARD;
        failure
    }
}
