//! The refresh request (RFC 6749 §6). Its reply is that of any token request: [`crate::oauth::token`].

use crate::secret::Secret;

/// §6: new tokens for a refresh token. The client id MUST be sent by a client that does not authenticate otherwise (§3.2.1). `scope`
/// MUST NOT include what the person has not granted; an empty one asks for everything granted. Entra only: `client_info`, and
/// `anchor`, `Oid:{uid}@{utid}`, which routes the request to the data center of the person. It is sent in the form, because a header
/// would need a CORS preflight.
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
