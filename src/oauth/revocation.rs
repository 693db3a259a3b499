//! The revocation request (RFC 7009 §2.1).

/// §2.1: the refresh token is to be good for nothing from now on; with it go the access tokens of the same grant. The client id is how
/// a public client says which it is.
#[must_use]
pub fn body<'a>(client_id: &'a str, token: &'a str) -> [(&'static str, &'a str); 3] {
    [("token", token), ("token_type_hint", "refresh_token"), ("client_id", client_id)]
}
