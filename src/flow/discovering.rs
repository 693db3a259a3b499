//! The authority is being asked about: whether Entra knows its host, and where its endpoints are.
//!
//! One document after the other. An authority of Microsoft's make on a host that nobody has vouched for begins with
//! *instance discovery*; then comes its metadata. Issuers have OpenID Connect Discovery, or RFC 8414.

use crate::config::request::SignInRequest;
use crate::entra::cloud;
use crate::entra::endpoints::{self, ENTRA_METADATA};
use crate::error::{Code, Error, Evidence};
use crate::flow::renewal::Purpose;
use crate::flow::retry::{self, Retry};
use crate::flow::server_error;
use crate::flow::{FlowState, Input, Step, advance};
use crate::json::Value;
use crate::oauth::form;
use crate::oauth::http::{HttpRequest, HttpResponse};
use crate::oauth::metadata::WellKnown;
use crate::text::decimal;
use crate::time::UnixMillis;

/// Which document is being asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// Entra's word on whether the host is one that it knows.
    Instance,
    /// OpenID Connect Discovery §4, at Entra below `v2.0`.
    OpenId,
    /// RFC 8414 §3: for issuers that have no other, or whose other does not speak of devices.
    OAuth,
}

/// One look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovering {
    /// What was asked for.
    pub request: Box<SignInRequest>,
    /// Which document is being asked for.
    pub document: Document,
    /// How often it was.
    pub effort: Retry,
    /// What the OpenID document lacks: the failure, if there is no other.
    pub lacks: Option<String>,
    /// What for.
    pub purpose: Purpose,
}

impl Discovering {
    /// Nothing asked yet.
    #[must_use]
    pub fn new(request: Box<SignInRequest>, document: Document, purpose: Purpose) -> Self {
        Self { request, document, effort: Retry::default(), lacks: None, purpose }
    }

    /// The request.
    #[must_use]
    pub fn send(&self) -> Box<HttpRequest> {
        let url = form::with_query(&self.url(), &[self.request.correlation()]);
        Box::new(HttpRequest { url, form: None, timeout: self.request.request_timeout })
    }

    pub(super) fn answered(
        self: Box<Self>,
        response: &HttpResponse,
        members: Option<&Value>,
        evidence: Box<Evidence>,
        now: UnixMillis,
    ) -> Step {
        if (response.is_transient() || evidence.is_transient()) && !response.is_redirect() {
            let failure = retry::unavailable(&self.url(), evidence);
            return retry::again(FlowState::Discovering(self), failure, now);
        }
        // Entra says no with another status.
        let readable = response.status == 200 || self.document == Document::Instance;
        match members.filter(|_| readable) {
            None => {
                let failure = self.not_found(response);
                self.other_document(failure, evidence, now)
            }
            Some(answer) if self.document == Document::Instance => self.vouched(answer, evidence, now),
            Some(document) => self.found(document, evidence, now),
        }
    }

    /// What Entra says about the host. It must say that it knows it: no other answer is a yes (deviation: older MSALs take
    /// that it cannot be asked for one), and `invalid_instance` alone is a no.
    fn vouched(mut self, answer: &Value, evidence: Box<Evidence>, now: UnixMillis) -> Step {
        let authority = &self.request.authority;
        if evidence.error == "invalid_instance" {
            let message = ["Microsoft Entra knows no host of this name (invalid_instance): ", authority.canonical()];
            return Step::fail(Code::UntrustedAuthority.because(&message).with(evidence));
        }
        if !evidence.error.is_empty() {
            return Step::fail(server_error::failure(evidence, authority));
        }
        if answer.get_str("tenant_discovery_endpoint").is_none() {
            let message = ["The answer of # does not say whether Microsoft Entra knows the host.", &self.url()];
            return Step::fail(Code::InvalidServerResponse.because(&message).with(evidence));
        }
        self.request.authority = self.request.authority.vouched_for(answer);
        match self.request.given() {
            Ok(given) => advance(FlowState::trusting(self.request, given, self.purpose), Input::Tick, now),
            Err(failure) => Step::fail(failure),
        }
    }

    fn found(mut self: Box<Self>, document: &Value, evidence: Box<Evidence>, now: UnixMillis) -> Step {
        let SignInRequest { authority, trust, .. } = &*self.request;
        let metadata = endpoints::check_issuer(document, authority, trust)
            .and_then(|()| endpoints::in_document(document, authority));
        match metadata {
            Ok(metadata) => advance(FlowState::reaching(self.request, metadata, self.purpose), Input::Tick, now),
            Err(failure) if failure.code == Code::OpenIdConfig.text() => {
                self.lacks.get_or_insert_with(|| failure.message.clone());
                self.other_document(failure, evidence, now)
            }
            // RFC 8414 §3.3: a document that speaks for another issuer MUST NOT be used; nor one with unsafe addresses.
            Err(failure) => Step::fail(failure.with(evidence)),
        }
    }

    /// A server of plain OAuth has no OpenID document, or one that does not speak of devices. What Entra refuses by number
    /// ("no such tenant") another document would not mend, but bury.
    fn other_document(mut self: Box<Self>, failure: Error, evidence: Box<Evidence>, now: UnixMillis) -> Step {
        let authority = &self.request.authority;
        let advised = server_error::advice(&evidence, authority).is_some();
        if self.document == Document::OpenId && !authority.is_entra() && !advised {
            self.document = Document::OAuth;
            self.effort = Retry::default();
            return retry::ask(FlowState::Discovering(self), now);
        }
        let failure = match &self.lacks {
            Some(lacks) => Code::OpenIdConfig.because(&["", lacks]),
            None => failure,
        };
        Step::fail(server_error::advised(failure.with(evidence), &self.request.authority))
    }

    fn not_found(&self, response: &HttpResponse) -> Error {
        let url = self.url();
        if response.is_redirect() {
            let status = Some(response.status);
            return retry::redirected(&url, Box::new(Evidence { status, ..Evidence::default() }));
        }
        let (authority, status) = (self.request.authority.canonical(), decimal(response.status));
        let message = ["No metadata of # was found; # answered with HTTP status #.", authority, &url, &status];
        Code::EndpointsResolution.because(&message)
    }

    /// Where the document is, whoever asks for it.
    #[must_use]
    pub fn url(&self) -> String {
        let authority = &self.request.authority;
        match self.document {
            Document::Instance => cloud::instance_discovery(authority.canonical()),
            Document::OpenId if authority.is_entra() => [authority.canonical(), ENTRA_METADATA].concat(),
            Document::OpenId => WellKnown::OpenId.url(authority.canonical()),
            Document::OAuth => WellKnown::OAuth.url(authority.canonical()),
        }
    }
}
