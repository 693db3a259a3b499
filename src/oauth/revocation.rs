//! The revocation request (RFC 7009 §2.1).

/// §2.1: the server is to invalidate the refresh token, and with it the access tokens of the same grant. A public client identifies
/// itself by its client id.
#[must_use]
pub fn body<'a>(client_id: &'a str, token: &'a str) -> [(&'static str, &'a str); 3] {
    [("token", token), ("token_type_hint", "refresh_token"), ("client_id", client_id)]
}
