//! Refresh tokens are taken back at the provider (RFC 7009), where it has an endpoint for that.

use crate::support::START;
use crate::support::cache::ada;
use crate::support::replies::{page, reply};
use crate::support::silent::{parameter, parsed};
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::flow::{Action, FlowState, Input, advance};
use device_code_flow::oauth::http::{HttpRequest, HttpResponse, NoResponse};
use device_code_flow::time::UnixMillis;
use serde_json::{Value, json};

const ISSUER: &str = "https://id.example";

fn issuer(changes: &Value) -> Value {
    let mut metadata = json!({
        "issuer": ISSUER, "token_endpoint": format!("{ISSUER}/token"),
        "device_authorization_endpoint": format!("{ISSUER}/device"), "revocation_endpoint": format!("{ISSUER}/revoke"),
    });
    for (name, value) in changes.as_object().expect("changes") {
        metadata[name] = value.clone();
    }
    json!({
        "authority": ISSUER, "homeAccountId": "s", "environment": "id.example", "tenantId": "",
        "authorityMetadata": metadata.to_string(),
    })
}

/// Somebody at the issuer, with a refresh token.
fn signed_in() -> CacheDocument {
    let entry = crate::support::cache::refresh_token("", "rt-to-be-revoked");
    crate::support::cache::store(crate::support::cache::at_issuer(ISSUER, "s", &[("k", entry)]))
}

/// What is sent, and how it ends: with nothing, or with the code of a failure.
fn revoked(store: &CacheDocument, changes: &Value, answers: Vec<Option<HttpResponse>>) -> (Vec<HttpRequest>, String) {
    let mut state = parsed(changes).revoke(store).expect("a state");
    let (mut input, mut now, mut sent, mut answers) = (Input::Tick, START, Vec::new(), answers.into_iter());
    loop {
        let step = advance(state, input, now);
        assert!(!format!("{step:?}").contains("rt-to-be-revoked"), "{step:?}");
        state = step.state;
        input = match step.action {
            Action::Send(request) => {
                sent.push(*request);
                match answers.next().expect("one request more than answers") {
                    Some(answer) => Input::Response(Box::new(answer)),
                    None => Input::NoResponse(NoResponse::Failed("reset".into())),
                }
            }
            Action::Wait { until } => {
                now = UnixMillis(until.0);
                Input::Tick
            }
            Action::Done => return (sent, String::new()),
            Action::Fail(failure) => {
                assert!(!format!("{failure:?}").contains("rt-to-be-revoked"), "{failure:?}");
                return (sent, failure.code.text().to_owned());
            }
            Action::Finish(_) => panic!("nobody signs in"),
        };
    }
}

#[test]
fn the_refresh_token_is_sent_to_the_endpoint_that_the_metadata_names() {
    let (sent, end) = revoked(&signed_in(), &issuer(&json!({})), vec![Some(reply(200, ""))]);
    let [request] = sent.as_slice() else { panic!("one request") };
    assert_eq!((request.url.as_str(), end.as_str()), ("https://id.example/revoke", ""));
    let form = |name| parameter(request, name).unwrap_or_default();
    assert_eq!((form("token"), form("token_type_hint")), ("rt-to-be-revoked".into(), "refresh_token".into()));
    assert_eq!(form("client_id"), crate::support::cache::CLIENT);
}

#[test]
fn a_provider_without_such_an_endpoint_is_asked_nothing() {
    let without = issuer(&json!({ "revocation_endpoint": null }));
    assert_eq!(revoked(&signed_in(), &without, Vec::new()).0.len(), 0);
    let unsafe_one = issuer(&json!({ "revocation_endpoint": "http://id.example/revoke" }));
    assert_eq!(revoked(&signed_in(), &unsafe_one, Vec::new()).0.len(), 0, "a token does not go over http");
    let mut entra = CacheDocument::default();
    ada("at-entra").into(&mut entra);
    assert_eq!(revoked(&entra, &json!({}), Vec::new()).0.len(), 0, "Entra has none");
}

#[test]
fn nobody_s_tokens_are_no_request() {
    assert_eq!(revoked(&CacheDocument::default(), &issuer(&json!({})), Vec::new()), (Vec::new(), String::new()));
}

#[test]
fn a_server_that_cannot_answer_is_asked_three_times() {
    let answers = vec![None, Some(page(503)), Some(reply(204, ""))];
    assert_eq!(revoked(&signed_in(), &issuer(&json!({})), answers).1, "");
    assert_eq!(revoked(&signed_in(), &issuer(&json!({})), vec![None, None, None]).1, "network_error");
}

#[test]
fn a_refusal_is_told_in_the_server_s_words() {
    for (answer, code) in [
        (reply(400, r#"{"error":"unsupported_token_type"}"#), "unsupported_token_type"),
        (reply(400, r#"{"error":"invalid_client","error_description":"rt-to-be-revoked"}"#), "invalid_client"),
        (reply(404, "<html>"), "invalid_server_response"),
        (reply(302, ""), "invalid_server_response"),
    ] {
        assert_eq!(revoked(&signed_in(), &issuer(&json!({})), vec![Some(answer)]).1, code);
    }
}

#[test]
fn a_revocation_is_not_a_flow_that_could_be_saved() {
    let state = parsed(&issuer(&json!({}))).revoke(&signed_in()).expect("a state");
    assert!(matches!(state, FlowState::Revoking(_)));
    assert_eq!(device_code_flow::flow::saved::write(&state), None);
}
