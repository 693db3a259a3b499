//! The caller's `AbortSignal` as a future.

use core::cell::RefCell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

/// Ready with `signal.reason` as soon as the signal is aborted; never without a signal. It listens while it is awaited
/// and stops when it is dropped, so a signal that outlives many sign-ins collects nothing.
pub struct Aborted<'a> {
    signal: Option<&'a AbortSignal>,
    waker: Rc<RefCell<Option<Waker>>>,
    listener: Option<Closure<dyn FnMut()>>,
}

impl<'a> Aborted<'a> {
    /// Does not listen before it is awaited.
    pub fn new(signal: Option<&'a AbortSignal>) -> Self {
        Self { signal, waker: Rc::default(), listener: None }
    }
}

impl Future for Aborted<'_> {
    type Output = JsValue;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<JsValue> {
        let Some(signal) = self.signal else { return Poll::Pending };
        if signal.aborted() {
            return Poll::Ready(signal.reason());
        }
        *self.waker.borrow_mut() = Some(context.waker().clone());
        if self.listener.is_none() {
            let waker = Rc::clone(&self.waker);
            let listener: Closure<dyn FnMut()> = Closure::new(move || {
                if let Some(waker) = waker.borrow_mut().take() {
                    waker.wake();
                }
            });
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
