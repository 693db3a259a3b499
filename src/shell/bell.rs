//! What a callback of the host's rings to wake a future.

use core::cell::{Cell, RefCell};
use core::task::{Context, Waker};
use std::rc::Rc;

/// One half stays with the future, the other goes into the callback.
#[derive(Clone, Default)]
pub struct Bell(Rc<Inner>);

#[derive(Default)]
struct Inner {
    rung: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Bell {
    /// Wakes whoever asked last.
    pub fn ring(&self) {
        self.0.rung.set(true);
        if let Some(waker) = self.0.waker.take() {
            waker.wake();
        }
    }

    /// Has it rung? If not, the asking task will be woken when it does.
    pub fn has_rung(&self, context: &Context<'_>) -> bool {
        self.0.waker.replace(Some(context.waker().clone()));
        self.0.rung.get()
    }
}
