//! The revocation request (RFC 7009 §2.1).

use crate::time::Millis;
use crate::wire::form;
use crate::wire::http::HttpRequest;
use crate::wire::secret::Secret;

/// §2.1: the refresh token is to be good for nothing from now on; with it go the access tokens of the same grant.
pub struct RevocationRequest<'a> {
    /// The revocation endpoint, which MUST be https (§2).
    pub endpoint: &'a str,
    /// `client_id`: how a public client says which it is.
    pub client_id: &'a str,
    /// `token`
    pub refresh_token: &'a Secret,
}

impl RevocationRequest<'_> {
    /// The POST, form-encoded.
    #[must_use]
    pub fn request(&self, timeout: Millis) -> Box<HttpRequest> {
        let body = [
            ("token", self.refresh_token.expose()),
            ("token_type_hint", "refresh_token"),
            ("client_id", self.client_id),
        ];
        form::post(self.endpoint, &[], &body, timeout)
    }
}
