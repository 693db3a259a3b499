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
//! * An [`Input`] is a past fact. An [`Action`] is what the driver has to do next. At most one request is outstanding.
//! * Ticks do no harm: early, late, doubled or from another process. The machine looks at `now` only.
//! * A [`FlowState`] holds absolute times only, so it can be saved between any two steps and resumed elsewhere ([`saved`]).
//! * Cancelling is no state: the driver stops, and the last saved state stays good.
//!
//! The same machine refreshes tokens without a person, and revokes them. Neither is ever saved:
//!
//! ```text
//!   SilentRequest ─ others ─▶ Discovering ─▶ Refreshing ──▶ Refreshed, with Finish or Fail
//!               └─ Microsoft's ─────────────▶┘    Revoking ──▶ Done
//! ```
//!
//! Each state has one file, which holds all that is particular to it: its request, the meaning of answers, its secrets, its line in
//! the log, its saved form ([`state::State`]). [`discovering`], [`requesting`], [`refreshing`] and [`revoking`] repeat their request
//! ([`retry`]); [`waiting`] and [`polling`] share a [`session`]. [`pace`] says when the next poll is due, [`trouble`] what went wrong
//! at the last one, [`server_error`] what the refusal of a server means. [`silent`] looks into the cache before anything is sent,
//! [`known_servers`] is what an application has learnt from earlier answers ([`metadata_cache`], [`throttle`]), [`log`] describes a
//! step, [`host_failure`] keeps secrets out of what a host says.

pub mod discovering;
pub mod host_failure;
pub mod id_token_check;
pub mod known_servers;
pub mod log;
pub mod metadata_cache;
pub mod pace;
pub mod polling;
pub mod purpose;
pub mod refreshing;
pub mod requesting;
pub mod retry;
pub mod revoking;
pub mod saved;
pub mod server_error;
pub mod session;
pub mod sign_in;
pub mod silent;
pub mod state;
pub mod throttle;
pub mod trouble;
pub mod waiting;

use crate::config::request::SignInRequest;
use crate::entra::authority::Standing;
use crate::entra::endpoints::Endpoints;
use crate::error::{Code, Error};
use crate::flow::discovering::{Discovering, Document};
use crate::flow::polling::Polling;
use crate::flow::purpose::{Purpose, RefreshOutcome};
use crate::flow::refreshing::Refreshing;
use crate::flow::requesting::Requesting;
use crate::flow::retry::Retry;
use crate::flow::revoking::Revoking;
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::flow::state::State;
use crate::flow::waiting::Waiting;
use crate::oauth::http::{HttpRequest, HttpResponse, NoResponse};
use crate::oauth::metadata::Metadata;
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
    /// Tokens are being refreshed (RFC 6749 §6).
    Refreshing(Box<Refreshing>),
    /// Refresh tokens are being revoked (RFC 7009).
    Revoking(Box<Revoking>),
    /// A refresh is over. The cache should know of its findings.
    Refreshed(Box<RefreshOutcome>),
    /// It is over; nothing more will be sent.
    Ended,
}

/// What has happened since the last step.
#[derive(Debug)]
pub enum Input {
    /// Time has passed.
    Tick,
    /// The request of the last [`Action::Send`] was answered.
    Response(Box<HttpResponse>),
    /// That request was not answered.
    NoResponse(NoResponse),
}

/// What the driver has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Make this request and come back with what happened.
    Send(Box<HttpRequest>),
    /// Come back with a tick at `until`, or earlier. What the screen should say meanwhile is in the [`FlowState::session`] once there is
    /// one.
    Wait {
        /// When something will be due. Never before the `now` of the step.
        until: UnixMillis,
    },
    /// The person has signed in.
    Finish(Box<SignIn>),
    /// It is over without a result: the tokens are revoked.
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
    /// [`Code::InvalidAuthorityMetadata`] and others: what is wrong with a given `authorityMetadata`.
    pub fn begin(request: Box<SignInRequest>) -> Result<Self, Error> {
        Self::begin_for(Purpose::DeviceCode, request)
    }

    /// The first state for any purpose.
    ///
    /// # Errors
    /// As [`FlowState::begin`].
    pub fn begin_for(purpose: Purpose, request: Box<SignInRequest>) -> Result<Self, Error> {
        // What is wrong with given metadata is reported before anything is sent.
        let known = request.known_endpoints()?;
        if request.authority.standing == Standing::Unknown {
            return Ok(Self::Discovering(Box::new(Discovering::new(request, Document::Instance, purpose))));
        }
        Ok(Self::of_trusted_host(request, known, purpose))
    }

    /// The first state for a host that may be asked: endpoints that are known need no request.
    fn of_trusted_host(request: Box<SignInRequest>, known: Option<Metadata>, purpose: Purpose) -> Self {
        match known {
            Some(metadata) => Self::at_endpoints(request, metadata, purpose),
            None => Self::Discovering(Box::new(Discovering::new(request, Document::OpenId, purpose))),
        }
    }

    /// The first state once the endpoints are known.
    fn at_endpoints(mut request: Box<SignInRequest>, metadata: Metadata, purpose: Purpose) -> Self {
        request.scopes = request.authority.scopes(&request.scopes, &metadata.scopes_supported);
        let Metadata { device_authorization_endpoint, token_endpoint, revocation_endpoint, .. } = metadata;
        let retry = Retry::default();
        match purpose {
            Purpose::DeviceCode => {
                let endpoints =
                    Endpoints { device_authorization: device_authorization_endpoint, token: token_endpoint };
                Self::Requesting(Box::new(Requesting { request, endpoints, retry }))
            }
            Purpose::Refresh(credentials) => {
                Self::Refreshing(Box::new(Refreshing::new(request, token_endpoint, credentials)))
            }
            Purpose::Revoke(tokens) => {
                let endpoint = revocation_endpoint.unwrap_or_default();
                Self::Revoking(Box::new(Revoking { request, endpoint, tokens, retry }))
            }
        }
    }

    /// What the state says of itself; nothing once the flow is over.
    fn state(&self) -> Option<&dyn State> {
        match self {
            Self::Discovering(state) => Some(&**state),
            Self::Requesting(state) => Some(&**state),
            Self::Waiting(state) => Some(state),
            Self::Polling(state) => Some(state),
            Self::Refreshing(state) => Some(&**state),
            Self::Revoking(state) => Some(&**state),
            Self::Refreshed(_) | Self::Ended => None,
        }
    }

    /// The code and its polling, once there is a code.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.state()?.session()
    }

    /// The secrets that its requests contain. No log and no message may repeat them.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        self.state().map(State::secrets).unwrap_or_default()
    }
}

/// One step of the machine. `now` is the host's clock; it may jump.
pub fn advance(state: FlowState, input: Input, now: UnixMillis) -> Step {
    match state {
        FlowState::Discovering(state) => retry::advance(state, input, now),
        FlowState::Requesting(state) => retry::advance(state, input, now),
        FlowState::Waiting(state) => state.advance(now),
        FlowState::Polling(state) => state.advance(input, now),
        FlowState::Refreshing(state) => retry::advance(state, input, now),
        FlowState::Revoking(state) => retry::advance(state, input, now),
        FlowState::Refreshed(_) | FlowState::Ended => Step::over(),
    }
}

impl Step {
    /// The end without success.
    pub fn fail(error: Error) -> Self {
        Self { state: FlowState::Ended, action: Action::Fail(error) }
    }

    /// After the end.
    fn over() -> Self {
        Self::fail(Code::Internal.error("This sign-in is over already."))
    }
}
