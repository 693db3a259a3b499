//! A sign-in as it was asked for: configuration and request in one, after the check in [`crate::config::validate`].

use core::time::Duration;

use crate::config::validate;
use crate::entra::authority::{Authority, Kind, Standing};
use crate::entra::endpoints;
use crate::entra::trust::Trust;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::oauth::form;
use crate::oauth::http::HttpRequest;
use crate::oauth::metadata::Metadata;

/// The name that Microsoft's servers log for this library. It is not an MSAL name, so its errors are not counted as MSAL's.
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
    /// `request.accountHint`: the name of the account where no ID token names one.
    pub account_hint: Option<String>,
    /// `request.timeout`: the caller's patience.
    pub timeout: Option<Duration>,
    /// `system.requestTimeout`
    pub request_timeout: Duration,
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
    /// Reads the JSON text that the facade hands over: the settings of the application and the fields of the request.
    ///
    /// # Errors
    /// The configuration error that names the first wrong field.
    pub fn parse(text: &str) -> Result<Box<Self>, Error> {
        let Some(object) = Value::parse(text) else {
            return Err(Code::InvalidArgument.error("The request is not a JSON object."));
        };
        validate::sign_in_request(&validate::input(&object)?)
    }

    /// The given metadata of this authority.
    ///
    /// # Errors
    /// What is wrong with it.
    fn given(&self) -> Result<Option<Metadata>, Error> {
        let Some(text) = &self.authority_metadata else { return Ok(None) };
        let Some(document) = Value::parse(text) else {
            return Err(Code::InvalidAuthorityMetadata.error("auth.authorityMetadata is not JSON."));
        };
        endpoints::in_document(&document, &self.authority).map(Some)
    }

    /// The endpoints that need no request: those of the given metadata, or those that follow from the authority's address.
    ///
    /// # Errors
    /// What is wrong with given metadata.
    pub fn known_endpoints(&self) -> Result<Option<Metadata>, Error> {
        let is_known = self.authority.standing == Standing::Known;
        Ok(self.given()?.or_else(|| endpoints::by_name(&self.authority).filter(|_| is_known)))
    }

    /// The id under which the logs of Microsoft's servers have this sign-in, from the first request to the last: for a query.
    #[must_use]
    pub fn correlation(&self) -> (&str, &str) {
        ("client-request-id", if self.authority.is_entra() { &self.correlation_id } else { "" })
    }

    /// A POST request (RFC 8628 §3.1) with the caller's query parameters, the correlation id, the language and the client's name.
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
        self.scopes.join(" ")
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

    /// Does the server support `client_info`?
    #[must_use]
    pub fn wants_client_info(&self) -> bool {
        !matches!(self.authority.kind, Kind::Adfs | Kind::Issuer)
    }
}
