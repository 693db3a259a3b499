//! Refresh tokens are being revoked (RFC 7009), one after the other.

use crate::config::request::SignInRequest;
use crate::error::Error;
use crate::flow::log::Level;
use crate::flow::retry::{self, RetriedRequest, Retry};
use crate::flow::state::State;
use crate::flow::{FlowState, Step, server_error};
use crate::oauth::http::{HttpRequest, HttpResponse};
use crate::oauth::{error, form, lenient, revocation};
use crate::secret::Secret;
use crate::time::UnixMillis;

/// The tokens that are left to revoke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoking {
    /// What the caller asked for.
    pub request: Box<SignInRequest>,
    /// The revocation endpoint; empty where there is none.
    pub endpoint: String,
    /// The last one is revoked next.
    pub tokens: Vec<Secret>,
    /// The counter of the request for that one.
    pub retry: Retry,
}

impl Revoking {
    /// There is no token to revoke.
    #[must_use]
    pub fn nothing(request: Box<SignInRequest>) -> Self {
        Self { request, endpoint: String::new(), tokens: Vec::new(), retry: Retry::default() }
    }
}

impl State for Revoking {
    fn secrets(&self) -> Vec<&str> {
        self.tokens.iter().map(Secret::expose).collect()
    }

    fn announcement(&self) -> Option<(Level, String)> {
        Some((Level::Info, "Revoking a refresh token.".into()))
    }
}

impl RetriedRequest for Revoking {
    fn url(&self) -> String {
        self.endpoint.clone()
    }

    fn request(&self) -> Result<Option<Box<HttpRequest>>, Error> {
        // Where the provider has no such endpoint, there is nothing to do.
        let Some(token) = self.tokens.last().filter(|_| !self.endpoint.is_empty()) else { return Ok(None) };
        let SignInRequest { client_id, request_timeout, .. } = &*self.request;
        let body = revocation::body(client_id, token.expose());
        Ok(Some(form::post(&self.endpoint, &[], &body, *request_timeout)))
    }

    fn retry(&mut self) -> &mut Retry {
        &mut self.retry
    }

    fn into_state(self: Box<Self>) -> FlowState {
        FlowState::Revoking(self)
    }

    fn answered(mut self: Box<Self>, response: &HttpResponse, now: UnixMillis) -> Step {
        let members = lenient::members(response);
        let evidence = error::evidence(response, members.as_ref(), &self.secrets(), now);
        // §2.2: 200, whether the server knew the token or not. (Deviation: GitHub and others answer 204.)
        if matches!(response.status, 200..=299) && evidence.error.is_empty() {
            self.tokens.pop();
            self.retry = Retry::default();
            return retry::send(self, now);
        }
        let lack = if members.is_some() { " and a body without an error." } else { lenient::UNREADABLE };
        // §2.2.1: 503, perhaps with Retry-After.
        let (url, authority) = (&self.endpoint, &self.request.authority);
        let error = server_error::unsuccessful(url, response, evidence, lack, authority);
        let error = server_error::unavailable_if_transient(error, url, authority);
        retry::retry(self, error, now)
    }
}
