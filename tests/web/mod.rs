//! What the web layer promises, shown in WebAssembly with a scripted `fetch`: what it sends, how long it waits, and that it leaves nothing
//! behind. The host's time runs ten times as fast. Whole sign-ins over HTTP are in tests/runtime; what each answer means is in tests/core.

mod host;

use std::rc::Rc;

use device_code_flow::{Application, Flow, TokenCache};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::AbortSignal;

use self::host::{
    CODES, PENDING, TOKENS, access_token, code, count_timers, counted_signal, fetch, get, host, now, same, seen, sleep,
    start, started, text,
};

const RESET: &str = "{ error: new TypeError('fetch failed', { cause: new Error('ECONNRESET') }) }";
const HANG: &str = "{ hang: true }";

/// One turn in the background.
fn turn(flow: &Rc<Flow>, wait: bool, signal: Option<AbortSignal>) -> Promise {
    let flow = Rc::clone(flow);
    future_to_promise(async move { flow.turn(wait, signal, None, None).await })
}

async fn failure(promise: Promise) -> JsValue {
    JsFuture::from(promise).await.expect_err("it must fail")
}

#[wasm_bindgen_test]
async fn a_flow_goes_from_codes_to_tokens() {
    let fetch = fetch(&[CODES, PENDING, TOKENS]);
    let flow = started(&fetch).await;
    let prompt = flow.prompt();
    assert_eq!((text(&prompt, "userCode"), text(&prompt, "deviceCode")), ("USER".into(), "d".into()));
    assert_eq!(get(&prompt, "verificationUriComplete"), JsValue::UNDEFINED, "what the server did not send");

    let early = flow.turn(false, None, None, None).await.unwrap();
    assert!(get(&early, "nextPollOn").as_f64().unwrap() > now());
    assert_eq!(seen(&fetch, "calls.length"), 1, "an early poll asks nobody");

    let pending = flow.turn(true, None, None, None).await.unwrap();
    assert!(get(&pending, "nextPollOn").as_f64().is_some());
    let tokens = flow.turn(true, None, None, None).await.unwrap();
    assert_eq!(access_token(&tokens), "a token");
    assert_eq!(seen(&fetch, "calls.map(({ method }) => method).join()"), "POST,POST,POST");
    assert_eq!(seen(&fetch, "calls.every(({ redirect }) => redirect === 'manual')"), true);
    assert_eq!(flow.prompt(), JsValue::UNDEFINED, "a flow that is over has nothing to show");
    assert_eq!(code(&flow.save().unwrap_err()), "flow_ended");
    assert_eq!(access_token(&flow.turn(true, None, None, None).await.unwrap()), "a token", "the result stays");
}

#[wasm_bindgen_test]
async fn a_sign_in_shows_the_code_polls_and_stores_the_tokens() {
    let fetch = fetch(&[CODES, PENDING, TOKENS]);
    let shown = Array::new();
    let show = Function::new_with_args("prompt", "this.push(prompt)").bind0(&shown);
    let lent = host(&fetch);
    let stored = Application::new()
        .acquire_token_by_device_code(host::request(), lent.clone().unchecked_into(), show, None)
        .await
        .unwrap_or_else(|thrown| panic!("{thrown:?}"));
    assert_eq!((access_token(&stored), text(&shown.get(0), "userCode")), ("a token".into(), "USER".into()));
    assert_eq!((shown.length(), get(&lent, "stored")), (1, 1.into()));
}

#[wasm_bindgen_test]
async fn what_the_callback_throws_ends_a_sign_in() {
    let reason = js_sys::Object::new();
    let show = Function::new_with_args("prompt", "throw this").bind0(&reason);
    let fetch = fetch(&[CODES, TOKENS]);
    let thrown =
        Application::new().acquire_token_by_device_code(host::request(), host(&fetch), show, None).await.unwrap_err();
    assert!(same(&get(&thrown, "reason"), &reason));
    assert_eq!(seen(&fetch, "calls.length"), 1, "nothing is polled");
}

#[wasm_bindgen_test]
async fn a_wrong_request_is_an_error_before_anything_is_sent() {
    let fetch = fetch(&[CODES]);
    let thrown =
        Application::new().start_device_code("{}".into(), host(&fetch), None).await.err().expect("it must fail");
    let error = get(&thrown, "error");
    assert_eq!((code(&thrown), text(&error, "class")), ("invalid_client_id".into(), "ClientConfigurationError".into()));
    assert!(!text(&error, "hint").is_empty() && Array::is_array(&get(&error, "errorCodes")));
    assert_eq!(seen(&fetch, "calls.length"), 0);
}

#[wasm_bindgen_test]
fn a_cache_that_is_none_is_refused_and_the_one_before_it_stays() {
    let cache = TokenCache::new();
    assert_eq!(code(&cache.deserialize("[1]".into(), None).unwrap_err()), "token_cache_invalid");
    let accounts = cache.accounts(r#"{"clientId":"c"}"#, None).unwrap();
    assert_eq!(Array::from(&accounts).length(), 0);
    assert!(!cache.has_changed());
}

#[wasm_bindgen_test]
async fn a_reset_while_polling_is_waited_out() {
    let fetch = fetch(&[CODES, RESET, TOKENS]);
    let flow = started(&fetch).await;
    let start = now();
    flow.turn(true, None, None, None).await.unwrap();
    let tokens = flow.turn(true, None, None, None).await.unwrap();
    assert_eq!(access_token(&tokens), "a token");
    assert!(now() - start > 2900.0, "one interval, then twice as long");
}

#[wasm_bindgen_test]
async fn a_reset_that_stays_ends_the_start_with_its_cause() {
    let thrown = start(&fetch(&[RESET]), None).await.err().expect("it must fail");
    assert_eq!(code(&thrown), "network_error");
    let message = text(&get(&thrown, "error"), "message");
    assert!(message.contains("fetch failed") && message.contains("ECONNRESET"), "{message}");
}

#[wasm_bindgen_test]
async fn a_request_that_times_out_is_ended_and_repeated() {
    let fetch = fetch(&[HANG, CODES]);
    let start = now();
    let flow = started(&fetch).await;
    assert_eq!(text(&flow.prompt(), "userCode"), "USER");
    let took = now() - start;
    assert!((1250.0..3000.0).contains(&took), "{took} ms: the timeout of 300, then a second");
    assert_eq!(seen(&fetch, "calls.map(({ ended }) => ended).join()"), "true,false");
}

#[wasm_bindgen_test]
async fn abort_in_a_wait_throws_the_reason_and_clears_the_timer() {
    let flow = Rc::new(started(&fetch(&[CODES, TOKENS])).await);
    let timers = count_timers();
    let (controller, signal) = counted_signal();
    let waiting = turn(&flow, true, Some(signal.clone()));
    sleep(50).await;
    assert_eq!(get(&signal, "listeners"), 1);
    let reason = js_sys::Object::new();
    controller.abort_with_reason(&reason);
    let start = now();
    assert!(same(&get(&failure(waiting).await, "reason"), &reason));
    assert!(now() - start < 500.0, "50 ms of real time");
    assert_eq!(get(&signal, "listeners"), 0);
    assert_eq!(host::call(&timers), 0, "timers that are still set");
}

#[wasm_bindgen_test]
async fn abort_in_a_request_ends_it_and_the_flow_goes_on() {
    let fetch = fetch(&[CODES, HANG, TOKENS]);
    let flow = Rc::new(started(&fetch).await);
    let (controller, signal) = counted_signal();
    let waiting = turn(&flow, true, Some(signal.clone()));
    sleep(1150).await;
    assert_eq!(seen(&fetch, "calls.length"), 2, "the poll is out");
    controller.abort();
    assert!(same(&get(&failure(waiting).await, "reason"), &signal.reason()));
    assert_eq!(seen(&fetch, "calls[1].ended"), true);
    assert_eq!(get(&signal, "listeners"), 0);
    let tokens = JsFuture::from(turn(&flow, true, None)).await.unwrap();
    assert_eq!(access_token(&tokens), "a token");
}

#[wasm_bindgen_test]
async fn a_signal_that_is_aborted_already_sends_nothing() {
    let fetch = fetch(&[CODES]);
    let (controller, signal) = counted_signal();
    controller.abort();
    let thrown = start(&fetch, Some(signal.clone())).await.err().expect("it must fail");
    assert!(same(&get(&thrown, "reason"), &signal.reason()));
    assert_eq!(seen(&fetch, "calls.length"), 0);
    assert_eq!(get(&signal, "listeners"), 0);
}

#[wasm_bindgen_test]
async fn a_signal_that_lives_on_keeps_no_listener() {
    let (_controller, signal) = counted_signal();
    let flow = started(&fetch(&[CODES, TOKENS])).await;
    for _ in 0..50 {
        flow.turn(false, Some(signal.clone()), None, None).await.unwrap();
    }
    flow.turn(true, Some(signal.clone()), None, None).await.unwrap();
    assert_eq!(get(&signal, "listeners"), 0);
}

#[wasm_bindgen_test]
async fn two_callers_share_one_request() {
    let fetch = fetch(&[CODES, "{ delay: 200, body: { access_token: 'shared', token_type: 'Bearer' } }"]);
    let flow = Rc::new(started(&fetch).await);
    let both = Array::of2(&turn(&flow, true, None), &turn(&flow, true, None));
    let results = Array::from(&JsFuture::from(Promise::all(&both)).await.unwrap());
    for result in results.iter() {
        assert_eq!(access_token(&result), "shared");
    }
    assert_eq!(seen(&fetch, "calls.length"), 2, "one for the codes, one for both");
}

#[wasm_bindgen_test]
async fn a_saved_flow_is_taken_up_by_its_own_client_only() {
    let fetch = fetch(&[CODES, TOKENS]);
    let saved = started(&fetch).await.save().unwrap();
    let taken = |saved: &str, client: &str, authority: &str| {
        let configuration = [r#"{"clientId":""#, client, r#"","authority":""#, authority, r#""}"#].concat();
        Application::new().resume_device_code(saved, &configuration, host(&fetch))
    };
    assert_eq!(code(&taken(&saved, "another", "https://id.invalid").err().unwrap()), "saved_flow_mismatch");
    assert_eq!(code(&taken(&saved, "c", "https://other.invalid").err().unwrap()), "saved_flow_mismatch");
    assert_eq!(code(&taken("{}", "c", "https://id.invalid").err().unwrap()), "saved_flow_invalid");
    let flow = taken(&saved, "c", "https://id.invalid").unwrap_or_else(|thrown| panic!("{thrown:?}"));
    assert_eq!(text(&flow.prompt(), "userCode"), "USER");
    assert_eq!(access_token(&flow.turn(true, None, None, None).await.unwrap()), "a token");
}

#[wasm_bindgen_test]
async fn a_body_over_one_mebibyte_is_not_read_to_its_end() {
    let endless = "{ get body() { return new ReadableStream({
        pull: (to) => { globalThis.pieces = (globalThis.pieces || 0) + 1; to.enqueue(new Uint8Array(65536)); },
        cancel: () => { globalThis.cancelled = (globalThis.cancelled || 0) + 1; },
    }); } }";
    let thrown = start(&fetch(&[endless]), None).await.err().expect("it must fail");
    assert_eq!(code(&thrown), "network_error");
    let count = |name| get(&js_sys::global(), name).as_f64().unwrap_or_default();
    let (pieces, cancelled) = (count("pieces"), count("cancelled"));
    assert!(cancelled > 0.0 && pieces / cancelled < 20.0, "{pieces} pieces of 64 KiB in {cancelled} answers");
}

#[wasm_bindgen_test]
async fn many_turns_leave_nothing_in_memory() {
    let flow = Rc::new(started(&fetch(&[CODES, PENDING])).await);
    let (_controller, signal) = counted_signal();
    let size = || get(&get(&wasm_bindgen::memory(), "buffer"), "byteLength").as_f64().unwrap();
    let mut sizes = Vec::new();
    for round in 0..3_000 {
        flow.turn(false, Some(signal.clone()), None, None).await.unwrap();
        flow.save().unwrap();
        if round % 1000 == 999 {
            sizes.push(size());
        }
    }
    assert!(sizes.windows(2).all(|pair| pair[1] - pair[0] < 1.0), "{sizes:?}");
}

#[wasm_bindgen_test]
async fn a_flow_that_nobody_awaits_any_more_ends_quietly() {
    let fetch = fetch(&[CODES, TOKENS]);
    let flow = started(&fetch).await;
    spawn_local(async move {
        let _ = flow.turn(true, None, None, None).await;
    });
    sleep(1300).await;
    assert_eq!(seen(&fetch, "calls.length"), 2);
}
