//! The codes are being asked for (RFC 8628 §3.1, §3.2).

use core::time::Duration;

use crate::config::request::SignInRequest;
use crate::entra::endpoints::Endpoints;
use crate::error::Error;
use crate::flow::log::Level;
use crate::flow::retry::{self, RetriedRequest, Retry};
use crate::flow::saved::SavedText;
use crate::flow::session::Session;
use crate::flow::state::State;
use crate::flow::waiting::Waiting;
use crate::flow::{FlowState, Step, server_error};
use crate::json;
use crate::oauth::device::{self, DeviceAuthorization};
use crate::oauth::http::{HttpRequest, HttpResponse};
use crate::oauth::{error, lenient};
use crate::time::UnixMillis;

/// One device authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requesting {
    /// What the caller asked for.
    pub request: Box<SignInRequest>,
    /// Where to send.
    pub endpoints: Endpoints,
    /// The counter of the request.
    pub retry: Retry,
}

impl State for Requesting {
    fn announcement(&self) -> Option<(Level, String)> {
        Some((Level::Info, "Asking for a device code.".into()))
    }

    fn save(&self) -> Option<SavedText> {
        let text = SavedText::new("requesting").retry(&self.retry);
        Some(text.endpoints(&self.endpoints).request(&self.request))
    }
}

impl RetriedRequest for Requesting {
    fn url(&self) -> String {
        self.endpoints.device_authorization.clone()
    }

    fn request(&self) -> Result<Option<Box<HttpRequest>>, Error> {
        let scope = self.request.scope();
        let body = device::body(&self.request.client_id, &scope, self.request.claims());
        Ok(Some(self.request.post(&self.endpoints.device_authorization, &body, self.request.language())))
    }

    fn retry(&mut self) -> &mut Retry {
        &mut self.retry
    }

    fn into_state(self: Box<Self>) -> FlowState {
        FlowState::Requesting(self)
    }

    fn answered(self: Box<Self>, response: &HttpResponse, now: UnixMillis) -> Step {
        let members = lenient::members(response);
        let evidence = error::evidence(response, members.as_ref(), &[], now);
        // An `error` counts at any status (deviation: GitHub and Entra send errors with 200).
        let may_have_codes = evidence.error.is_empty() && !response.is_redirect();
        let authority = self.request.authority.canonical();
        match members.filter(|_| may_have_codes).map(|members| DeviceAuthorization::parse(&members, authority)) {
            Some(Ok(codes)) => return self.received(*codes, now),
            Some(Err(error)) if !response.is_transient() => return Step::fail(error.with_evidence(evidence)),
            _ => {}
        }
        let (url, authority) = (&self.endpoints.device_authorization, &self.request.authority);
        let error = server_error::unsuccessful(url, response, evidence, lenient::UNREADABLE, authority);
        let error = server_error::unavailable_if_transient(error, url, authority);
        retry::retry(self, error, now)
    }
}

impl Requesting {
    fn received(self, codes: DeviceAuthorization, now: UnixMillis) -> Step {
        let session = Box::new(Session::new(self.request, self.endpoints, codes, now));
        // Nobody types a code in no time: waiting one interval first saves a `slow_down`.
        let due = session.pace.next(now, None, Duration::ZERO, session.deadline());
        Waiting::until(session, now, due, now)
    }

    /// Reads what [`State::save`] wrote.
    pub(super) fn restore(text: &SavedText) -> Result<FlowState, json::Error> {
        let request = text.read_request()?;
        let endpoints = text.read_endpoints(&request.authority)?;
        Ok(FlowState::Requesting(Box::new(Self { request, endpoints, retry: text.read_retry()? })))
    }
}
