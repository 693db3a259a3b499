//! The token cache as JavaScript holds it: a text in, a text out, and the accounts in it.
//!
//! A refresh token leaves the module inside that text and in no other way. The facade decides where the text is kept, and when
//! (js/cache.js).

use core::cell::{Ref, RefCell};

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::cache::document::CacheDocument;
use crate::cache::issuer::AccountId;
use crate::config::validate::{self, Identity};
use crate::error::Error;
use crate::flow::silent::SilentRequest;
use crate::flow::{FlowState, log};
use crate::web::flow::Flow;
use crate::web::host::write_log;
use crate::web::timer::now;
use crate::web::views::{self, Rejection};

/// The token cache of one application.
#[wasm_bindgen]
#[derive(Default)]
pub struct TokenCache {
    store: RefCell<CacheDocument>,
    /// The requests of the last look-ups, by their text. A program asks the same over and over, and reading a request is half of a
    /// look-up.
    requests: RefCell<Vec<(String, SilentRequest)>>,
}

/// How many requests are remembered.
const REMEMBERED: usize = 8;

#[wasm_bindgen]
impl TokenCache {
    /// An empty cache.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes up a text in place of the one before it. What was written since that was stored is merged in. The log is told of entries
    /// that are of no use.
    ///
    /// # Errors
    /// `token_cache_invalid`: it is no cache. Then everything stays as it was.
    pub fn deserialize(&self, text: String, log: Option<Function>) -> Result<(), JsValue> {
        self.store.borrow_mut().reload(text).map_err(rejection)?;
        if let Some(log) = log {
            let oddities = self.store.borrow().malformed_entries();
            write_log(&log, &log::loaded(&oddities));
        }
        Ok(())
    }

    /// The whole cache. It is a credential.
    #[must_use]
    pub fn serialize(&self) -> String {
        self.store.borrow().serialize()
    }

    /// Is there anything that has not been stored?
    #[wasm_bindgen(js_name = hasChanged)]
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.store.borrow().has_changed()
    }

    /// What has not been stored, as a text of its own. It is a credential.
    #[must_use]
    pub fn unsaved(&self) -> String {
        self.store.borrow().unsaved_text()
    }

    /// Takes over what [`TokenCache::unsaved`] gave, of a cache that was lost with its instance.
    ///
    /// # Errors
    /// `token_cache_invalid`: it is no cache.
    pub fn recover(&self, unsaved: String) -> Result<(), JsValue> {
        self.store.borrow_mut().recover(unsaved).map_err(rejection)
    }

    /// The text was stored.
    #[wasm_bindgen(js_name = markSaved)]
    pub fn mark_saved(&self) {
        self.store.borrow_mut().mark_saved();
    }

    /// The access token that serves `request` without asking the server; `undefined` where there is none. `request` is the JSON text
    /// that [`SilentRequest::parse`] reads.
    ///
    /// # Errors
    /// What is wrong with the request.
    pub fn find(&self, request: &str, log: Option<Function>) -> Result<JsValue, JsValue> {
        let now = now();
        let mut requests = self.requests.borrow_mut();
        let request = remembered(&mut requests, request).map_err(rejection)?;
        let Some(found) = request.look_up(&self.store.borrow(), now) else { return Ok(JsValue::UNDEFINED) };
        drop(requests);
        if let Some(log) = log {
            write_log(&log, &log::found(&found, now));
        }
        Ok(views::found(&found))
    }

    /// Stores what a flow has brought, and what a refresh has found out. Gives the names of the person in each tenant that is known
    /// now; `undefined` if the flow has no tokens, or if the cache has no such account. `flow_id`: [`TokenCache::account_of_flow`]
    /// finds the account by it.
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over owned options")]
    pub fn save(&self, flow: &Flow, flow_id: Option<String>) -> JsValue {
        let mut store = self.store.borrow_mut();
        let is_refresh = if let FlowState::Refreshed(refreshed) = &*flow.driver().state() {
            store.apply(&refreshed.findings);
            true
        } else {
            false
        };
        let profiles = flow.tokens(|sign_in| {
            let mut grant = sign_in.grant();
            grant.mark = flow_id.as_deref();
            let account = grant.account.id();
            // A person who was signed out while the answer was on its way stays signed out.
            let is_gone = is_refresh && !store.is_signed_in(&account);
            if !sign_in.from_cache && !is_gone {
                store.save(&grant, sign_in.arrived);
            }
            let accounts = store.accounts_of(&account, grant.client_id);
            accounts.first().map(|account| views::tenant_profiles(&account.profiles))
        });
        profiles.flatten().unwrap_or_default()
    }

    /// The account that signed in by the flow with this id, in a list of one or none. The name comes from the ID token of `client_id`.
    #[wasm_bindgen(js_name = accountOfFlow)]
    #[must_use]
    pub fn account_of_flow(&self, flow_id: &str, client_id: &str) -> JsValue {
        let account = self.store.borrow().account_signed_in_by(flow_id, client_id);
        views::accounts(account.as_slice())
    }

    /// The accounts of the application with this `configuration`, which is the JSON text of its settings: all, or those with one home
    /// account id, one for each tenant. Where an issuer is configured, they are that issuer's; otherwise they are Microsoft's.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over owned options")]
    pub fn accounts(&self, configuration: &str, home_account_id: Option<String>) -> Result<JsValue, JsValue> {
        let Identity { client_id, configured: authority, .. } = validate::identity(configuration).map_err(rejection)?;
        let store = self.store.borrow();
        let accounts = match home_account_id.as_deref() {
            Some(home_account_id) => store.accounts_with_id(home_account_id, &client_id, authority.issuer()),
            None => store.accounts(&client_id, authority.issuer()),
        };
        Ok(views::accounts(&accounts))
    }

    /// The name of the lock under which the tokens of the person in `request` are renewed: two refreshes of one person must not run at
    /// once.
    ///
    /// # Errors
    /// What is wrong with the request.
    #[wasm_bindgen(js_name = refreshLock)]
    pub fn refresh_lock(request: &str) -> Result<String, JsValue> {
        SilentRequest::parse(request).map(|request| format!("refresh-{}", request.person())).map_err(rejection)
    }

    /// Removes an account ([`AccountId::at`]) with every token.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    #[wasm_bindgen(js_name = removeAccount)]
    #[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen hands over owned options")]
    pub fn remove_account(
        &self,
        configuration: &str,
        home_account_id: &str,
        environment: &str,
        issuer: Option<String>,
    ) -> Result<(), JsValue> {
        let Identity { configured: authority, .. } = validate::identity(configuration).map_err(rejection)?;
        let account = AccountId::at(&authority, home_account_id, environment, issuer.as_deref());
        self.store.borrow_mut().remove_account(&account);
        Ok(())
    }
}

impl TokenCache {
    pub(super) fn store(&self) -> Ref<'_, CacheDocument> {
        self.store.borrow()
    }
}

/// The request of this text, which is the first of `requests` afterwards if it was new.
fn remembered<'a>(requests: &'a mut Vec<(String, SilentRequest)>, text: &str) -> Result<&'a SilentRequest, Error> {
    if let Some(index) = requests.iter().position(|(known, _)| known == text) {
        return Ok(&requests[index].1);
    }
    let request = SilentRequest::parse(text)?;
    requests.truncate(REMEMBERED - 1);
    requests.insert(0, (text.into(), request));
    Ok(&requests[0].1)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn rejection(error: Error) -> JsValue {
    Rejection::error(&error, false)
}
