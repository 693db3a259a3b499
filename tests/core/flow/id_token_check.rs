//! The checks of an issuer's ID token, at a sign-in and at a refresh.

use crate::support::cache::{CLIENT, encoded};
use crate::support::replies::{ISSUER, reply};
use crate::support::scenario::Scenario;
use device_code_flow::oauth::http::HttpResponse;
use serde_json::{Value, json};

/// A right one, with changes.
fn id_token(header: &Value, changes: &Value) -> String {
    let mut claims = json!({ "iss": ISSUER, "aud": "tv-app", "sub": "s", "exp": 1_800_003_600, "iat": 1_800_000_000 });
    for (name, value) in changes.as_object().expect("changes") {
        claims[name] = value.clone();
    }
    format!("{}.{}.c2ln", encoded(&header.to_string()), encoded(&claims.to_string()))
}

fn answer(id_token: &str) -> HttpResponse {
    reply(
        200,
        json!({ "access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": id_token }).to_string(),
    )
}

/// The message of the failure, if there is one.
fn failure(header: &Value, changes: &Value) -> Option<String> {
    let mut scene = Scenario::issuer().to_polling();
    let scene = scene.respond(answer(&id_token(header, changes)));
    if matches!(scene.step.action, device_code_flow::flow::Action::Finish(_)) {
        return None;
    }
    assert_eq!(scene.failure().code.text(), "id_token_invalid");
    Some(scene.failure().message.clone())
}

#[test]
fn each_check_fails_on_its_own() {
    let rs256 = json!({ "alg": "RS256" });
    for (changes, named) in [
        (json!({ "iss": "https://login.example/realms/other" }), "(iss)"),
        (json!({ "aud": "another" }), "(aud)"),
        (json!({ "aud": ["another"] }), "(aud)"),
        (json!({ "aud": 7 }), "(aud)"),
        (json!({ "aud": [] }), "(aud)"),
        (json!({ "exp": 1_799_999_000 }), "(exp)"),
        (json!({ "exp": 0 }), "(exp)"),
        (json!({ "exp": "yesterday" }), "(exp)"),
        (json!({ "exp": true }), "(exp)"),
        (json!({ "iss": 5 }), "(iss)"),
        (json!({ "iss": ["https://evil.example"] }), "(iss)"),
        (json!({ "iss": "" }), "(iss)"),
        (json!({ "iss": "/" }), "(iss)"),
        (json!({ "sub": "local:cli" }), "(sub)"),
    ] {
        let message = failure(&rs256, &changes).unwrap_or_else(|| panic!("{changes} is taken"));
        assert!(message.contains(named), "{changes}: {message}");
    }
    for alg in [json!("none"), json!("None"), json!("NONE"), json!(""), json!(1), json!(["none"])] {
        assert!(failure(&json!({ "alg": alg }), &json!({})).is_some_and(|message| message.contains("alg")), "{alg}");
    }
    let right = id_token(&rs256, &json!({}));
    let unreadable = format!(" {right}");
    let mut scene = Scenario::issuer().to_polling();
    assert_eq!(scene.respond(answer(&unreadable)).failure().code.text(), "id_token_invalid");
}

#[test]
fn what_servers_do_is_taken() {
    for (header, changes) in [
        (json!({ "alg": "ES256" }), json!({})),
        (json!({}), json!({ "exp": null })),
        (json!({}), json!({ "aud": null, "iss": null })),
        (json!({ "alg": "RS256" }), json!({ "iss": format!("{ISSUER}/") })),
        (json!({ "alg": "RS256" }), json!({ "iss": "login.example/realms/tv" })),
        (json!({ "alg": "RS256" }), json!({ "aud": ["api", "tv-app"] })),
        (json!({ "alg": "RS256" }), json!({ "exp": 1_799_999_800 })),
        (json!({ "alg": "RS256" }), json!({ "sub": 42 })),
    ] {
        assert_eq!(failure(&header, &changes), None, "{changes}");
    }
}

#[test]
fn a_wrong_clock_here_costs_nothing_where_the_server_says_what_time_it_is() {
    let expired = id_token(&json!({ "alg": "RS256" }), &json!({ "exp": 1_799_990_000 }));
    let mut scene = Scenario::issuer().to_polling();
    let date = Some("Fri, 15 Jan 2027 05:00:00 GMT".to_owned());
    let scene = scene.respond(HttpResponse { date, ..answer(&expired) });
    assert_eq!(scene.sign_in().account.home_account_id, "s");
}

#[test]
fn entras_id_tokens_are_not_checked_as_in_every_msal() {
    let odd = id_token(&json!({ "alg": "none" }), &json!({ "iss": "x", "aud": "y", "exp": 1 }));
    let mut scene = Scenario::entra().to_polling();
    assert!(scene.respond(answer(&odd)).sign_in().signed_in.is_none());
}

#[test]
fn entras_authority_for_many_tenants_used_as_an_issuer_sends_the_persons_tenant() {
    let many = "https://login.microsoftonline.com/organizations/v2.0";
    let metadata = json!({
        "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0", "token_endpoint": "https://login.microsoftonline.com/t",
        "device_authorization_endpoint": "https://login.microsoftonline.com/d",
    });
    let signed_in = |iss: &str| {
        let token = id_token(&json!({ "alg": "RS256" }), &json!({ "iss": iss, "aud": "tv-app" }));
        let scenario = Scenario::at(many).with("protocolMode", r#""OIDC""#);
        let mut scene = scenario.with("authorityMetadata", &Value::from(metadata.to_string()).to_string()).to_polling();
        matches!(scene.respond(answer(&token)).step.action, device_code_flow::flow::Action::Finish(_))
    };
    assert!(signed_in("https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0"));
    for other in [
        "https://login.evil.example/t/v2.0",
        "https://login.microsoftonline.com/a/b/v2.0",
        "https://login.microsoftonline.com//v2.0",
    ] {
        assert!(!signed_in(other), "{other}");
    }
}

#[test]
fn a_refresh_is_checked_too_and_must_speak_of_the_same_person() {
    use crate::support::cache::{at_issuer, refresh_token, store};
    use crate::support::silent::Program;
    let issuer = json!({
        "authority": ISSUER, "homeAccountId": "s.with.dots", "environment": "login.example", "tenantId": "",
        "authorityMetadata": String::from_utf8(crate::support::replies::metadata().body).expect("JSON"),
    });
    let refreshed = |changes: Value| {
        let mut program = Program::new(store(at_issuer(ISSUER, "s.with.dots", &[("k", refresh_token("", "rt"))])));
        let mut all = json!({ "aud": CLIENT });
        all.as_object_mut().expect("an object").extend(changes.as_object().expect("changes").clone());
        let refresh = program.refresh(&issuer, [Some(answer(&id_token(&json!({ "alg": "RS256" }), &all)))]);
        refresh.end.err().map(|error| error.code.text().to_owned())
    };
    assert_eq!(refreshed(json!({ "sub": "s.with.dots" })), None);
    assert_eq!(refreshed(json!({ "sub": "another.with.dots" })).as_deref(), Some("user_mismatch"));
    assert_eq!(
        refreshed(json!({ "sub": "s.with.dots", "iss": "https://elsewhere.example" })).as_deref(),
        Some("id_token_invalid")
    );
}
