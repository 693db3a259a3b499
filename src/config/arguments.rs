//! The single fields of a request that need more than a look at their type.
//!
//! What these answer after a refusal is never used: [`crate::config::request::SignInRequest::parse`] ends with `all_right`.

use crate::entra::authority::Authority;
use crate::entra::trust::Trust;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::json::fields::Fields;
use crate::oauth::claims::with_capabilities;
use crate::text::{decimal, words};

/// Where people sign in when no authority is given.
const DEFAULT_AUTHORITY: &str = "https://login.microsoftonline.com/common";

/// Who the application is: its client id and the authority it is configured for, from the JSON text of a configuration.
///
/// # Errors
/// What is wrong with either.
pub fn identity(text: &str) -> Result<(String, Authority), Error> {
    let json = Value::parse(text).unwrap_or(Value::Null);
    let fields = Fields::new(&json);
    let identity = (client_id(&fields), configured(&trust(&fields), &fields));
    fields.all_right()?;
    Ok(identity)
}

/// `auth.clientId`
pub fn client_id(fields: &Fields) -> String {
    let client_id = fields.get("auth.clientId").and_then(Value::as_text).unwrap_or_default();
    if client_id.is_empty() {
        fields.refuse(Code::InvalidClientId.because(&["auth.clientId must be a non-empty string."]));
    }
    // RFC 6749 appendix A.1: visible ASCII characters and spaces.
    if client_id.trim_ascii() != client_id || !client_id.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        let message = "auth.clientId has characters that no client id has (white space at an end?).";
        fields.refuse(Code::InvalidClientId.because(&[message]));
    }
    client_id.into()
}

/// `auth.knownAuthorities`, `auth.cloudDiscoveryMetadata`, `system.protocolMode`
pub fn trust(fields: &Fields) -> Trust {
    let protocol = fields.optional_text("system.protocolMode");
    let protocol = protocol.as_deref().unwrap_or("AAD");
    if !matches!(protocol, "AAD" | "OIDC" | "EAR") {
        fields.must_be(&["system.protocolMode"], "\"AAD\" or \"OIDC\"");
    }
    Trust {
        oidc: protocol == "OIDC",
        known: fields.texts("auth.knownAuthorities"),
        clouds: fields.optional_text("auth.cloudDiscoveryMetadata").filter(|text| !text.is_empty()),
    }
}

/// `auth.authority`, or what `auth.azureCloudOptions` or nothing mean.
pub fn configured(trust: &Trust, fields: &Fields) -> Authority {
    if let Some(authority) = azure_cloud("azureCloudOptions", "auth.azureCloudOptions", fields) {
        return Authority::read(&authority, "auth.azureCloudOptions", trust, fields);
    }
    let configured = fields.optional_text("auth.authority");
    Authority::read(configured.as_deref().unwrap_or(DEFAULT_AUTHORITY), "auth.authority", trust, fields)
}

/// `request.authority` and `request.azureCloudOptions`. They come under names of their own, beside the configured ones;
/// and cloud options, wherever they stand, come before authorities, as in msal-node.
pub fn own_authority(trust: &Trust, fields: &Fields) -> Option<Authority> {
    if let Some(authority) = azure_cloud("requestAzureCloudOptions", "request.azureCloudOptions", fields) {
        return Some(Authority::read(&authority, "request.azureCloudOptions", trust, fields));
    }
    // An empty text says nothing, here and below: programs pass it for what they do not have.
    let own = fields.get("requestAuthority").filter(|own| own.as_text() != Some(""))?;
    if own.as_text().is_none() {
        fields.must_be(&["request.authority"], "a string");
    }
    let own = Authority::read(own.as_text().unwrap_or_default(), "request.authority", trust, fields);
    Some(own).filter(|_| azure_cloud("azureCloudOptions", "auth.azureCloudOptions", fields).is_none())
}

/// The authority that cloud options mean: the address of a cloud, and a tenant there.
fn azure_cloud(name: &str, place: &str, fields: &Fields) -> Option<String> {
    let options = fields.get(name)?;
    let cloud = options.text("azureCloudInstance").unwrap_or_else(|| {
        fields.must_be(&[place, ".azureCloudInstance"], "one of AzureCloudInstance");
        "none"
    });
    let tenant = options.text("tenant").filter(|tenant| !tenant.is_empty()).unwrap_or("common");
    if cloud == "none" { None } else { Some([cloud, "/", tenant].concat()) }
}

/// `request.scopes`. An authority that is known to add the reserved ones needs no others.
pub fn scopes(reserved: bool, fields: &Fields) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    let Some(Value::Array(items)) = fields.get("request.scopes") else {
        fields.refuse(Code::EmptyScopes.because(&["request.scopes must be an array of strings."]));
        return scopes;
    };
    for (index, item) in items.iter().enumerate() {
        let place = ["request.scopes[", &decimal(index as u64), "]"];
        let Some(text) = item.as_text() else {
            fields.must_be(&place, "a string");
            continue;
        };
        // Spaces around a scope, or two scopes in one text, are the same on the wire.
        for scope in words(text, " \t\r\n") {
            // RFC 6749 §3.3: a scope token is visible ASCII without quotes and backslashes.
            let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
            if !scope.bytes().all(plain) {
                fields.must_be(&place, "a scope: visible ASCII characters without quotes and backslashes");
            }
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.into());
            }
        }
    }
    if scopes.is_empty() && !reserved {
        fields.refuse(Code::EmptyScopes.because(&["request.scopes is empty."]));
    }
    scopes
}

/// `request.claims`, with `auth.clientCapabilities` merged in where the server knows them.
pub fn claims(capable: bool, fields: &Fields) -> Option<String> {
    let claims = fields.optional_text("request.claims").filter(|claims| !claims.is_empty());
    let capabilities = fields.texts("auth.clientCapabilities");
    with_capabilities(claims.as_deref(), if capable { &capabilities } else { &[] }).unwrap_or_else(|failure| {
        fields.refuse(failure);
        None
    })
}

/// `request.timeout`. As in msal-node, zero is no limit.
pub fn patience(fields: &Fields) -> Option<u64> {
    match fields.get("request.timeout") {
        Some(Value::Number(text)) if text == "0" => None,
        _ => length("request.timeout", fields),
    }
}

/// A length of time that may be missing.
pub fn length(place: &str, fields: &Fields) -> Option<u64> {
    let length = fields.optional_number(place);
    if length == Some(0) {
        fields.must_be(&[place], "greater than zero");
    }
    length
}
