//! Carries out what the machine asks for: sends, sleeps, and races both with the caller's signal.

use core::cell::{Cell, RefCell};
use core::future::poll_fn;
use core::task::{Poll, Waker};
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::failure::Failure;
use crate::flow::sign_in::SignIn;
use crate::flow::{Action, FlowState, Input, advance};
use crate::shell::abort::Aborted;
use crate::shell::clock::now;
use crate::shell::fetch::{Stopped, exchange};
use crate::shell::timer::{First, race, sleep};
use crate::time::UnixMillis;
use crate::wire::http::{HttpRequest, NoResponse};

/// Where a turn has led.
pub enum Turn {
    /// Not yet; the next poll is due then.
    Pending(UnixMillis),
    /// The person has signed in.
    Completed(Rc<SignIn>),
}

/// Why a turn led nowhere.
pub enum Stop {
    /// The flow is over without tokens.
    Failed(Failure),
    /// The caller aborted this call; the flow can go on.
    Aborted(JsValue),
}

/// One flow under way. Callers share it: whoever comes while a request is out waits for its answer.
pub struct Driver {
    fetch: Function,
    /// Taken only between two awaits, never across one.
    state: RefCell<FlowState>,
    outcome: RefCell<Option<Result<Rc<SignIn>, Failure>>>,
    in_flight: Cell<bool>,
    idle: RefCell<Vec<Waker>>,
}

/// How far a turn goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Until there is a code to show.
    Prompt,
    /// One poll if it is due, and no waiting.
    Now,
    /// Through the wait, and one poll.
    Polled,
}

impl Driver {
    /// Takes a state that nobody else drives.
    pub fn new(state: FlowState, fetch: Function) -> Self {
        Self {
            fetch,
            state: RefCell::new(state),
            outcome: RefCell::default(),
            in_flight: Cell::new(false),
            idle: RefCell::default(),
        }
    }

    /// Looks at the state.
    pub fn with_state<T>(&self, look: impl FnOnce(&FlowState) -> T) -> T {
        look(&self.state.borrow())
    }

    /// Drives the machine as far as `until` says.
    pub async fn turn(&self, until: Until, signal: Option<&AbortSignal>) -> Result<Turn, Stop> {
        let mut polled = false;
        loop {
            if let Some(reason) = Aborted::new(signal).already() {
                return Err(Stop::Aborted(reason));
            }
            if let First::Right(reason) = race(self.until_idle(), Aborted::new(signal)).await {
                return Err(Stop::Aborted(reason));
            }
            if let Some(outcome) = &*self.outcome.borrow() {
                return outcome.clone().map(Turn::Completed).map_err(Stop::Failed);
            }
            let mut action = self.step(Input::Tick);
            // One answer may ask for the next request at once: metadata, then codes.
            while let Action::Send(request) = action {
                polled = true;
                action = self.send(&request, signal).await?;
            }
            // Finish and Fail: the next round of the loop reports what `step` kept.
            let Action::Wait { until: due, prompt } = action else { continue };
            let enough = match until {
                Until::Prompt => prompt.is_some(),
                Until::Now => polled || due > now(),
                Until::Polled => polled,
            };
            if enough {
                return Ok(Turn::Pending(due));
            }
            if let First::Right(reason) = race(sleep(due.since(now())), Aborted::new(signal)).await {
                return Err(Stop::Aborted(reason));
            }
        }
    }

    /// One step of the machine; what ends the flow is kept for everybody who asks.
    fn step(&self, input: Input) -> Action {
        let state = self.state.replace(FlowState::Ended);
        let step = advance(state, input, now());
        *self.state.borrow_mut() = step.state;
        match &step.action {
            Action::Finish(sign_in) => *self.outcome.borrow_mut() = Some(Ok(Rc::new((**sign_in).clone()))),
            Action::Fail(failure) => *self.outcome.borrow_mut() = Some(Err(failure.clone())),
            Action::Send(_) | Action::Wait { .. } => {}
        }
        step.action
    }

    /// Sends, and hands the machine what came of it.
    async fn send(&self, request: &HttpRequest, signal: Option<&AbortSignal>) -> Result<Action, Stop> {
        self.in_flight.set(true);
        let answer = exchange(&self.fetch, request, Aborted::new(signal)).await;
        self.in_flight.set(false);
        for waker in self.idle.take() {
            waker.wake();
        }
        match answer {
            Ok(response) => Ok(self.step(Input::Response(response))),
            Err(Stopped::Failed(reason)) => Ok(self.step(Input::NoResponse(reason))),
            Err(Stopped::Aborted(reason)) => {
                self.step(Input::NoResponse(NoResponse::Abandoned));
                Err(Stop::Aborted(reason))
            }
        }
    }

    /// Ready when no request is out.
    async fn until_idle(&self) {
        poll_fn(|context| {
            if !self.in_flight.get() {
                return Poll::Ready(());
            }
            self.idle.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
