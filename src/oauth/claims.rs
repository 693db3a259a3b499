//! The claims parameter (OpenID Connect §5.5), with the capabilities of the client, which Entra reads out of it.

use crate::error::{Code, Error};
use crate::json::Value;

/// The longest claims parameter in bytes. Longer ones are refused in a request, and left out of an error.
pub const MAX_BYTES: usize = 32 * 1024;

/// The claims to send: the caller's, with `capabilities` merged in as MSAL does (`cp1`: this client answers a claims challenge). Without
/// capabilities the caller's text is sent unchanged, and an empty object is not sent at all.
///
/// # Errors
/// [`Code::InvalidClaims`] if the caller's claims are not the text of a JSON object.
pub fn with_capabilities(claims: Option<&str>, capabilities: &[String]) -> Result<Option<String>, Error> {
    let mut merged = claims.map_or(Some(Value::Object(Vec::new())), Value::parse).unwrap_or(Value::Null);
    let Value::Object(members) = &merged else {
        return Err(Code::InvalidClaims.error("request.claims is not the JSON text of an object."));
    };
    if capabilities.is_empty() {
        return Ok(claims.filter(|_| !members.is_empty()).map(String::from));
    }
    let values = ["access_token", "xms_cc", "values"].iter().fold(&mut merged, |object, name| member(object, name));
    if !matches!(values, Value::Array(_)) {
        *values = Value::Array(Vec::new());
    }
    if let Value::Array(items) = values {
        for capability in capabilities {
            if !items.iter().any(|item| item.as_str() == Some(capability)) {
                items.push(Value::from(capability.as_str()));
            }
        }
    }
    Ok(Some(merged.to_json()))
}

/// The member `name` of an object. It is created if it is absent, and what is no object is replaced by one.
fn member<'a>(object: &'a mut Value, name: &str) -> &'a mut Value {
    if !matches!(object, Value::Object(_)) {
        *object = Value::Object(Vec::new());
    }
    let Value::Object(members) = object else { return object };
    // The last of several is the one that counts.
    let at = members.iter().rposition(|(known, _)| known == name).unwrap_or(members.len());
    if at == members.len() {
        members.push((name.into(), Value::Null));
    }
    &mut members[at].1
}
