//! The caller's `AbortSignal` as a future.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::shell::bell::Bell;

/// Ready with `signal.reason` as soon as the signal is aborted; never without a signal. It listens while it is awaited
/// and stops when it is dropped, so a signal that outlives many sign-ins collects nothing.
pub struct Aborted<'a> {
    signal: Option<&'a AbortSignal>,
    bell: Bell,
    listener: Option<Closure<dyn FnMut()>>,
}

impl<'a> Aborted<'a> {
    /// Does not listen before it is awaited.
    pub fn new(signal: Option<&'a AbortSignal>) -> Self {
        Self { signal, bell: Bell::default(), listener: None }
    }
}

impl Future for Aborted<'_> {
    type Output = JsValue;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<JsValue> {
        let Some(signal) = self.signal else { return Poll::Pending };
        if self.bell.has_rung(context) || signal.aborted() {
            return Poll::Ready(signal.reason());
        }
        if self.listener.is_none() {
            let bell = self.bell.clone();
            let listener: Closure<dyn FnMut()> = Closure::new(move || bell.ring());
            // What cannot be listened to is no signal; the facade lets none through.
            let _ = signal.add_event_listener_with_callback("abort", listener.as_ref().unchecked_ref());
            self.listener = Some(listener);
        }
        Poll::Pending
    }
}

impl Drop for Aborted<'_> {
    fn drop(&mut self) {
        if let (Some(signal), Some(listener)) = (self.signal, &self.listener) {
            let _ = signal.remove_event_listener_with_callback("abort", listener.as_ref().unchecked_ref());
        }
    }
}
