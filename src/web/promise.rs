//! Futures as promises, and promises of others as futures.

use core::future::Future;
use core::pin::Pin;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// The promise of a future. As a trait object: what makes a promise of a future is compiled once, not once for each export
/// (docs/adr/0012).
pub fn promise(future: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let future: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>> = Box::pin(future);
    future_to_promise(future)
}

/// Awaits a value that a caller's object gave: a promise, an object with a `then` method, or a plain value. A promise of our own takes it
/// over, because a caller's may throw, or call back at once, when it is asked for its `constructor` or `then`.
pub fn adopt(value: &JsValue) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve, _| {
        // The resolve function of a promise does not throw.
        let _ = resolve.call1(&JsValue::UNDEFINED, value);
    }))
}
