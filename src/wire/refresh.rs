//! The refresh request (RFC 6749 §6). Its reply is that of any token request: [`crate::wire::token`].

use crate::time::Millis;
use crate::wire::form;
use crate::wire::http::HttpRequest;
use crate::wire::secret::Secret;

/// §6: new tokens for a refresh token.
pub struct RefreshRequest<'a> {
    /// The token endpoint.
    pub endpoint: &'a str,
    /// `client_id`: MUST be sent by a client that does not authenticate otherwise (§3.2.1).
    pub client_id: &'a str,
    /// `refresh_token`
    pub refresh_token: &'a Secret,
    /// `scope`, joined by spaces: MUST NOT include what the person has not granted; empty asks for all of it.
    pub scope: &'a str,
    /// `claims`, as JSON text.
    pub claims: Option<&'a str>,
    /// Entra only: ask for `client_info`, which names the account's home.
    pub client_info: bool,
    /// Entra only: `Oid:{uid}@{utid}`, which leads to the data centre that knows the person. In the form and not in a header,
    /// which would need a CORS preflight.
    pub anchor: Option<String>,
    /// Into the body: who asks.
    pub introduction: Vec<(&'a str, &'a str)>,
    /// Into the query, not the body.
    pub query: Vec<(&'a str, &'a str)>,
}

impl RefreshRequest<'_> {
    /// The POST, form-encoded.
    #[must_use]
    pub fn request(&self, timeout: Millis) -> Box<HttpRequest> {
        let mut body = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", self.refresh_token.expose()),
            ("client_id", self.client_id),
        ];
        if !self.scope.is_empty() {
            body.push(("scope", self.scope));
        }
        if self.client_info {
            body.push(("client_info", "1"));
        }
        let anchor = self.anchor.as_deref();
        for (name, value) in [("claims", self.claims), ("X-AnchorMailbox", anchor)] {
            if let Some(value) = value {
                body.push((name, value));
            }
        }
        body.extend_from_slice(&self.introduction);
        form::post(self.endpoint, &self.query, &body, timeout)
    }
}
