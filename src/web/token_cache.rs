//! The token cache that JavaScript holds: a text in, a text out, and the people in it.
//!
//! A refresh token leaves the module inside that text and in no other way: a sign-in goes from its flow into the cache
//! without passing through JavaScript. Where the text is kept, and when, is the facade's affair (js/cache.js).

use wasm_bindgen::prelude::*;

use crate::cache::document::CacheDocument;
use crate::error::Error;
use crate::flow::FlowState;
use crate::flow::log;
use crate::flow::silent::SilentRequest;
use crate::json::Members;
use crate::web::boundary::Flow;
use crate::web::view::{self, moment};

/// The cache of one application.
#[wasm_bindgen]
#[derive(Default)]
pub struct TokenCache {
    store: CacheDocument,
    /// What was asked lately, with its text: a program asks the same over and over, and reading it is half of a look-up.
    asked: Vec<(String, SilentRequest)>,
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

    /// Takes up a text in place of what is there; what was written here since the text was last stored is merged in. With `log`
    /// there is a line about what in it is of no use. `{ failure }`: it is no cache; then everything stays as it was.
    pub fn deserialize(&mut self, text: String, log: bool) -> String {
        match self.store.reload(text) {
            Ok(()) if log => view::with_lines(Members::default(), &log::loaded(&self.store.malformed_entries())),
            outcome => told(outcome),
        }
    }

    /// The whole cache as a JSON text. It holds refresh tokens, so it is a credential.
    #[must_use]
    pub fn serialize(&self) -> String {
        self.store.serialize()
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
        self.store.unsaved_text()
    }

    /// Takes over what [`TokenCache::unsaved`] gave, of a cache that went down with its instance. `{ failure }`: it is no cache.
    pub fn recover(&mut self, unsaved: String) -> String {
        told(self.store.recover(unsaved))
    }

    /// The text was stored.
    pub fn settle(&mut self) {
        self.store.mark_saved();
    }

    /// The access token that serves a request without asking anybody: `{ found }`, or nothing where there is none. `request` is
    /// the JSON text that [`SilentRequest::parse`] reads. `{ failure }`: what is wrong with it.
    pub fn find(&mut self, request: &str, now: f64, log: bool) -> String {
        let index = match self.request(request) {
            Ok(index) => index,
            Err(failure) => return view::failed(&failure).write(),
        };
        let now = moment(now);
        let Some(found) = self.asked[index].1.look_up(&self.store, now) else { return view::nothing() };
        let lines = if log { log::found(&found, now) } else { Vec::new() };
        view::with_lines(view::found(&found), &lines)
    }

    /// Keeps what a flow has brought, and what a refresh has found out. Gives what the person is called in each tenant that is
    /// known now; nothing where there is nothing to tell. With a `mark`, [`TokenCache::brought_by`] finds the person by it.
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over owned options")]
    pub fn save(&mut self, flow: &Flow, mark: Option<String>) -> Option<String> {
        let is_refresh = if let FlowState::Refreshed(refreshed) = flow.state() {
            self.store.apply(&refreshed.findings);
            true
        } else {
            false
        };
        let sign_in = flow.brought()?;
        let mut grant = sign_in.grant()?;
        grant.mark = mark.as_deref();
        let home_account_id = &grant.account.home_account_id;
        // Whoever was signed out while the answer was on its way stays signed out.
        let is_gone = is_refresh && !self.store.is_signed_in(home_account_id);
        if !sign_in.from_cache && !is_gone {
            self.store.save(&grant, sign_in.arrived);
        }
        let known = self.store.accounts_of(home_account_id, grant.client_id);
        known.first().map(|one| view::tenant_profiles(&one.profiles).to_json())
    }

    /// The home account id of who signed in by the flow of this mark.
    #[wasm_bindgen(js_name = broughtBy)]
    #[must_use]
    pub fn brought_by(&self, mark: &str) -> Option<String> {
        self.store.account_signed_in_by(mark)
    }

    /// Everybody, or one person by the home account id, once for each tenant. Names come from the ID tokens of `client_id`.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over owned options")]
    pub fn accounts(&self, client_id: &str, home_account_id: Option<String>) -> String {
        let accounts = match home_account_id.as_deref() {
            Some(home_account_id) => self.store.accounts_of(home_account_id, client_id),
            None => self.store.accounts(client_id),
        };
        view::accounts(&accounts)
    }

    /// Which refreshes must not run at once with that of `request`: `{ name }`. `{ failure }`: what is wrong with the request.
    #[must_use]
    pub fn person(request: &str) -> String {
        let mut view = Members::default();
        match SilentRequest::parse(request) {
            Ok(request) => view.text("name", &request.person()),
            Err(failure) => return view::failed(&failure).write(),
        }
        view.write()
    }

    /// Takes a person out, with every token.
    #[wasm_bindgen(js_name = removeAccount)]
    pub fn remove_account(&mut self, home_account_id: &str, environment: &str) {
        self.store.remove_account(home_account_id, environment);
    }
}

impl TokenCache {
    /// Where in `asked` this request is.
    fn request(&mut self, text: &str) -> Result<usize, Error> {
        if let Some(known) = self.asked.iter().position(|(known, _)| known == text) {
            return Ok(known);
        }
        let request = SilentRequest::parse(text)?;
        self.asked.truncate(REMEMBERED - 1);
        self.asked.insert(0, (text.into(), request));
        Ok(0)
    }

    pub(super) fn store(&self) -> &CacheDocument {
        &self.store
    }
}

fn told(outcome: Result<(), Error>) -> String {
    match outcome {
        Ok(()) => view::nothing(),
        Err(failure) => view::failed(&failure).write(),
    }
}
