//! Refresh tokens are being revoked (RFC 7009), one after the other.

use crate::failure::Failure;
use crate::flow::effort::{self, Effort};
use crate::flow::refused;
use crate::flow::request::SignInRequest;
use crate::flow::{Action, FlowState, Input, Step};
use crate::time::UnixMillis;
use crate::wire::http::HttpResponse;
use crate::wire::revocation::RevocationRequest;
use crate::wire::secret::Secret;
use crate::wire::{oauth_error, reply};

/// What is left to revoke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoking {
    /// Who asks.
    pub request: Box<SignInRequest>,
    /// The revocation endpoint.
    pub endpoint: String,
    /// The last one comes next.
    pub tokens: Vec<Secret>,
    /// How often the one at hand was tried.
    pub effort: Effort,
}

impl Revoking {
    pub(super) fn advance(self: Box<Self>, input: Input, now: UnixMillis) -> Step {
        match input {
            Input::Tick => self.send_if_due(now),
            Input::NoResponse(reason) => {
                let failure = effort::no_response(&self.endpoint, &reason);
                self.again(failure, now)
            }
            Input::Response(response) => self.answered(&response, now),
        }
    }

    fn send_if_due(mut self: Box<Self>, now: UnixMillis) -> Step {
        let Some(refresh_token) = self.tokens.last() else {
            return Step { state: FlowState::Ended, action: Action::Done };
        };
        if !self.effort.is_due(now) {
            return self.wait();
        }
        let SignInRequest { client_id, request_timeout, .. } = &*self.request;
        let send = RevocationRequest { endpoint: &self.endpoint, client_id, refresh_token }.request(*request_timeout);
        self.effort.begin();
        Step { state: FlowState::Revoking(self), action: Action::Send(send) }
    }

    fn answered(mut self: Box<Self>, response: &HttpResponse, now: UnixMillis) -> Step {
        let members = reply::members(response);
        let mut evidence = oauth_error::said(response, members.as_ref(), now);
        if let Some(token) = self.tokens.last() {
            evidence.leave_out(token.expose());
        }
        // §2.2: 200, whether the server knew the token or not. (Deviation: GitHub and others answer 204.)
        if matches!(response.status, 200..=299) && evidence.error.is_empty() {
            self.tokens.pop();
            self.effort = Effort::default();
            return self.send_if_due(now);
        }
        if response.is_redirect() {
            return Step::fail(effort::redirected(&self.endpoint, evidence));
        }
        // §2.2.1: 503, perhaps with Retry-After.
        if response.is_transient() || evidence.is_transient() {
            let failure = effort::unavailable(&self.endpoint, evidence);
            return self.again(failure, now);
        }
        let failure = if evidence.error.is_empty() {
            effort::unreadable(&self.endpoint, evidence)
        } else {
            refused::failure(evidence, &self.request.authority)
        };
        Step::fail(failure)
    }

    fn again(mut self: Box<Self>, failure: Failure, now: UnixMillis) -> Step {
        match self.effort.again(failure, now) {
            Ok(()) => self.wait(),
            Err(failure) => Step::fail(failure),
        }
    }

    fn wait(self: Box<Self>) -> Step {
        let action = Action::Wait { until: self.effort.due, prompt: None };
        Step { state: FlowState::Revoking(self), action }
    }
}
