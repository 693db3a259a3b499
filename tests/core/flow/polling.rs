//! The state `Polling`: what each answer means, and what a poll means that nobody saw answered.

use crate::support::replies::{self, codes, error, page, reply, tokens};
use crate::support::scenario::{Scenario, quoted};
use device_code_flow::flow::Input;
use device_code_flow::oauth::http::{HttpResponse, NoResponse};
use device_code_flow::secret::Secret;

#[test]
fn tokens_end_the_flow_with_all_that_came() {
    let scene = Scenario::entra().approved_after(2).to_the_end();
    let sign_in = scene.sign_in();
    assert_eq!(sign_in.authority, "https://login.microsoftonline.com/common/");
    assert_eq!(sign_in.scopes, ["User.Read", "openid"]);
    assert_eq!(sign_in.expires_on.map(|moment| moment.0), Some(scene.now.0 + 3_600_000));
    assert_eq!(sign_in.tokens.refresh_token.as_ref().map(Secret::expose), Some(replies::REFRESH_TOKEN));
    let account = &sign_in.account;
    assert_eq!((account.profile.username.as_str(), account.profile.name.as_str()), ("ada@example.org", "Ada"));
    assert_eq!((account.environment.as_str(), account.profile.tenant_id.as_str()), ("login.windows.net", "t-1"));
}

#[test]
fn tokens_are_taken_at_any_status_and_after_the_end() {
    for status in [200, 201, 400, 500, 302] {
        let mut scene = Scenario::entra().to_polling();
        let body = tokens().body;
        scene.now.0 += 3_600_000;
        assert!(scene.respond(HttpResponse { status, body, ..HttpResponse::default() }).sign_in().signed_in.is_none());
    }
}

#[test]
fn an_id_token_that_cannot_be_read_costs_the_name_and_not_the_tokens() {
    let body = r#"{"access_token":"t","token_type":"Bearer","id_token":"nonsense"}"#;
    let mut scene = Scenario::entra().to_polling();
    let sign_in = scene.respond(reply(200, body)).sign_in();
    let account = &sign_in.account;
    assert_eq!((account.home_account_id.as_str(), sign_in.tokens.access_token.expose()), ("local:tv-app", "t"));
}

#[test]
fn scopes_are_the_requested_ones_where_the_server_does_not_say() {
    let mut scene = Scenario::entra().to_polling();
    let sign_in = scene.respond(reply(200, r#"{"access_token":"t"}"#)).sign_in();
    assert_eq!(sign_in.scopes, ["User.Read", "openid", "profile", "offline_access"]);
}

#[test]
fn the_interval_counts_from_the_answer_and_not_from_the_request() {
    let mut scene = Scenario::entra().to_polling();
    scene.now.0 += 4_000;
    assert_eq!(scene.respond(error("authorization_pending")).wait(), 5_000);
}

#[test]
fn everything_that_is_not_an_answer_of_the_server_is_polled_on() {
    for status in [0, 200, 302, 307, 400, 403, 404, 408, 413, 429, 500, 501, 502, 503, 504] {
        let mut scene = Scenario::entra().to_polling();
        assert_eq!(scene.respond(page(status)).wait(), 10_000, "{status}");
    }
    for body in ["", "null", "[]", "{}", "\u{feff}", "<x a=b>", r#"{"error":{"code":31}}"#, r#"{"access_token":7}"#] {
        let mut scene = Scenario::entra().to_polling();
        assert_eq!(scene.respond(reply(200, body)).wait(), 10_000, "{body}");
    }
    for reason in [NoResponse::TimedOut, NoResponse::TooLarge, NoResponse::Abandoned] {
        let mut scene = Scenario::entra().to_polling();
        assert_eq!(scene.input(Input::NoResponse(reason)).wait(), 10_000);
    }
}

#[test]
fn errors_that_pass_are_polled_on() {
    for response in [
        error("temporarily_unavailable"),
        error("server_error"),
        reply(503, r#"{"error":"invalid_grant"}"#),
        reply(429, r#"{"error":"rate_limited"}"#),
    ] {
        assert_eq!(Scenario::entra().to_polling().respond(response).wait(), 10_000);
    }
}

#[test]
fn retry_after_is_kept_where_it_is_longer_than_the_interval() {
    let busy = |after: &str| HttpResponse { retry_after: Some(after.into()), ..page(503) };
    for (after, wait) in [("1", 10_000), ("40", 40_000), ("0", 10_000), ("soon", 10_000), ("-5", 10_000)] {
        assert_eq!(Scenario::entra().to_polling().respond(busy(after)).wait(), wait, "{after}");
    }
    let pending = HttpResponse { retry_after: Some("12".into()), ..error("authorization_pending") };
    assert_eq!(Scenario::entra().to_polling().respond(pending).wait(), 12_000);
}

#[test]
fn retry_after_and_back_off_are_cut_by_the_codes_end_and_the_interval_is_not() {
    let busy = || HttpResponse { retry_after: Some("3600".into()), ..page(503) };
    let mut scene = Scenario::entra().codes(codes(Some(5), 60)).to_waiting();
    let born = scene.now.0;
    assert_eq!(scene.poll(busy()).until().0 - born, 59_000);
    // The answer to that came in the last second: no poll after it, and the end at its time.
    assert_eq!(scene.poll(busy()).until().0 - born, 60_000);
    assert!(!scene.tick().sends());
}

#[test]
fn an_unknown_code_is_forgiven_once_and_only_once_in_a_row() {
    for word in ["incorrect_device_code", "bad_verification_code"] {
        let mut scene = Scenario::entra().to_waiting();
        assert!(scene.poll(error(word)).waits());
        assert!(scene.poll(error("authorization_pending")).waits());
        assert!(scene.poll(error(word)).waits());
        assert_eq!(scene.poll(error(word)).failure().code.text(), word);
    }
}

#[test]
fn the_error_words_may_come_in_any_case() {
    assert_eq!(Scenario::entra().to_polling().respond(error("Slow_Down")).wait(), 10_000);
}

#[test]
fn a_refusal_carries_what_the_server_said() {
    let body = r#"{"error":"invalid_client","error_description":"AADSTS7000218: needs a secret.\r\nTrace ID: x","error_codes":[7000218],"timestamp":"2026-11-23 02:00:00Z","trace_id":"t-1","correlation_id":"c-1","suberror":"s","claims":"{}","error_uri":"https://e.example"}"#;
    let mut scene = Scenario::entra().to_polling();
    let failure = scene.respond(reply(401, body)).failure();
    let said = &failure.evidence;
    assert_eq!((said.status, said.error_codes.as_slice()), (Some(401), [7_000_218].as_slice()));
    assert_eq!((said.trace_id.as_str(), said.correlation_id.as_str()), ("t-1", "c-1"));
    assert_eq!((said.suberror.as_str(), said.claims.as_str()), ("s", "{}"));
    assert_eq!(failure.message, "AADSTS7000218: needs a secret.  Trace ID: x");
    assert!(failure.hint.contains("public client"));
}

#[test]
fn a_poll_that_was_cut_off_counts_as_answered_when_its_timeout_ended() {
    // Taken up at once: the answer may come this very moment.
    let mut scene = Scenario::entra().to_polling();
    assert_eq!(scene.tick_after(2_000).wait(), 5_000);
    // Taken up later than the timeout and the interval: the next poll is due.
    let mut scene = Scenario::entra().to_polling();
    assert_eq!(scene.tick_after(60_000).wait(), 0);
    assert!(scene.tick().sends());
}

#[test]
fn a_poll_that_was_cut_off_before_the_clock_was_set_back_waits_one_interval_and_no_longer() {
    let mut scene = Scenario::entra().to_polling();
    scene.now.0 -= 600_000;
    assert_eq!(scene.input(Input::Tick).wait(), 5_000);
}

#[test]
fn entra_is_asked_for_the_accounts_home_and_others_are_not() {
    assert_eq!(Scenario::entra().to_polling().parameter("client_info").as_deref(), Some("1"));
    assert_eq!(Scenario::issuer().to_polling().parameter("client_info"), None);
}

#[test]
fn the_callers_query_goes_into_every_poll() {
    let scene = Scenario::entra().with("extraQueryParameters", &["{\"dc\":", &quoted("1"), "}"].concat()).to_polling();
    assert!(scene.request().url.ends_with("/token?dc=1"), "{}", scene.request().url);
}

#[test]
fn a_flow_that_is_over_says_so() {
    let mut scene = Scenario::entra().to_the_end();
    assert_eq!(scene.input(Input::Tick).failure().code.text(), "internal_error");
}

/// The process that asked was killed between the server's answer and its first byte on the disk; or the connection broke.
#[test]
fn a_code_that_is_used_up_after_an_answer_was_lost_says_that_the_tokens_are_lost() {
    let killed = |scenario: Scenario| {
        let mut scene = scenario.to_polling();
        scene.tick_after(40_000);
        scene
    };
    let broken = |scenario: Scenario| {
        let mut scene = scenario.to_polling();
        scene.reset();
        scene
    };
    let behind_a_proxy = |scenario: Scenario| {
        let mut scene = scenario.to_polling();
        scene.respond(page(504));
        scene
    };
    for lost in [killed, broken, behind_a_proxy] {
        for used_up in [
            reply(400, r#"{"error":"invalid_grant"}"#),
            reply(400, r#"{"error":"expired_token"}"#),
            reply(
                400,
                r#"{"error":"invalid_grant","error_description":"AADSTS54005: redeemed","error_codes":[54005]}"#,
            ),
        ] {
            let mut scene = lost(Scenario::entra());
            let failure = scene.poll(used_up).failure().clone();
            assert_eq!((failure.code.text(), failure.retryable), ("tokens_lost", false));
            assert!(failure.hint.contains("Ask for a new code"), "{}", failure.hint);
            assert!(failure.message.contains(&failure.evidence.error), "{}", failure.message);
        }
        // Once is forgiven, whatever happened before.
        let mut scene = lost(Scenario::entra());
        assert!(scene.poll(error("bad_verification_code")).waits());
        assert_eq!(scene.poll(error("bad_verification_code")).failure().code.text(), "tokens_lost");
    }
}

#[test]
fn tokens_are_not_said_to_be_lost_where_a_later_answer_or_another_reason_says_otherwise() {
    let lost = || {
        let mut scene = Scenario::entra().to_polling();
        scene.reset();
        scene
    };
    for alive in ["authorization_pending", "slow_down"] {
        let mut scene = lost();
        assert!(scene.poll(error(alive)).waits());
        assert_eq!(scene.poll(error("invalid_grant")).failure().code.text(), "invalid_grant");
    }
    assert_eq!(lost().poll(error("access_denied")).failure().code.text(), "access_denied");
    let guest = r#"{"error":"invalid_grant","error_description":"AADSTS50076: MFA","error_codes":[50076]}"#;
    assert_eq!(lost().poll(reply(400, guest)).failure().code.text(), "invalid_grant");
    assert_eq!(Scenario::entra().to_waiting().poll(error("invalid_grant")).failure().code.text(), "invalid_grant");
    let mut scene = lost();
    scene.tick();
    scene.now.0 += 900_000;
    assert_eq!(scene.respond(error("expired_token")).failure().code.text(), "device_code_expired");
}
