//! The codes are being asked for (RFC 8628 §3.1, §3.2).

use crate::failure::Evidence;
use crate::flow::effort::{self, Effort};
use crate::flow::request::SignInRequest;
use crate::flow::session::Session;
use crate::flow::waiting::Waiting;
use crate::flow::{FlowState, Step};
use crate::provider::endpoints::Endpoints;
use crate::time::{Millis, UnixMillis};
use crate::wire::device::{self, DeviceAuthorization};
use crate::wire::http::{HttpRequest, HttpResponse};
use crate::wire::json::Json;
use crate::wire::reply;

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
        members: Option<&Json>,
        evidence: Box<Evidence>,
        now: UnixMillis,
    ) -> Step {
        // At any status an error is one (deviation: GitHub and Entra send errors with 200).
        let plain = evidence.error.is_empty() && !response.is_redirect();
        match members.filter(|_| plain).map(DeviceAuthorization::parse) {
            Some(Ok(codes)) => return self.received(*codes, now),
            Some(Err(failure)) if !response.is_transient() => return Step::fail(failure.with(evidence)),
            _ => {}
        }
        let url = self.endpoints.device_authorization.as_str();
        let failure = effort::refused(url, response, evidence, reply::UNREADABLE, false, &self.request.authority);
        effort::again(FlowState::Requesting(self), failure, now)
    }

    fn received(self, codes: DeviceAuthorization, now: UnixMillis) -> Step {
        let session = Box::new(Session::new(self.request, self.endpoints, codes, now));
        // One interval first: nobody types a code in no time, and it is one `slow_down` less.
        let due = session.pace.next(now, None, Millis(0), session.deadline());
        Waiting::until(session, now, due, now)
    }
}
