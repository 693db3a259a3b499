//! One application, and its verbs.

use core::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::config::request::SignInRequest;
use crate::error::Error;
use crate::flow::known_servers::KnownServers;
use crate::flow::silent::{Beginning, SilentRequest};
use crate::flow::{FlowState, saved};
use crate::web::driver::Driver;
use crate::web::flow::Flow;
use crate::web::host::Host;
use crate::web::timer::now;
use crate::web::token_cache::TokenCache;
use crate::web::views::Rejection;

/// One application. What it learns of servers serves all of its calls.
#[wasm_bindgen]
#[derive(Default)]
pub struct Application {
    servers: Rc<RefCell<KnownServers>>,
}

#[wasm_bindgen]
impl Application {
    /// An application that knows no server yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Signs a person in (RFC 8628 §3): asks for a code, shows it, waits for the person and stores the tokens. `request` is the JSON
    /// text that [`SignInRequest::parse`] reads.
    ///
    /// # Errors
    /// A `Rejection`.
    #[wasm_bindgen(js_name = acquireTokenByDeviceCode)]
    pub async fn acquire_token_by_device_code(
        &self,
        request: String,
        host: Host,
        show: Function,
        signal: Option<AbortSignal>,
    ) -> Result<JsValue, JsValue> {
        let flow = self.start_device_code(request, host, signal.clone()).await?;
        flow.show_code(&show, signal.as_ref()).await?;
        flow.wait_for_tokens(signal.as_ref()).await
    }

    /// Asks for a code, and leaves the rest to the caller.
    ///
    /// # Errors
    /// A `Rejection`.
    #[wasm_bindgen(js_name = startDeviceCode)]
    pub async fn start_device_code(
        &self,
        request: String,
        host: Host,
        signal: Option<AbortSignal>,
    ) -> Result<Flow, JsValue> {
        let flow = self.flow(SignInRequest::parse(&request).and_then(FlowState::begin), host)?;
        flow.request_code(signal.as_ref()).await?;
        Ok(flow)
    }

    /// Takes up a saved flow of this client at this authority: `configuration` is a JSON text as that of a request.
    ///
    /// # Errors
    /// A `Rejection`.
    #[wasm_bindgen(js_name = resumeDeviceCode)]
    pub fn resume_device_code(&self, saved: &str, configuration: &str, host: Host) -> Result<Flow, JsValue> {
        self.flow(saved::resume(saved, configuration), host)
    }

    /// A flow that renews the tokens of the account in `request`, the JSON text that [`SilentRequest::parse`] reads, with what `cache`
    /// has. [`TokenCache::save`] stores what it brings.
    ///
    /// # Errors
    /// A `Rejection`.
    pub fn refresh(&self, request: &str, cache: &TokenCache, host: Host) -> Result<Flow, JsValue> {
        let beginning = SilentRequest::parse(request).and_then(|request| request.refresh(&cache.store(), now()));
        match beginning {
            Ok(Beginning::Found(found)) => Ok(Flow::new(Driver::ended(Ok(Some(found.sign_in)), host))),
            Ok(Beginning::State(state)) => self.flow(Ok(state), host),
            Err(error) => Err(Rejection::error(&error, false)),
        }
    }

    /// A flow that revokes the refresh tokens of the account in `request`, where the provider has an endpoint for it (RFC 7009).
    ///
    /// # Errors
    /// A `Rejection`.
    pub fn revoke(&self, request: &str, cache: &TokenCache, host: Host) -> Result<Flow, JsValue> {
        self.flow(SilentRequest::parse(request).and_then(|request| request.revoke(&cache.store())), host)
    }

    fn flow(&self, state: Result<FlowState, Error>, host: Host) -> Result<Flow, JsValue> {
        let state = state.map_err(|error| Rejection::error(&error, false))?;
        Ok(Flow::new(Driver::new(state, Rc::clone(&self.servers), host)))
    }
}
