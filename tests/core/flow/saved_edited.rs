//! Saved texts that somebody has edited, with a check that is right: what is read of them is what a running flow could have
//! written, and no world makes such a flow poll faster than once a second.

use crate::support::START;
use crate::support::replies::{error, page};
use crate::support::saved::checked;
use crate::support::scenario::Scenario;
use device_code_flow::flow::trouble::Trouble;
use device_code_flow::flow::{Action, FlowState, Input, advance, saved};
use device_code_flow::oauth::http::HttpResponse;
use device_code_flow::time::UnixMillis;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What is a number in a text with a code.
const NUMBERS: [&str; 12] = [
    "answered",
    "due",
    "sent",
    "revision",
    "expires",
    "expiresIn",
    "patience",
    "interval",
    "misses",
    "polls",
    "timeout",
    "requestTimeout",
];

fn texts() -> Vec<Value> {
    let mut missed = Scenario::entra().with("timeout", "600").to_waiting();
    missed.tick().reset();
    let states = [
        Scenario::entra().to_waiting().step.state,
        missed.step.state,
        Scenario::issuer().approved_after(2).to_polling().step.state,
    ];
    let text = |state: &FlowState| saved::write(state).expect("a text");
    states.iter().map(|state| serde_json::from_str(&text(state)).expect("JSON")).collect()
}

fn any_number() -> impl Strategy<Value = u64> {
    let near = (0..2_000_000_u64).prop_map(|millis| START.0 - 1_000_000 + millis);
    prop_oneof![
        4 => Just(0), 2 => 1..100_u64, 2 => near, 1 => Just(START.0), 1 => Just(u64::from(u32::MAX)), 1 => Just(u64::MAX), 1 => any::<u64>(),
    ]
}

/// A text with some of its numbers changed.
fn any_edited() -> impl Strategy<Value = String> {
    let texts = texts();
    let changes = prop::collection::vec((prop::sample::select(NUMBERS.to_vec()), any_number()), 1..6);
    (0..texts.len(), changes).prop_map(move |(at, changes)| {
        let mut text = texts[at].clone();
        for (name, number) in changes {
            if text.get(name).is_some() {
                text[name] = json!(number);
            }
        }
        checked(&text)
    })
}

/// What becomes of a poll: an answer, or none.
fn any_answer() -> impl Strategy<Value = Option<HttpResponse>> {
    prop_oneof![
        4 => Just(None),
        2 => Just(Some(error("authorization_pending"))),
        1 => Just(Some(error("slow_down"))),
        1 => Just(Some(page(503))),
    ]
}

/// When each poll is sent, in a world that answers at once.
fn polled(mut state: FlowState, answers: &[Option<HttpResponse>]) -> Vec<u64> {
    let (mut now, mut input, mut polls, mut answers) = (START, Input::Tick, Vec::new(), answers.iter());
    for _ in 0..4 * answers.len() {
        let step = advance(state, input, now);
        state = step.state;
        input = match step.action {
            Action::Send(request) => {
                assert!(request.timeout.as_millis() > 0, "an answer is waited for");
                polls.push(now.0);
                match answers.next() {
                    Some(Some(response)) => Input::Response(Box::new(response.clone())),
                    Some(None) => state.failed("refused".into(), &request.url),
                    None => break,
                }
            }
            Action::Wait { until } => {
                assert!(until >= now);
                now = UnixMillis(until.0.max(now.0 + 1));
                Input::Tick
            }
            Action::Fail(_) => break,
            other => panic!("{other:?}"),
        };
    }
    polls
}

proptest! {
    #![proptest_config(crate::support::cases(1_000))]

    #[test]
    fn no_edited_text_polls_faster_than_once_a_second(text in any_edited(), answers in prop::collection::vec(any_answer(), 1..12)) {
        let Ok(state) = saved::read(&text) else { return Ok(()) };
        let polls = polled(state, &answers);
        prop_assert!(polls.windows(2).all(|pair| pair[1] - pair[0] >= 1_000), "{:?}", polls);
    }

    #[test]
    fn what_is_read_of_an_edited_text_is_what_is_written_of_it(text in any_edited()) {
        let Ok(state) = saved::read(&text) else { return Ok(()) };
        let again = saved::write(&state).expect("a text");
        prop_assert_eq!(saved::read(&again), Ok(state));
    }
}

#[test]
fn an_interval_of_none_is_one_second_as_it_is_on_the_wire() {
    let mut text = texts().remove(0);
    for name in ["interval", "due", "answered", "misses"] {
        text[name] = json!(0);
    }
    let state = saved::read(&checked(&text)).expect("a flow");
    assert_eq!(state.session().expect("a code").pace.interval.as_secs(), 1);
    assert_eq!(
        polled(state, &[None, None, None]).iter().map(|at| at - START.0).collect::<Vec<_>>(),
        [0, 2_000, 6_000, 14_000]
    );
}

#[test]
fn nothing_that_a_person_sees_moves_a_cursor_or_turns_the_writing() {
    let odd = "a\u{1b}[2J\u{202e}b\r\n\u{200b}c";
    let troubles = [json!({ "refused": odd }), json!({ "noAnswer": odd })].map(|trouble| ("trouble", trouble));
    for (name, value) in [("userCode", json!(odd)), ("message", json!(odd))].into_iter().chain(troubles) {
        let mut text = texts().remove(0);
        text[name] = value;
        let state = saved::read(&checked(&text)).expect("a flow");
        let session = state.session().expect("a code");
        let prompt = &session.prompt;
        let words = match &session.trouble {
            Some(Trouble::Refused(words) | Trouble::NoAnswer(words)) => Some(words),
            _ => None,
        };
        let seen = [Some(&prompt.user_code), Some(&prompt.message), words];
        assert!(seen.contains(&Some(&"a[2Jb  c".to_owned())), "{name}: {seen:?}");
    }
    for name in ["verificationUri", "verificationUriComplete"] {
        let mut text = texts().remove(0);
        text[name] = json!(format!("https://a.example/{odd}"));
        let complete = saved::read(&checked(&text))
            .map(|state| state.session().expect("a code").prompt.verification_uri_complete.clone());
        assert!(matches!(complete, Err(_) | Ok(None)), "{name}");
    }
}

#[test]
fn a_mark_of_the_byte_order_before_a_text_does_no_harm() {
    for text in texts() {
        let text = checked(&text);
        assert_eq!(saved::read(&format!("\u{feff}{text}\r\n")), saved::read(&text));
        assert!(saved::read(&text).is_ok());
    }
}
