//! What the caller asks for: configuration and request in one, checked once.
//!
//! It comes as one JSON text, so that the same reader serves every host and a native test can pass anything a
//! JavaScript caller can. Every refusal names the field. [`crate::config::arguments`] reads the single fields.

use crate::config::arguments;
use crate::entra::authority::{Authority, Kind};
use crate::entra::endpoints;
use crate::entra::trust::Trust;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::json::fields::Fields;
use crate::oauth::form;
use crate::oauth::http::HttpRequest;
use crate::oauth::metadata::Metadata;
use crate::text::spaced;
use crate::time::{Millis, Seconds};

/// The longest wait for one HTTP answer, where the caller sets none.
const REQUEST_TIMEOUT: Millis = Millis(30_000);
/// By which name Microsoft's servers know this library. Not one of MSAL's: what goes wrong here is not theirs.
const SKU: &str = "device-code-flow";
/// This release.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A sign-in as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRequest {
    /// `auth.clientId`
    pub client_id: String,
    /// `auth.authority` or `auth.azureCloudOptions`: what a flow that is resumed must have been started under.
    pub configured: Authority,
    /// The request's own authority where there is one, otherwise the configured one: whom this person signs in with.
    pub authority: Authority,
    /// `auth.knownAuthorities`, `auth.cloudDiscoveryMetadata`, `system.protocolMode`
    pub trust: Trust,
    /// `auth.authorityMetadata`: spares the discovery request.
    pub authority_metadata: Option<String>,
    /// `request.scopes`; from the first request on with the reserved ones added.
    pub scopes: Vec<String>,
    /// `request.claims` with `auth.clientCapabilities`: the JSON text of an object.
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
    /// `telemetry.application`: by which name and version Microsoft's servers are to know the program.
    pub application: Application,
    /// `system.keepVerificationUri`: show CIAM's address as it was sent.
    pub keep_verification_uri: bool,
}

/// `telemetry.application`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// `appName`
    pub name: Option<String>,
    /// `appVersion`
    pub version: Option<String>,
}

impl SignInRequest {
    /// Reads what the facade hands over.
    ///
    /// # Errors
    /// A configuration failure that names the first wrong field.
    pub fn parse(text: &str) -> Result<Box<Self>, Error> {
        let Some(json) = Value::parse(text) else {
            return Err(Code::InvalidArgument.because(&["The request is not a JSON object."]));
        };
        let fields = Fields::new(&json);
        let request = Self::read(&fields);
        fields.all_right()?;
        Ok(request)
    }

    /// The same as part of a larger reading, which ends with `all_right`.
    #[must_use]
    pub fn read(fields: &Fields) -> Box<Self> {
        let trust = arguments::trust(fields);
        let configured = arguments::configured(&trust, fields);
        let own = arguments::own_authority(&trust, fields);
        let metadata = fields.optional_text("auth.authorityMetadata");
        // The given metadata is the configured authority's.
        let authority_metadata = metadata.filter(|_| own.as_ref().is_none_or(|own| *own == configured));
        let authority = own.unwrap_or_else(|| configured.clone());
        Box::new(Self {
            client_id: arguments::client_id(fields),
            authority_metadata,
            configured,
            scopes: arguments::scopes(authority.is_entra(), fields),
            claims: arguments::claims(authority.is_entra(), fields),
            authority,
            trust,
            extra_query: fields.pairs("request.extraQueryParameters"),
            correlation_id: fields.optional_text("request.correlationId").unwrap_or_default(),
            locale: fields.optional_text("request.locale"),
            timeout: arguments::patience(fields).map(Seconds::clamped),
            request_timeout: arguments::length("system.requestTimeout", fields).map_or(REQUEST_TIMEOUT, Millis),
            application: Application {
                name: fields.optional_text("application.appName"),
                version: fields.optional_text("application.appVersion"),
            },
            keep_verification_uri: fields.optional_flag("system.keepVerificationUri"),
        })
    }

    /// The given metadata of this authority: then it need not be asked for.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn given(&self) -> Result<Option<Metadata>, Error> {
        let Some(text) = &self.authority_metadata else { return Ok(None) };
        let Some(document) = Value::parse(text) else {
            return Err(Code::InvalidAuthorityMetadata.because(&["auth.authorityMetadata is not JSON."]));
        };
        endpoints::in_document(&document, &self.authority).map(Some)
    }

    /// The id under which the logs of Microsoft's servers have this sign-in, from the first request to the last: for a query.
    #[must_use]
    pub fn correlation(&self) -> (&str, &str) {
        ("client-request-id", if self.authority.is_entra() { &self.correlation_id } else { "" })
    }

    /// The POST of a `body` (RFC 8628 §3.1), with what every one has besides: in the form who asks, in the query the caller's
    /// parameters, the correlation id and a language.
    #[must_use]
    pub fn post(&self, endpoint: &str, body: &[(&str, &str)], language: &str) -> Box<HttpRequest> {
        let mut query = Vec::new();
        for (name, value) in &self.extra_query {
            query.push((name.as_str(), value.as_str()));
        }
        query.push(self.correlation());
        query.push(("mkt", language));
        let mut form = body.to_vec();
        if self.authority.is_entra() {
            let Application { name, version } = &self.application;
            let (name, version) = (name.as_deref().unwrap_or_default(), version.as_deref().unwrap_or_default());
            let who = [("x-client-SKU", SKU), ("x-client-VER", VERSION), ("x-app-name", name), ("x-app-ver", version)];
            // In the form and not in headers, which would need a CORS preflight.
            form.extend_from_slice(&who);
        }
        form::post(endpoint, &query, &form, self.request_timeout)
    }

    /// The scopes as they are sent.
    #[must_use]
    pub fn scope(&self) -> String {
        spaced(&self.scopes)
    }

    /// The claims as they are sent.
    #[must_use]
    pub fn claims(&self) -> &str {
        self.claims.as_deref().unwrap_or_default()
    }

    /// `mkt` in the query: the language of Entra's message.
    #[must_use]
    pub fn language(&self) -> &str {
        self.locale.as_deref().filter(|_| self.authority.is_entra()).unwrap_or_default()
    }

    /// Entra's parameter of this name.
    #[must_use]
    pub fn client_info(&self) -> &str {
        if self.wants_client_info() { "1" } else { "" }
    }

    /// Has the server `client_info`, which names the account's home?
    #[must_use]
    pub fn wants_client_info(&self) -> bool {
        !matches!(self.authority.kind, Kind::Adfs | Kind::Issuer)
    }
}
