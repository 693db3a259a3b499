//! The state `Requesting`: the codes are asked for.

use crate::support::replies::{codes, error, page, reply};
use crate::support::scenario::{Scenario, quoted};
use device_code_flow::flow::Input;
use device_code_flow::oauth::http::NoResponse;

#[test]
fn the_callers_query_and_the_language_go_into_the_address() {
    let scene = Scenario::entra()
        .with("extraQueryParameters", r#"{"dc":"WUS 1","slice":"ä&b"}"#)
        .with("locale", &quoted("de-DE"))
        .to_requesting();
    let url = "https://login.microsoftonline.com/common/oauth2/v2.0/devicecode?dc=WUS%201&slice=%C3%A4%26b&mkt=de-DE";
    assert_eq!(scene.request().url, url);
}

#[test]
fn only_entra_is_told_the_language() {
    let scene = Scenario::issuer().with("locale", &quoted("de-DE")).to_requesting();
    assert!(!scene.request().url.contains("mkt"), "{}", scene.request().url);
}

#[test]
fn the_callers_claims_go_into_both_requests() {
    let claims = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    let scenario = || Scenario::entra().with("claims", &quoted(claims));
    for scene in [scenario().to_requesting(), scenario().to_polling()] {
        assert_eq!(scene.parameter("claims").as_deref(), Some(claims));
    }
}

#[test]
fn the_callers_request_timeout_goes_along() {
    let scene = Scenario::entra().with("requestTimeout", "1234").to_requesting();
    assert_eq!(scene.request().timeout.as_millis(), 1_234);
}

#[test]
fn an_oauth_error_ends_the_flow_with_a_hint() {
    let scene = Scenario::entra().codes(error("unauthorized_client")).with_codes();
    assert_eq!(scene.failure().code.text(), "unauthorized_client");
    assert!(scene.failure().hint.contains("device code grant"));
}

#[test]
fn an_overloaded_servers_error_is_asked_again_three_times_in_all() {
    // authentik answers 429 `slow_down` before there is any code.
    let busy = || reply(429, r#"{"error":"slow_down"}"#);
    let mut scene = Scenario::entra().codes(busy()).with_codes();
    assert_eq!(scene.wait(), 1_000);
    assert_eq!(scene.tick().respond(busy()).wait(), 2_000);
    let failure = scene.tick().respond(busy()).failure();
    assert_eq!((failure.code.text(), failure.evidence.status), ("server_unavailable", Some(429)));
}

#[test]
fn a_code_is_taken_at_the_third_attempt() {
    let mut scene = Scenario::entra().codes(page(502)).with_codes();
    scene.tick().input(Input::NoResponse(NoResponse::TimedOut));
    assert_eq!(scene.tick().respond(codes(None, 900)).session().polls, 0);
}

#[test]
fn a_page_at_a_status_that_is_final_is_reported_as_such() {
    for (status, words) in [(200, "neither JSON nor a form"), (404, "404"), (302, "redirect")] {
        let scene = Scenario::entra().codes(page(status)).with_codes();
        let failure = scene.failure();
        assert_eq!((failure.code.text(), failure.evidence.status), ("invalid_server_response", Some(status)));
        assert!(failure.message.contains(words), "{}", failure.message);
    }
}

#[test]
fn an_object_without_codes_is_told_by_what_it_lacks() {
    for (body, lack) in [("{}", "device_code"), (r#"{"device_code":"x"}"#, "user_code"), ("device_code=x", "user_code")]
    {
        let scene = Scenario::entra().codes(reply(200, body)).with_codes();
        let failure = scene.failure();
        assert_eq!(failure.code.text(), "invalid_server_response");
        assert!(failure.message.contains(lack) && !failure.message.contains("neither"), "{}", failure.message);
    }
}

#[test]
fn addresses_that_nobody_should_open_never_reach_the_screen() {
    for uri in [
        "javascript:alert(1)",
        "http://login.example/device",
        "data:text/html,x",
        "https://login.example@evil.example/",
        "https://login.example/\u{202e}ecived",
        "https://login.example/a b",
        "file:///etc/passwd",
        "https://",
    ] {
        let body =
            format!(r#"{{"device_code":"d","user_code":"U","verification_uri":{},"expires_in":9}}"#, quoted(uri));
        let scene = Scenario::entra().codes(reply(200, body)).with_codes();
        assert_eq!(scene.failure().code.text(), "unsafe_verification_uri", "{uri}");
        // It looks harmless without what makes it unsafe.
        assert_eq!(scene.failure().message.contains("that nobody sees"), uri.contains('\u{202e}'), "{uri}");
    }
}

#[test]
fn a_server_elsewhere_sends_nobody_to_the_device_that_they_sit_at() {
    let codes = |uri: &str, complete: &str| {
        let members = serde_json::json!({
            "device_code": "d", "user_code": "U", "verification_uri": uri, "verification_uri_complete": complete, "expires_in": 9,
        });
        reply(200, members.to_string())
    };
    for uri in
        ["http://127.0.0.1:8080/x", "http://localhost/", "https://localhost/", "https://[::1]/", "https://127.1/"]
    {
        for elsewhere in [Scenario::entra(), Scenario::issuer()] {
            let complete = codes("https://a.example", uri);
            let failure = elsewhere.codes(codes(uri, "")).with_codes().failure().clone();
            assert_eq!(failure.code.text(), "unsafe_verification_uri", "{uri}");
            let scene = Scenario::issuer().codes(complete).to_waiting();
            assert_eq!(scene.session().prompt.verification_uri_complete, None, "{uri}");
        }
    }
    let local = "http://127.0.0.1:9";
    let document = reply(
        200,
        format!(r#"{{"issuer":"{local}","device_authorization_endpoint":"{local}/d","token_endpoint":"{local}/t"}}"#),
    );
    let mut scene = Scenario::at(local).started();
    scene.respond(document).respond(codes("http://localhost:8080/x", "http://[::1]/x"));
    assert_eq!(scene.session().prompt.verification_uri, "http://localhost:8080/x");
    assert!(scene.session().prompt.verification_uri_complete.is_some());
}

#[test]
fn a_complete_address_that_nobody_should_open_is_left_out() {
    let body = r#"{"device_code":"d","user_code":"U","verification_uri":"https://a.example","verification_uri_complete":"javascript:x","expires_in":9}"#;
    let scene = Scenario::entra().codes(reply(200, body)).to_waiting();
    assert_eq!(scene.session().prompt.verification_uri_complete, None);
}

#[test]
fn the_servers_message_is_shown_without_control_characters() {
    let body = r#"{"device_code":"d","user_code":"U","verification_uri":"https://a.example/","expires_in":9,"message":"Open\u001b[2J \u202ethis\nnow"}"#;
    let scene = Scenario::entra().codes(reply(200, body)).to_waiting();
    assert_eq!(scene.session().prompt.message, "Open[2J this now");
}

#[test]
fn a_word_that_means_later_is_asked_again_whatever_the_status() {
    for word in ["temporarily_unavailable", "server_error"] {
        let mut scene = Scenario::entra().to_requesting();
        assert_eq!(scene.respond(error(word)).wait(), 1_000, "{word}");
        scene.tick().respond(error(word)).tick().respond(error(word));
        assert!(scene.failure().retryable, "{word}");
    }
}
