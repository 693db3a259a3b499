//! What JavaScript calls. Requests come in as one JSON text, everything else goes out as plain objects
//! ([`crate::shell::view`]).
//!
//! A call that fails throws `{ failure }`; a call that the caller aborted throws `{ reason }`. The facade makes the error
//! classes of it.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::failure::{Code, Failure};
use crate::flow::request::SignInRequest;
use crate::flow::session::Session;
use crate::flow::{FlowState, saved};
use crate::provider::authority::Authority;
use crate::shell::drive::{Driver, Turn, Until};
use crate::shell::view::{FailureView, PendingView, PromptView, SignInView, to_js};

/// One sign-in under way: a code that somebody may be typing right now.
#[wasm_bindgen]
pub struct Flow {
    driver: Driver,
}

/// Asks for a code with `fetch`. `request` is the JSON text that [`SignInRequest::parse`] reads.
#[wasm_bindgen]
pub async fn start(request: String, fetch: Function, signal: Option<AbortSignal>) -> Result<Flow, JsValue> {
    let request = SignInRequest::parse(&request).map_err(|failure| thrown(&failure))?;
    let state = FlowState::begin(request).map_err(|failure| thrown(&failure))?;
    let driver = Driver::new(state, fetch);
    match driver.turn(Until::Prompt, signal.as_ref()).await {
        Turn::Pending(_) | Turn::Completed(_) => Ok(Flow { driver }),
        Turn::Failed(failure) => Err(thrown(&failure)),
        Turn::Aborted(reason) => Err(wrapped("reason", &reason)),
    }
}

/// Takes up a saved flow of this client at this authority.
#[wasm_bindgen]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over owned values")]
pub fn resume(text: &str, client_id: &str, authority: Option<String>, fetch: Function) -> Result<Flow, JsValue> {
    let state = saved::read(text).and_then(|state| check_owner(state, client_id, authority.as_deref()));
    Ok(Flow { driver: Driver::new(state.map_err(|failure| thrown(&failure))?, fetch) })
}

#[wasm_bindgen]
impl Flow {
    /// What the person must see; `undefined` once the flow is over.
    pub fn prompt(&self) -> JsValue {
        session(&self.driver.state()).map_or(JsValue::UNDEFINED, |session| to_js(&PromptView::from(session)))
    }

    /// Goes on: through the wait and one poll if `wait`, otherwise one poll if it is due. Resolves with
    /// `{ nextPollOn }` or with the sign-in.
    pub async fn turn(&self, wait: bool, signal: Option<AbortSignal>) -> Result<JsValue, JsValue> {
        let until = if wait { Until::Polled } else { Until::Now };
        match self.driver.turn(until, signal.as_ref()).await {
            Turn::Pending(due) => Ok(to_js(&PendingView::from(due))),
            Turn::Completed(sign_in) => Ok(to_js(&SignInView::from(&*sign_in))),
            Turn::Failed(failure) => Err(thrown(&failure)),
            Turn::Aborted(reason) => Err(wrapped("reason", &reason)),
        }
    }

    /// The flow as a text.
    pub fn save(&self) -> Result<String, JsValue> {
        saved::write(&self.driver.state())
            .ok_or_else(|| thrown(&Code::FlowEnded.because("DeviceCodeFlow.save(): the flow is over.")))
    }
}

fn session(state: &FlowState) -> Option<&Session> {
    match state {
        FlowState::Waiting(waiting) => Some(&waiting.session),
        FlowState::Polling(polling) => Some(&polling.session),
        FlowState::Discovering(_) | FlowState::Requesting(_) | FlowState::Ended => None,
    }
}

/// A flow is resumed by the client that started it, at the authority where it was started.
fn check_owner(state: FlowState, client_id: &str, authority: Option<&str>) -> Result<FlowState, Failure> {
    let Some(request) = session(&state).map(|session| &session.request) else {
        return Err(Code::SavedFlowInvalid.because("The saved flow has no code yet."));
    };
    let oidc = !request.authority.is_entra();
    let authority = authority.map(|text| Authority::parse(text, oidc)).transpose()?;
    if request.client_id != client_id {
        return Err(Code::SavedFlowMismatch.because("The saved flow was started by another client id."));
    }
    if authority.is_some_and(|authority| authority != request.authority) {
        return Err(Code::SavedFlowMismatch.because("The saved flow was started at another authority."));
    }
    Ok(state)
}

fn thrown(failure: &Failure) -> JsValue {
    wrapped("failure", &to_js(&FailureView::from(failure)))
}

fn wrapped(name: &str, value: &JsValue) -> JsValue {
    let object = Object::new();
    // Setting a member of a new object cannot fail.
    let _ = Reflect::set(&object, &name.into(), value);
    object.into()
}
