//! P5 where hosts and servers repeat what they were sent: whatever secret a request has, and in whichever way it is quoted, no
//! failure, no state and no line of a log has it in it afterwards.

use crate::support::START;
use crate::support::cache::{PREFERRED, at_issuer, refresh_token, store};
use crate::support::replies::{decoded, repeated, reply};
use crate::support::scenario::{Scenario, quoted};
use crate::support::silent::parsed;
use device_code_flow::flow::log::Entry;
use device_code_flow::flow::silent::Beginning;
use device_code_flow::flow::{Action, FlowState, Input, Step, advance};
use device_code_flow::oauth::http::{HttpRequest, NoResponse};
use device_code_flow::time::UnixMillis;
use proptest::prelude::*;
use serde_json::{Value, json};

const ISSUER: &str = "https://id.example";

/// Who sends the secret.
#[derive(Clone, Copy, Debug)]
enum Sender {
    Poll,
    Refresh,
    Revocation,
}

/// A request with the secret in it is about to be sent.
fn about_to_send(sender: Sender, secret: &str) -> (FlowState, UnixMillis) {
    let entry = refresh_token(PREFERRED, secret);
    let state = match sender {
        Sender::Poll => {
            let body = json!({
                "device_code": secret, "user_code": "ABCD", "verification_uri": "https://a.example", "expires_in": 60,
            });
            let scene = Scenario::entra().codes(reply(200, body.to_string())).to_waiting();
            return (scene.step.state, UnixMillis(START.0 + 5_000));
        }
        Sender::Refresh => {
            let store = store(json!({ "RefreshToken": { "k": entry } }));
            match parsed(&json!({})).refresh(&store, START) {
                Ok(Beginning::State(state)) => state,
                other => panic!("{other:?}"),
            }
        }
        Sender::Revocation => {
            let metadata = json!({
                "issuer": ISSUER, "token_endpoint": format!("{ISSUER}/token"),
                "device_authorization_endpoint": format!("{ISSUER}/device"), "revocation_endpoint": format!("{ISSUER}/revoke"),
            });
            let changes: Value = json!({
                "authority": ISSUER, "homeAccountId": "s", "environment": "id.example", "tenantId": "",
                "authorityMetadata": metadata.to_string(),
            });
            parsed(&changes).revoke(&store(at_issuer(ISSUER, "s", &[("k", entry)]))).expect("a state")
        }
    };
    (state, START)
}

/// Everything that was said until the end, where every request is answered by `heard`.
fn said(sender: Sender, secret: &str, heard: &dyn Fn(&FlowState, &HttpRequest) -> Input) -> String {
    let (mut state, mut now) = about_to_send(sender, secret);
    let (mut input, mut said) = (Input::Tick, String::new());
    loop {
        let entry = Entry::open(&state, &input);
        let step = advance(state, input, now);
        for line in entry.close(&step, now) {
            said += &line.text;
        }
        let shown = format!("{step:?}");
        said += &shown;
        let Step { state: next, action } = step;
        state = next;
        input = match action {
            Action::Send(request) => heard(&state, &request),
            Action::Wait { until } => {
                now = until;
                Input::Tick
            }
            Action::Fail(failure) => return said + &failure.message,
            Action::Finish(_) | Action::Done => panic!("{sender:?} is not answered with what it asks for"),
        };
    }
}

fn form(request: &HttpRequest) -> &str {
    request.form.as_ref().expect("a POST").expose()
}

fn host(way: usize) -> impl Fn(&FlowState, &HttpRequest) -> Input {
    move |state, request| state.failed(repeated(form(request), way), &request.url)
}

fn server(way: usize) -> impl Fn(&FlowState, &HttpRequest) -> Input {
    move |_, request| {
        let said = repeated(form(request), way);
        let body = json!({ "error": "invalid_grant", "error_description": said, "claims": said, "trace_id": said });
        Input::Response(Box::new(reply(400, body.to_string())))
    }
}

/// As it is, encoded, or as JSON.
fn shows(said: &str, secret: &str) -> bool {
    let escaped = quoted(secret);
    let escaped = &escaped[1..escaped.len() - 1];
    [said, &decoded(said)].iter().any(|text| text.contains(secret) || text.contains(escaped))
}

fn any_sender() -> impl Strategy<Value = Sender> {
    prop_oneof![Just(Sender::Poll), Just(Sender::Refresh), Just(Sender::Revocation)]
}

proptest! {
    #![proptest_config(crate::support::cases(300))]

    #[test]
    fn no_secret_that_a_host_repeats_is_in_what_is_said_of_it(sender in any_sender(), secret in "[A-Za-z0-9+/=%~_.:-]{12,40}", way in 0..5_usize) {
        let said = said(sender, &secret, &host(way));
        prop_assert!(!shows(&said, &secret), "{}", said);
    }

    #[test]
    fn no_secret_that_a_server_repeats_is_in_what_is_said_of_it(sender in any_sender(), secret in "[A-Za-z0-9+/=%~_.:-]{12,40}", way in 0..5_usize) {
        let said = said(sender, &secret, &server(way));
        prop_assert!(!shows(&said, &secret), "{}", said);
    }
}

/// A device code, or tokens, that come with an error are used for nothing. They are secrets all the same.
#[test]
fn no_token_that_stands_beside_an_error_is_in_what_is_said_of_it() {
    let token = "beside/an+error=0123456789";
    for spelled in [token.to_owned(), token.replace('/', "\\/"), token.replace('+', "%2b"), token.to_uppercase()] {
        for name in ["device_code", "access_token", "refresh_token", "id_token"] {
            let body =
                json!({ name: token, "error": "access_denied", "error_description": spelled, "suberror": spelled });
            let answer = || reply(400, body.to_string());
            let requested = format!("{:?}", Scenario::entra().codes(answer()).with_codes().step);
            let discovered = format!("{:?}", Scenario::issuer().started().respond(answer()).step);
            let heard = |_: &FlowState, _: &HttpRequest| Input::Response(Box::new(answer()));
            let others =
                [Sender::Poll, Sender::Refresh, Sender::Revocation].map(|sender| said(sender, &"s".repeat(20), &heard));
            for said in others.into_iter().chain([requested, discovered]) {
                assert!(!said.contains(&spelled) && !shows(&said, token), "{name}: {said}");
            }
        }
    }
    let unsafe_address = json!({ "device_code": token, "user_code": "U", "verification_uri": format!("http://a.example/{token}"), "expires_in": 9 });
    let failure = Scenario::entra().codes(reply(200, unsafe_address.to_string())).with_codes().failure().clone();
    assert!(!failure.message.contains(token), "{}", failure.message);
}

#[test]
fn a_secret_that_is_let_through_is_found() {
    let secret = "dc/Kf81+Zq0tYw==";
    for sender in [Sender::Poll, Sender::Refresh, Sender::Revocation] {
        for way in 0..5 {
            let raw = |_: &FlowState, request: &HttpRequest| {
                Input::NoResponse(NoResponse::Failed(repeated(form(request), way)))
            };
            assert!(shows(&said(sender, secret, &raw), secret), "{sender:?} {way}");
        }
    }
}

/// No secret can be looked for in half of one.
#[test]
fn words_of_a_host_that_were_cut_short_within_a_secret_are_left_out_too() {
    let secret = "dc-0123456789-0123456789";
    for sender in [Sender::Poll, Sender::Refresh, Sender::Revocation] {
        let cut = |state: &FlowState, request: &HttpRequest| {
            let form = form(request);
            let end = form.find("dc-0123").expect("it is sent") + 12;
            state.failed(format!("POST {}…", &form[..end]), &request.url)
        };
        assert!(!said(sender, secret, &cut).contains("dc-0123"), "{sender:?}");
    }
}

#[test]
fn the_words_of_the_host_do_not_repeat_the_query_in_any_way() {
    for ticket in ["qs-secret", "qs/secret +1"] {
        let mut scene =
            Scenario::entra().with("extraQueryParameters", &json!({ "ticket": ticket }).to_string()).to_requesting();
        for attempt in 0..3 {
            if attempt > 0 {
                scene.tick();
            }
            let url = scene.request().url.clone();
            let said = if attempt == 1 { decoded(&url) } else { url.clone() };
            let input = scene.step.state.failed(format!("error sending request for url ({said})"), &url);
            scene.input(input);
            assert!(!format!("{:?}", scene.step).contains("sending request"), "{:?}", scene.step);
        }
        assert_eq!(scene.failure().code.text(), "network_error");
    }
}

#[test]
fn other_words_of_the_host_are_handed_on() {
    let words = "connect ECONNREFUSED 127.0.0.1:443 (100% of device_code flows, token endpoint)";
    let said =
        said(Sender::Poll, "dc-0123456789-0123456789", &|state, request| state.failed(words.into(), &request.url));
    assert!(said.contains(words), "{said}");
}
