//! Carries out what the machine asks for: sends and sleeps, until the caller's signal says stop.

use core::cell::{Cell, Ref, RefCell};
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Poll, Waker};
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::failure::Failure;
use crate::flow::journal::{Entry, Line};
use crate::flow::memory::Memory;
use crate::flow::sign_in::SignIn;
use crate::flow::{Action, FlowState, Input};
use crate::shell::abort::Aborted;
use crate::shell::clock::now;
use crate::shell::fetch::exchange;
use crate::shell::timer::{First, race, sleep};
use crate::time::UnixMillis;
use crate::wire::http::NoResponse;

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
    /// The flow is over, this way.
    Ended(Rc<End>),
    /// The caller aborted this turn, for this reason; the flow can go on.
    Aborted(JsValue),
}

/// One flow under way. Callers share it and its request: whoever comes while one is out waits for the same answer, and
/// only when the last of them has gone is the request given up.
pub struct Driver {
    fetch: Function,
    /// The application's.
    memory: Rc<RefCell<Memory>>,
    /// Where the lines of the journal go. Without it there are none.
    log: Option<Function>,
    /// Taken only between two awaits, never across one.
    state: RefCell<FlowState>,
    /// How the flow ended, for everybody who asks.
    end: RefCell<Option<Rc<End>>>,
    flight: RefCell<Option<Flight>>,
    /// How many turns wait for the flight.
    waiting: Cell<usize>,
    /// Whom to wake when the flight has landed or lost one of them.
    wakers: RefCell<Vec<Waker>>,
}

/// A request that is out.
type Flight = Pin<Box<dyn Future<Output = Input>>>;

/// With tokens, or without; with nothing where there was nothing to bring.
pub type End = Result<Option<Box<SignIn>>, Failure>;

impl Driver {
    /// Takes a state that nobody else drives.
    pub fn new(state: FlowState, memory: Rc<RefCell<Memory>>, fetch: Function, log: Option<Function>) -> Self {
        Self {
            fetch,
            memory,
            log,
            state: RefCell::new(state),
            end: RefCell::default(),
            flight: RefCell::default(),
            waiting: Cell::new(0),
            wakers: RefCell::default(),
        }
    }

    /// One that is over already, with what was found.
    pub fn found(sign_in: Box<SignIn>) -> Self {
        // Nothing is fetched any more. (A default function would be made of a text, which Workers and strict policies forbid.)
        let it = Self::new(FlowState::Ended, Rc::default(), JsValue::UNDEFINED.unchecked_into(), None);
        it.end.replace(Some(Rc::new(Ok(Some(sign_in)))));
        it
    }

    /// The state as it stands.
    pub fn state(&self) -> Ref<'_, FlowState> {
        self.state.borrow()
    }

    /// How the flow ended, once it has.
    pub fn end(&self) -> Option<Rc<End>> {
        self.end.borrow().clone()
    }

    /// Drives the machine as far as `until` says, or until `signal` aborts.
    pub async fn turn(&self, until: Until, signal: Option<&AbortSignal>) -> Turn {
        // A call that is aborted already sends nothing.
        if let Some(signal) = signal.filter(|signal| signal.aborted()) {
            return Turn::Aborted(signal.reason());
        }
        // The drive first: an answer that is there counts, even if the abort came with it.
        match race(pin!(self.drive(until)), pin!(Aborted::new(signal))).await {
            First::Left(turn) => turn,
            First::Right(reason) => Turn::Aborted(reason),
        }
    }

    async fn drive(&self, until: Until) -> Turn {
        let mut polled = false;
        loop {
            let mut action = self.landed().await;
            if action.is_none() {
                if let Some(end) = &*self.end.borrow() {
                    return Turn::Ended(Rc::clone(end));
                }
                action = self.step(Input::Tick);
            }
            match action {
                Some(Action::Send(request)) => {
                    polled = true;
                    self.flight.replace(Some(Box::pin(exchange(self.fetch.clone(), request))));
                }
                Some(Action::Wait { until: due, prompt }) => {
                    let enough = match until {
                        Until::Prompt => prompt.is_some(),
                        Until::Now => polled || due > now(),
                        Until::Polled => polled,
                    };
                    if enough {
                        return Turn::Pending(due);
                    }
                    // Ten thousand may sleep here: what is on the screen is in the state already.
                    drop(prompt);
                    sleep(due.since(now())).await;
                }
                // It has ended: the next round reports how.
                Some(Action::Finish(_) | Action::Done | Action::Fail(_)) | None => {}
            }
        }
    }

    /// One step of the machine: what to do next, or nothing when the flow has ended; how it ended is kept.
    fn step(&self, input: Input) -> Option<Action> {
        let (state, now) = (self.state.replace(FlowState::Ended), now());
        let entry = self.log.as_ref().map(|log| (log, Entry::open(&state, &input)));
        let mut step = self.memory.borrow_mut().advance(state, input, now);
        let lines = entry.map(|(log, entry)| (log, entry.close(&step, now)));
        let (action, end) = match step.action {
            Action::Finish(sign_in) => (None, Some(Ok(Some(sign_in)))),
            Action::Done => (None, Some(Ok(None))),
            Action::Fail(failure) => {
                let instead = match &mut step.state {
                    FlowState::Refreshed(refreshed) => refreshed.take_instead_of(&failure),
                    _ => None,
                };
                (None, Some(instead.map_or(Err(failure), |sign_in| Ok(Some(sign_in)))))
            }
            going_on @ (Action::Send(_) | Action::Wait { .. }) => (Some(going_on), None),
        };
        self.state.replace(step.state);
        if let Some(end) = end {
            self.end.replace(Some(Rc::new(end)));
        }
        // Last, because whoever reads them may look at this flow.
        if let Some((log, lines)) = lines {
            tell(log, &lines);
        }
        action
    }

    /// Ready when no request is out. The turn that sees the answer first hands it to the machine and gets what to do next.
    async fn landed(&self) -> Option<Action> {
        let _waiting = Waiting::new(self);
        poll_fn(|context| {
            let Some(mut flight) = self.flight.take() else { return Poll::Ready(None) };
            if let Poll::Ready(input) = flight.as_mut().poll(context) {
                self.wake_all();
                return Poll::Ready(self.step(input));
            }
            self.flight.replace(Some(flight));
            // The flight itself remembers only who asked last.
            self.wakers.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    fn wake_all(&self) {
        self.wakers.take().into_iter().for_each(Waker::wake);
    }
}

/// Hands lines to `log(level, text)`; for a line with personal data the level is 5 more. What it throws is its own affair:
/// no sign-in ends with a log.
pub fn tell(log: &Function, lines: &[Line]) {
    for Line { level, contains_pii, text } in lines {
        let marked = *level as u8 + 5 * u8::from(*contains_pii);
        let _ = log.call2(&JsValue::UNDEFINED, &JsValue::from(marked), &JsValue::from_str(text));
    }
}

/// One turn that waits for the flight. When the last one is dropped, the request is given up, and the machine learns that
/// no answer will come.
struct Waiting<'a>(&'a Driver);

impl<'a> Waiting<'a> {
    fn new(driver: &'a Driver) -> Self {
        driver.waiting.set(driver.waiting.get() + 1);
        Self(driver)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let left = self.0.waiting.get() - 1;
        self.0.waiting.set(left);
        if left == 0 && self.0.flight.take().is_some() {
            self.0.step(Input::NoResponse(NoResponse::Abandoned));
        }
        // It may have been the one that the flight remembers.
        self.0.wake_all();
    }
}
