//! What was refused is not asked for again at once.

use crate::support::cache::ada;
use crate::support::replies::{page, reply};
use crate::support::silent::{Program, Refresh};
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::oauth::http::HttpResponse;
use serde_json::{Value, json};

/// No request is expected.
const NOTHING: [HttpResponse; 0] = [];

fn signed_in() -> Program {
    let mut store = CacheDocument::default();
    ada("old").into(&mut store);
    Program::new(store)
}

fn forced() -> Value {
    json!({ "forceRefresh": true })
}

fn interaction_required() -> HttpResponse {
    reply(400, r#"{"error":"interaction_required","error_description":"Show yourself."}"#)
}

fn busy(retry_after: &str) -> HttpResponse {
    HttpResponse { retry_after: Some(retry_after.into()), ..reply(429, "{}") }
}

/// How many requests a refresh makes so many seconds later.
fn sends(program: &mut Program, seconds: i64, changes: &Value) -> usize {
    let tokens = Some(crate::support::replies::tokens());
    program.after(seconds).refresh(changes, [tokens.clone(), tokens]).sent.len()
}

#[track_caller]
fn is_left_alone_for(program: &mut Program, refused: &Refresh, seconds: i64) {
    let again = program.after(seconds - 2).refresh(&forced(), NOTHING);
    let (first, second) = (refused.failure(), again.failure());
    assert_eq!((&second.code, second.class, &second.evidence), (&first.code, first.class, &first.evidence));
    assert!(
        second.message.starts_with(&first.message) && second.message.contains("Not asked again for another"),
        "{}",
        second.message
    );
    assert_eq!(sends(program, 3, &forced()), 1, "after {seconds} s");
}

#[test]
fn retry_after_is_kept_to() {
    let mut program = signed_in();
    let refused = program.refresh(&forced(), [Some(busy("30"))]);
    assert_eq!(refused.sent.len(), 1, "who asks for a long silence is not asked thrice");
    is_left_alone_for(&mut program, &refused, 30);
}

#[test]
fn an_hour_is_the_longest_silence() {
    let mut program = signed_in();
    let refused = program.refresh(&forced(), [Some(busy("86400"))]);
    is_left_alone_for(&mut program, &refused, 3600);
}

#[test]
fn a_server_that_could_not_answer_is_left_alone_for_a_minute() {
    for status in [429, 500, 503] {
        let mut program = signed_in();
        let refused = program.refresh(&forced(), [Some(page(status)), Some(page(status)), Some(page(status))]);
        is_left_alone_for(&mut program, &refused, 60);
    }
}

#[test]
fn one_that_wants_to_see_the_person_for_two() {
    let mut program = signed_in();
    let refused = program.refresh(&forced(), [Some(interaction_required())]);
    is_left_alone_for(&mut program, &refused, 120);
}

#[test]
fn a_connection_that_broke_is_tried_again_at_once() {
    let mut program = signed_in();
    assert!(program.refresh(&forced(), [None, None, None]).end.is_err());
    assert_eq!(sends(&mut program, 0, &forced()), 1);
}

#[test]
fn other_scopes_and_other_claims_are_another_question() {
    let mut program = signed_in();
    program.refresh(&forced(), [Some(interaction_required())]);
    assert_eq!(sends(&mut program, 1, &json!({ "scopes": ["Mail.Read"], "forceRefresh": true })), 1);
    let mut program = signed_in();
    program.refresh(&forced(), [Some(interaction_required())]);
    assert_eq!(sends(&mut program, 1, &json!({ "claims": r#"{"access_token":{}}"# })), 1);
    let mut program = signed_in();
    let two = json!({ "scopes": ["A", "B"], "forceRefresh": true });
    program.refresh(&two, [Some(interaction_required())]);
    assert_eq!(
        sends(&mut program, 1, &json!({ "scopes": ["B", "A"], "forceRefresh": true })),
        0,
        "their order is nothing"
    );
}

#[test]
fn whoever_signs_in_again_is_not_left_alone() {
    let mut program = signed_in();
    program.refresh(&forced(), [Some(interaction_required())]);
    ada("new").into(&mut program.store);
    assert_eq!(sends(&mut program, 1, &forced()), 1);
}

#[test]
fn a_clock_that_was_set_back_ends_it() {
    let mut program = signed_in();
    program.refresh(&forced(), [Some(busy("3600"))]);
    assert_eq!(sends(&mut program, -100, &forced()), 1);
}

#[test]
fn a_token_that_is_still_good_stands_in_without_a_request() {
    let mut program = signed_in();
    let stale = json!({});
    assert_eq!(program.after(3350).refresh(&stale, [Some(busy("60"))]).token(), "at-old");
    let again = program.after(10).refresh(&stale, NOTHING);
    assert_eq!((again.token(), again.sent.len()), ("at-old", 0));
}

#[test]
fn a_refused_pair_of_tokens_is_one_question() {
    let mut program = signed_in();
    ada("family").client("office").family().into(&mut program.store);
    let refused = program.refresh(
        &forced(),
        [Some(reply(400, r#"{"error":"invalid_grant"}"#)), Some(reply(400, r#"{"error":"invalid_grant"}"#))],
    );
    assert_eq!(refused.tried(), ["rt-old", "rt-family"]);
    assert_eq!(program.after(5).refresh(&forced(), NOTHING).failure().code.text(), "invalid_grant");
}

#[test]
fn an_issuer_that_has_to_be_asked_about_first_is_left_alone_all_the_same() {
    let entry = crate::support::cache::refresh_token("", "rt");
    let cache = crate::support::cache::at_issuer(crate::support::replies::ISSUER, "s-1", &[("k", entry)]);
    let mut program = Program::new(crate::support::cache::store(cache));
    let issuer = json!({
        "authority": crate::support::replies::ISSUER, "homeAccountId": "s-1", "environment": "login.example", "tenantId": "",
    });
    let metadata = || Some(crate::support::replies::metadata());
    let refused = program.refresh(&issuer, [metadata(), Some(interaction_required())]);
    assert_eq!(refused.tried(), ["rt"]);
    let again = program.after(60).refresh(&issuer, NOTHING);
    assert_eq!((again.failure().code.text(), again.sent.len()), ("interaction_required", 0));
    assert_eq!(program.after(61).refresh(&issuer, [Some(crate::support::replies::tokens())]).sent.len(), 1);
}

#[test]
fn the_last_thirty_two_refusals_are_remembered() {
    let mut program = signed_in();
    let question = |number: u32| json!({ "scopes": [format!("S{number}")], "forceRefresh": true });
    for number in 0..33 {
        assert_eq!(program.refresh(&question(number), [Some(busy("3600"))]).sent.len(), 1);
    }
    for number in 1..33 {
        assert_eq!(program.refresh(&question(number), NOTHING).sent.len(), 0, "{number}");
    }
    assert_eq!(sends(&mut program, 1, &question(0)), 1, "the oldest was forgotten");
}
