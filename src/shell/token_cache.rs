//! The token cache that JavaScript holds: a text in, a text out, and the people in it.
//!
//! A refresh token leaves the module inside that text and in no other way: a sign-in goes from its flow into the cache
//! without passing through JavaScript. Where the text is kept, and when, is the facade's affair (js/cache.js).

use core::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::cache::store::Store;
use crate::flow::FlowState;
use crate::flow::journal;
use crate::flow::silent::SilentRequest;
use crate::shell::boundary::{Flow, thrown};
use crate::shell::clock::now;
use crate::shell::drive::tell;
use crate::shell::view::{self, to_js};

/// The cache of one application.
#[wasm_bindgen]
#[derive(Default)]
pub struct TokenCache {
    store: Store,
    /// What was asked lately, with its text: a program asks the same over and over, and reading it is half of a look-up.
    asked: RefCell<Vec<(String, Rc<SilentRequest>)>>,
}

/// How much of it is remembered.
const REMEMBERED: usize = 8;

#[wasm_bindgen]
impl TokenCache {
    /// An empty one.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes up a text in place of what is there; what was written here since the text was last stored is merged in. `log` gets a
    /// line about what in it is of no use.
    ///
    /// # Errors
    /// `{ failure }`: it is no cache. Then everything stays as it was.
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over owned options")]
    pub fn deserialize(&mut self, text: String, log: Option<Function>) -> Result<(), JsValue> {
        self.store.reload(text).map_err(|failure| thrown(&failure))?;
        if let Some(log) = &log {
            tell(log, &journal::loaded(&self.store.oddities()));
        }
        Ok(())
    }

    /// The whole cache, told by where it is the text that it was last given, of so many `units`: see [`Store::write_for`]. A
    /// credential.
    #[must_use]
    pub fn serialize(&self, units: usize) -> String {
        self.store.write_for(units)
    }

    /// Is there anything that has not been stored?
    #[wasm_bindgen(js_name = hasChanged)]
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.store.has_changed()
    }

    /// What has not been stored, as a text of its own. A credential.
    #[must_use]
    pub fn unsaved(&self) -> String {
        self.store.rest()
    }

    /// Takes over what [`TokenCache::unsaved`] gave, of a cache that went down with its instance.
    ///
    /// # Errors
    /// `{ failure }`: it is no cache.
    pub fn recover(&mut self, unsaved: String) -> Result<(), JsValue> {
        self.store.recover(unsaved).map_err(|failure| thrown(&failure))
    }

    /// The text was stored.
    pub fn settle(&mut self) {
        self.store.settle();
    }

    /// The access token that serves a request without asking anybody: the sign-in, with `isDue` if it is to be renewed meanwhile;
    /// nothing where there is none. `request` is the JSON text that [`SilentRequest::parse`] reads.
    ///
    /// # Errors
    /// `{ failure }`: what is wrong with the request.
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over owned options")]
    pub fn find(&self, request: &str, log: Option<Function>) -> Result<JsValue, JsValue> {
        let Some(found) = self.request(request)?.look_up(&self.store, now()) else { return Ok(JsValue::UNDEFINED) };
        if let Some(log) = &log {
            tell(log, &journal::found(&found, now()));
        }
        Ok(to_js(&view::found(&found)))
    }

    /// Keeps what a flow has brought, and what a refresh has taught. Gives what the person is called in each tenant that is
    /// known now; nothing where there is nothing to tell. With a `mark`, [`TokenCache::brought_by`] finds the person by it.
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over owned options")]
    pub fn save(&mut self, flow: &Flow, mark: Option<String>) -> JsValue {
        let state = flow.state();
        let refreshed = if let FlowState::Refreshed(refreshed) = &*state { Some(refreshed) } else { None };
        let end = flow.end();
        let sign_in = end.as_deref().and_then(|end| end.as_ref().ok()).and_then(Option::as_ref);
        if let Some(refreshed) = refreshed {
            self.store.learn(&refreshed.lesson);
        }
        let Some((sign_in, mut grant)) = sign_in.and_then(|sign_in| Some((sign_in, sign_in.grant()?))) else {
            return JsValue::UNDEFINED;
        };
        grant.mark = mark.as_deref();
        let home_account_id = &grant.account.home_account_id;
        // Whoever was signed out while the answer was on its way stays signed out.
        let is_gone = refreshed.is_some() && !self.store.knows(home_account_id);
        if !sign_in.from_cache && !is_gone {
            self.store.save(&grant, sign_in.arrived);
        }
        let known = self.store.accounts_of(home_account_id, grant.client_id);
        known.first().map_or(JsValue::UNDEFINED, |one| to_js(&view::tenant_profiles(&one.profiles)))
    }

    /// The home account id of who signed in by the flow of this mark.
    #[wasm_bindgen(js_name = broughtBy)]
    #[must_use]
    pub fn brought_by(&self, mark: &str) -> Option<String> {
        self.store.brought_by(mark)
    }

    /// Everybody, or one person by the home account id, once for each tenant. Names come from the ID tokens of `client_id`.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over owned options")]
    pub fn accounts(&self, client_id: &str, home_account_id: Option<String>) -> JsValue {
        let accounts = match home_account_id.as_deref() {
            Some(home_account_id) => self.store.accounts_of(home_account_id, client_id),
            None => self.store.accounts(client_id),
        };
        to_js(&view::accounts(&accounts))
    }

    /// Which refreshes must not run at once with that of `request`: a name.
    ///
    /// # Errors
    /// `{ failure }`: what is wrong with the request.
    pub fn person(request: &str) -> Result<String, JsValue> {
        SilentRequest::parse(request).map(|request| request.person()).map_err(|failure| thrown(&failure))
    }

    /// Takes a person out, with every token.
    #[wasm_bindgen(js_name = removeAccount)]
    pub fn remove_account(&mut self, home_account_id: &str, environment: &str) {
        self.store.remove_account(home_account_id, environment);
    }
}

impl TokenCache {
    fn request(&self, text: &str) -> Result<Rc<SilentRequest>, JsValue> {
        let mut asked = self.asked.borrow_mut();
        if let Some((_, known)) = asked.iter().find(|(known, _)| known == text) {
            return Ok(Rc::clone(known));
        }
        let request = Rc::new(SilentRequest::parse(text).map_err(|failure| thrown(&failure))?);
        asked.truncate(REMEMBERED - 1);
        asked.insert(0, (text.into(), Rc::clone(&request)));
        Ok(request)
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }
}
