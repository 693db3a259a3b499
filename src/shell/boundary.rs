//! What JavaScript calls. Requests come in as one JSON text, everything else goes out as plain objects
//! ([`crate::shell::view`]).
//!
//! A call that fails throws `{ failure }`; a call that the caller aborted throws `{ reason }`. The facade makes the error
//! classes of it.

use core::cell::{Ref, RefCell};
use std::rc::Rc;

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::failure::{Code, Failure};
use crate::flow::memory::Memory;
use crate::flow::request::SignInRequest;
use crate::flow::silent::{Beginning, SilentRequest};
use crate::flow::{FlowState, journal, saved};
use crate::shell::clock::now;
use crate::shell::drive::{Driver, End, Turn, Until, tell};
use crate::shell::token_cache::TokenCache;
use crate::shell::view::{self, to_js};

/// One application: what it has learnt about authorities and from refusals serves all of its calls.
#[wasm_bindgen]
#[derive(Default)]
pub struct Application {
    memory: Rc<RefCell<Memory>>,
}

/// One sign-in: from the request on, and as long as somebody may be typing its code.
#[wasm_bindgen]
pub struct Flow {
    driver: Driver,
}

#[wasm_bindgen]
impl Application {
    /// Nothing learnt yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Prepares a sign-in; the first [`Flow::turn`] asks for the code, with `fetch`. `request` is the JSON text that
    /// [`SignInRequest::parse`] reads. `log` gets the lines of the [`journal`].
    ///
    /// # Errors
    /// `{ failure }`: what is wrong with the request.
    pub fn start(&self, request: &str, fetch: Function, log: Option<Function>) -> Result<Flow, JsValue> {
        self.flow(SignInRequest::parse(request).and_then(FlowState::begin), fetch, log)
    }

    /// Takes up a saved flow of this client at this authority: `configuration` is a JSON text as that of a request.
    ///
    /// # Errors
    /// `{ failure }`: the text is not a flow of theirs.
    pub fn resume(
        &self,
        text: &str,
        configuration: &str,
        fetch: Function,
        log: Option<Function>,
    ) -> Result<Flow, JsValue> {
        self.flow(saved::resume(text, configuration), fetch, log)
    }

    /// Renews the tokens of the account in `request`, which is the JSON text that [`SilentRequest::parse`] reads; with what the
    /// cache has. One [`Flow::turn`] leads to the end, and then [`TokenCache::save`] keeps what came of it.
    ///
    /// # Errors
    /// `{ failure }`: what is wrong with the request, or that there is nothing to renew with.
    pub fn refresh(
        &self,
        request: &str,
        cache: &TokenCache,
        fetch: Function,
        log: Option<Function>,
    ) -> Result<Flow, JsValue> {
        let beginning = SilentRequest::parse(request).and_then(|request| request.refresh(cache.store(), now()));
        match beginning.map_err(|failure| thrown(&failure))? {
            Beginning::Found(found) => Ok(Flow { driver: Driver::found(found.sign_in) }),
            Beginning::State(state) => self.flow(Ok(state), fetch, log),
        }
    }

    /// Revokes the refresh tokens of the account in `request` where the provider has an endpoint for it. One [`Flow::turn`] leads
    /// to the end.
    ///
    /// # Errors
    /// `{ failure }`: what is wrong with the request.
    pub fn revoke(
        &self,
        request: &str,
        cache: &TokenCache,
        fetch: Function,
        log: Option<Function>,
    ) -> Result<Flow, JsValue> {
        let state = SilentRequest::parse(request).and_then(|request| request.revoke(cache.store()));
        self.flow(Ok(state.map_err(|failure| thrown(&failure))?), fetch, log)
    }

    fn flow(&self, state: Result<FlowState, Failure>, fetch: Function, log: Option<Function>) -> Result<Flow, JsValue> {
        match state {
            Ok(state) => Ok(Flow { driver: Driver::new(state, Rc::clone(&self.memory), fetch, log) }),
            Err(failure) => {
                if let Some(log) = log {
                    tell(&log, &journal::failed(&failure, &[]));
                }
                Err(thrown(&failure))
            }
        }
    }
}

#[wasm_bindgen]
impl Flow {
    /// What the person must see; `undefined` before there is a code and once the flow is over.
    pub fn prompt(&self) -> JsValue {
        self.driver.state().session().map_or(JsValue::UNDEFINED, |session| to_js(&view::prompt(session)))
    }

    /// What the flow is known by in a store; `undefined` before there is a code and once the flow is over.
    #[must_use]
    pub fn mark(&self) -> Option<String> {
        saved::mark(&self.driver.state())
    }

    /// Goes on. Without a code: asks for one. With one: polls once if it is due; with `wait` waits until it is. Resolves
    /// with `{ nextPollOn }` or with the sign-in.
    ///
    /// # Errors
    /// `{ failure }` that ended the flow, or `{ reason }` of the signal; then the flow can go on.
    pub async fn turn(&self, wait: bool, signal: Option<AbortSignal>) -> Result<JsValue, JsValue> {
        let until = match self.driver.state().session() {
            None => Until::Prompt,
            Some(_) if wait => Until::Polled,
            Some(_) => Until::Now,
        };
        match self.driver.turn(until, signal.as_ref()).await {
            Turn::Pending(due) => Ok(to_js(&view::pending(due))),
            Turn::Ended(end) => match &*end {
                Ok(Some(sign_in)) => Ok(to_js(&view::sign_in(sign_in, &[]))),
                Ok(None) => Ok(JsValue::UNDEFINED),
                Err(failure) => Err(thrown(failure)),
            },
            Turn::Aborted(reason) => Err(wrapped("reason", &reason)),
        }
    }

    /// Has it brought, or taught, what the cache does not know yet?
    #[wasm_bindgen(js_name = hasNews)]
    #[must_use]
    pub fn has_news(&self) -> bool {
        let lesson = match &*self.driver.state() {
            FlowState::Refreshed(refreshed) => !refreshed.lesson.is_empty(),
            _ => false,
        };
        lesson || matches!(self.end().as_deref(), Some(Ok(Some(sign_in))) if !sign_in.from_cache)
    }

    /// The flow as a text.
    ///
    /// # Errors
    /// `{ failure }`: the flow is over.
    pub fn save(&self) -> Result<String, JsValue> {
        saved::write(&self.driver.state())
            .ok_or_else(|| thrown(&Code::FlowEnded.because(&["DeviceCodeFlow.save(): the flow is over."])))
    }
}

impl Flow {
    /// Where it stands.
    pub(super) fn state(&self) -> Ref<'_, FlowState> {
        self.driver.state()
    }

    /// How it ended, once it has.
    pub(super) fn end(&self) -> Option<Rc<End>> {
        self.driver.end()
    }
}

/// What a call that fails throws.
pub(super) fn thrown(failure: &Failure) -> JsValue {
    wrapped("failure", &to_js(&view::failure(failure)))
}

fn wrapped(name: &str, value: &JsValue) -> JsValue {
    let object = Object::new();
    // Setting a member of a new object cannot fail.
    let _ = Reflect::set(&object, &name.into(), value);
    object.into()
}
