//! One HTTP exchange by the host's `fetch`: bounded in time and size, never redirected.

use core::pin::pin;

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestInit, RequestRedirect, Response};

use crate::flow::Input;
use crate::shell::timer::{First, race, sleep_all};
use crate::wire::http::{HttpRequest, HttpResponse, NoResponse};

/// No OAuth answer is near this; what is longer is something else, and is not read to its end.
const BODY_LIMIT: usize = 1 << 20;

/// Makes `request` with `fetch`. Dropping the future aborts the request.
pub async fn exchange(fetch: Function, request: Box<HttpRequest>) -> Input {
    let mut cancel = Cancel(AbortController::new().ok());
    let came = {
        let answer = pin!(answer(&fetch, &request, cancel.0.as_ref()));
        race(answer, pin!(sleep_all(request.timeout))).await
    };
    match came {
        First::Left(Ok(response)) => {
            // Read to its end. Aborting it now would only cost: an exception and an event with every poll.
            cancel.0 = None;
            Input::Response(response)
        }
        First::Left(Err(reason)) => Input::NoResponse(reason.without_query_of(&request.url)),
        First::Right(()) => Input::NoResponse(NoResponse::TimedOut),
    }
}

/// Aborts a request when nobody waits for it any longer. Old shells have no
/// `AbortController`: there a request that is given up ends by itself.
struct Cancel(Option<AbortController>);

impl Drop for Cancel {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

async fn answer(
    fetch: &Function,
    request: &HttpRequest,
    controller: Option<&AbortController>,
) -> Result<Box<HttpResponse>, NoResponse> {
    let init = init(request, controller).map_err(failed)?;
    let promise = fetch.call2(&JsValue::UNDEFINED, &JsValue::from_str(&request.url), &init).map_err(failed)?;
    let response: Response = JsFuture::from(Promise::resolve(&promise)).await.map_err(failed)?.unchecked_into();
    let body = body(&response).await?;
    Ok(Box::new(HttpResponse {
        status: response.status(),
        retry_after: header(&response, "retry-after"),
        date: header(&response, "date"),
        request_id: header(&response, "x-ms-request-id"),
        body,
    }))
}

/// What `fetch` is told. Only what makes a "simple request" (Fetch standard): nothing here may need a CORS preflight.
fn init(request: &HttpRequest, controller: Option<&AbortController>) -> Result<RequestInit, JsValue> {
    let init = RequestInit::new();
    let headers = Object::new();
    set(&headers, "accept", "application/json")?;
    if let Some(form) = &request.form {
        init.set_method("POST");
        init.set_body(&JsValue::from_str(form.expose()));
        set(&headers, "content-type", "application/x-www-form-urlencoded;charset=utf-8")?;
    }
    init.set_headers(&headers);
    // A credential goes where it was sent to, or nowhere.
    init.set_redirect(RequestRedirect::Manual);
    if let Some(controller) = controller {
        init.set_signal(Some(&controller.signal()));
    }
    Ok(init)
}

fn set(object: &Object, name: &str, value: &str) -> Result<(), JsValue> {
    Reflect::set(object, &name.into(), &value.into()).map(drop)
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}

/// Reads the body as it streams, and no further than the limit. A `fetch` of the caller's may answer with something
/// that has `text()` and no stream, or with a stream of its own making: nothing is called that cannot fail.
async fn body(response: &Response) -> Result<Vec<u8>, NoResponse> {
    let stream = response.body().filter(|stream| member(stream, "getReader").is_function());
    let reader = stream.map(|stream| call(&stream, "getReader")).transpose().map_err(failed)?;
    let mut body = Vec::new();
    loop {
        let read = match &reader {
            Some(reader) => call(reader, "read"),
            None => call(response, "text"),
        };
        let read = JsFuture::from(Promise::resolve(&read.map_err(failed)?)).await.map_err(failed)?;
        let Some(reader) = &reader else {
            let text = read.as_string().unwrap_or_default();
            return if text.len() > BODY_LIMIT { Err(NoResponse::TooLarge) } else { Ok(text.into_bytes()) };
        };
        if member(&read, "done").is_truthy() {
            return Ok(body);
        }
        let chunk = member(&read, "value");
        // By what it has and not by its class: a page and a test runner's sandbox have a class each.
        if member(&chunk, "byteLength").is_undefined() {
            return Err(NoResponse::Failed("the body's stream gave something else than bytes".into()));
        }
        let chunk = Uint8Array::new(&chunk);
        if body.len() + chunk.length() as usize > BODY_LIMIT {
            give_up(reader);
            return Err(NoResponse::TooLarge);
        }
        body.extend_from_slice(&chunk.to_vec());
    }
}

/// Cancels a stream. Whether that succeeds is nobody's concern, but a rejection must have somebody who takes it: a future
/// does, even one that is dropped.
fn give_up(reader: &JsValue) {
    if let Ok(cancelled) = call(reader, "cancel") {
        drop(JsFuture::from(Promise::resolve(&cancelled)));
    }
}

fn call(object: &JsValue, method: &str) -> Result<JsValue, JsValue> {
    member(object, method).dyn_into::<Function>()?.call0(object)
}

/// `undefined` also where there is no object, or where asking it fails.
fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// The host's words: an error's message and that of its cause, which in Node is the one that says something.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn failed(error: JsValue) -> NoResponse {
    let text = |value: &JsValue, name: &str| member(value, name).as_string().unwrap_or_default();
    let mut words = text(&error, "message");
    if words.is_empty() {
        words = error.as_string().unwrap_or_else(|| "no reason given".into());
    }
    let cause = member(&error, "cause");
    for name in ["message", "code"] {
        let text = text(&cause, name);
        if !text.is_empty() {
            return NoResponse::Failed([&words, " (", &text, ")"].concat());
        }
    }
    NoResponse::Failed(words)
}
