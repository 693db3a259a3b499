//! Carries out what the machine asks for: sends and sleeps, until the caller's signal says stop.

use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::Pin;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::failure::Failure;
use crate::flow::sign_in::SignIn;
use crate::flow::{Action, FlowState, Input, advance};
use crate::shell::abort::Aborted;
use crate::shell::clock::now;
use crate::shell::fetch::exchange;
use crate::shell::timer::{First, race, sleep};
use crate::time::{Millis, UnixMillis};
use crate::wire::http::{HttpRequest, NoResponse};

/// How often a second caller looks whether the first one's request was answered.
const LOOK_AGAIN: Millis = Millis(20);

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

/// Where a turn has led.
pub enum Turn {
    /// Not yet; the next poll is due then.
    Pending(UnixMillis),
    /// The person has signed in.
    Completed(Rc<SignIn>),
    /// The flow is over without tokens.
    Failed(Rc<Failure>),
    /// The caller aborted this turn, for this reason; the flow can go on.
    Aborted(JsValue),
}

/// One flow under way. Callers share it: whoever comes while a request is out waits for its answer.
pub struct Driver {
    fetch: Function,
    /// Taken only between two awaits, never across one.
    state: RefCell<FlowState>,
    outcome: RefCell<Outcome>,
    in_flight: Cell<bool>,
}

/// How the flow ended, for everybody who asks.
#[derive(Clone, Default)]
enum Outcome {
    #[default]
    None,
    Completed(Rc<SignIn>),
    Failed(Rc<Failure>),
}

impl Driver {
    /// Takes a state that nobody else drives.
    pub fn new(state: FlowState, fetch: Function) -> Self {
        Self { fetch, state: RefCell::new(state), outcome: RefCell::default(), in_flight: Cell::new(false) }
    }

    /// The state as it stands.
    pub fn state(&self) -> core::cell::Ref<'_, FlowState> {
        self.state.borrow()
    }

    /// Drives the machine as far as `until` says, or until `signal` aborts. Boxed, because two exports await it and
    /// each would hold a copy of its code.
    pub fn turn<'a>(
        &'a self,
        until: Until,
        signal: Option<&'a AbortSignal>,
    ) -> Pin<Box<dyn Future<Output = Turn> + 'a>> {
        Box::pin(async move {
            // The signal first: a call that is aborted already sends nothing.
            match race(Aborted::new(signal), self.drive(until)).await {
                First::Left(reason) => Turn::Aborted(reason),
                First::Right(turn) => turn,
            }
        })
    }

    async fn drive(&self, until: Until) -> Turn {
        let mut polled = false;
        loop {
            while self.in_flight.get() {
                sleep(LOOK_AGAIN).await;
            }
            // Its own line: a borrow in the match would last through `step`, which may have an outcome to keep.
            let outcome = self.outcome.borrow().clone();
            let mut action = match outcome {
                Outcome::Completed(sign_in) => return Turn::Completed(sign_in),
                Outcome::Failed(failure) => return Turn::Failed(failure),
                Outcome::None => self.step(Input::Tick),
            };
            // One answer may ask for the next request at once: metadata, then codes.
            while let Some(Action::Send(request)) = action {
                polled = true;
                action = self.send(&request).await;
            }
            // It has ended: the next round of the loop reports what `step` kept.
            let Some(Action::Wait { until: due, prompt }) = action else { continue };
            let enough = match until {
                Until::Prompt => prompt.is_some(),
                Until::Now => polled || due > now(),
                Until::Polled => polled,
            };
            if enough {
                return Turn::Pending(due);
            }
            sleep(due.since(now())).await;
        }
    }

    /// One step of the machine: what to do next, or nothing when the flow has ended; how it ended is kept.
    fn step(&self, input: Input) -> Option<Action> {
        let state = self.state.replace(FlowState::Ended);
        let step = advance(state, input, now());
        self.state.replace(step.state);
        let outcome = match step.action {
            Action::Finish(sign_in) => Outcome::Completed(Rc::new(*sign_in)),
            Action::Fail(failure) => Outcome::Failed(Rc::new(failure)),
            going_on @ (Action::Send(_) | Action::Wait { .. }) => return Some(going_on),
        };
        self.outcome.replace(outcome);
        None
    }

    /// Sends, and hands the machine what came of it.
    async fn send(&self, request: &HttpRequest) -> Option<Action> {
        self.in_flight.set(true);
        let mut flight = Flight { driver: self, landed: false };
        let input = exchange(&self.fetch, request).await;
        flight.landed = true;
        self.step(input)
    }
}

/// A request that is out. If the turn is dropped meanwhile, the machine learns that no answer will come.
struct Flight<'a> {
    driver: &'a Driver,
    landed: bool,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.driver.in_flight.set(false);
        if !self.landed {
            self.driver.step(Input::NoResponse(NoResponse::Abandoned));
        }
    }
}
