//! A JavaScript host for the web layer: a scripted `fetch`, a signal that counts its listeners, and a look at the timers. No test.
//!
//! The scripts are JavaScript texts, because what they stand in for is JavaScript: a real `Response`, a real rejection.

use device_code_flow::{Application, Flow, Host};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

/// A function that answers as scripted, and writes down what it was asked for in its property `calls`. The last answer
/// repeats. An answer is what `Response` is made of (an object as its body becomes JSON), or `hang`, or an error to
/// reject with.
const FETCH: &str = r"
    const calls = [];
    const fetch = async (url, init) => {
        const answer = answers[Math.min(calls.length, answers.length - 1)];
        const call = { url, method: init.method, body: init.body, redirect: init.redirect, ended: false };
        calls.push(call);
        if (answer.error) throw answer.error;
        if (answer.delay) await new Promise((resolve) => setTimeout(resolve, answer.delay));
        if (answer.hang) return new Promise((_, reject) => init.signal.addEventListener('abort', () => {
            call.ended = true;
            reject(init.signal.reason);
        }));
        let { body } = answer;
        if (typeof body === 'object' && !(body instanceof ReadableStream)) body = JSON.stringify(body);
        return new Response(body, { status: answer.status || 200, headers: answer.headers });
    };
    return Object.assign(fetch, { calls });";

/// What the codes are in every script that does not care.
pub const CODES: &str = "{ body: { device_code: 'd', user_code: 'USER', verification_uri: 'https://id.invalid/go', expires_in: 60, interval: 1 } }";
/// The end of a script that succeeds.
pub const TOKENS: &str = "{ body: { access_token: 'a token', token_type: 'Bearer', expires_in: 3600 } }";
/// Nobody has signed in yet.
pub const PENDING: &str = "{ status: 400, body: { error: 'authorization_pending' } }";

/// A `fetch` that gives these answers, one after the other.
pub fn fetch(answers: &[&str]) -> Function {
    let script = ["const answers = [", &answers.join(","), "];", FETCH].concat();
    call(&Function::new_no_args(&script)).unchecked_into()
}

/// What was asked of `fetch` so far, as the value of a JavaScript expression over `calls`.
pub fn seen(fetch: &Function, expression: &str) -> JsValue {
    let calls = get(fetch, "calls");
    Function::new_with_args("calls", &["return ", expression].concat()).call1(&JsValue::UNDEFINED, &calls).unwrap()
}

/// What the facade lends to a flow: `fetch`, and a store that takes all tokens.
pub fn host(fetch: &Function) -> Host {
    let make = "return { fetch, log: undefined, stored: 0, async storeTokens(flow, signIn) { this.stored++; return { signIn }; } }";
    let host = Function::new_with_args("fetch", make).call1(&JsValue::UNDEFINED, fetch).unwrap();
    host.unchecked_into()
}

/// Starts a flow at an issuer whose metadata is known.
pub async fn start(fetch: &Function, signal: Option<AbortSignal>) -> Result<Flow, JsValue> {
    hurry();
    Application::new().start_device_code(request(), host(fetch), signal).await
}

/// A flow with its codes.
pub async fn started(fetch: &Function) -> Flow {
    start(fetch, None).await.unwrap_or_else(|thrown| panic!("{thrown:?}"))
}

/// The request that the facade would write.
pub fn request() -> String {
    let issuer = "https://id.invalid";
    let metadata = format!(
        r#"{{"issuer":"{issuer}","device_authorization_endpoint":"{issuer}/device","token_endpoint":"{issuer}/token"}}"#
    );
    format!(
        r#"{{"clientId":"c","authority":"{issuer}","authorityMetadata":{metadata:?},"scopes":["a"],"requestTimeout":300}}"#
    )
}

/// A signal that counts its listeners in `listeners`.
pub fn counted_signal() -> (AbortController, AbortSignal) {
    let controller = AbortController::new().unwrap();
    let signal = controller.signal();
    let wrap = "
        const { addEventListener, removeEventListener } = signal;
        signal.listeners = 0;
        signal.addEventListener = (...all) => (signal.listeners++, addEventListener.apply(signal, all));
        signal.removeEventListener = (...all) => (signal.listeners--, removeEventListener.apply(signal, all));";
    Function::new_with_args("signal", wrap).call1(&JsValue::UNDEFINED, &signal).unwrap();
    (controller, signal)
}

/// The host's clock and timers run ten times as fast from now on: the browser's test runner gives everything together
/// 20 seconds, and most of this waits.
fn hurry() {
    let hurry = "
        if (globalThis.inAHurry) return;
        const { setTimeout: set, Date: { now } } = globalThis, start = now();
        globalThis.inAHurry = true;
        globalThis.setTimeout = (work, delay, ...all) => set(work, delay / 10, ...all);
        Date.now = () => start + Math.floor((now() - start) * 10);";
    call(&Function::new_no_args(hurry));
}

/// The host's clock, as the module reads it.
pub fn now() -> f64 {
    call(&Function::new_no_args("return Date.now()")).as_f64().unwrap()
}

/// From now on, `timers()` tells how many timers were set and neither fired nor were cleared.
pub fn count_timers() -> Function {
    let count = "
        const open = new Set();
        const { setTimeout: set, clearTimeout: clear } = globalThis;
        globalThis.setTimeout = (work, delay, ...all) => {
            const timer = set((...all) => { open.delete(timer); work(...all); }, delay, ...all);
            open.add(timer);
            return timer;
        };
        globalThis.clearTimeout = (timer) => { open.delete(timer); clear(timer); };
        return () => { Object.assign(globalThis, { setTimeout: set, clearTimeout: clear }); return open.size; };";
    call(&Function::new_no_args(count)).unchecked_into()
}

/// Waits as JavaScript does.
pub async fn sleep(milliseconds: u32) {
    let promise =
        Function::new_with_args("milliseconds", "return new Promise((resolve) => setTimeout(resolve, milliseconds))")
            .call1(&JsValue::UNDEFINED, &milliseconds.into())
            .unwrap();
    JsFuture::from(promise.unchecked_into::<Promise>()).await.unwrap();
}

/// A member of an object.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A member that is a text.
pub fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// The code of a thrown `{ error }`.
pub fn code(thrown: &JsValue) -> String {
    text(&get(thrown, "error"), "code")
}

/// The access token that a flow ended with.
pub fn access_token(stored: &JsValue) -> String {
    text(&get(stored, "signIn"), "accessToken")
}

/// Is it the very same value?
pub fn same(one: &JsValue, other: &JsValue) -> bool {
    Object::is(one, other)
}

/// Calls a function without arguments.
pub fn call(function: &Function) -> JsValue {
    function.call0(&JsValue::UNDEFINED).unwrap()
}
