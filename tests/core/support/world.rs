//! `World`: a clock that can be turned, a server that follows a [`Script`], and a driver that does what the real one
//! does: sends, sleeps, ticks, and now and then ends with its work half done.
//!
//! It keeps two times. `real` passes; the `clock` is what the device shows, and it may jump. It also keeps the pace that
//! RFC 8628 asks for in a [`Reference`] of its own, which knows what the server sent and never asks the machine.

use device_code_flow::config::request::SignInRequest;
use device_code_flow::flow::{self, Action, FlowState, Input, Step, saved};
use device_code_flow::oauth::http::{HttpRequest, HttpResponse, NoResponse};
use device_code_flow::time::UnixMillis;

use super::START;
use super::record::{Moment, Outcome, Polled, Record};
use super::replies;
use super::script::{Answer, Hitch, Poll, Realm, Script};

/// How long the driver waits for an answer: what the request asks for.
const REQUEST_TIMEOUT: u64 = 30_000;
/// No sign-in of these scripts takes as many steps. One that does never ends.
const STEPS: usize = 10_000;
/// How often the clock of one script jumps. One that is always put back shows no time passing, and nothing ever ends.
const JUMPS: u8 = 8;

/// What is under test: the real machine, or one with a bug put in.
pub trait Machine {
    /// One step.
    fn advance(&mut self, state: FlowState, input: Input, now: UnixMillis) -> Step {
        flow::advance(state, input, now)
    }

    /// What it is told of an answer, or of none, to a request that went to `url`: as the shell tells it.
    fn hear(&mut self, state: &FlowState, heard: Input, url: &str) -> Input {
        match heard {
            Input::NoResponse(NoResponse::Failed(words)) => state.failed(words, url),
            heard => heard,
        }
    }

    /// Another process takes a saved flow up.
    fn thaw(&mut self, text: &str) -> FlowState {
        saved::read(text).expect("what was saved can be read")
    }
}

/// The machine as it is shipped.
pub struct Shipped;

impl Machine for Shipped {}

/// When the driver saves the flow and takes it up from the text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Freezing {
    /// After every step.
    Always,
    /// Only when a process ends. (And even then the state is handed on as it is.)
    Never,
}

/// The pace by the RFC, from what the server sent.
#[derive(Default)]
struct Reference {
    interval: u64,
    misses: u32,
    asked: u64,
    answered: Option<Moment>,
}

/// One sign-in under way.
pub struct World<'a> {
    script: &'a Script,
    now: Moment,
    issued: u64,
    gave_tokens: bool,
    requests: usize,
    naps: usize,
    short_naps: usize,
    jumps: u8,
    reference: Reference,
    record: Record,
}

/// Runs a whole sign-in.
pub fn run(script: &Script, machine: &mut dyn Machine, freezing: Freezing) -> Record {
    let now = Moment { real: START.0, clock: START.0, ..Moment::default() };
    let record = Record {
        codes: None,
        polls: Vec::new(),
        end: now,
        outcome: Outcome::Endless,
        log: Vec::new(),
        intervals: Vec::new(),
        odd_waits: Vec::new(),
        leaks: Vec::new(),
    };
    let reference = Reference::default();
    let world = World {
        script,
        now,
        issued: 0,
        gave_tokens: false,
        requests: 0,
        naps: 0,
        short_naps: 0,
        jumps: 0,
        reference,
        record,
    };
    world.drive(machine, freezing)
}

impl World<'_> {
    fn drive(mut self, machine: &mut dyn Machine, freezing: Freezing) -> Record {
        let mut state = self.begin();
        let mut input = Input::Tick;
        for _ in 0..STEPS {
            let step = machine.advance(state, input, UnixMillis(self.now.clock));
            self.observe(&step);
            let text = saved::write(&step.state);
            let thawed = text.filter(|_| freezing == Freezing::Always).map(|text| machine.thaw(&text));
            state = thawed.unwrap_or(step.state);
            input = match step.action {
                Action::Send(request) => {
                    let heard = self.exchange(&request);
                    machine.hear(&state, heard, &request.url)
                }
                Action::Wait { until } => self.nap(until),
                Action::Finish(_) => return self.end(Outcome::Finished),
                Action::Done => panic!("a sign-in ends with tokens or without"),
                Action::Fail(failure) => return self.end(Outcome::Failed(failure.code.text().to_owned())),
            };
        }
        self.end(Outcome::Endless)
    }

    fn begin(&self) -> FlowState {
        let authority = match self.script.realm {
            Realm::Entra => "https://login.microsoftonline.com/common",
            Realm::Issuer => replies::ISSUER,
            Realm::Private => replies::PRIVATE,
        };
        let timeout = self.script.timeout.map_or(String::new(), |seconds| format!(r#","timeout":{seconds}"#));
        let text = format!(r#"{{"clientId":"tv-app","authority":"{authority}","scopes":["User.Read"]{timeout}}}"#);
        FlowState::begin(SignInRequest::parse(&text).expect("the request is a good one")).expect("so is its metadata")
    }

    fn end(mut self, outcome: Outcome) -> Record {
        self.record.end = self.now;
        self.record.outcome = outcome;
        self.record
    }

    fn observe(&mut self, step: &Step) {
        let debug = format!("{step:?}");
        if replies::shown(&debug, &replies::SECRETS).is_some() {
            self.record.leaks.push(debug.clone());
        }
        self.record.log.push((self.now.real, debug));
        let session = match &step.state {
            FlowState::Waiting(waiting) => &waiting.session,
            FlowState::Polling(polling) => &polling.session,
            _ => return,
        };
        self.record.intervals.push(session.pace.interval.as_secs());
        if let Action::Wait { until } = &step.action
            && until.0 < self.now.clock
        {
            self.record.odd_waits.push(format!("{:?} at {}", step.action, self.now.clock));
        }
    }

    /// Time passes.
    fn pass(&mut self, millis: u64) {
        self.now.real += millis;
        self.now.clock += millis;
    }

    /// The clock is moved.
    fn jump(&mut self, millis: i32) {
        if millis == 0 || self.jumps == JUMPS {
            return;
        }
        self.jumps += 1;
        let length = u64::from(millis.unsigned_abs());
        if millis > 0 {
            self.now.clock += length;
            self.now.forward += length;
        } else {
            self.now.clock -= length;
            self.now.back += length;
        }
    }

    /// Sleeps towards `until` as the script has it: in whole, in part, or too long.
    fn nap(&mut self, until: UnixMillis) -> Input {
        let nap = self.script.naps[self.naps % self.script.naps.len()];
        self.naps += 1;
        // A timer is set for a length of time: a clock that jumps meanwhile does not change it.
        let length = until.0.saturating_sub(self.now.clock);
        // Ever shorter naps would never arrive.
        let in_part = nap.share < 1000 && self.short_naps < 3;
        if in_part {
            self.short_naps += 1;
            self.pass(length * u64::from(nap.share) / 1000);
        } else {
            self.short_naps = 0;
            self.pass(length + u64::from(nap.late));
        }
        self.jump(nap.jump);
        Input::Tick
    }

    fn exchange(&mut self, request: &HttpRequest) -> Input {
        assert!(
            (1..=REQUEST_TIMEOUT)
                .contains(&u64::try_from(request.timeout.as_millis()).expect("a timer can run as long")),
            "the request says how long to wait for its answer"
        );
        let form = request.form.as_ref().map_or("", |form| form.expose());
        if form.contains("device_code=") {
            return self.poll(form, u64::try_from(request.timeout.as_millis()).expect("a timer can run as long"));
        }
        let hitch = self.script.hitches.get(self.requests).copied().unwrap_or(Hitch::None);
        self.requests += 1;
        self.pass(100);
        match hitch {
            Hitch::Busy => return Input::Response(Box::new(replies::page(503))),
            Hitch::Reset => return Input::NoResponse(NoResponse::Failed("connection reset".into())),
            Hitch::Killed => return Input::Tick,
            Hitch::None if request.form.is_none() => return Input::Response(Box::new(replies::about(&request.url))),
            Hitch::None => {}
        }
        self.issued = self.now.real;
        self.pass(100);
        self.record.codes = Some(self.now);
        self.reference.interval = u64::from(self.script.interval.unwrap_or(5)) * 1000;
        Input::Response(Box::new(replies::odd_codes(self.script.interval, self.script.expires_in)))
    }

    /// A poll whose answer is waited for no longer than `timeout`. Host and server repeat what was sent, in one way or another.
    fn poll(&mut self, form: &str, timeout: u64) -> Input {
        let index = self.record.polls.len();
        let quoted = replies::repeated(form, index);
        let poll = self.script.polls[index % self.script.polls.len()];
        let sent = self.now;
        let Reference { interval, misses, asked, answered: after } = self.reference;
        let polled =
            Polled { sent, after, interval, misses, asked, heard: sent, brought_tokens: false, was_final: false };
        self.record.polls.push(polled);
        let lost = matches!(poll.answer, Answer::Reset | Answer::Silence);
        let (up, down) = (u64::from(poll.up).min(timeout), u64::from(poll.down));
        let timed_out = matches!(poll.answer, Answer::Silence) || u64::from(poll.up) + down > timeout;
        self.pass(if matches!(poll.answer, Answer::Silence) { timeout } else { up });
        if poll.killed.is_none() {
            self.jump(poll.jump);
        }
        let response = if lost { None } else { Some(self.serve(poll.answer, &quoted)) };
        self.reference.answered = Some(self.now);
        if let Some(downtime) = poll.killed {
            // What the server said, nobody heard.
            self.reference.asked = 0;
            self.pass(u64::from(downtime));
            self.jump(poll.jump);
            self.record.polls[index].heard = self.now;
            return Input::Tick;
        }
        if let Some(response) = response.filter(|_| !timed_out) {
            self.pass(down);
            self.reference.answered = Some(self.now);
            self.note(&poll, &response);
            return Input::Response(Box::new(response));
        }
        if timed_out && !lost {
            // The server answered, and nobody listened any longer.
            self.pass(timeout - up);
            self.reference.answered = Some(self.now);
        }
        self.reference.misses += 1;
        self.reference.asked = 0;
        self.record.polls[index].heard = self.now;
        Input::NoResponse(if timed_out { NoResponse::TimedOut } else { NoResponse::Failed(quoted) })
    }

    /// The server's side of a poll that reached it.
    fn serve(&mut self, answer: Answer, quoted: &str) -> HttpResponse {
        let quoted = super::scenario::quoted(quoted);
        let age = self.now.real - self.issued;
        let approved = self.script.approval.is_some_and(|approval| u64::from(approval) <= age);
        let with = |word: &str, interval: Option<u32>| {
            let interval = interval.map_or(String::new(), |seconds| format!(r#","interval":{seconds}"#));
            replies::reply(400, format!(r#"{{"error":"{word}","error_description":{quoted}{interval}}}"#))
        };
        let late = |after: Option<u16>| after.map(|seconds| seconds.to_string());
        match answer {
            Answer::Page(status, after) => HttpResponse { retry_after: late(after), ..replies::page(status) },
            Answer::PageWithDate(status, after) => HttpResponse {
                retry_after: Some(replies::http_date(self.now.real / 1000 + u64::from(after))),
                date: Some(replies::http_date(self.now.real / 1000)),
                ..replies::page(status)
            },
            Answer::Unavailable => with("temporarily_unavailable", None),
            Answer::Loop => replies::reply(
                400,
                r#"{"error":"invalid_request","error_description":"AADSTS50196: A client request loop.","error_codes":[50196]}"#,
            ),
            _ if self.gave_tokens => with("invalid_grant", None),
            _ if age >= u64::from(self.script.expires_in) * 1000 => with("expired_token", None),
            _ if approved => {
                self.gave_tokens = true;
                replies::tokens()
            }
            Answer::Pending(interval) => with("authorization_pending", interval),
            Answer::SlowDown(interval) => with("slow_down", interval),
            Answer::Denied => with("access_denied", None),
            Answer::Reset | Answer::Silence => unreachable!("these never arrive"),
        }
    }

    /// What the answer that has arrived means for the pace. `poll.answer` is what the server would say while nobody has
    /// signed in; where it said something else, the flow is over.
    fn note(&mut self, poll: &Poll, response: &HttpResponse) {
        let polled = self.record.polls.last_mut().expect("there is a poll");
        polled.heard = self.now;
        let body = String::from_utf8_lossy(&response.body);
        polled.brought_tokens = body.contains(replies::ACCESS_TOKEN);
        polled.was_final = ["invalid_grant", "expired_token", "access_denied"].iter().any(|word| body.contains(word));
        let reference = &mut self.reference;
        let seconds = |sent: Option<u32>| u64::from(sent.unwrap_or(0)) * 1000;
        reference.asked = 0;
        match poll.answer {
            Answer::Pending(sent) => reference.interval = reference.interval.max(seconds(sent)),
            Answer::SlowDown(sent) => reference.interval = (reference.interval + 5000).max(seconds(sent)),
            Answer::Page(_, after) => reference.asked = u64::from(after.unwrap_or(0)) * 1000,
            Answer::PageWithDate(_, after) => reference.asked = u64::from(after) * 1000,
            // Microsoft: five minutes of silence.
            Answer::Loop => reference.asked = 300_000,
            Answer::Unavailable | Answer::Denied | Answer::Reset | Answer::Silence => {}
        }
        reference.misses = if poll.answer.is_good() { 0 } else { reference.misses + 1 };
    }
}
