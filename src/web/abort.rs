//! The caller's `AbortSignal` as a future.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

/// Waits until `signal` is aborted and gives its reason. It listens while it is awaited and stops when it is dropped, so a signal that
/// outlives many sign-ins collects no listeners.
pub async fn aborted(signal: &AbortSignal) -> JsValue {
    if !signal.aborted() {
        let mut listener = None;
        let abort = Promise::new(&mut |resolve, _| listener = Some(Listener::new(signal, resolve)));
        // A promise that is only resolved gives no error.
        let _ = JsFuture::from(abort).await;
    }
    signal.reason()
}

/// A function that listens to a signal until it is dropped.
struct Listener<'a> {
    signal: &'a AbortSignal,
    function: Function,
}

impl<'a> Listener<'a> {
    fn new(signal: &'a AbortSignal, function: Function) -> Self {
        // The facade hands over signals of its own making (js/signal.js), which do not throw.
        let _ = signal.add_event_listener_with_callback("abort", &function);
        Self { signal, function }
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        let _ = self.signal.remove_event_listener_with_callback("abort", &self.function);
        // The future of a promise that never settles would never be freed.
        let _ = self.function.call0(&JsValue::UNDEFINED);
    }
}
