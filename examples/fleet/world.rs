//! The fleet in virtual time: a queue of what happens next, and the real core for every step of every device.

use std::mem;

use device_code_flow::config::request::SignInRequest;
use device_code_flow::error::Code;
use device_code_flow::flow::{self, Action, FlowState, Input};
use device_code_flow::oauth::http::HttpRequest;
use device_code_flow::time::UnixMillis;

use crate::chance::Chance;
use crate::server::{Answer, Server, Ticket};

/// When the power comes back.
const START: u64 = 1_760_000_000_000;
/// Milliseconds on the way, there or back, at the least and at the most.
const LATENCY: (u64, u64) = (10, 150);
/// Milliseconds after which the program asks for a code again when the library has given up on it; to these comes a
/// new draw from the spread of its start.
const PAUSE: u64 = 30_000;
/// The end of a list.
const NOBODY: usize = usize::MAX;

/// What is played.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// How many devices there are.
    pub devices: usize,
    /// Seconds over which their start is spread.
    pub spread: u64,
    /// Requests that the server answers in a second.
    pub capacity: u64,
    /// Of all chance.
    pub seed: u64,
}

/// What came of it.
pub struct Outcome {
    /// What was played.
    pub scenario: Scenario,
    /// Its counts.
    pub server: Server,
    /// Milliseconds from the approval to the tokens, in order; one for each device that signed in.
    pub delays: Vec<u64>,
    /// Devices whose code expired.
    pub expired: usize,
    /// Devices that ended otherwise; there should be none.
    pub failed: usize,
    /// How often a device was refused a code three times and began anew.
    pub restarts: u64,
}

struct Device {
    flow: FlowState,
    ticket: Ticket,
    due: Due,
    next: usize,
}

/// What happens to a device next.
enum Due {
    Start,
    Tick,
    Answer(Answer),
}

struct World {
    now: u64,
    chance: Chance,
    devices: Vec<Device>,
    /// For every millisecond, the first device to which something happens; the others are linked to it.
    queue: Vec<usize>,
    outcome: Outcome,
}

/// Plays a scenario to its end.
pub fn play(scenario: Scenario) -> Outcome {
    let device = || Device { flow: FlowState::Ended, ticket: Ticket::default(), due: Due::Start, next: NOBODY };
    let mut world = World {
        now: 0,
        chance: Chance::new(scenario.seed),
        devices: (0..scenario.devices).map(|_| device()).collect(),
        queue: Vec::new(),
        outcome: Outcome {
            scenario,
            server: Server::new(scenario.capacity),
            delays: Vec::with_capacity(scenario.devices),
            expired: 0,
            failed: 0,
            restarts: 0,
        },
    };
    for device in 0..scenario.devices {
        world.start(device, 0);
    }
    let request = SignInRequest::parse(r#"{"clientId":"tv","scopes":["User.Read"]}"#);
    world.run(&request.expect("the request is a good one"));
    world.outcome.delays.sort_unstable();
    world.outcome
}

impl World {
    fn run(&mut self, request: &SignInRequest) {
        let mut moment = 0;
        while let Some(first) = self.queue.get_mut(moment) {
            let device = mem::replace(first, NOBODY);
            if device == NOBODY {
                moment += 1;
                self.now += 1;
            } else {
                self.happen(device, request);
            }
        }
    }

    /// What is due at this moment, for `device` and all that are linked to it.
    fn happen(&mut self, mut device: usize, request: &SignInRequest) {
        while let Some(it) = self.devices.get_mut(device) {
            let next = mem::replace(&mut it.next, NOBODY);
            let input = match it.due {
                Due::Start => {
                    it.flow = FlowState::begin(Box::new(request.clone())).expect("there is no metadata to be wrong");
                    Input::Tick
                }
                Due::Tick => Input::Tick,
                Due::Answer(answer) => Input::Response(answer.response().into()),
            };
            self.step(device, input);
            device = next;
        }
    }

    fn step(&mut self, device: usize, input: Input) {
        let it = &mut self.devices[device];
        let step = flow::advance(mem::replace(&mut it.flow, FlowState::Ended), input, UnixMillis(START + self.now));
        it.flow = step.state;
        match step.action {
            Action::Send(request) => self.send(device, &request),
            Action::Wait { until } => self.schedule(device, until.0 - START, Due::Tick),
            Action::Finish(_) => self.outcome.delays.push(self.now - it.ticket.approval),
            Action::Done => unreachable!("nothing is revoked here"),
            Action::Fail(failure) if it.ticket.was_issued() => {
                let expired = failure.code == Code::Expired;
                self.outcome.expired += usize::from(expired);
                self.outcome.failed += usize::from(!expired);
            }
            Action::Fail(_) => {
                self.outcome.restarts += 1;
                self.start(device, PAUSE);
            }
        }
    }

    /// The program starts after `pause` and its share of the spread.
    fn start(&mut self, device: usize, pause: u64) {
        let jitter = self.chance.between(0, self.outcome.scenario.spread * 1000);
        self.schedule(device, self.now + pause + jitter, Due::Start);
    }

    /// The request goes out; the server decides when it arrives, and the answer takes its time back.
    fn send(&mut self, device: usize, request: &HttpRequest) {
        let (least, most) = LATENCY;
        let arrival = self.now + self.chance.between(least, most);
        let back = arrival + self.chance.between(least, most);
        let ticket = &mut self.devices[device].ticket;
        let server = &mut self.outcome.server;
        let is_poll = request.form.as_ref().is_some_and(|form| form.expose().contains("device_code="));
        let answer = if is_poll {
            server.poll(ticket, self.now, arrival)
        } else {
            server.codes(ticket, arrival, &mut self.chance)
        };
        ticket.heard = back;
        self.schedule(device, back, Due::Answer(answer));
    }

    fn schedule(&mut self, device: usize, at: u64, due: Due) {
        let at = usize::try_from(at).expect("a run is short");
        if self.queue.len() <= at {
            self.queue.resize(at + 1, NOBODY);
        }
        let next = mem::replace(&mut self.queue[at], device);
        let it = &mut self.devices[device];
        (it.due, it.next) = (due, next);
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Scenario, play};

    /// A thousand devices, on a server that bears a hundred requests a second.
    fn thousand(spread: u64, seed: u64) -> Outcome {
        play(Scenario { devices: 1000, spread, capacity: 100, seed })
    }

    #[test]
    fn every_device_ends() {
        for (spread, seed) in [(0, 1), (5, 2), (60, 3), (300, 4)] {
            let outcome = thousand(spread, seed);
            assert_eq!(outcome.failed, 0);
            assert_eq!(outcome.delays.len() + outcome.expired, 1000);
            assert!(outcome.delays.len() > 900, "most people come: {}", outcome.delays.len());
        }
    }

    #[test]
    fn no_device_polls_before_its_interval_has_passed() {
        for spread in [0, 5, 60] {
            let outcome = thousand(spread, 5);
            assert!(outcome.server.slow_downs > 0, "the interval is put to the test");
            assert_eq!(outcome.server.early, 0);
        }
    }

    #[test]
    fn jitter_lowers_the_peak() {
        let peaks = [0, 5, 60, 300].map(|spread| thousand(spread, 6).server.requests.into_iter().max());
        assert!(peaks.is_sorted_by(|before, after| before > after), "{peaks:?}");
    }

    #[test]
    fn the_same_seed_is_the_same_run() {
        let [one, again, other] = [7, 7, 8].map(|seed| thousand(5, seed));
        assert_eq!((&one.delays, &one.server.requests), (&again.delays, &again.server.requests));
        assert_ne!(one.delays, other.delays);
    }
}
