//! Refresh tokens are being revoked (RFC 7009), one after the other.

use crate::config::request::SignInRequest;
use crate::error::Evidence;
use crate::flow::redact::leave_out;
use crate::flow::retry::{self, Retry};
use crate::flow::{FlowState, Step};
use crate::json::Value;
use crate::oauth::http::{HttpRequest, HttpResponse};
use crate::oauth::{form, lenient, revocation};
use crate::secret::Secret;
use crate::time::UnixMillis;

/// What is left to revoke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoking {
    /// Who asks.
    pub request: Box<SignInRequest>,
    /// The revocation endpoint; empty where there is none.
    pub endpoint: String,
    /// The last one comes next.
    pub tokens: Vec<Secret>,
    /// How often the one at hand was tried.
    pub effort: Retry,
}

impl Revoking {
    /// The request.
    #[must_use]
    pub fn send(&self) -> Box<HttpRequest> {
        let SignInRequest { client_id, request_timeout, .. } = &*self.request;
        let token = self.tokens.last().map_or("", |token| token.expose());
        form::post(&self.endpoint, &[], &revocation::body(client_id, token), *request_timeout)
    }

    pub(super) fn answered(
        mut self: Box<Self>,
        response: &HttpResponse,
        members: Option<&Value>,
        mut evidence: Box<Evidence>,
        now: UnixMillis,
    ) -> Step {
        if let Some(token) = self.tokens.last() {
            leave_out(token, &mut evidence);
        }
        // §2.2: 200, whether the server knew the token or not. (Deviation: GitHub and others answer 204.)
        if matches!(response.status, 200..=299) && evidence.error.is_empty() {
            self.tokens.pop();
            self.effort = Retry::default();
            return retry::ask(FlowState::Revoking(self), now);
        }
        let lack = if members.is_some() { " and a body without an error." } else { lenient::UNREADABLE };
        // §2.2.1: 503, perhaps with Retry-After.
        let failure = retry::refused(&self.endpoint, response, evidence, lack, false, &self.request.authority);
        retry::again(FlowState::Revoking(self), failure, now)
    }
}
