//! The payload of an ID token (OpenID Connect Core §2), decoded.
//!
//! Its signature is not verified: it came over TLS straight from the token endpoint (OpenID Connect Core §3.1.3.7 step 6), and it shows
//! who signed in; it admits nobody. This file checks nothing. `src/flow/id_token_check.rs` checks `alg`, `iss`, `aud` and `exp`.

use crate::json::Value;

/// The claims of an ID token.
#[derive(Clone, PartialEq, Eq)]
pub struct IdToken {
    /// All claims.
    pub claims: Value,
}

impl IdToken {
    /// Decodes the middle part of a compact JWT. `None` if it is not one.
    #[must_use]
    pub fn parse(jwt: &str) -> Option<Self> {
        let (_, rest) = jwt.split_once('.')?;
        let (payload, _) = rest.split_once('.')?;
        Some(Self { claims: decode_object(payload)? })
    }

    /// `iss` in the form of [`normalized_issuer`]; empty where there is none.
    #[must_use]
    pub fn issuer(&self) -> String {
        normalized_issuer(self.text("iss"))
    }

    /// `sub`. Deviation: a number counts as its digits. Empty where there is none.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self.claims.get("sub") {
            Some(Value::String(text) | Value::Number(text)) => text,
            _ => "",
        }
    }

    /// The id of the person in the tenant: Entra's `oid`, or the subject.
    #[must_use]
    pub fn person(&self) -> &str {
        match self.text("oid") {
            "" => self.subject(),
            oid => oid,
        }
    }

    /// A claim that is a string; empty where there is none.
    #[must_use]
    pub fn text(&self, claim: &str) -> &str {
        self.claims.get_str(claim).unwrap_or_default()
    }

    /// The first of these claims that is a string and not empty; empty where none is.
    #[must_use]
    pub fn first(&self, claims: &[&str]) -> &str {
        claims.iter().map(|claim| self.text(claim)).find(|text| !text.is_empty()).unwrap_or_default()
    }
}

/// The header of a compact JWT (RFC 7515 §4). `None` if it cannot be decoded.
#[must_use]
pub fn header(jwt: &str) -> Option<Value> {
    let (header, _) = jwt.split_once('.')?;
    decode_object(header)
}

/// An issuer without what may differ between an ID token and the metadata: one slash at the end, the case of the host, and (deviation:
/// Google) the scheme.
#[must_use]
pub fn normalized_issuer(issuer: &str) -> String {
    let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
    if issuer.is_empty() {
        return String::new();
    }
    let (scheme, rest) = issuer.split_once("://").unwrap_or(("https", issuer));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    format!("{}://{}{path}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase())
}

/// The object inside base64url.
pub(super) fn decode_object(base64url: &str) -> Option<Value> {
    Value::parse(&String::from_utf8_lossy(&decode(base64url)?)).filter(|json| matches!(json, Value::Object(_)))
}

/// base64url (RFC 4648 §5) without or with padding; the standard alphabet is taken too.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits = 0_u32;
    let mut held = 0;
    for byte in text.bytes().take_while(|byte| *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
    Some(out)
}
