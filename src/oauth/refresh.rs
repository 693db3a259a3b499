//! The refresh request (RFC 6749 §6). Its reply is that of any token request: [`crate::oauth::token`].

use crate::secret::Secret;

/// §6: new tokens for a refresh token. The client id MUST be sent by a client that does not authenticate otherwise (§3.2.1). `scope`
/// MUST NOT include what the person has not granted; empty it asks for all of it. Entra only: `client_info`, and `anchor`,
/// `Oid:{uid}@{utid}`, which leads to the data centre that knows the person; in the form and not in a header, which would need a
/// CORS preflight.
#[must_use]
pub fn body<'a>(
    refresh_token: &'a Secret,
    client_id: &'a str,
    scope: &'a str,
    claims: &'a str,
    client_info: &'a str,
    anchor: &'a str,
) -> [(&'static str, &'a str); 7] {
    [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.expose()),
        ("client_id", client_id),
        ("scope", scope),
        ("client_info", client_info),
        ("claims", claims),
        ("X-AnchorMailbox", anchor),
    ]
}
