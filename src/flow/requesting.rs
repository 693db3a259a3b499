//! The codes are being asked for (RFC 8628 §3.1, §3.2).

use crate::failure::Failure;
use crate::flow::effort::{self, Effort};
use crate::flow::refused;
use crate::flow::request::SignInRequest;
use crate::flow::session::Session;
use crate::flow::waiting::Waiting;
use crate::flow::{Action, FlowState, Input, Step};
use crate::provider::endpoints::Endpoints;
use crate::time::{Millis, UnixMillis};
use crate::wire::device::{DeviceAuthorization, DeviceAuthorizationRequest};
use crate::wire::http::HttpResponse;
use crate::wire::text::spaced;
use crate::wire::{oauth_error, reply};

/// One device authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requesting {
    /// What was asked for.
    pub request: Box<SignInRequest>,
    /// Where.
    pub endpoints: Endpoints,
    /// How often.
    pub effort: Effort,
}

impl Requesting {
    /// Nothing sent yet. The request's scopes are complete.
    #[must_use]
    pub fn new(request: Box<SignInRequest>, endpoints: Endpoints) -> Self {
        Self { request, endpoints, effort: Effort::default() }
    }

    pub(super) fn advance(self: Box<Self>, input: Input, now: UnixMillis) -> Step {
        match input {
            Input::Tick => self.send_if_due(now),
            Input::NoResponse(reason) => {
                let failure = effort::no_response(&self.endpoints.device_authorization, &reason);
                self.again(failure, now)
            }
            Input::Response(response) => self.answered(&response, now),
        }
    }

    fn send_if_due(mut self: Box<Self>, now: UnixMillis) -> Step {
        if !self.effort.is_due(now) {
            return self.wait();
        }
        self.effort.begin();
        let action = Action::Send(
            DeviceAuthorizationRequest {
                endpoint: &self.endpoints.device_authorization,
                client_id: &self.request.client_id,
                scope: &spaced(&self.request.scopes),
                claims: self.request.claims.as_deref(),
                introduction: self.request.introduction(),
                query: self.request.query(),
                locale: self.request.locale.as_deref().filter(|_| self.request.authority.is_entra()),
            }
            .request(self.request.request_timeout),
        );
        Step { state: FlowState::Requesting(self), action }
    }

    fn answered(self: Box<Self>, response: &HttpResponse, now: UnixMillis) -> Step {
        let url = self.endpoints.device_authorization.as_str();
        let members = reply::members(response);
        let evidence = oauth_error::said(response, members.as_ref(), now);
        if response.is_redirect() {
            return Step::fail(effort::redirected(url, evidence));
        }
        let failure = match members {
            None => effort::unreadable(url, evidence),
            // At any status (deviation: GitHub and Entra send errors with 200).
            Some(_) if !evidence.error.is_empty() => refused::failure(evidence, &self.request.authority),
            Some(members) => match DeviceAuthorization::parse(&members) {
                Ok(codes) => return self.received(*codes, now),
                Err(failure) => failure.with(evidence),
            },
        };
        if response.is_transient() || failure.retryable {
            // An overloaded server's error (authentik: 429 `slow_down` before there is any code) is not a refusal.
            let failure = effort::unavailable(url, failure.into_evidence());
            let failure = refused::advised(failure, &self.request.authority);
            return self.again(failure, now);
        }
        Step::fail(failure)
    }

    fn received(self, codes: DeviceAuthorization, now: UnixMillis) -> Step {
        let session = Box::new(Session::new(self.request, self.endpoints, codes, now));
        // One interval first: nobody types a code in no time, and it is one `slow_down` less.
        let due = session.pace.next(now, None, Millis(0), session.deadline());
        Waiting::until(session, now, due, now)
    }

    fn again(mut self: Box<Self>, failure: Failure, now: UnixMillis) -> Step {
        match self.effort.again(failure, now) {
            Ok(()) => self.wait(),
            Err(failure) => Step::fail(failure),
        }
    }

    fn wait(self: Box<Self>) -> Step {
        let action = Action::Wait { until: self.effort.due, prompt: None };
        Step { state: FlowState::Requesting(self), action }
    }
}
