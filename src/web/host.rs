//! What the JavaScript facade lends to a flow (js/host.js).

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use crate::flow::log::Line;
use crate::web::flow::Flow;

#[wasm_bindgen]
extern "C" {
    /// The functions that one flow calls. None of them throws: what fails is a promise that rejects.
    pub type Host;

    /// A function like `fetch`.
    #[wasm_bindgen(method, getter)]
    pub fn fetch(this: &Host) -> Function;

    /// A function that takes the level and the text of a log line, if anybody reads the log.
    #[wasm_bindgen(method, getter)]
    pub fn log(this: &Host) -> Option<Function>;

    /// Stores the tokens that `flow` ended with, once however often it is called, and gives the object that the caller gets.
    #[wasm_bindgen(method, js_name = storeTokens)]
    pub fn store_tokens(this: &Host, flow: Flow, tokens: JsValue) -> Promise;
}

/// Hands lines to `log(level, text)`. The level of a line with personal data is 5 more. A log that throws ends no sign-in.
pub fn write_log(log: &Function, lines: &[Line]) {
    for Line { level, contains_pii, text } in lines {
        let marked = *level as u8 + 5 * u8::from(*contains_pii);
        let _ = log.call2(&JsValue::UNDEFINED, &marked.into(), &text.as_str().into());
    }
}
