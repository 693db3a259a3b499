//! The claims parameter (OpenID Connect §5.5), and what a client can handle as claims: Entra's capabilities.

use crate::failure::{Code, Failure};
use crate::wire::json::Json;

/// The claims to send: the caller's, with `capabilities` merged in as MSAL does (`cp1`: this client answers a claims
/// challenge). The caller's text goes as it is where there is nothing to merge; an empty object is not sent at all.
///
/// # Errors
/// [`Code::InvalidClaims`] if the caller's claims are not the text of a JSON object.
pub fn with_capabilities(claims: Option<&str>, capabilities: &[String]) -> Result<Option<String>, Failure> {
    let mut merged = claims.map_or(Some(Json::Object(Vec::new())), Json::parse).unwrap_or(Json::Null);
    let Json::Object(members) = &merged else {
        return Err(Code::InvalidClaims.because(&["request.claims is not the JSON text of an object."]));
    };
    if capabilities.is_empty() {
        return Ok(claims.filter(|_| !members.is_empty()).map(String::from));
    }
    let mut value = Json::List(capabilities.iter().map(|capability| Json::from(capability.as_str())).collect());
    for name in ["values", "xms_cc", "access_token"] {
        value = Json::Object(vec![(name.into(), value)]);
    }
    merge(&mut merged, value);
    Ok(Some(merged.write()))
}

/// Objects are merged member by member, lists are united, anything else gives way to what is merged in.
fn merge(into: &mut Json, from: Json) {
    match (into, from) {
        (Json::Object(members), Json::Object(others)) => {
            for (name, other) in others {
                // The last of several is the one that counts.
                match members.iter_mut().rev().find(|(known, _)| *known == name) {
                    Some((_, member)) => merge(member, other),
                    None => members.push((name, other)),
                }
            }
        }
        (Json::List(items), Json::List(others)) => {
            for other in others {
                if !items.contains(&other) {
                    items.push(other);
                }
            }
        }
        (into, from) => *into = from,
    }
}
