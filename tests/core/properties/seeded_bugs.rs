//! Do the rules catch anything? The bugs of other libraries, put into the machine one at a time: each must be found
//! by the rule meant for it, in its smallest case and by a random search, and the machine as shipped must pass both.
//! docs/adr/0004-seeded-bugs.md says who has which.

use std::time::Duration;

use crate::support::rules::{broken, tardy};
use crate::support::script::{Answer, Nap, Poll, Script, any_script, prompt_script};
use crate::support::world::{Freezing, Machine, Shipped, run};
use device_code_flow::error::Code;
use device_code_flow::flow::pace::Pace;
use device_code_flow::flow::session::Session;
use device_code_flow::flow::trouble::Trouble;
use device_code_flow::flow::{self, Action, FlowState, Input, Step, saved};
use device_code_flow::time::UnixMillis;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// What is put in.
#[derive(Clone, Copy)]
enum Bug {
    PollsAtOnce,
    ForgetsSlowDown,
    ForgetsSlowDownAfterOneWait,
    CountsOneSlowDownOnly,
    TakesALowerInterval,
    BacksOffBelowTheInterval,
    NeverBacksOff,
    NeverRecovers,
    ChecksNoExpiry,
    PollsAtEarlyTicks,
    CountsFromTheRequest,
    CutsToWholeSeconds,
    ThawsWithoutTheInterval,
    ThawsWithANewLife,
    EndsAtOneReset,
    PollsOnInALoop,
    RepeatsTheHostsWords,
}

/// The machine with a bug in it.
struct Seeded {
    bug: Bug,
    /// The interval before any `slow_down`.
    base: Option<Duration>,
    now: UnixMillis,
}

impl Seeded {
    fn new(bug: Bug) -> Self {
        Self { bug, base: None, now: UnixMillis(0) }
    }

    /// Before the step: what the state or the input is taken for.
    fn before(&self, state: &mut FlowState) {
        match (self.bug, state) {
            (Bug::PollsAtEarlyTicks, FlowState::Waiting(waiting)) => waiting.due = self.now,
            (Bug::ChecksNoExpiry, FlowState::Waiting(waiting)) => lives_on(&mut waiting.session),
            (Bug::ChecksNoExpiry, FlowState::Polling(polling)) => lives_on(&mut polling.session),
            _ => {}
        }
    }

    /// After a step that led to a wait: what becomes of the pace and of the next poll.
    fn after(&mut self, was: &FlowState, waiting: &mut flow::waiting::Waiting) {
        let base = *self.base.get_or_insert(waiting.session.pace.interval);
        let FlowState::Polling(polling) = was else {
            if matches!((self.bug, was), (Bug::PollsAtOnce, FlowState::Requesting(_))) {
                waiting.due = self.now;
            }
            return;
        };
        let (before, pace) = (polling.session.pace, &mut waiting.session.pace);
        match self.bug {
            Bug::ForgetsSlowDown if pace.interval > before.interval => {
                pace.interval = before.interval;
                waiting.due = self.now + before.interval;
            }
            Bug::ForgetsSlowDownAfterOneWait => pace.interval = base,
            Bug::CountsOneSlowDownOnly if pace.interval > base + Duration::from_secs(5) => {
                pace.interval = base + Duration::from_secs(5);
                waiting.due = self.now + pace.interval;
            }
            // The interval of the answer replaces ours, up or down. These scripts send 1 as the lower one.
            Bug::TakesALowerInterval if pace.interval > before.interval => {
                pace.interval = Duration::from_secs(1);
                waiting.due = self.now + pace.interval;
            }
            Bug::BacksOffBelowTheInterval if pace.misses > 0 => {
                waiting.due = self.now + pace.wait().min(Duration::from_secs(10));
            }
            Bug::NeverBacksOff if pace.misses > 0 => {
                pace.misses = 0;
                waiting.due = self.now + pace.interval;
            }
            Bug::NeverRecovers if pace.misses < before.misses => {
                pace.misses = before.misses;
                waiting.due = self.now + pace.wait();
            }
            Bug::PollsOnInALoop if matches!(&waiting.session.trouble, Some(Trouble::Refused(words)) if words.contains("AADSTS50196")) =>
            {
                waiting.due = self.now + pace.wait();
            }
            Bug::CountsFromTheRequest => waiting.due = (polling.sent + pace.wait()).max(self.now),
            Bug::CutsToWholeSeconds => waiting.due = UnixMillis(waiting.due.0 / 1000 * 1000).max(self.now),
            _ => {}
        }
    }
}

fn lives_on(session: &mut Session) {
    session.prompt.expires = session.prompt.expires + Duration::from_secs(1_000_000);
    session.expires_in = Duration::from_secs(1_000_000);
    session.patience = None;
}

impl Machine for Seeded {
    fn advance(&mut self, mut state: FlowState, input: Input, now: UnixMillis) -> Step {
        self.now = now;
        self.before(&mut state);
        if matches!((self.bug, &input), (Bug::EndsAtOneReset, Input::NoResponse(_))) {
            return Step::fail(Code::Network.error("The connection was reset."));
        }
        let was = state.clone();
        let mut step = flow::advance(state, input, now);
        if let (FlowState::Waiting(waiting), Action::Wait { until }) = (&mut step.state, &mut step.action) {
            self.after(&was, waiting);
            *until = waiting.due.min(waiting.session.deadline()).max(now);
        }
        step
    }

    fn hear(&mut self, state: &FlowState, heard: Input, url: &str) -> Input {
        match (self.bug, heard) {
            (Bug::RepeatsTheHostsWords, heard) => heard,
            (_, heard) => Shipped.hear(state, heard, url),
        }
    }

    fn thaw(&mut self, text: &str) -> FlowState {
        let mut state = saved::read(text).expect("what was saved can be read");
        if let FlowState::Waiting(waiting) = &mut state {
            let session = &mut waiting.session;
            match self.bug {
                Bug::ThawsWithoutTheInterval => session.pace = Pace::new(None),
                Bug::ThawsWithANewLife => session.prompt.expires = self.now + session.expires_in,
                _ => {}
            }
        }
        state
    }
}

fn violations(script: &Script, machine: &mut dyn Machine) -> Vec<String> {
    let record = run(script, machine, Freezing::Always);
    let mut found = broken(script, &record);
    let on_time = script.naps.iter().all(|nap| nap.share == 1000 && nap.late < 300);
    if on_time && script.polls.iter().all(|poll| poll.killed.is_none()) {
        found.extend(tardy(script, &record));
    }
    found
}

/// `bug` breaks `rule`: in the smallest case, where the shipped machine breaks none, and in one that a search finds.
fn is_caught(bug: Bug, rule: &str, smallest: &Script) {
    let breaks = |found: &[String]| found.iter().any(|text| text.starts_with(rule));
    let found = violations(smallest, &mut Seeded::new(bug));
    assert!(breaks(&found), "{rule} is not broken in the smallest case; found {found:?}");
    assert_eq!(violations(smallest, &mut Shipped), Vec::<String>::new(), "the shipped machine, in the smallest case");

    assert!(
        search(|script| breaks(&violations(script, &mut Seeded::new(bug)))),
        "{rule} is broken by none of 400 cases"
    );
}

/// Do any of 400 random scripts, always the same ones, answer to `looked_for`?
fn search(looked_for: impl Fn(&Script) -> bool) -> bool {
    let config = Config { cases: 400, failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let scripts = proptest::prop_oneof![any_script(), prompt_script()];
    let found =
        runner.run(&scripts, |script| if looked_for(&script) { Err(TestCaseError::fail("found")) } else { Ok(()) });
    matches!(found, Err(TestError::Fail(..)))
}

#[test]
fn the_same_search_finds_nothing_in_the_shipped_machine() {
    assert!(!search(|script| !violations(script, &mut Shipped).is_empty()));
}

fn polls(answers: &[Answer]) -> Script {
    Script { polls: answers.iter().copied().map(Poll::answered).collect(), ..Script::plain() }
}

const PENDING: Answer = Answer::Pending(None);
const SLOW_DOWN: Answer = Answer::SlowDown(None);

#[test]
fn polling_at_once_is_caught() {
    is_caught(Bug::PollsAtOnce, "P1 first poll", &Script::plain());
}

#[test]
fn forgetting_a_slow_down_is_caught() {
    is_caught(Bug::ForgetsSlowDown, "P1 interval", &polls(&[SLOW_DOWN, PENDING]));
}

#[test]
fn forgetting_a_slow_down_after_one_wait_is_caught() {
    is_caught(Bug::ForgetsSlowDownAfterOneWait, "P1 interval", &polls(&[SLOW_DOWN, PENDING, PENDING]));
}

#[test]
fn counting_one_slow_down_only_is_caught() {
    is_caught(Bug::CountsOneSlowDownOnly, "P1 interval", &polls(&[SLOW_DOWN, SLOW_DOWN]));
}

#[test]
fn taking_a_lower_interval_is_caught() {
    is_caught(Bug::TakesALowerInterval, "P3 interval", &polls(&[Answer::SlowDown(Some(1))]));
}

#[test]
fn a_back_off_below_the_interval_is_caught() {
    let slow = Script { interval: Some(11), ..polls(&[Answer::Reset]) };
    is_caught(Bug::BacksOffBelowTheInterval, "P1 interval", &slow);
}

#[test]
fn never_backing_off_is_caught() {
    is_caught(Bug::NeverBacksOff, "back-off", &polls(&[Answer::Reset]));
}

#[test]
fn never_recovering_from_a_back_off_is_caught() {
    let long = Script { expires_in: 300, ..polls(&[Answer::Reset, Answer::Reset, Answer::Reset, PENDING]) };
    is_caught(Bug::NeverRecovers, "recovery", &long);
}

#[test]
fn checking_no_expiry_is_caught() {
    is_caught(Bug::ChecksNoExpiry, "P2 expiry", &Script { expires_in: 6, ..polls(&[Answer::Reset]) });
}

#[test]
fn polling_at_an_early_tick_is_caught() {
    let early = Script { naps: vec![Nap { share: 500, ..Nap::ON_TIME }], ..Script::plain() };
    is_caught(Bug::PollsAtEarlyTicks, "P1", &early);
}

#[test]
fn an_interval_counted_from_the_request_is_caught() {
    is_caught(Bug::CountsFromTheRequest, "P1 interval", &Script::plain());
}

#[test]
fn whole_second_truncation_is_caught() {
    is_caught(Bug::CutsToWholeSeconds, "P1 interval", &Script::plain());
}

#[test]
fn thawing_without_the_interval_is_caught() {
    is_caught(Bug::ThawsWithoutTheInterval, "P1 interval", &polls(&[SLOW_DOWN, SLOW_DOWN, PENDING]));
}

#[test]
fn thawing_with_a_new_life_is_caught() {
    is_caught(Bug::ThawsWithANewLife, "P2", &Script { expires_in: 6, ..polls(&[Answer::Reset]) });
}

#[test]
fn ending_at_one_reset_is_caught() {
    is_caught(Bug::EndsAtOneReset, "patience", &polls(&[Answer::Reset]));
}

#[test]
fn polling_on_after_a_detected_loop_is_caught() {
    is_caught(Bug::PollsOnInALoop, "Retry-After", &Script { expires_in: 900, ..polls(&[Answer::Loop, PENDING]) });
}

#[test]
fn repeating_the_words_of_a_host_that_quotes_the_request_is_caught() {
    is_caught(Bug::RepeatsTheHostsWords, "P5 secrets", &polls(&[Answer::Reset]));
}
