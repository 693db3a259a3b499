//! What the caller asks for: configuration and request in one, checked once.
//!
//! It comes as one JSON text, so that the same reader serves every host and a native test can pass anything a
//! JavaScript caller can. Every refusal names the field.

use crate::failure::{Code, Failure};
use crate::provider::authority::Authority;
use crate::time::{Millis, Seconds};
use crate::wire::fields::Fields;
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
        let Some(json) = Json::parse(text) else {
            return Err(Code::InvalidArgument.because(&["The request is not a JSON object."]));
        };
        let fields = Fields::new(&json);
        let oidc = oidc(&fields);
        let configured = fields.optional_text("auth.authority");
        let configured = configured.as_deref().unwrap_or(DEFAULT_AUTHORITY);
        let configured = Authority::read(configured, "auth.authority", oidc, &fields);
        // It comes under a name of its own, beside the configured one.
        let own = fields.get("requestAuthority").map(|own| {
            if own.as_text().is_none() {
                fields.must_be(&["request.authority"], "a string");
            }
            Authority::read(own.as_text().unwrap_or_default(), "request.authority", oidc, &fields)
        });
        let metadata = fields.optional_text("auth.authorityMetadata");
        let request = Box::new(Self {
            client_id: client_id(&fields),
            // The given metadata is the configured authority's.
            authority_metadata: metadata.filter(|_| own.as_ref().is_none_or(|own| *own == configured)),
            authority: own.unwrap_or_else(|| configured.clone()),
            configured,
            oidc,
            scopes: scopes(&fields),
            claims: claims(&fields),
            extra_query: fields.pairs("request.extraQueryParameters"),
            correlation_id: fields.optional_text("request.correlationId").unwrap_or_default(),
            locale: fields.optional_text("request.locale"),
            timeout: length(&fields, "request.timeout").map(Seconds::clamped),
            request_timeout: length(&fields, "system.requestTimeout").map_or(REQUEST_TIMEOUT, Millis),
        });
        fields.all_right()?;
        Ok(request)
    }

    /// The given metadata of this authority, which then need not be asked for.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn given_metadata(&self) -> Result<Option<Metadata>, Failure> {
        let (Some(text), Authority::Issuer(issuer)) = (&self.authority_metadata, &self.authority) else {
            return Ok(None);
        };
        match Json::parse(text) {
            Some(members) => Metadata::parse(&members, issuer).map(Some),
            None => Err(Code::InvalidAuthorityMetadata.because(&["auth.authorityMetadata is not JSON."])),
        }
    }

    /// The same request with the reserved scopes that the authority has.
    #[must_use]
    pub fn with_reserved_scopes(mut self: Box<Self>, metadata: Option<&Metadata>) -> Box<Self> {
        self.scopes = self.authority.scopes(&self.scopes, metadata);
        self
    }

    /// What goes into the query of both requests: the caller's parameters and, for Entra, the id under which its logs
    /// then have this sign-in.
    #[must_use]
    pub fn query(&self) -> Vec<(&str, &str)> {
        let mut query = Vec::new();
        for (name, value) in &self.extra_query {
            query.push((name.as_str(), value.as_str()));
        }
        if self.authority.is_entra() && !self.correlation_id.is_empty() {
            query.push(("client-request-id", &self.correlation_id));
        }
        query
    }
}

/// `auth.authority`, or what is meant without one.
///
/// # Errors
/// As [`Authority::parse`].
pub fn configured_authority(text: Option<&str>, oidc: bool) -> Result<Authority, Failure> {
    Authority::parse(text.unwrap_or(DEFAULT_AUTHORITY), "auth.authority", oidc)
}

// Each of these reads one field. What they answer after a refusal is never used: `parse` ends with `all_right`.

fn client_id(fields: &Fields) -> String {
    let client_id = fields.get("auth.clientId").and_then(Json::as_text).unwrap_or_default();
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

fn oidc(fields: &Fields) -> bool {
    let protocol = fields.optional_text("system.protocolMode");
    let protocol = protocol.as_deref().unwrap_or("AAD");
    if !matches!(protocol, "AAD" | "OIDC" | "EAR") {
        fields.must_be(&["system.protocolMode"], "\"AAD\" or \"OIDC\"");
    }
    protocol == "OIDC"
}

fn scopes(fields: &Fields) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    let Some(Json::List(items)) = fields.get("request.scopes") else {
        fields.refuse(Code::EmptyScopes.because(&["request.scopes must be an array of strings."]));
        return scopes;
    };
    for (index, item) in items.iter().enumerate() {
        let scope = item.as_text().unwrap_or_default();
        // RFC 6749 §3.3: a scope token is visible ASCII without quotes and backslashes.
        let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        if scope.is_empty() || !scope.bytes().all(plain) {
            let place = ["request.scopes[", &decimal(index as u64), "]"];
            fields.must_be(&place, "one scope: a string without spaces or quotes");
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.into());
        }
    }
    if scopes.is_empty() {
        fields.refuse(Code::EmptyScopes.because(&["request.scopes is empty."]));
    }
    scopes
}

fn claims(fields: &Fields) -> Option<String> {
    let claims = fields.optional_text("request.claims")?;
    if !matches!(Json::parse(&claims), Some(Json::Object(_))) {
        fields.refuse(Code::InvalidClaims.because(&["request.claims is not the JSON text of an object."]));
    }
    Some(claims)
}

/// A length of time that may be missing.
fn length(fields: &Fields, place: &str) -> Option<u64> {
    let length = fields.optional_number(place);
    if length == Some(0) {
        fields.must_be(&[place], "greater than zero");
    }
    length
}
