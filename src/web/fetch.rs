//! One HTTP exchange by a `fetch` function (Fetch standard): bounded in time and size, never redirected.
//! A caller's function may follow a redirect all the same. Its answer then counts as the redirect.
//!
//! `Response` and its parts are structural imports of this file, not the types of web-sys: the caller's own `fetch` may give any
//! value, and each access to it may throw. If one throws, the request has failed.

use core::pin::pin;

use js_sys::{ArrayBuffer, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, RequestInit, RequestRedirect};

use crate::oauth::address::Address;
use crate::oauth::http::{HttpRequest, HttpResponse, NoResponse};
use crate::web::promise::adopt;
use crate::web::race::{First, race};
use crate::web::timer::sleep;

/// The longest body in bytes. No OAuth answer is near it; a longer one is not read to its end.
const BODY_LIMIT: usize = 1 << 20;

/// The most chunks of a body that have no bytes. A stream that gives more of them would leave no timer its turn.
const EMPTY_CHUNKS: usize = 1000;

#[wasm_bindgen]
extern "C" {
    /// A `Response`, or what the caller's function gives in its place.
    type Response;
    #[wasm_bindgen(method, getter, catch, structural)]
    fn status(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch, structural)]
    fn headers(this: &Response) -> Result<Headers, JsValue>;
    #[wasm_bindgen(method, getter, catch, structural)]
    fn body(this: &Response) -> Result<Body, JsValue>;
    #[wasm_bindgen(method, getter, catch, structural)]
    fn redirected(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch, structural)]
    fn url(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch, structural, js_name = bodyUsed)]
    fn body_used(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, structural)]
    fn text(this: &Response) -> Result<JsValue, JsValue>;

    /// Its `Headers`.
    type Headers;
    #[wasm_bindgen(method, catch, structural)]
    fn get(this: &Headers, name: &str) -> Result<JsValue, JsValue>;

    /// Its `ReadableStream`, `null` or `undefined`.
    type Body;
    #[wasm_bindgen(method, getter, catch, structural)]
    fn locked(this: &Body) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch, structural, js_name = getReader)]
    fn reader_function(this: &Body) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, structural, js_name = getReader)]
    fn get_reader(this: &Body) -> Result<Reader, JsValue>;

    /// A `ReadableStreamDefaultReader`.
    type Reader;
    #[wasm_bindgen(method, catch, structural)]
    fn read(this: &Reader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, structural)]
    fn cancel(this: &Reader) -> Result<JsValue, JsValue>;

    /// A view of the bytes of an `ArrayBuffer`.
    type View;
    #[wasm_bindgen(method, getter, catch, structural)]
    fn buffer(this: &View) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch, structural, js_name = byteOffset)]
    fn byte_offset(this: &View) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch, structural, js_name = byteLength)]
    fn byte_length(this: &View) -> Result<JsValue, JsValue>;

    /// A `Uint8Array` that the engine makes. It refuses a buffer that is detached, or too short for the view.
    #[wasm_bindgen(js_name = Uint8Array)]
    type Bytes;
    #[wasm_bindgen(constructor, catch, js_class = "Uint8Array")]
    fn new(buffer: &JsValue, byte_offset: &JsValue, byte_length: &JsValue) -> Result<Bytes, JsValue>;

    /// What a reader has read.
    type Chunk;
    #[wasm_bindgen(method, getter, catch, structural)]
    fn done(this: &Chunk) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch, structural)]
    fn value(this: &Chunk) -> Result<JsValue, JsValue>;
}

/// Makes `request` with `fetch`. Dropping the future aborts the request and clears its timer.
pub async fn exchange(fetch: &Function, request: &HttpRequest) -> Result<HttpResponse, NoResponse> {
    let mut abort = AbortOnDrop(AbortController::new().ok());
    let outcome = {
        let answer = pin!(answer(fetch, request, abort.0.as_ref()));
        race(answer, pin!(sleep(request.timeout))).await
    };
    match outcome {
        First::Left(Ok(response)) => {
            // An abort after the answer would cost an exception and an event with every poll. The body of a redirect is still unread.
            abort.0 = abort.0.take().filter(|_| response.status == 0);
            Ok(response)
        }
        First::Left(Err(reason)) => Err(reason),
        First::Right(()) => Err(NoResponse::TimedOut),
    }
}

/// Aborts a request that nobody waits for any longer. A host without `AbortController` lets it end by itself.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
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
) -> Result<HttpResponse, NoResponse> {
    let init = request_init(request, controller).map_err(failed)?;
    let response = fetch.call2(&JsValue::UNDEFINED, &request.url.as_str().into(), &init).map_err(failed)?;
    let response: Response = settled(&response).await?.unchecked_into();
    let status = status_of(&response)?;
    if is_redirected(&response, &request.url).map_err(failed)? {
        return Ok(HttpResponse::default());
    }
    let headers = response.headers().map_err(failed)?;
    let header = |name| headers.get(name).map(|value| value.as_string()).map_err(failed);
    Ok(HttpResponse {
        status,
        retry_after: header("retry-after")?,
        date: header("date")?,
        request_id: header("x-ms-request-id")?,
        body: body_of(&response).await?,
    })
}

/// What `fetch` is told. It is a "simple request" of the Fetch standard, which needs no CORS preflight. A redirect is not followed,
/// because a credential goes where it was sent to or nowhere.
fn request_init(request: &HttpRequest, controller: Option<&AbortController>) -> Result<RequestInit, JsValue> {
    let headers = Object::new();
    let set = |name: &str, value: &str| Reflect::set(&headers, &name.into(), &value.into());
    set("accept", "application/json")?;
    let init = RequestInit::new();
    init.set_redirect(RequestRedirect::Manual);
    if let Some(form) = &request.form {
        set("content-type", "application/x-www-form-urlencoded;charset=utf-8")?;
        init.set_method("POST");
        init.set_body(&form.expose().into());
    }
    init.set_headers(&headers);
    if let Some(controller) = controller {
        init.set_signal(Some(&controller.signal()));
    }
    Ok(init)
}

/// The status of a response whose body nobody has begun to read.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number that is no status becomes one that means nothing"
)]
fn status_of(response: &Response) -> Result<u16, NoResponse> {
    let status = if response.is_object() { response.status().map_err(failed)?.as_f64() } else { None };
    let Some(status) = status else { return Err(NoResponse::Failed("system.fetch gave no Response".into())) };
    let body = response.body().map_err(failed)?;
    let is_locked = body.is_object() && body.locked().map_err(failed)?.is_truthy();
    if is_locked || response.body_used().map_err(failed)?.is_truthy() {
        let message = "system.fetch gave a Response whose body was read already; read a clone() of it instead";
        return Err(NoResponse::Failed(message.into()));
    }
    Ok(status as u16)
}

/// Did the caller's function follow a redirect all the same? An answer that does not say so tells it by its address. (One that says that
/// it was not redirected may come from elsewhere: a relay's does.) Mocks have no address, or an empty one.
fn is_redirected(response: &Response, requested: &str) -> Result<bool, JsValue> {
    if let Some(redirected) = response.redirected()?.as_bool() {
        return Ok(redirected);
    }
    let url = response.url()?.as_string().unwrap_or_default();
    let origins = Address::parse(&url).zip(Address::parse(requested));
    Ok(origins.is_some_and(|(answered, requested)| !answered.has_origin_of(&requested)))
}

/// The body, read as it streams and no further than the limit; as a whole where there is no stream.
async fn body_of(response: &Response) -> Result<Vec<u8>, NoResponse> {
    let stream = response.body().map_err(failed)?;
    if !stream.is_object() || !stream.reader_function().map_err(failed)?.is_function() {
        let text = settled(&response.text().map_err(failed)?).await?.as_string().unwrap_or_default();
        return if text.len() > BODY_LIMIT { Err(NoResponse::TooLarge) } else { Ok(text.into_bytes()) };
    }
    let reader = CancelOnDrop(Some(stream.get_reader().map_err(failed)?));
    let mut body = Vec::new();
    let mut empty_chunks = 0;
    loop {
        let Some(bytes) = reader.next().await? else { return Ok(reader.finish(body)) };
        if bytes.length() == 0 {
            empty_chunks += 1;
        }
        if empty_chunks > EMPTY_CHUNKS {
            return Err(NoResponse::Failed("the body's stream gives chunks, and no bytes".into()));
        }
        if body.len() + bytes.length() as usize > BODY_LIMIT {
            return Err(NoResponse::TooLarge);
        }
        body.extend(bytes.to_vec());
    }
}

/// The reader of a body. One that is dropped before the end cancels its stream.
struct CancelOnDrop(Option<Reader>);

impl CancelOnDrop {
    /// The next bytes; nothing at the end.
    async fn next(&self) -> Result<Option<Uint8Array>, NoResponse> {
        let Some(reader) = &self.0 else { return Ok(None) };
        let chunk: Chunk = settled(&reader.read().map_err(failed)?).await?.unchecked_into();
        if chunk.done().map_err(failed)?.is_truthy() {
            return Ok(None);
        }
        let value = chunk.value().map_err(failed)?;
        // Not by its class: a page and a test runner's sandbox have a class each.
        if !ArrayBuffer::is_view(&value) {
            return Err(NoResponse::Failed("the body's stream gave something else than bytes".into()));
        }
        Ok(Some(bytes_of(&value.unchecked_into()).map_err(failed)?))
    }

    /// Gives `body` on. What was read to its end is not cancelled.
    fn finish(mut self, body: Vec<u8>) -> Vec<u8> {
        self.0 = None;
        body
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        let Some(Ok(cancelled)) = self.0.as_ref().map(Reader::cancel) else { return };
        // Whether it succeeds does not matter, but a rejection must have somebody who takes it: a future does, even one that is dropped.
        drop(adopt(&cancelled));
    }
}

fn bytes_of(view: &View) -> Result<Uint8Array, JsValue> {
    Bytes::new(&view.buffer()?, &view.byte_offset()?, &view.byte_length()?).map(JsCast::unchecked_into)
}

/// What a promise gives, or a value that is none.
async fn settled(value: &JsValue) -> Result<JsValue, NoResponse> {
    adopt(value).await.map_err(failed)
}

/// The request failed. The host's words are an error's message and that of its cause, which in Node is the one that says something.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
pub fn failed(error: JsValue) -> NoResponse {
    let text = |value: &JsValue, name: &str| {
        Reflect::get(value, &name.into()).ok()?.as_string().filter(|text| !text.is_empty())
    };
    let message = text(&error, "message").or_else(|| error.as_string()).unwrap_or_else(|| "no reason given".into());
    let cause = Reflect::get(&error, &"cause".into()).unwrap_or_default();
    let detail = text(&cause, "message").or_else(|| text(&cause, "code"));
    NoResponse::Failed(detail.map_or_else(|| message.clone(), |detail| format!("{message} ({detail})")))
}
