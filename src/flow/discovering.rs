//! The authority is being asked about: whether Entra knows its host, and where its endpoints are.
//!
//! One document comes after the other. For an authority of Microsoft's make on a host that nobody has vouched for, *instance
//! discovery* comes first, then the metadata. Issuers have OpenID Connect Discovery, or RFC 8414.

use serde::{Deserialize, Serialize};

use crate::config::request::SignInRequest;
use crate::entra::cloud;
use crate::entra::endpoints::{self, ENTRA_METADATA};
use crate::error::{Code, Error, Evidence, OAuthError};
use crate::flow::log::Level;
use crate::flow::purpose::Purpose;
use crate::flow::retry::{self, RetriedRequest, Retry};
use crate::flow::saved::SavedText;
use crate::flow::state::State;
use crate::flow::{FlowState, Input, Step, advance, server_error};
use crate::json::{self, Value};
use crate::oauth::http::{HttpRequest, HttpResponse};
use crate::oauth::metadata::WellKnown;
use crate::oauth::{error, form, lenient};
use crate::text::printable;
use crate::time::UnixMillis;

/// Which document is being asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// Entra's answer to whether the host is one that it knows.
    Instance,
    /// OpenID Connect Discovery §4, at Entra below `v2.0`.
    OpenId,
    /// RFC 8414 §3: for issuers that have no OpenID document, or whose OpenID document does not speak of devices.
    OAuth,
}

/// The request of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovering {
    /// What the caller asked for.
    pub request: Box<SignInRequest>,
    /// Which document is being asked for.
    pub document: Document,
    /// The counter of the request.
    pub retry: Retry,
    /// What the OpenID document lacks: the message of the failure if there is no other document.
    pub lacks: Option<String>,
    /// What follows once the endpoints are known.
    pub purpose: Purpose,
}

/// The fields of a saved flow that only this state has.
#[derive(Serialize, Deserialize)]
struct SavedDiscovering<'a> {
    openid: bool,
    #[serde(default)]
    instance: bool,
    #[serde(default)]
    lacks: Option<&'a str>,
}

impl State for Discovering {
    fn secrets(&self) -> Vec<&str> {
        self.purpose.secrets()
    }

    fn announcement(&self) -> Option<(Level, String)> {
        Some((Level::Verbose, "Asking for the authority's metadata.".into()))
    }

    fn save(&self) -> Option<SavedText> {
        let part = SavedDiscovering {
            openid: self.document == Document::OpenId,
            instance: self.document == Document::Instance,
            lacks: self.lacks.as_deref(),
        };
        // A refresh and a revocation begin with the cache.
        let saved = SavedText::new("discovering").part(&part).retry(&self.retry).request(&self.request);
        Some(saved).filter(|_| self.purpose == Purpose::DeviceCode)
    }
}

impl RetriedRequest for Discovering {
    fn url(&self) -> String {
        self.document_url()
    }

    fn request(&self) -> Result<Option<Box<HttpRequest>>, Error> {
        let url = form::with_query(&self.document_url(), &[self.request.correlation()]);
        Ok(Some(Box::new(HttpRequest { url, form: None, timeout: self.request.request_timeout })))
    }

    fn retry(&mut self) -> &mut Retry {
        &mut self.retry
    }

    fn into_state(self: Box<Self>) -> FlowState {
        FlowState::Discovering(self)
    }

    fn answered(self: Box<Self>, response: &HttpResponse, now: UnixMillis) -> Step {
        let members = lenient::members(response);
        let evidence = error::evidence(response, members.as_ref(), &[], now);
        if (response.is_transient() || evidence.is_transient()) && !response.is_redirect() {
            let error = server_error::unavailable(&self.document_url(), evidence);
            return retry::retry(self, error, now);
        }
        // Entra answers instance discovery with 400 where it does not know the host.
        let is_readable = response.status == 200 || self.document == Document::Instance;
        match members.filter(|_| is_readable) {
            None => {
                let error = self.not_found(response);
                self.next_document(error, evidence, now)
            }
            Some(answer) if self.document == Document::Instance => self.instance_answered(&answer, evidence, now),
            Some(document) => self.metadata_answered(&document, evidence, now),
        }
    }
}

impl Discovering {
    /// Nothing is sent yet.
    #[must_use]
    pub fn new(request: Box<SignInRequest>, document: Document, purpose: Purpose) -> Self {
        Self { request, document, retry: Retry::default(), lacks: None, purpose }
    }

    /// Entra must say that it knows the host: no other answer is a yes (deviation: older MSALs take it for a yes that Entra cannot be
    /// reached), and `invalid_instance` alone is a no.
    fn instance_answered(mut self, answer: &Value, evidence: Box<Evidence>, now: UnixMillis) -> Step {
        let authority = &self.request.authority;
        if evidence.oauth_error() == OAuthError::InvalidInstance {
            let host = authority.canonical();
            let message = format!("Microsoft Entra knows no host of this name (invalid_instance): {host}");
            return Step::fail(Code::UntrustedAuthority.error(message).with_evidence(evidence));
        }
        if !evidence.error.is_empty() {
            return Step::fail(server_error::refusal(evidence, authority));
        }
        if answer.get_str("tenant_discovery_endpoint").is_none() {
            let url = self.document_url();
            let message = format!("The answer of {url} does not say whether Microsoft Entra knows the host.");
            return Step::fail(Code::InvalidServerResponse.error(message).with_evidence(evidence));
        }
        self.request.authority = self.request.authority.vouched_for(answer);
        match self.request.known_endpoints() {
            Ok(known) => advance(FlowState::of_trusted_host(self.request, known, self.purpose), Input::Tick, now),
            Err(error) => Step::fail(error),
        }
    }

    fn metadata_answered(mut self: Box<Self>, document: &Value, evidence: Box<Evidence>, now: UnixMillis) -> Step {
        let SignInRequest { authority, trust, .. } = &*self.request;
        let metadata = endpoints::check_issuer(document, authority, trust)
            .and_then(|()| endpoints::in_document(document, authority));
        match metadata {
            Ok(metadata) => advance(FlowState::at_endpoints(self.request, metadata, self.purpose), Input::Tick, now),
            Err(error) if error.code == Code::OpenIdConfig => {
                self.lacks.get_or_insert_with(|| error.message.clone());
                self.next_document(error, evidence, now)
            }
            // RFC 8414 §3.3: a document that speaks for another issuer MUST NOT be used; nor is one with unsafe addresses.
            Err(error) => Step::fail(error.with_evidence(evidence)),
        }
    }

    /// A server of plain OAuth has no OpenID document, or one that does not speak of devices. If Entra refuses by number ("no such
    /// tenant"), another document would only hide the reason.
    fn next_document(mut self: Box<Self>, error: Error, evidence: Box<Evidence>, now: UnixMillis) -> Step {
        let authority = &self.request.authority;
        let has_advice = server_error::advice(&evidence, authority).is_some();
        if self.document == Document::OpenId && !authority.is_entra() && !has_advice {
            self.document = Document::OAuth;
            self.retry = Retry::default();
            return retry::send(self, now);
        }
        let error = match self.lacks {
            Some(lacks) => Code::OpenIdConfig.error(lacks),
            None => error,
        };
        Step::fail(server_error::advised(error.with_evidence(evidence), &self.request.authority))
    }

    fn not_found(&self, response: &HttpResponse) -> Error {
        let (url, status) = (self.document_url(), response.status);
        if response.is_redirect() {
            let evidence = Evidence { status: Some(status), ..Evidence::default() };
            return server_error::redirected(&url, Box::new(evidence));
        }
        let authority = self.request.authority.canonical();
        let message = format!("No metadata of {authority} was found; {url} answered with HTTP status {status}.");
        Code::EndpointsResolution.error(message)
    }

    /// Where the document is, without what identifies the request: the same for every flow.
    #[must_use]
    pub fn document_url(&self) -> String {
        let authority = &self.request.authority;
        match self.document {
            Document::Instance => cloud::instance_discovery(authority.canonical()),
            Document::OpenId if authority.is_entra() => format!("{}{ENTRA_METADATA}", authority.canonical()),
            Document::OpenId => WellKnown::OpenId.url(authority.canonical()),
            Document::OAuth => WellKnown::OAuth.url(authority.canonical()),
        }
    }

    /// Reads what [`State::save`] wrote.
    pub(super) fn restore(text: &SavedText) -> Result<FlowState, json::Error> {
        let SavedDiscovering { openid, instance, lacks } = text.read_part()?;
        let document = match (openid, instance) {
            (true, _) => Document::OpenId,
            (false, true) => Document::Instance,
            (false, false) => Document::OAuth,
        };
        Ok(FlowState::Discovering(Box::new(Self {
            request: text.read_request()?,
            document,
            retry: text.read_retry()?,
            lacks: lacks.map(printable),
            purpose: Purpose::DeviceCode,
        })))
    }
}
