//! The check of what the caller configures and asks for. Every refusal names the field as the caller wrote it.

use core::time::Duration;

use crate::config::fields::{self, Field, FieldType};
use crate::config::input::{AzureCloudOptions, Input, ProtocolMode};
use crate::config::limits;
use crate::config::request::{Application, SignInRequest};
use crate::entra::authority::Authority;
use crate::entra::trust::Trust;
use crate::error::{Code, Error};
use crate::json::{self, Problem, Value};
use crate::oauth::claims::with_capabilities;
use crate::text::printable;
use crate::time;

/// The authority where the caller configures none.
const DEFAULT_AUTHORITY: &str = "https://login.microsoftonline.com/common";
/// The longest wait for one HTTP answer where the caller configures none.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// What JavaScript hands over, of the right types and within the limits.
///
/// # Errors
/// The error about the first field of another type, or the first one that is too long.
pub fn input(object: &Value) -> Result<Input<'_>, Error> {
    let input = json::from_value(object).map_err(|error| wrong_type(&error))?;
    limits::check(&input)?;
    Ok(input)
}

/// Who the application is, for flows that it takes up again, and what it says about hosts.
pub struct Identity {
    /// `auth.clientId`
    pub client_id: String,
    /// `auth.authority` or `auth.azureCloudOptions`
    pub configured: Authority,
    /// `auth.knownAuthorities`, `auth.cloudDiscoveryMetadata`, `system.protocolMode`
    pub trust: Trust,
    /// `auth.authorityMetadata`
    pub authority_metadata: Option<String>,
}

/// Reads the [`Identity`] in a configuration.
///
/// # Errors
/// What is wrong with it.
pub fn identity(text: &str) -> Result<Identity, Error> {
    let object = Value::parse(text).unwrap_or(Value::Object(Vec::new()));
    let input = input(&object)?;
    let client_id = client_id(&input)?;
    let trust = trust(&input);
    let configured = configured_authority(&input, &trust)?;
    Ok(Identity { client_id, configured, trust, authority_metadata: input.authority_metadata.map(Into::into) })
}

/// A request for tokens, with the configuration.
///
/// # Errors
/// The error about the first wrong field.
pub fn sign_in_request(input: &Input<'_>) -> Result<Box<SignInRequest>, Error> {
    let trust = trust(input);
    let configured = configured_authority(input, &trust)?;
    let requested = requested_authority(input, &trust)?;
    // The given metadata is the configured authority's.
    let is_configured = requested.as_ref().is_none_or(|requested| *requested == configured);
    let authority = requested.unwrap_or_else(|| configured.clone());
    let capabilities = input.client_capabilities.as_deref().filter(|_| authority.is_entra()).unwrap_or_default();
    Ok(Box::new(SignInRequest {
        client_id: client_id(input)?,
        configured,
        trust,
        authority_metadata: input.authority_metadata.filter(|_| is_configured).map(Into::into),
        scopes: scopes(input.scopes.as_deref(), &authority)?,
        claims: with_capabilities(input.claims.filter(|claims| !claims.is_empty()), capabilities)?,
        authority,
        extra_query: input.extra_query_parameters.as_ref().map(|pairs| pairs.0.clone()).unwrap_or_default(),
        correlation_id: input.correlation_id.unwrap_or_default().into(),
        locale: input.locale.map(Into::into),
        account_hint: account_hint(input.account_hint)?,
        // Zero is no limit, as in msal-node.
        timeout: input.timeout.filter(|seconds| *seconds > 0).map(time::seconds),
        request_timeout: request_timeout(input.request_timeout)?,
        application: Application { name: input.app_name.map(Into::into), version: input.app_version.map(Into::into) },
        keep_verification_uri: input.keep_verification_uri.unwrap_or_default(),
    }))
}

/// The error about a field that is not of its type.
fn wrong_type(error: &json::Error) -> Error {
    let path = error.path.as_str();
    let (key, inside) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
    let (Some(field), exact) = (Field::by_key(key), Field::by_key(path)) else {
        return Code::InvalidArgument.error("The request is not a JSON object.");
    };
    match (exact, &error.problem) {
        // Its text is another check.
        (Some(field), _) if field.field_type == FieldType::JsonObject => {
            Code::InvalidArgument.error(format!("{} must be a string.", field.place))
        }
        (Some(field), _) => field.error(),
        (None, Problem::Expected(what)) => {
            Code::InvalidArgument.error(format!("{}{inside} must be {what}.", field.place))
        }
        (None, _) => Code::InvalidArgument.error(format!("{}{inside} must be a string.", field.place)),
    }
}

/// `auth.clientId`
fn client_id(input: &Input<'_>) -> Result<String, Error> {
    let client_id = input.client_id.unwrap_or_default();
    // RFC 6749 appendix A.1: visible ASCII characters and spaces.
    let is_allowed = |byte: u8| (0x20..0x7f).contains(&byte);
    if client_id.is_empty() || client_id.trim_ascii() != client_id {
        return Err(fields::CLIENT_ID.error());
    }
    if !client_id.bytes().all(is_allowed) {
        return Err(Code::InvalidClientId.error("auth.clientId has characters that no client id has."));
    }
    Ok(client_id.into())
}

/// `auth.knownAuthorities`, `auth.cloudDiscoveryMetadata`, `system.protocolMode`
fn trust(input: &Input<'_>) -> Trust {
    Trust {
        oidc: input.protocol_mode == Some(ProtocolMode::Oidc),
        known: input.known_authorities.clone().unwrap_or_default(),
        clouds: input.cloud_discovery_metadata.filter(|text| !text.is_empty()).map(Into::into),
    }
}

/// `auth.azureCloudOptions`, or else `auth.authority`, or else the default.
fn configured_authority(input: &Input<'_>, trust: &Trust) -> Result<Authority, Error> {
    if let Some(address) = cloud_address(input.azure_cloud_options.as_ref()) {
        return Authority::parse(&address, "auth.azureCloudOptions", trust);
    }
    Authority::parse(input.authority.unwrap_or(DEFAULT_AUTHORITY), "auth.authority", trust)
}

/// `request.azureCloudOptions`, or else `request.authority`. Cloud options, wherever they stand, come before authorities, as in
/// msal-node. An empty text is as good as none: programs pass it for what they do not have.
fn requested_authority(input: &Input<'_>, trust: &Trust) -> Result<Option<Authority>, Error> {
    if let Some(address) = cloud_address(input.request_azure_cloud_options.as_ref()) {
        return Authority::parse(&address, "request.azureCloudOptions", trust).map(Some);
    }
    let Some(authority) = input.request_authority.filter(|authority| !authority.is_empty()) else { return Ok(None) };
    let authority = Authority::parse(authority, "request.authority", trust)?;
    Ok(Some(authority).filter(|_| cloud_address(input.azure_cloud_options.as_ref()).is_none()))
}

/// The authority that cloud options stand for: the address of a cloud, and a tenant there.
fn cloud_address(options: Option<&AzureCloudOptions<'_>>) -> Option<String> {
    let AzureCloudOptions { azure_cloud_instance, tenant } = options?;
    let tenant = tenant.filter(|tenant| !tenant.is_empty()).unwrap_or("common");
    (*azure_cloud_instance != "none").then(|| format!("{azure_cloud_instance}/{tenant}"))
}

/// `request.scopes`, each once. An authority that is known to add the reserved scopes needs no others.
fn scopes(given: Option<&[String]>, authority: &Authority) -> Result<Vec<String>, Error> {
    let Some(given) = given else {
        return Err(Code::EmptyScopes.error("request.scopes must be an array of strings."));
    };
    limits::check_scope_count(given.iter().map(|text| text.split_ascii_whitespace().count()).sum())?;
    let mut scopes: Vec<String> = Vec::new();
    for (index, text) in given.iter().enumerate() {
        // Spaces around a scope, or two scopes in one text, are the same on the wire.
        for scope in text.split_ascii_whitespace() {
            if !scope.bytes().all(is_scope_character) {
                let what = "a scope: visible ASCII characters without quotes and backslashes";
                return Err(Code::InvalidArgument.error(format!("request.scopes[{index}] must be {what}.")));
            }
            if !scopes.iter().any(|known| known == scope) {
                scopes.push(scope.into());
            }
        }
    }
    if scopes.is_empty() && !authority.is_entra() {
        return Err(Code::EmptyScopes.error("request.scopes is empty."));
    }
    Ok(scopes)
}

/// RFC 6749 §3.3
fn is_scope_character(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'"' && byte != b'\\'
}

/// `request.accountHint`
fn account_hint(given: Option<&str>) -> Result<Option<String>, Error> {
    let is_name = |hint: &str| !hint.trim().is_empty() && printable(hint) == hint;
    match given {
        Some(hint) if !is_name(hint) => Err(fields::ACCOUNT_HINT.error()),
        given => Ok(given.map(Into::into)),
    }
}

/// `system.requestTimeout`
fn request_timeout(given: Option<u64>) -> Result<Duration, Error> {
    match given {
        None => Ok(REQUEST_TIMEOUT),
        Some(0) => Err(fields::REQUEST_TIMEOUT.error()),
        Some(milliseconds) => Ok(Duration::from_millis(milliseconds)),
    }
}
