//! Drives one flow: carries out what the state machine asks for, sends and waits, until the caller's signal says stop.
//!
//! Callers share a flow and its request. A caller who comes while a request is out waits for the same answer. The request is given up
//! when the last of them has gone.

use core::cell::{Cell, Ref, RefCell};
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::Poll;
use core::time::Duration;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::AbortSignal;

use crate::error::Error;
use crate::flow::known_servers::KnownServers;
use crate::flow::log::Entry;
use crate::flow::session::Session;
use crate::flow::sign_in::SignIn;
use crate::flow::{Action, FlowState, Input, Step, saved};
use crate::oauth::http::{HttpRequest, NoResponse};
use crate::time::UnixMillis;
use crate::web::abort::aborted;
use crate::web::fetch::{exchange, failed};
use crate::web::host::{Host, write_log};
use crate::web::race::{First, race};
use crate::web::saver::Saver;
use crate::web::timer::{before, nap, now, sleep};

/// How much longer than its timeout a request may take before a caller who did not send it takes it for lost.
const LOST_AFTER: Duration = Duration::from_secs(1);

/// How far a caller wants to go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Until there is a code for the person.
    Code,
    /// One poll if it is due, and no waiting.
    Poll,
    /// One poll as soon as it is due.
    DuePoll,
    /// The end.
    End,
}

/// How far a caller got.
pub enum Progress {
    /// The flow goes on; the next poll is due at this time.
    Pending(UnixMillis),
    /// The flow is over.
    Ended(Rc<End>),
}

/// How a flow ended: with tokens, with nothing because there was nothing to bring, or with an error.
pub type End = Result<Option<Box<SignIn>>, Error>;

/// One flow under way.
pub struct Driver {
    pub(super) host: Host,
    fetch: Function,
    log: Option<Function>,
    /// What the application knows of servers.
    servers: Rc<RefCell<KnownServers>>,
    /// Never borrowed across an await.
    state: RefCell<FlowState>,
    end: RefCell<Option<Rc<End>>>,
    /// The request that is out.
    request: RefCell<Option<Rc<PendingRequest>>>,
    /// Whoever wants the flow to be stored before a request is sent.
    savers: RefCell<Vec<Rc<Saver>>>,
}

/// A request that is out, and its answer.
struct PendingRequest {
    /// Resolves when the request is over. Each caller waits for it by a promise reaction of its own: on Cloudflare Workers that runs in
    /// the caller's request, whichever request the answer came to.
    over: Promise,
    answer: Rc<RefCell<Option<Input>>>,
    /// When its own timer ends it at the latest.
    timeout_at: UnixMillis,
    give_up: Option<Function>,
    /// How many callers wait for it.
    callers: Cell<usize>,
}

impl Driver {
    /// Drives `state`, which nobody else drives.
    pub fn new(state: FlowState, servers: Rc<RefCell<KnownServers>>, host: Host) -> Rc<Self> {
        Rc::new(Self {
            fetch: host.fetch(),
            log: host.log(),
            host,
            servers,
            state: RefCell::new(state),
            end: RefCell::default(),
            request: RefCell::default(),
            savers: RefCell::default(),
        })
    }

    /// A flow that is over before it began.
    pub fn ended(end: End, host: Host) -> Rc<Self> {
        let driver = Self::new(FlowState::Ended, Rc::default(), host);
        driver.end.replace(Some(Rc::new(end)));
        driver
    }

    /// The state as it stands.
    pub fn state(&self) -> Ref<'_, FlowState> {
        self.state.borrow()
    }

    /// How the flow ended, once it has.
    pub fn end(&self) -> Option<Rc<End>> {
        self.end.borrow().clone()
    }

    /// Does somebody read the log? Then the log has told of every error that a step ended with.
    pub fn has_log(&self) -> bool {
        self.log.is_some()
    }

    /// The flow as a text; nothing where there is nothing to resume.
    pub fn saved(&self) -> Option<String> {
        saved::write(&self.state.borrow())
    }

    /// Has `saver` store the flow before each request, until what this gives is dropped.
    pub fn saving(self: &Rc<Self>, saver: &Rc<Saver>) -> Saving {
        self.savers.borrow_mut().push(Rc::clone(saver));
        Saving { driver: Rc::clone(self), saver: Rc::clone(saver) }
    }

    /// Drives the flow as far as `goal` says.
    pub async fn drive(self: &Rc<Self>, goal: Goal) -> Progress {
        let mut has_sent = false;
        loop {
            let input = self.next_input(has_sent).await;
            let until = match self.step(input) {
                Some(Action::Wait { until }) => until,
                Some(Action::Send(request)) => {
                    has_sent = true;
                    self.send(request);
                    continue;
                }
                Some(Action::Finish(_) | Action::Done | Action::Fail(_)) | None => match self.end() {
                    Some(end) => return Progress::Ended(end),
                    None => continue,
                },
            };
            if self.is_enough(goal, has_sent, until) {
                return Progress::Pending(until);
            }
            nap(until).await;
        }
    }

    fn is_enough(&self, goal: Goal, has_sent: bool, until: UnixMillis) -> bool {
        match goal {
            Goal::Code => self.state.borrow().session().is_some(),
            Goal::Poll => has_sent || until > now(),
            Goal::DuePoll => has_sent,
            Goal::End => false,
        }
    }

    /// What `work` gives, or the signal's reason as soon as it aborts. An answer that has arrived counts, even if the abort came with
    /// it. The caller pins `work`: a future that is moved is stored twice, and thousands of flows may wait here.
    pub async fn unless_aborted<T>(
        &self,
        signal: Option<&AbortSignal>,
        mut work: Pin<&mut dyn Future<Output = T>>,
    ) -> Result<T, JsValue> {
        let Some(signal) = signal else { return Ok(work.await) };
        if signal.aborted() {
            return Err(signal.reason());
        }
        let mut abort = pin!(aborted(signal));
        poll_fn(|context| {
            if let Poll::Ready(output) = work.as_mut().poll(context) {
                return Poll::Ready(Ok(output));
            }
            // The answer has arrived and wakes `work`.
            if self.has_answer() { Poll::Pending } else { abort.as_mut().poll(context).map(Err) }
        })
        .await
    }

    fn has_answer(&self) -> bool {
        self.request.borrow().as_ref().is_some_and(|request| request.answer.borrow().is_some())
    }

    /// One step of the machine. Gives what to do next; nothing when the flow has ended, and how it ended is remembered.
    fn step(&self, input: Input) -> Option<Action> {
        if self.end.borrow().is_some() {
            return None;
        }
        let now = now();
        let state = self.state.replace(FlowState::Ended);
        let entry = self.log.as_ref().map(|log| (log, Entry::open(&state, &input)));
        let step = self.servers.borrow_mut().advance(state, input, now);
        let lines = entry.map(|(log, entry)| (log, entry.close(&step, now)));
        let (state, action) = self.remember_end(step);
        self.state.replace(state);
        // Last, because whoever reads a line may look at this flow.
        if let Some((log, lines)) = lines {
            write_log(log, &lines);
        }
        action
    }

    /// Keeps how the flow ended, if it did. A token that is still good is the end of a refresh that the server could not answer.
    fn remember_end(&self, Step { mut state, action }: Step) -> (FlowState, Option<Action>) {
        let end = match action {
            Action::Finish(sign_in) => Ok(Some(sign_in)),
            Action::Done => Ok(None),
            Action::Fail(error) => match &mut state {
                FlowState::Refreshed(refreshed) => refreshed.take_fallback_for(&error).map(Some).ok_or(error),
                _ => Err(error),
            },
            Action::Send(_) | Action::Wait { .. } => return (state, Some(action)),
        };
        self.end.replace(Some(Rc::new(end)));
        (state, None)
    }

    /// Sends a request by a task of its own, after everybody who wants to has stored the flow.
    fn send(self: &Rc<Self>, request: Box<HttpRequest>) {
        let mut give_up = None;
        let cancelled = Promise::new(&mut |resolve, _| give_up = Some(resolve));
        let answer = Rc::new(RefCell::new(None));
        let timeout_at = now() + request.timeout;
        let (driver, slot) = (Rc::clone(self), Rc::clone(&answer));
        let over = future_to_promise(async move {
            if let First::Left(input) = race(pin!(driver.input_of(request)), pin!(JsFuture::from(cancelled))).await {
                slot.replace(Some(input));
            }
            Ok(JsValue::UNDEFINED)
        });
        let callers = Cell::new(0);
        self.request.replace(Some(Rc::new(PendingRequest { over, answer, timeout_at, give_up, callers })));
    }

    async fn input_of(&self, request: Box<HttpRequest>) -> Input {
        if let Some(text) = self.saved() {
            let deadline = self.state.borrow().session().map_or(UnixMillis(u64::MAX), Session::deadline);
            let savers = self.savers.borrow().clone();
            for saver in savers {
                // A flow that cannot be stored is not polled: the tokens could be lost.
                match before(deadline, pin!(saver.store(text.clone()))).await {
                    Some(Ok(())) => {}
                    Some(Err(reason)) => return Input::NoResponse(failed(reason)),
                    None => return Input::NoResponse(NoResponse::TimedOut),
                }
            }
        }
        match exchange(&self.fetch, &request).await {
            Ok(response) => Input::Response(Box::new(response)),
            Err(NoResponse::Failed(words)) => self.state.borrow().failed(words, &request.url),
            Err(reason) => Input::NoResponse(reason),
        }
    }

    /// The answer to the request that is out. The first caller who sees it takes it; for the others, and if no request is out, only time
    /// has passed.
    async fn next_input(&self, has_sent: bool) -> Input {
        let Some(request) = self.request.borrow().clone() else { return Input::Tick };
        let caller = Caller::new(self, request);
        let is_over = caller.wait(has_sent).await;
        let is_current = caller.is_current();
        if is_current {
            self.request.take();
        }
        match caller.request.answer.take() {
            Some(answer) => answer,
            None if is_current && !is_over => {
                // It may still be waiting to be sent.
                caller.request.give_up();
                Input::NoResponse(NoResponse::TimedOut)
            }
            None => Input::Tick,
        }
    }
}

impl PendingRequest {
    /// Ends the task of the request. It sends nothing more, and its fetch is aborted.
    fn give_up(&self) {
        if let Some(give_up) = &self.give_up {
            let _ = give_up.call0(&JsValue::UNDEFINED);
        }
    }
}

/// A future of a promise that never settles would never be freed.
impl Drop for PendingRequest {
    fn drop(&mut self) {
        self.give_up();
    }
}

/// One caller who waits for a request. When the last one is dropped before the answer is there, the request is given up, and the
/// machine learns that no answer will come.
struct Caller<'a> {
    driver: &'a Driver,
    request: Rc<PendingRequest>,
}

impl<'a> Caller<'a> {
    fn new(driver: &'a Driver, request: Rc<PendingRequest>) -> Self {
        request.callers.set(request.callers.get() + 1);
        Self { driver, request }
    }

    /// Waits until the request is over. `false`: it never will be. On Workers, what a request has opened ends with it, and the promise of
    /// its fetch never settles then. So a caller who did not send the request has a timer of its own.
    async fn wait(&self, has_sent: bool) -> bool {
        let over = JsFuture::from(self.request.over.clone());
        if has_sent {
            // It is never rejected.
            let _ = over.await;
            return true;
        }
        let patience = self.request.timeout_at.since(now()) + LOST_AFTER;
        matches!(race(pin!(over), pin!(sleep(patience))).await, First::Left(_))
    }

    fn is_current(&self) -> bool {
        self.driver.request.borrow().as_ref().is_some_and(|current| Rc::ptr_eq(current, &self.request))
    }
}

impl Drop for Caller<'_> {
    fn drop(&mut self) {
        let left = self.request.callers.get() - 1;
        self.request.callers.set(left);
        if left == 0 && self.is_current() {
            self.driver.request.take();
            self.request.give_up();
            self.driver.step(Input::NoResponse(NoResponse::Abandoned));
        }
    }
}

/// A saver that stores its flow before each request, until this is dropped.
pub struct Saving {
    driver: Rc<Driver>,
    saver: Rc<Saver>,
}

impl Drop for Saving {
    fn drop(&mut self) {
        self.driver.savers.borrow_mut().retain(|saver| !Rc::ptr_eq(saver, &self.saver));
    }
}
