//! What the caller asks for: configuration and request in one, checked once.
//!
//! It comes as one JSON text, so that the same reader serves every host and a native test can pass anything a
//! JavaScript caller can. Every refusal names the field.

use crate::failure::{Code, Failure};
use crate::provider::authority::Authority;
use crate::time::{Millis, Seconds};
use crate::wire::json::Json;
use crate::wire::metadata::Metadata;
use crate::wire::text::decimal;

/// The longest wait for one HTTP answer, where the caller sets none.
const REQUEST_TIMEOUT: Millis = Millis(30_000);
/// Where people sign in when no authority is given.
const DEFAULT_AUTHORITY: &str = "https://login.microsoftonline.com/common";

/// A sign-in as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRequest {
    /// `auth.clientId`
    pub client_id: String,
    /// `auth.authority`: what a flow that is resumed must have been started under.
    pub configured: Authority,
    /// `request.authority` where there is one, otherwise the configured one: whom this person signs in with.
    pub authority: Authority,
    /// `system.protocolMode` is "OIDC".
    pub oidc: bool,
    /// `auth.authorityMetadata`: spares the discovery request.
    pub authority_metadata: Option<String>,
    /// `request.scopes`; from the first request on with the reserved ones added.
    pub scopes: Vec<String>,
    /// `request.claims`: the JSON text of an object.
    pub claims: Option<String>,
    /// `request.extraQueryParameters`
    pub extra_query: Vec<(String, String)>,
    /// `request.correlationId`, or one that the host made up.
    pub correlation_id: String,
    /// `request.locale`
    pub locale: Option<String>,
    /// `request.timeout`: the caller's patience.
    pub timeout: Option<Seconds>,
    /// `system.requestTimeout`
    pub request_timeout: Millis,
}

impl SignInRequest {
    /// Reads what the facade hands over.
    ///
    /// # Errors
    /// A configuration failure that names the first wrong field.
    pub fn parse(text: &str) -> Result<Box<Self>, Failure> {
        let fields =
            Json::parse(text).ok_or_else(|| Code::InvalidArgument.because("The request is not a JSON object."))?;
        let protocol = optional_text(&fields, "protocolMode", "system.protocolMode")?;
        if !matches!(protocol.as_deref(), None | Some("AAD" | "OIDC" | "EAR")) {
            return Err(must_be("system.protocolMode", "\"AAD\" or \"OIDC\""));
        }
        let oidc = protocol.as_deref() == Some("OIDC");
        let configured = configured_authority(optional_text(&fields, "authority", "auth.authority")?.as_deref(), oidc)?;
        let own = optional_text(&fields, "requestAuthority", "request.authority")?;
        let own = own.map(|text| Authority::parse(&text, "request.authority", oidc)).transpose()?;
        let metadata = optional_text(&fields, "authorityMetadata", "auth.authorityMetadata")?;
        Ok(Box::new(Self {
            client_id: client_id(&fields)?,
            // The given metadata is the configured authority's.
            authority_metadata: metadata.filter(|_| own.as_ref().is_none_or(|own| *own == configured)),
            authority: own.unwrap_or_else(|| configured.clone()),
            configured,
            oidc,
            scopes: scopes(&fields)?,
            claims: claims(&fields)?,
            extra_query: extra_query(&fields)?,
            correlation_id: optional_text(&fields, "correlationId", "request.correlationId")?.unwrap_or_default(),
            locale: optional_text(&fields, "locale", "request.locale")?,
            timeout: optional_number(&fields, "timeout", "request.timeout")?.map(Seconds::clamped),
            request_timeout: optional_number(&fields, "requestTimeout", "system.requestTimeout")?
                .map_or(REQUEST_TIMEOUT, |millis| Millis(millis.unsigned_abs())),
        }))
    }

    /// The given metadata of this authority, which then need not be asked for.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn given_metadata(&self) -> Result<Option<Metadata>, Failure> {
        let (Some(text), Authority::Issuer(issuer)) = (&self.authority_metadata, &self.authority) else {
            return Ok(None);
        };
        let members = Json::parse(text)
            .ok_or_else(|| Code::InvalidAuthorityMetadata.because("auth.authorityMetadata is not JSON."))?;
        Metadata::parse(&members, issuer).map(Some)
    }

    /// The same request with the reserved scopes that the authority has.
    #[must_use]
    pub fn with_reserved_scopes(mut self: Box<Self>, metadata: Option<&Metadata>) -> Box<Self> {
        self.scopes = self.authority.scopes(&self.scopes, metadata);
        self
    }

    /// What goes into the query of both requests: the caller's parameters and, for Entra, the id under which its logs
    /// then have this sign-in.
    pub fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        let correlation = ("client-request-id", self.correlation_id.as_str());
        let own = self.extra_query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        own.chain(Some(correlation).filter(|(_, id)| self.authority.is_entra() && !id.is_empty()))
    }
}

/// `auth.authority`, or what is meant without one.
///
/// # Errors
/// As [`Authority::parse`].
pub fn configured_authority(text: Option<&str>, oidc: bool) -> Result<Authority, Failure> {
    Authority::parse(text.unwrap_or(DEFAULT_AUTHORITY), "auth.authority", oidc)
}

fn client_id(fields: &Json) -> Result<String, Failure> {
    let client_id = fields.text("clientId").unwrap_or_default();
    if client_id.is_empty() {
        return Err(Code::InvalidClientId.because("auth.clientId must be a non-empty string."));
    }
    // RFC 6749 appendix A.1: visible ASCII characters and spaces.
    if client_id.trim() != client_id || !client_id.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Err(Code::InvalidClientId
            .because("auth.clientId has characters that no client id has (white space at an end?)."));
    }
    Ok(client_id.into())
}

fn scopes(fields: &Json) -> Result<Vec<String>, Failure> {
    let Some(Json::List(items)) = fields.get("scopes") else {
        return Err(Code::EmptyScopes.because("request.scopes must be an array of strings."));
    };
    let mut scopes: Vec<String> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        // RFC 6749 §3.3: a scope token is visible ASCII without quotes and backslashes.
        let scope = item.as_text().filter(|text| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
        });
        let Some(scope) = scope else {
            return Err(Code::InvalidArgument.because(
                ["request.scopes[", &decimal(index as u64), "] must be one scope: a string without spaces or quotes."]
                    .concat(),
            ));
        };
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.into());
        }
    }
    if scopes.is_empty() {
        return Err(Code::EmptyScopes.because("request.scopes is empty."));
    }
    Ok(scopes)
}

fn claims(fields: &Json) -> Result<Option<String>, Failure> {
    let Some(claims) = optional_text(fields, "claims", "request.claims")? else {
        return Ok(None);
    };
    match Json::parse(&claims) {
        Some(Json::Object(_)) => Ok(Some(claims)),
        _ => Err(Code::InvalidClaims.because("request.claims is not the JSON text of an object.")),
    }
}

fn extra_query(fields: &Json) -> Result<Vec<(String, String)>, Failure> {
    match fields.get("extraQueryParameters") {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Object(members)) => members
            .iter()
            .map(|(name, value)| match value {
                Json::Text(value) => Ok((name.clone(), value.clone())),
                _ => Err(must_be(&["request.extraQueryParameters.", name].concat(), "a string")),
            })
            .collect(),
        Some(_) => Err(must_be("request.extraQueryParameters", "an object of strings")),
    }
}

fn optional_text(fields: &Json, name: &str, place: &str) -> Result<Option<String>, Failure> {
    match fields.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text.clone())),
        Some(_) => Err(must_be(place, "a string")),
    }
}

fn optional_number(fields: &Json, name: &str, place: &str) -> Result<Option<i64>, Failure> {
    match fields.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Number(_)) => match fields.integer_at_least(name).filter(|number| *number > 0) {
            Some(number) => Ok(Some(number)),
            None => Err(must_be(place, "a number greater than zero")),
        },
        Some(_) => Err(must_be(place, "a number")),
    }
}

fn must_be(place: &str, what: &str) -> Failure {
    Code::InvalidArgument.because([place, " must be ", what, "."].concat())
}
