//! What authorities have said about themselves is asked for once a day.

use std::slice::from_ref;

use crate::support::START;
use crate::support::replies::{ISSUER, metadata, page, reply};
use crate::support::scenario::Scenario;
use device_code_flow::flow::metadata_cache::MetadataCache;
use device_code_flow::flow::{Action, FlowState, Input};
use device_code_flow::oauth::http::HttpResponse;
use device_code_flow::time::UnixMillis;

const DAY: u64 = 24 * 60 * 60 * 1000;

/// The addresses that a sign-in asks for until it asks for the codes, or has failed.
fn asked(lookups: &mut MetadataCache, scenario: &Scenario, answers: &[HttpResponse], after: u64) -> Vec<String> {
    let now = UnixMillis(START.0 + after);
    let mut urls = Vec::new();
    let mut answers = answers.iter();
    let mut step = lookups.advance(scenario.begin().expect("a good request"), Input::Tick, now);
    while let Action::Send(request) = &step.action {
        if request.form.is_some() {
            break;
        }
        urls.push(request.url.clone());
        let answer = answers.next().expect("an answer").clone();
        step = lookups.advance(step.state, Input::Response(Box::new(answer)), now);
    }
    urls
}

#[test]
fn an_issuers_metadata_is_good_for_a_day() {
    let mut lookups = MetadataCache::default();
    let openid = format!("{ISSUER}/.well-known/openid-configuration");
    for (after, times) in [(0, 1), (1, 0), (DAY - 1, 0), (DAY, 1), (DAY + 1, 0), (2 * DAY, 1)] {
        let urls = asked(&mut lookups, &Scenario::issuer(), &[metadata()], after);
        assert_eq!(urls, vec![openid.clone(); times], "after {after} ms");
    }
}

#[test]
fn a_clock_that_was_set_back_makes_every_answer_old() {
    let mut lookups = MetadataCache::default();
    assert_eq!(asked(&mut lookups, &Scenario::issuer(), &[metadata()], DAY).len(), 1);
    assert_eq!(asked(&mut lookups, &Scenario::issuer(), &[metadata()], 0).len(), 1);
    assert_eq!(asked(&mut lookups, &Scenario::issuer(), &[], 1).len(), 0);
}

#[test]
fn only_what_led_on_is_kept() {
    let mut lookups = MetadataCache::default();
    let oauth = [page(404), metadata()];
    assert_eq!(asked(&mut lookups, &Scenario::issuer(), &[page(404), page(404)], 0).len(), 2);
    assert_eq!(asked(&mut lookups, &Scenario::issuer(), &oauth, 0).len(), 2);
    // The 404 is asked for again: a document may be there by now. The other is known.
    assert_eq!(asked(&mut lookups, &Scenario::issuer(), &oauth, 1).len(), 1);
}

#[test]
fn both_answers_about_a_private_cloud_are_kept_for_every_tenant_of_their_own() {
    let mut lookups = MetadataCache::default();
    // Each sign-in has a correlation id of its own, which is no part of what is asked.
    let id = std::cell::Cell::new(0);
    let private = |tenant: &str| {
        id.set(id.get() + 1);
        let id = format!("\"id-{}\"", id.get());
        Scenario::at(&format!("https://login.private.example/{tenant}.example")).with("correlationId", &id)
    };
    let answers = [
        reply(200, r#"{"tenant_discovery_endpoint":"https://login.private.example/x","metadata":[]}"#),
        reply(
            200,
            r#"{"issuer":"https://login.private.example/x","token_endpoint":"https://login.private.example/token"}"#,
        ),
    ];
    assert_eq!(asked(&mut lookups, &private("contoso"), &answers, 0).len(), 2);
    assert_eq!(asked(&mut lookups, &private("contoso"), &[], 1).len(), 0);
    assert_eq!(asked(&mut lookups, &private("fabrikam"), &answers, 1).len(), 2);
}

/// An issuer of this number, and its metadata with so many bytes more.
fn numbered(number: u32, bytes: usize) -> (Scenario, HttpResponse) {
    let issuer = format!("https://login{number}.example");
    let body = serde_json::json!({
        "issuer": issuer, "device_authorization_endpoint": format!("{issuer}/d"), "token_endpoint": format!("{issuer}/t"), "pad": "x".repeat(bytes),
    });
    (Scenario::at(&issuer), reply(200, body.to_string()))
}

#[test]
fn the_last_thirty_two_answers_are_kept() {
    let mut lookups = MetadataCache::default();
    let mut asks = |number, after| {
        let (scenario, answer) = numbered(number, 0);
        asked(&mut lookups, &scenario, &[answer], after).len()
    };
    assert!((0..33).all(|number| asks(number, u64::from(number)) == 1));
    assert!((1..33).all(|number| asks(number, 40) == 0));
    assert_eq!(asks(0, 41), 1, "the oldest was forgotten");
    assert_eq!(asks(1, 42), 1, "and then the next");
}

#[test]
fn an_answer_that_is_longer_than_any_metadata_is_not_kept() {
    let mut lookups = MetadataCache::default();
    for (bytes, times) in [(60_000, 1), (70_000, 2)] {
        let (scenario, answer) = numbered(u32::try_from(bytes).expect("a number"), bytes);
        let urls = (0..2).map(|after| asked(&mut lookups, &scenario, from_ref(&answer), after).len());
        assert_eq!(urls.sum::<usize>(), times, "{bytes} bytes");
    }
}

#[test]
fn codes_and_tokens_are_never_kept() {
    let mut lookups = MetadataCache::default();
    for _ in 0..2 {
        let mut step = lookups.advance(Scenario::entra().begin().expect("a good request"), Input::Tick, START);
        for answer in [crate::support::replies::codes(Some(5), 900), crate::support::replies::tokens()] {
            assert!(matches!(step.action, Action::Send(_)), "{:?}", step.action);
            step = lookups.advance(step.state, Input::Response(Box::new(answer)), START);
            if let Action::Wait { until } = step.action {
                step = lookups.advance(step.state, Input::Tick, until);
            }
        }
        assert!(matches!((step.state, step.action), (FlowState::Ended, Action::Finish(_))));
    }
}
