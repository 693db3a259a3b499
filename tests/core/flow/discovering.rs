//! The state `Discovering`: which documents are asked for, and what is made of them.

use crate::support::replies::{ISSUER, PRIVATE, metadata, page, reply};
use crate::support::scenario::{Scenario, Scene, quoted};
use device_code_flow::flow::FlowState;
use device_code_flow::json::Value;
use device_code_flow::oauth::http::HttpResponse;
use device_code_flow::oauth::metadata::Metadata;

fn requesting(scene: &Scene) -> bool {
    matches!(scene.step.state, FlowState::Requesting(_)) && scene.sends()
}

#[test]
fn entra_needs_no_discovery() {
    assert!(requesting(&Scenario::entra().started()));
}

#[test]
fn openid_configuration_is_asked_for_first_by_a_get() {
    let scene = Scenario::issuer().started();
    assert_eq!(scene.request().url, format!("{ISSUER}/.well-known/openid-configuration"));
    assert!(scene.request().form.is_none());
}

#[test]
fn the_oauth_document_is_asked_for_where_there_is_no_openid_one() {
    for none in [page(404), page(200), reply(200, ""), reply(403, "{}"), page(405)] {
        let mut scene = Scenario::issuer().started();
        scene.respond(none);
        assert_eq!(scene.request().url, "https://login.example/.well-known/oauth-authorization-server/realms/tv");
        assert!(requesting(scene.respond(metadata())));
    }
}

#[test]
fn a_server_without_either_is_reported_with_its_address_and_status() {
    let mut scene = Scenario::issuer().started();
    let failure = scene.respond(page(404)).respond(page(404)).failure();
    assert_eq!((failure.code.text(), failure.evidence.status), ("endpoints_resolution_error", Some(404)));
    assert!(failure.message.contains("oauth-authorization-server"), "{}", failure.message);
}

#[test]
fn metadata_of_another_issuer_is_refused() {
    for other in ["https://evil.example/realms/tv", "https://login.example/realms/TV", "", "https://login.example"] {
        let body = format!(
            r#"{{"issuer":"{other}","device_authorization_endpoint":"https://a.example/d","token_endpoint":"https://a.example/t"}}"#
        );
        let mut scene = Scenario::issuer().started();
        assert_eq!(scene.respond(reply(200, body)).failure().code.text(), "issuer_validation_failed", "{other}");
    }
}

#[test]
fn an_endpoint_that_is_missing_or_not_https_is_named() {
    let complete = ["device_authorization_endpoint", "token_endpoint"];
    for (name, value, code) in [
        (complete[0], "", "openid_config_error"),
        (complete[1], "", "openid_config_error"),
        (complete[0], "http://login.example/d", "authority_uri_insecure"),
        (complete[1], "javascript:alert(1)", "authority_uri_insecure"),
    ] {
        let endpoints = complete.map(|known| {
            let value = if known == name { value } else { "https://login.example/x" };
            format!(r#""{known}":"{value}""#)
        });
        let mut scene = Scenario::issuer().started();
        let document = reply(200, format!(r#"{{"issuer":"{ISSUER}",{}}}"#, endpoints.join(",")));
        scene.respond(document.clone());
        // The second document may have what the first lacks; an unsafe address ends it at once.
        if scene.sends() {
            scene.respond(document);
        }
        let failure = scene.failure();
        assert_eq!(failure.code.text(), code);
        assert!(failure.message.contains(name), "{}", failure.message);
    }
}

/// The same addresses in every place where a server names one.
#[test]
fn an_issuer_elsewhere_names_nothing_on_this_machine_or_in_plain_http() {
    let document = |issuer: &str, name: &str, url: &str| {
        let mut members = serde_json::json!({
            "issuer": issuer, "device_authorization_endpoint": format!("{issuer}/d"), "token_endpoint": format!("{issuer}/t"),
        });
        members[name] = url.into();
        reply(200, members.to_string())
    };
    let addresses = [
        "http://127.0.0.1:8080/admin?x=1",
        "http://localhost/t",
        "https://localhost:3000/t",
        "https://127.0.0.1/t",
        "https://[::1]/t",
        "https://[::ffff:127.0.0.1]/t",
        "https://a.localhost./t",
        "https://0.0.0.0/t",
        "https://127.1/t",
        "http://10.0.0.1/t",
    ];
    for url in addresses {
        for name in ["device_authorization_endpoint", "token_endpoint"] {
            let mut scene = Scenario::issuer().started();
            let failure = scene.respond(document(ISSUER, name, url)).failure();
            assert_eq!(failure.code.text(), "authority_uri_insecure", "{name} {url}");
            assert!(failure.message.contains(name) && failure.message.contains(url), "{}", failure.message);
        }
        let private = Scenario::at(PRIVATE).with("knownAuthorities", r#"["login.private.example"]"#);
        let failure = private.started().respond(document(PRIVATE, "token_endpoint", url)).failure().clone();
        assert_eq!(failure.code.text(), "authority_uri_insecure", "{url}");
        let given = String::from_utf8(document(ISSUER, "token_endpoint", url).body).expect("text");
        let refused = Scenario::issuer().with("authorityMetadata", &quoted(&given)).begin().expect_err(url);
        assert_eq!(refused.code.text(), "authority_uri_insecure");
    }
    // One on this machine may name what is on this machine.
    for local in ["http://127.0.0.1:9/x", "http://localhost:9", "https://dev.localhost"] {
        let named = document(local, "token_endpoint", "http://[::1]:7/t");
        assert!(requesting(Scenario::at(local).started().respond(named)), "{local}");
    }
}

#[test]
fn a_revocation_endpoint_on_this_machine_is_not_used_for_an_issuer_elsewhere() {
    let parsed = |issuer: &str, revocation: &str| {
        let text = format!(
            r#"{{"issuer":"{issuer}","device_authorization_endpoint":"{issuer}/d","token_endpoint":"{issuer}/t","revocation_endpoint":"{revocation}"}}"#
        );
        Metadata::parse(&Value::parse(&text).expect("JSON"), issuer).expect("metadata").revocation_endpoint
    };
    for url in ["http://127.0.0.1/r", "https://localhost/r", "https://[::1]/r", "http://a.example/r"] {
        assert_eq!(parsed(ISSUER, url), None, "{url}");
    }
    assert!(parsed(ISSUER, "https://other.example/r").is_some());
    assert!(parsed("http://localhost:1", "http://127.0.0.1:2/r").is_some());
}

#[test]
fn a_redirect_is_never_followed() {
    for status in [0, 301, 302, 307, 308] {
        let mut scene = Scenario::issuer().started();
        let failure = scene.respond(page(status)).respond(page(status)).failure();
        assert_eq!(failure.code.text(), "invalid_server_response");
        assert!(failure.message.contains("redirect"), "{}", failure.message);
        // A page's fetch tells no status of it.
        assert_eq!(failure.message.contains(&format!("HTTP status {status}")), status != 0, "{}", failure.message);
    }
}

#[test]
fn three_attempts_are_made_one_and_two_seconds_apart() {
    let mut scene = Scenario::issuer().started();
    assert_eq!(scene.reset().wait(), 1_000);
    assert_eq!(scene.tick().respond(page(503)).wait(), 2_000);
    let failure = scene.tick().reset().failure();
    assert_eq!((failure.code.text(), failure.retryable), ("network_error", true));
}

#[test]
fn retry_after_is_waited_for_up_to_ten_seconds_and_believed_beyond() {
    let busy = |after: &str| HttpResponse { retry_after: Some(after.into()), ..page(429) };
    assert_eq!(Scenario::issuer().started().respond(busy("7")).wait(), 7_000);
    let mut scene = Scenario::issuer().started();
    let failure = scene.respond(busy("11")).failure();
    assert_eq!(
        (failure.code.text(), failure.evidence.retry_after.map(|after| after.as_secs())),
        ("server_unavailable", Some(11))
    );
}

#[test]
fn an_early_tick_sends_nothing_and_a_late_one_does() {
    let mut scene = Scenario::issuer().started();
    scene.reset();
    assert_eq!(scene.tick_after(400).wait(), 600);
    assert!(scene.tick_after(5_000).sends());
}

#[test]
fn given_metadata_spares_the_request() {
    let text = String::from_utf8(metadata().body).expect("text");
    let scene = Scenario::issuer().with("authorityMetadata", &quoted(&text)).started();
    assert!(requesting(&scene));
    assert_eq!(scene.parameter("scope").as_deref(), Some("User.Read openid offline_access"));
}

#[test]
fn reserved_scopes_are_asked_for_only_where_the_metadata_lists_them() {
    let scene = Scenario::issuer().to_requesting();
    assert_eq!(scene.parameter("scope").as_deref(), Some("User.Read openid offline_access"));
}

#[test]
fn a_clock_set_back_does_not_stall_the_next_attempt() {
    let mut scene = Scenario::issuer().started();
    scene.reset();
    scene.now.0 -= 3_600_000;
    assert!(scene.tick_after(0).sends());
}

#[test]
fn what_the_first_document_lacks_may_stand_in_the_second() {
    let lacking = reply(200, format!(r#"{{"issuer":"{ISSUER}","token_endpoint":"https://login.example/t"}}"#));
    let mut scene = Scenario::issuer().started();
    assert!(requesting(scene.respond(lacking.clone()).respond(metadata())));
    // And if there is no second one, what the first lacks is the news.
    let failure = Scenario::issuer().started().respond(lacking).respond(page(404)).failure().clone();
    assert_eq!(failure.code.text(), "openid_config_error");
    assert!(failure.message.contains("device_authorization_endpoint"), "{}", failure.message);
}
