//! RFC 8628, rule by rule: what it asks of a client and a library can obey. The name says the section.
//!
//! Not here, because they are not the library's to obey:
//! * §3.1 TLS, certificates: the host's; that only https is asked is in `discovering.rs` and `failures.rs`.
//! * §3.1, §3.4 a confidential client MUST authenticate: clients of this library are public, they have no secret.
//! * §3.1, §3.5 a flow SHOULD be started only when the person asks, and again only then: the program's decision. The
//!   library never starts one by itself: `s3_5_expired_token_ends_the_flow_and_starts_no_other`.
//! * §3.3.1, §5.4, §5.7, §6.2 QR codes, telling who asks, short display, channels that only people nearby can read:
//!   advice to the program that draws the screen.
//! * §5.6 shipped secrets are public: there are none.

use crate::support::replies::{DEVICE_CODE, USER_CODE, VERIFICATION_URI, codes, error, page, reply, tokens};
use crate::support::scenario::{Scenario, quoted};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

#[test]
fn s3_1_the_device_request_is_a_form_with_the_client_id_and_the_scope() {
    let scene = Scenario::entra().to_requesting();
    assert_eq!(scene.parameter("client_id").as_deref(), Some("tv-app"));
    assert_eq!(scene.parameter("scope").as_deref(), Some("User.Read openid profile offline_access"));
    assert_eq!(scene.request().url, "https://login.microsoftonline.com/common/oauth2/v2.0/devicecode");
}

#[test]
fn s3_1_no_parameter_appears_twice() {
    let claims = quoted(r#"{"access_token":{}}"#);
    let scenario = || Scenario::entra().with("claims", &claims).with("extraQueryParameters", r#"{"dc":"x"}"#);
    for scene in [scenario().to_requesting(), scenario().to_polling()] {
        let mut names: Vec<String> = scene.form().into_iter().map(|(name, _)| name).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all, "{names:?}");
    }
}

#[test]
fn s3_2_every_required_member_is_required() {
    let complete = [
        ("device_code", r#""d""#),
        ("user_code", r#""U""#),
        ("verification_uri", r#""https://a.example""#),
        ("expires_in", "900"),
    ];
    for (missing, _) in complete {
        let members: Vec<String> = complete
            .iter()
            .filter(|(name, _)| *name != missing)
            .map(|(name, value)| format!(r#""{name}":{value}"#))
            .collect();
        let scene = Scenario::entra().codes(reply(200, format!("{{{}}}", members.join(",")))).with_codes();
        let failure = scene.failure();
        assert_eq!(failure.code.text(), "invalid_server_response");
        assert!(failure.message.contains(missing), "{}", failure.message);
    }
}

#[test]
fn s3_2_five_seconds_where_the_server_names_no_interval() {
    assert_eq!(Scenario::entra().codes(codes(None, 900)).to_waiting().wait(), 5_000);
}

#[test]
fn s3_2_the_interval_is_kept_between_all_polls() {
    let mut scene = Scenario::entra().codes(codes(Some(7), 900)).to_waiting();
    for _ in 0..5 {
        assert_eq!(scene.wait(), 7_000);
        scene.poll(error("authorization_pending"));
    }
}

#[test]
fn s3_2_a_device_request_error_is_read_as_rfc_6749_says() {
    let body = r#"{"error":"invalid_scope","error_description":"No such scope.","error_uri":"https://e.example/1"}"#;
    let scene = Scenario::entra().codes(reply(400, body)).with_codes();
    let failure = scene.failure();
    assert_eq!((failure.code.text(), failure.message.as_str()), ("invalid_scope", "No such scope."));
    assert_eq!(failure.evidence.error_uri, "https://e.example/1");
}

#[test]
fn s3_2_unknown_members_are_ignored() {
    let body = format!(
        r#"{{"x_new":[{{"deep":null}}],"device_code":"d","user_code":"{USER_CODE}","verification_uri":"{VERIFICATION_URI}","expires_in":900,"other":1.5e3}}"#
    );
    assert!(Scenario::entra().codes(reply(200, body)).with_codes().waits());
}

#[test]
fn s3_3_every_wait_shows_the_code_and_the_address() {
    let mut scene = Scenario::entra().to_waiting();
    for _ in 0..3 {
        assert!(scene.waits(), "{:?}", scene.step);
        let prompt = &scene.session().prompt;
        assert_eq!((prompt.user_code.as_str(), prompt.verification_uri.as_str()), (USER_CODE, VERIFICATION_URI));
        assert!(prompt.message.contains(USER_CODE) && prompt.message.contains(VERIFICATION_URI));
        scene.poll(error("slow_down"));
    }
}

#[test]
fn s3_3_1_the_complete_address_comes_beside_the_code_and_never_instead_of_it() {
    let body = r#"{"device_code":"d","user_code":"AB-CD","verification_uri":"https://a.example","verification_uri_complete":"https://a.example?c=AB-CD","expires_in":900}"#;
    let scene = Scenario::entra().codes(reply(200, body)).to_waiting();
    let prompt = &scene.session().prompt;
    assert_eq!(prompt.verification_uri_complete.as_deref(), Some("https://a.example?c=AB-CD"));
    assert_eq!((prompt.user_code.as_str(), prompt.verification_uri.as_str()), ("AB-CD", "https://a.example"));
}

#[test]
fn s3_4_a_poll_has_the_grant_type_the_device_code_and_the_client_id() {
    let scene = Scenario::entra().to_polling();
    assert_eq!(scene.parameter("grant_type").as_deref(), Some(GRANT));
    assert_eq!(scene.parameter("device_code").as_deref(), Some(DEVICE_CODE));
    assert_eq!(scene.parameter("client_id").as_deref(), Some("tv-app"));
    assert_eq!(scene.request().url, "https://login.microsoftonline.com/common/oauth2/v2.0/token");
}

#[test]
fn s3_5_success_is_an_access_token_of_any_case_of_bearer() {
    let scene = Scenario::entra().to_the_end();
    assert_eq!(scene.sign_in().tokens.access_token.expose(), crate::support::replies::ACCESS_TOKEN);
    for (sent, read) in [("bearer", "Bearer"), ("BEARER", "Bearer"), ("DPoP", "DPoP")] {
        let mut scene = Scenario::entra().to_polling();
        scene.respond(reply(200, format!(r#"{{"access_token":"t","token_type":"{sent}"}}"#)));
        assert_eq!(scene.sign_in().tokens.token_type, read);
    }
}

#[test]
fn s3_5_an_empty_access_token_is_none() {
    let mut scene = Scenario::entra().to_polling();
    scene.respond(reply(200, r#"{"access_token":"","token_type":"Bearer"}"#));
    assert!(scene.waits());
}

#[test]
fn s3_5_authorization_pending_is_polled_on() {
    let mut scene = Scenario::entra().approved_after(10).to_waiting();
    assert_eq!(scene.session().polls, 10);
    assert!(scene.poll(tokens()).sign_in().signed_in.is_none());
}

#[test]
fn s3_5_slow_down_adds_five_seconds_for_good() {
    let mut scene = Scenario::entra().to_waiting();
    let mut waits = Vec::new();
    for word in ["slow_down", "slow_down", "authorization_pending", "authorization_pending"] {
        waits.push(scene.poll(error(word)).wait());
    }
    assert_eq!(waits, [10_000, 15_000, 15_000, 15_000]);
}

#[test]
fn s3_5_a_sent_interval_can_only_raise_ours() {
    let with = |word: &str, interval: u32| reply(400, format!(r#"{{"error":"{word}","interval":{interval}}}"#));
    let mut scene = Scenario::entra().to_waiting();
    assert_eq!(scene.poll(with("slow_down", 1)).wait(), 10_000);
    assert_eq!(scene.poll(with("slow_down", 30)).wait(), 30_000);
    assert_eq!(scene.poll(with("authorization_pending", 2)).wait(), 30_000);
}

#[test]
fn s3_5_access_denied_ends_the_flow() {
    for word in ["access_denied", "authorization_declined"] {
        assert_eq!(Scenario::entra().to_waiting().poll(error(word)).failure().code.text(), word);
    }
}

#[test]
fn s3_5_expired_token_ends_the_flow_and_starts_no_other() {
    let mut scene = Scenario::entra().to_waiting();
    assert_eq!(scene.poll(error("expired_token")).failure().code.text(), "device_code_expired");
    assert!(!scene.tick_after(60_000).sends());
}

#[test]
fn s3_5_any_other_error_ends_the_flow_in_the_servers_words() {
    for word in ["invalid_grant", "invalid_client", "unauthorized_client", "unsupported_grant_type", "made_up"] {
        let mut scene = Scenario::entra().to_waiting();
        let failure = scene.poll(error(word)).failure();
        assert_eq!((failure.code.text(), failure.message.as_str()), (word, "In the server's words."));
    }
}

#[test]
fn s3_5_a_connection_timeout_doubles_the_wait_and_a_good_answer_ends_that() {
    let mut scene = Scenario::entra().to_waiting();
    let mut waits = Vec::new();
    for _ in 0..5 {
        waits.push(scene.tick().reset().wait());
    }
    waits.push(scene.poll(error("authorization_pending")).wait());
    assert_eq!(waits, [10_000, 20_000, 40_000, 60_000, 60_000, 5_000]);
}

#[test]
fn s3_5_a_connection_timeout_slows_even_the_slowest_interval_down() {
    let mut scene = Scenario::entra().codes(codes(Some(90), 3_600)).to_waiting();
    assert_eq!(scene.tick().reset().wait(), 180_000);
}

#[test]
fn s3_5_nothing_is_polled_after_the_codes_life() {
    let mut scene = Scenario::entra().codes(codes(Some(5), 60)).to_waiting();
    let born = scene.now;
    while scene.waits() {
        scene.tick();
        if scene.sends() {
            assert!(scene.now.0 < born.0 + 60_000, "a poll at {}", scene.now.0 - born.0);
            scene.respond(page(502));
        }
    }
    assert_eq!((scene.failure().code.text(), scene.now.0 - born.0), ("device_code_expired", 60_000));
}

#[test]
fn s4_the_endpoint_is_the_one_that_the_metadata_names() {
    let scene = Scenario::issuer().to_requesting();
    assert_eq!(scene.request().url, "https://login.example/realms/tv/device");
}

#[test]
fn s5_2_the_device_code_is_never_printed() {
    let scene = Scenario::entra().to_polling();
    assert!(scene.parameter("device_code").is_some());
    assert!(!format!("{:?}", scene.step).contains(DEVICE_CODE));
}

#[test]
fn s6_1_the_user_code_is_shown_as_it_came() {
    let body =
        r#"{"device_code":"d","user_code":"wd-JB_mj ht","verification_uri":"https://a.example","expires_in":900}"#;
    assert_eq!(Scenario::entra().codes(reply(200, body)).to_waiting().session().prompt.user_code, "wd-JB_mj ht");
}
