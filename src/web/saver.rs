//! One caller's `save`: where a flow is stored while it is driven.

use core::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::JsValue;

use crate::web::promise::adopt;

/// A function that stores a flow's text. It is called before a poll is sent, because a process that dies while the poll is out must
/// leave a text that says so, and after the answer.
pub struct Saver {
    save: Function,
    /// The text that is stored. The same text is not stored again.
    stored: RefCell<Option<String>>,
    failure: RefCell<Option<JsValue>>,
}

impl Saver {
    /// `stored` is the flow's text as it is stored already.
    pub fn new(save: Function, stored: Option<String>) -> Self {
        Self { save, stored: RefCell::new(stored), failure: RefCell::default() }
    }

    /// Stores `text`. A failure is also remembered: see [`Saver::failure`].
    pub async fn store(&self, text: String) -> Result<(), JsValue> {
        if self.stored.borrow().as_ref() == Some(&text) {
            return Ok(());
        }
        let stored = async {
            let promise = self.save.call1(&JsValue::UNDEFINED, &text.as_str().into())?;
            adopt(&promise).await
        };
        match stored.await {
            Ok(_) => {
                self.stored.replace(Some(text));
                Ok(())
            }
            Err(reason) => {
                self.failure.replace(Some(reason.clone()));
                Err(reason)
            }
        }
    }

    /// What `save` threw, if it did.
    pub fn failure(&self) -> Option<JsValue> {
        self.failure.borrow().clone()
    }
}
