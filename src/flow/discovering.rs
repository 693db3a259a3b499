//! The issuer's metadata is being asked for: OpenID Connect Discovery first, then RFC 8414.

use crate::failure::{Code, Failure};
use crate::flow::effort::{self, Effort};
use crate::flow::request::SignInRequest;
use crate::flow::requesting::Requesting;
use crate::flow::{Action, FlowState, Input, Step};
use crate::provider::authority::Endpoints;
use crate::time::UnixMillis;
use crate::wire::http::{HttpRequest, HttpResponse};
use crate::wire::metadata::{Metadata, WellKnown};
use crate::wire::text::decimal;
use crate::wire::{oauth_error, reply};

/// One look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovering {
    /// What was asked for.
    pub request: Box<SignInRequest>,
    /// Which of the two documents is being asked for.
    pub document: WellKnown,
    /// How often it was.
    pub effort: Effort,
    /// What the first document lacks: the failure, if the second is not there at all.
    pub lacks: Option<String>,
}

impl Discovering {
    /// Nothing asked yet.
    #[must_use]
    pub fn new(request: Box<SignInRequest>) -> Self {
        Self { request, document: WellKnown::OpenId, effort: Effort::default(), lacks: None }
    }

    pub(super) fn advance(self: Box<Self>, input: Input, now: UnixMillis) -> Step {
        match input {
            Input::Tick => self.send_if_due(now),
            Input::NoResponse(reason) => {
                let failure = effort::no_response(&self.url(), &reason);
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
        let request = HttpRequest { url: self.url(), form: None, timeout: self.request.request_timeout };
        Step { state: FlowState::Discovering(self), action: Action::Send(Box::new(request)) }
    }

    fn answered(mut self: Box<Self>, response: &HttpResponse, now: UnixMillis) -> Step {
        let url = self.url();
        let evidence = oauth_error::bare(response, now);
        if response.is_transient() && !response.is_redirect() {
            return self.again(effort::unavailable(&url, evidence), now);
        }
        let issuer = self.request.authority.canonical();
        let mut lacks = None;
        let failure = match reply::members(response).filter(|_| response.status == 200) {
            Some(members) => match Metadata::parse(&members, &issuer) {
                Ok(metadata) => return self.found(&metadata, now),
                Err(failure) if failure.code == Code::OpenIdConfig.text() => {
                    lacks = Some(failure.message.clone());
                    failure
                }
                // RFC 8414 §3.3: a document that speaks for another issuer MUST NOT be used; nor one with unsafe addresses.
                Err(failure) => return Step::fail(failure.with(evidence)),
            },
            None if response.is_redirect() => effort::redirected(&url, Box::default()),
            None => {
                let status = decimal(response.status);
                let message =
                    ["No metadata of ", &issuer, " was found; ", &url, " answered with HTTP status ", &status, "."];
                Code::EndpointsResolution.because(&message)
            }
        };
        if self.document == WellKnown::OpenId {
            // A server of plain OAuth has no OpenID document, or one that does not speak of devices.
            self.document = WellKnown::OAuth;
            self.effort = Effort::default();
            self.lacks = lacks;
            return self.send_if_due(now);
        }
        let failure = match &self.lacks {
            Some(lacks) => Code::OpenIdConfig.because(&[lacks]),
            None => failure,
        };
        Step::fail(failure.with(evidence))
    }

    fn found(self, metadata: &Metadata, now: UnixMillis) -> Step {
        let request = self.request.with_reserved_scopes(Some(metadata));
        Box::new(Requesting::new(request, Endpoints::from(metadata))).send_if_due(now)
    }

    fn again(mut self: Box<Self>, failure: Failure, now: UnixMillis) -> Step {
        match self.effort.again(failure, now) {
            Ok(()) => self.wait(),
            Err(failure) => Step::fail(failure),
        }
    }

    fn wait(self: Box<Self>) -> Step {
        let action = Action::Wait { until: self.effort.due, prompt: None };
        Step { state: FlowState::Discovering(self), action }
    }

    fn url(&self) -> String {
        self.document.url(&self.request.authority.canonical())
    }
}
