//! The sign-in as a state machine: `advance(state, input, now) -> Step { state, action }`, a pure function.
//!
//! ```text
//!                    ┌────────────┐ metadata  ┌────────────┐  codes   ┌─────────┐  due   ┌─────────┐ tokens
//!   begin ─ others ─▶│ Discovering│──────────▶│ Requesting │─────────▶│ Waiting │───────▶│ Polling │───────▶ Finish
//!     └─ Microsoft's ┼────────────┼──────────▶└────────────┘          └─────────┘◀───────└─────────┘
//!                    └─────┬──────┘                 │                      │  pending, slow_down, │
//!                          ▼                        ▼                      ▼  no answer …         ▼
//!                         Fail                     Fail                Fail (expired)           Fail (denied, …)
//! ```
//!
//! * An [`Input`] is a past fact, an [`Action`] what the driver is to do next. One thing at most is outstanding.
//! * Ticks are harmless: early, late, doubled or from another process, the machine looks at `now` and never at who
//!   woke it.
//! * A [`FlowState`] holds absolute times only, so it can be saved between any two steps and taken up elsewhere
//!   ([`saved`]).
//! * Cancelling is no state: the driver stops driving, and the last saved state stays good.
//!
//! The same machine renews tokens without a person, and revokes them; neither is ever saved:
//!
//! ```text
//!   SilentRequest ─ others ─▶ Discovering ─▶ Refreshing ──▶ Refreshed, with Finish or Fail
//!               └─ Microsoft's ─────────────▶┘    Revoking ──▶ Done
//! ```
//!
//! One file per state: [`discovering`], [`requesting`], [`waiting`], [`polling`], [`refreshing`], [`revoking`]; [`pace`] says
//! when the next poll is due. [`silent`] looks into the cache before anything is sent, [`server_error`] says what a server's
//! refusal means, [`known_servers`] is what an application has learnt from earlier answers ([`metadata_cache`], [`throttle`]),
//! [`log`] puts a step into words for those who keep a log, [`redact`] keeps secrets out of it.

pub mod discovering;
pub mod known_servers;
pub mod log;
pub mod metadata_cache;
pub mod pace;
pub mod polling;
pub mod redact;
pub mod refreshing;
pub mod renewal;
pub mod requesting;
pub mod retry;
pub mod revoking;
pub mod saved;
pub mod server_error;
pub mod session;
pub mod sign_in;
pub mod silent;
pub mod throttle;
pub mod waiting;

use crate::config::request::SignInRequest;
use crate::entra::authority::Standing;
use crate::entra::endpoints::{self, Endpoints};
use crate::error::{Code, Error};
use crate::flow::discovering::{Discovering, Document};
use crate::flow::polling::Polling;
use crate::flow::refreshing::Refreshing;
use crate::flow::renewal::{Purpose, Refreshed};
use crate::flow::requesting::Requesting;
use crate::flow::retry::Retry;
use crate::flow::revoking::Revoking;
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::flow::waiting::Waiting;
use crate::oauth::http::{HttpRequest, HttpResponse, NoResponse};
use crate::oauth::metadata::Metadata;
use crate::oauth::{error, lenient};
use crate::time::UnixMillis;

/// Where a sign-in stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowState {
    /// The authority is being asked about, or for its metadata.
    Discovering(Box<Discovering>),
    /// The codes are being asked for (RFC 8628 §3.1).
    Requesting(Box<Requesting>),
    /// The person has the code; the next poll is not yet due.
    Waiting(Waiting),
    /// A poll is under way (§3.4).
    Polling(Polling),
    /// Tokens are being renewed (RFC 6749 §6).
    Refreshing(Box<Refreshing>),
    /// Refresh tokens are being revoked (RFC 7009).
    Revoking(Box<Revoking>),
    /// A refresh is over, and this is what the cache should know of it.
    Refreshed(Box<Refreshed>),
    /// It is over; nothing more will be sent.
    Ended,
}

/// What has happened since the last step.
#[derive(Debug)]
pub enum Input {
    /// Time has passed, or somebody wants to know.
    Tick,
    /// The request of the last [`Action::Send`] was answered.
    Response(Box<HttpResponse>),
    /// It was not.
    NoResponse(NoResponse),
}

/// What the driver is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Make this request and come back with what happened.
    Send(Box<HttpRequest>),
    /// Come back with a tick at `until`, or whenever it suits. What the screen should say meanwhile is in the [`FlowState::session`],
    /// once there is one.
    Wait {
        /// When something will be due. Never before the `now` of the step.
        until: UnixMillis,
    },
    /// The person has signed in.
    Finish(Box<SignIn>),
    /// It is over, and there was nothing to bring.
    Done,
    /// It is over without tokens.
    Fail(Error),
}

/// The next state and what to do in it.
#[derive(Debug)]
#[must_use = "the old state is gone"]
pub struct Step {
    /// Where the sign-in stands now.
    pub state: FlowState,
    /// What to do next.
    pub action: Action,
}

impl FlowState {
    /// The first state of a sign-in. Nothing has been sent; the first [`Input::Tick`] starts it.
    ///
    /// # Errors
    /// What is wrong with a given `authorityMetadata`.
    pub fn begin(request: Box<SignInRequest>) -> Result<Self, Error> {
        Self::begin_for(Purpose::DeviceCode, request)
    }

    /// The same for another purpose.
    ///
    /// # Errors
    /// As [`FlowState::begin`].
    pub fn begin_for(purpose: Purpose, request: Box<SignInRequest>) -> Result<Self, Error> {
        // What is wrong with it is told before anything is sent.
        let given = request.given()?;
        if request.authority.standing == Standing::Unknown {
            return Ok(Self::Discovering(Box::new(Discovering::new(request, Document::Instance, purpose))));
        }
        Ok(Self::trusting(request, given, purpose))
    }

    /// The first state for a host that is as it should be: what is known of it need not be asked for.
    fn trusting(request: Box<SignInRequest>, given: Option<Metadata>, purpose: Purpose) -> Self {
        let is_known = request.authority.standing == Standing::Known;
        match given.or_else(|| endpoints::by_name(&request.authority).filter(|_| is_known)) {
            Some(metadata) => Self::reaching(request, metadata, purpose),
            None => Self::Discovering(Box::new(Discovering::new(request, Document::OpenId, purpose))),
        }
    }

    /// The first state once it is known where to send.
    fn reaching(mut request: Box<SignInRequest>, metadata: Metadata, purpose: Purpose) -> Self {
        request.scopes = request.authority.scopes(&request.scopes, &metadata.scopes_supported);
        let Metadata { device_authorization_endpoint, token_endpoint, revocation_endpoint, .. } = metadata;
        match purpose {
            Purpose::DeviceCode => {
                let endpoints =
                    Endpoints { device_authorization: device_authorization_endpoint, token: token_endpoint };
                Self::Requesting(Box::new(Requesting { request, endpoints, effort: Retry::default() }))
            }
            Purpose::Refresh(renewal) => Self::Refreshing(Box::new(Refreshing::new(request, token_endpoint, renewal))),
            Purpose::Revoke(tokens) => {
                let (endpoint, effort) = (revocation_endpoint.unwrap_or_default(), Retry::default());
                Self::Revoking(Box::new(Revoking { request, endpoint, tokens, effort }))
            }
        }
    }

    /// The code and how it fares, once there is one.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::Waiting(waiting) => Some(&waiting.session),
            Self::Polling(polling) => Some(&polling.session),
            _ => None,
        }
    }

    /// How often a request has been tried that is no poll.
    fn effort(&mut self) -> Option<&mut Retry> {
        match self {
            Self::Discovering(discovering) => Some(&mut discovering.effort),
            Self::Requesting(requesting) => Some(&mut requesting.effort),
            Self::Refreshing(refreshing) => Some(&mut refreshing.effort),
            Self::Revoking(revoking) => Some(&mut revoking.effort),
            _ => None,
        }
    }

    /// Where such a request goes.
    fn url(&self) -> String {
        match self {
            Self::Discovering(discovering) => discovering.url(),
            Self::Requesting(requesting) => requesting.endpoints.device_authorization.clone(),
            Self::Refreshing(refreshing) => refreshing.endpoint.clone(),
            Self::Revoking(revoking) => revoking.endpoint.clone(),
            _ => String::new(),
        }
    }

    /// The end without tokens. What a refresh has taught stays.
    fn fail(self, failure: Error) -> Step {
        let state = match self {
            Self::Refreshing(refreshing) => Self::Refreshed(Box::new(refreshing.renewal.refreshed)),
            _ => Self::Ended,
        };
        Step { state, action: Action::Fail(failure) }
    }
}

/// One step of the machine. `now` is the host's clock; it may jump.
pub fn advance(state: FlowState, input: Input, now: UnixMillis) -> Step {
    match (state, input) {
        (FlowState::Waiting(waiting), _) => waiting.advance(now),
        (FlowState::Polling(polling), input) => polling.advance(input, now),
        (FlowState::Refreshed(_) | FlowState::Ended, _) => Step::over(),
        (state, Input::Tick) => retry::ask(state, now),
        (state, Input::NoResponse(reason)) => {
            let failure = retry::no_response(&state.url(), &reason);
            retry::again(state, failure, now)
        }
        (FlowState::Refreshing(refreshing), Input::Response(response)) => refreshing.answered(&response, now),
        (state, Input::Response(response)) => {
            let members = lenient::members(&response);
            let evidence = error::evidence(&response, members.as_ref(), now);
            match state {
                FlowState::Discovering(discovering) => discovering.answered(&response, members.as_ref(), evidence, now),
                FlowState::Requesting(requesting) => requesting.answered(&response, members.as_ref(), evidence, now),
                FlowState::Revoking(revoking) => revoking.answered(&response, members.as_ref(), evidence, now),
                _ => Step::over(),
            }
        }
    }
}

impl Step {
    /// The end without tokens.
    pub fn fail(failure: Error) -> Self {
        Self { state: FlowState::Ended, action: Action::Fail(failure) }
    }

    /// After the end.
    fn over() -> Self {
        Self::fail(Code::Internal.because(&["This sign-in is over already."]))
    }
}
