//! The codes are being asked for (RFC 8628 §3.1, §3.2).

use crate::config::request::SignInRequest;
use crate::entra::endpoints::Endpoints;
use crate::error::Evidence;
use crate::flow::retry::{self, Retry};
use crate::flow::session::Session;
use crate::flow::waiting::Waiting;
use crate::flow::{FlowState, Step};
use crate::json::Value;
use crate::oauth::device::{self, DeviceAuthorization};
use crate::oauth::http::{HttpRequest, HttpResponse};
use crate::oauth::lenient;
use crate::time::{Millis, UnixMillis};

/// One device authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requesting {
    /// What was asked for.
    pub request: Box<SignInRequest>,
    /// Where.
    pub endpoints: Endpoints,
    /// How often.
    pub effort: Retry,
}

impl Requesting {
    /// The request.
    #[must_use]
    pub fn send(&self) -> Box<HttpRequest> {
        let scope = self.request.scope();
        let body = device::body(&self.request.client_id, &scope, self.request.claims());
        self.request.post(&self.endpoints.device_authorization, &body, self.request.language())
    }

    pub(super) fn answered(
        self: Box<Self>,
        response: &HttpResponse,
        members: Option<&Value>,
        evidence: Box<Evidence>,
        now: UnixMillis,
    ) -> Step {
        // At any status an error is one (deviation: GitHub and Entra send errors with 200).
        let plain = evidence.error.is_empty() && !response.is_redirect();
        match members.filter(|_| plain).map(DeviceAuthorization::parse) {
            Some(Ok(codes)) => return self.received(*codes, now),
            Some(Err(failure)) if !response.is_transient() => return Step::fail(failure.with_evidence(evidence)),
            _ => {}
        }
        let url = self.endpoints.device_authorization.as_str();
        let failure = retry::refused(url, response, evidence, lenient::UNREADABLE, false, &self.request.authority);
        retry::again(FlowState::Requesting(self), failure, now)
    }

    fn received(self, codes: DeviceAuthorization, now: UnixMillis) -> Step {
        let session = Box::new(Session::new(self.request, self.endpoints, codes, now));
        // One interval first: nobody types a code in no time, and it is one `slow_down` less.
        let due = session.pace.next(now, None, Millis(0), session.deadline());
        Waiting::until(session, now, due, now)
    }
}
