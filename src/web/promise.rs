//! Promises of others as futures.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Awaits a value that a caller's object gave: a promise, an object with a `then` method, or a plain value. A promise of our own takes it
/// over, because a caller's may throw, or call back at once, when it is asked for its `constructor` or `then`.
pub fn adopt(value: &JsValue) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve, _| {
        // The resolve function of a promise does not throw.
        let _ = resolve.call1(&JsValue::UNDEFINED, value);
    }))
}
