//! P5 for every type: what is printed of it shows no device code, no token and no body that holds one.
//! (`properties.rs` looks at every step of every random sign-in besides.)

use crate::support::START;
use crate::support::replies::{self, SECRETS, codes, error, tokens};
use crate::support::scenario::Scenario;
use device_code_flow::flow::Input;
use device_code_flow::json::Value;
use device_code_flow::oauth::http::HttpResponse;
use device_code_flow::oauth::id_token::IdToken;
use device_code_flow::oauth::token::TokenReply;
use device_code_flow::oauth::{device, lenient};

fn shows_none(what: &str, debug: &str) {
    for secret in SECRETS {
        assert!(!debug.contains(secret), "{what} shows {secret}: {debug}");
    }
    // A hash, a prefix or a length would be a hint: what is left is the word alone.
    assert!(!debug.contains(&SECRETS[0][..6]) && !debug.contains(&SECRETS[1][..6]), "{what}: {debug}");
}

#[test]
fn no_state_step_or_request_shows_one() {
    for (what, scene) in [
        ("discovering", Scenario::issuer().started()),
        ("requesting", Scenario::entra().to_requesting()),
        ("waiting", Scenario::entra().to_waiting()),
        ("polling", Scenario::entra().to_polling()),
        ("the end", Scenario::entra().to_the_end()),
    ] {
        shows_none(what, &format!("{:?} {:#?} {:?}", scene.step, scene.step, scene.step.state));
    }
}

#[test]
fn no_failure_shows_one() {
    let mut refused = Scenario::entra().to_polling();
    refused.respond(error("invalid_grant"));
    let mut expired = Scenario::entra().to_polling();
    expired.reset().tick_after(86_400_000);
    for scene in [refused, expired] {
        shows_none("a failure", &format!("{:?}", scene.failure()));
    }
}

#[test]
fn a_server_that_repeats_the_device_code_does_not_bring_it_into_the_failure() {
    let mut scene = Scenario::entra().to_polling();
    let body = format!(r#"{{"error":"invalid_grant","error_description":"The code {} is unknown."}}"#, SECRETS[0]);
    scene.respond(HttpResponse { status: 400, body: body.into_bytes(), ..HttpResponse::default() });
    assert_eq!(scene.failure().code.text(), "invalid_grant");
    shows_none("a failure", &format!("{:?}", scene.failure()));
}

#[test]
fn nothing_that_was_read_off_the_wire_shows_one() {
    for response in [codes(Some(5), 900), tokens()] {
        let members = lenient::members(&response).expect("an object");
        shows_none("members", &format!("{members:?} {response:?} {:?}", Input::Response(Box::new(response.clone()))));
        shows_none("a token reply", &format!("{:?}", TokenReply::parse(&response, &[], START)));
    }
    let members = lenient::members(&codes(Some(5), 900)).expect("an object");
    shows_none(
        "a device authorization",
        &format!("{:?}", device::DeviceAuthorization::parse(&members, replies::ISSUER)),
    );
    let scene = Scenario::entra().to_the_end();
    let (sign_in, tokens) = (scene.sign_in(), &scene.sign_in().tokens);
    shows_none("tokens", &format!("{sign_in:?} {tokens:?} {:?} {:?}", tokens.access_token, tokens.refresh_token));
}

#[test]
fn a_claim_is_shown_by_its_kind_only() {
    let token = IdToken::parse(replies::ID_TOKEN).expect("a token");
    assert_eq!(token.text("name"), "Ada");
    assert_eq!(format!("{:?}", token.claims), "object");
    assert_eq!(format!("{:?}", Value::from("Ada")), "text");
}

#[test]
fn the_saved_text_holds_the_device_code_and_no_token() {
    let text = device_code_flow::flow::saved::write(&Scenario::entra().to_waiting().step.state).expect("a text");
    assert!(text.contains(replies::DEVICE_CODE));
    assert!(device_code_flow::flow::saved::write(&Scenario::entra().to_the_end().step.state).is_none());
}
