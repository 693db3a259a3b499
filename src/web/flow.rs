//! One sign-in, refresh or revocation under way, as JavaScript holds it.

use core::pin::pin;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use crate::error::Code;
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::flow::{FlowState, saved};
use crate::time::UnixMillis;
use crate::web::driver::{Driver, End, Goal, Progress};
use crate::web::promise::adopt;
use crate::web::saver::Saver;
use crate::web::timer::{before, now};
use crate::web::views::{self, Rejection};

/// A flow. Copies of it are the same flow.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Flow(Rc<Driver>);

impl Flow {
    pub(super) fn new(driver: Rc<Driver>) -> Self {
        Self(driver)
    }

    /// Goes on until there is a code for the person, or until `signal` aborts.
    pub(super) async fn request_code(&self, signal: Option<&AbortSignal>) -> Result<(), JsValue> {
        match self.drive(Goal::Code, signal).await? {
            Progress::Pending(_) => Ok(()),
            Progress::Ended(end) => Err(self.no_tokens(&end)),
        }
    }

    /// Hands the code to `show`, the caller's callback, and awaits it: until the code's end, or until `signal` aborts.
    pub(super) async fn show_code(&self, show: &Function, signal: Option<&AbortSignal>) -> Result<(), JsValue> {
        let shown = async {
            let promise = show.call1(&JsValue::UNDEFINED, &self.prompt())?;
            adopt(&promise).await.map(drop)
        };
        let shown = self
            .0
            .unless_aborted(signal, pin!(before(self.deadline(), pin!(shown))))
            .await
            .map_err(Rejection::reason)?;
        shown.unwrap_or(Ok(())).map_err(Rejection::reason)
    }

    /// Polls whenever a poll is due until there are tokens, and stores these. Gives what storing them gives.
    pub(super) async fn wait_for_tokens(&self, signal: Option<&AbortSignal>) -> Result<JsValue, JsValue> {
        match self.drive(Goal::End, signal).await? {
            Progress::Pending(until) => Ok(views::pending(until)),
            Progress::Ended(_) => self.store_tokens().await,
        }
    }

    async fn drive(&self, goal: Goal, signal: Option<&AbortSignal>) -> Result<Progress, JsValue> {
        self.0.unless_aborted(signal, pin!(self.0.drive(goal))).await.map_err(Rejection::reason)
    }

    /// Stores the tokens that the flow ended with. Nobody gets tokens that are not stored; if that fails, the next caller tries again.
    async fn store_tokens(&self) -> Result<JsValue, JsValue> {
        let end = self.0.end();
        match end.as_deref() {
            Some(Ok(Some(sign_in))) => {
                let promise = self.0.host.store_tokens(self.clone(), views::sign_in(sign_in, &[]));
                JsFuture::from(promise).await.map_err(Rejection::reason)
            }
            Some(end) => Err(self.no_tokens(end)),
            None => Ok(JsValue::UNDEFINED),
        }
    }

    /// How a flow ended without tokens, as what a promise rejects with.
    fn no_tokens(&self, end: &End) -> JsValue {
        match end {
            Err(error) => Rejection::error(error, self.0.has_log()),
            Ok(_) => Rejection::error(&Code::Internal.error("The flow ended without tokens."), false),
        }
    }

    /// When the flow ends at the latest.
    fn deadline(&self) -> UnixMillis {
        self.0.state().session().map_or_else(now, Session::deadline)
    }

    /// The tokens that it ended with, if it did.
    pub(super) fn tokens<T>(&self, read: impl FnOnce(&SignIn) -> T) -> Option<T> {
        self.0.end()?.as_ref().as_ref().ok()?.as_deref().map(read)
    }

    pub(super) fn driver(&self) -> &Driver {
        &self.0
    }
}

#[wasm_bindgen]
impl Flow {
    /// One turn. With `wait`: polls as soon as a poll is due; without: polls if it is due, and waits for nothing. Gives
    /// `{ nextPollOn }`, in milliseconds since 1970, or what storing the tokens gave. `save` stores the flow's text before a poll is
    /// sent and after its answer; `stored` is the text as it is stored already.
    ///
    /// # Errors
    /// A `Rejection`. An abort, or a text that could not be stored, does not end the flow.
    pub async fn turn(
        &self,
        wait: bool,
        signal: Option<AbortSignal>,
        save: Option<Function>,
        stored: Option<String>,
    ) -> Result<JsValue, JsValue> {
        let goal = if wait { Goal::DuePoll } else { Goal::Poll };
        let saver = save.map(|save| Rc::new(Saver::new(save, stored.or_else(|| self.0.saved()))));
        let _saving = saver.as_ref().map(|saver| self.0.saving(saver));
        let turn = async {
            let progress = self.0.drive(goal).await;
            if let Some(saver) = &saver {
                self.save_by(saver).await?;
            }
            Ok(progress)
        };
        let turn: Result<Progress, JsValue> =
            self.0.unless_aborted(signal.as_ref(), pin!(turn)).await.map_err(Rejection::reason)?;
        match turn.map_err(Rejection::reason)? {
            Progress::Pending(until) => Ok(views::pending(until)),
            Progress::Ended(_) => self.store_tokens().await,
        }
    }

    /// Goes on to the end: for a refresh, which gives the tokens, and a revocation, which gives nothing.
    ///
    /// # Errors
    /// A `Rejection`.
    pub async fn finish(&self) -> Result<JsValue, JsValue> {
        let Progress::Ended(end) = self.0.drive(Goal::End).await else { return Ok(JsValue::UNDEFINED) };
        match &*end {
            Ok(Some(sign_in)) => Ok(views::sign_in(sign_in, &[])),
            Ok(None) => Ok(JsValue::UNDEFINED),
            Err(error) => Err(Rejection::error(error, self.0.has_log())),
        }
    }

    /// What the person must see, and what a callback gets; `undefined` before there is a code and once the flow is over.
    #[must_use]
    pub fn prompt(&self) -> JsValue {
        self.0.state().session().map_or(JsValue::UNDEFINED, views::prompt)
    }

    /// The name of the flow in a store, which says nothing of its device code; `undefined` before there is a code and once the flow is
    /// over.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn id(&self) -> Option<String> {
        saved::flow_id(&self.0.state())
    }

    /// Is there anything that the token cache does not know yet: tokens, or what a refresh has found out?
    #[wasm_bindgen(js_name = hasNews)]
    #[must_use]
    pub fn has_news(&self) -> bool {
        let has_findings = match &*self.0.state() {
            FlowState::Refreshed(refreshed) => !refreshed.findings.is_empty(),
            _ => false,
        };
        has_findings || self.tokens(|sign_in| !sign_in.from_cache).unwrap_or(false)
    }

    /// The flow as a text. It holds the device code, so it is a credential.
    ///
    /// # Errors
    /// `flow_ended`: there is nothing left to resume.
    pub fn save(&self) -> Result<String, JsValue> {
        let ended = || Rejection::error(&Code::FlowEnded.error("DeviceCodeFlow.save(): the flow is over."), false);
        self.0.saved().ok_or_else(ended)
    }
}

impl Flow {
    /// Stores the flow after a turn, for as long as the code lives. What `save` threw is thrown again.
    async fn save_by(&self, saver: &Saver) -> Result<(), JsValue> {
        if let Some(reason) = saver.failure() {
            return Err(reason);
        }
        let Some(text) = self.0.saved() else { return Ok(()) };
        before(self.deadline(), pin!(saver.store(text))).await.unwrap_or(Ok(()))
    }
}
