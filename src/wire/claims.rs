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
    let values = ["access_token", "xms_cc", "values"].iter().fold(&mut merged, |object, name| member(object, name));
    if !matches!(values, Json::List(_)) {
        *values = Json::List(Vec::new());
    }
    if let Json::List(items) = values {
        for capability in capabilities {
            if !items.iter().any(|item| item.as_text() == Some(capability)) {
                items.push(Json::from(capability.as_str()));
            }
        }
    }
    Ok(Some(merged.write()))
}

/// The member `name` of an object, which is made where there is none. Anything but an object gives way to one.
fn member<'a>(object: &'a mut Json, name: &str) -> &'a mut Json {
    if !matches!(object, Json::Object(_)) {
        *object = Json::Object(Vec::new());
    }
    let Json::Object(members) = object else { return object };
    // The last of several is the one that counts.
    let at = members.iter().rposition(|(known, _)| known == name).unwrap_or(members.len());
    if at == members.len() {
        members.push((name.into(), Json::Null));
    }
    &mut members[at].1
}
