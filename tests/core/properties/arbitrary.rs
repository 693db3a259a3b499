//! P6: any bytes as an answer and any text as a saved flow give a value or a failure, never a panic; and whatever state
//! comes out of it can be stepped on at any time.

use crate::support::scenario::Scenario;
use device_code_flow::config::request::SignInRequest;
use device_code_flow::entra::error_codes::ADVICE;
use device_code_flow::flow::session::Session;
use device_code_flow::flow::{Action, FlowState, Input, advance, saved};
use device_code_flow::oauth::http::{HttpResponse, NoResponse};
use device_code_flow::text::printable;
use device_code_flow::time::UnixMillis;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;

/// Every member that some reader looks for.
const MEMBERS: [&str; 29] = [
    "device_code",
    "user_code",
    "verification_uri",
    "verification_uri_complete",
    "expires_in",
    "interval",
    "message",
    "access_token",
    "token_type",
    "scope",
    "refresh_token",
    "id_token",
    "client_info",
    "error",
    "error_description",
    "error_code",
    "error_codes",
    "error_uri",
    "suberror",
    "trace_id",
    "correlation_id",
    "timestamp",
    "claims",
    "issuer",
    "device_authorization_endpoint",
    "token_endpoint",
    "scopes_supported",
    "ext_expires_in",
    "refresh_in",
];

/// A value such as a server might send, or one it never should.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::from),
        prop::sample::select(vec![
            "authorization_pending",
            "slow_down",
            "access_denied",
            "https://a.example/x",
            "5",
            "-1"
        ])
        .prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        vec(any::<String>(), 0..3).prop_map(Value::from),
        Just(serde_json::json!({"code": 31})),
    ]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let object = vec((prop::sample::select(MEMBERS.to_vec()), value()), 0..9)
        .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Value>());
    prop_oneof![
        1 => vec(any::<u8>(), 0..200),
        1 => any::<String>().prop_map(String::into_bytes),
        4 => object.prop_map(|object| object.to_string().into_bytes()),
        1 => vec((prop::sample::select(MEMBERS.to_vec()), "[ -~]{0,9}"), 1..6)
            .prop_map(|pairs| pairs.iter().map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join("&").into_bytes()),
    ]
}

fn response() -> impl Strategy<Value = HttpResponse> {
    let status = prop_oneof![Just(200_u16), Just(400), Just(503), any::<u16>()];
    let header =
        || option::of(prop_oneof![any::<String>(), "[0-9]{1,20}", Just("Sun, 06 Nov 9999 08:49:37 GMT".to_owned())]);
    (status, body(), header(), header(), header()).prop_map(|(status, body, retry_after, date, request_id)| {
        HttpResponse { status, body, retry_after, date, request_id }
    })
}

/// The texts of an error, `error` first.
const SAID: [&str; 8] =
    ["error", "error_description", "error_uri", "suberror", "trace_id", "correlation_id", "timestamp", "claims"];

/// An error with any of the members that it can have, and what is to be kept of them: the texts in the order of [`SAID`],
/// the numbers.
fn any_error() -> impl Strategy<Value = (HttpResponse, Vec<String>, Vec<u32>)> {
    let word = prop_oneof![
        prop::sample::select(vec!["invalid_grant", "slow_down", "access_denied", "server_error", "expired_token"])
            .prop_map(String::from),
        "[!-~]{1,9}",
        any::<String>(),
    ];
    let description = prop_oneof![
        any::<String>(),
        (known_number(), any::<String>()).prop_map(|(code, text)| format!("AADSTS{code}: {text}")),
    ];
    let status = prop_oneof![2 => Just(400_u16), 1 => Just(200), 1 => Just(503), 1 => Just(302), 1 => any::<u16>()];
    // What is no https address is no address for a program.
    let uri =
        prop_oneof![Just(None), r"https://a\.example/[a-z?=#]{0,9}".prop_map(Some), any::<String>().prop_map(Some)];
    let texts = (word, option::of(description), uri, vec(option::of(prop_oneof![any::<String>(), "(?s).{0,9}"]), 5));
    let codes = vec(prop_oneof![any::<u32>(), known_number()], 0..3);
    (status, texts, codes, any::<bool>()).prop_map(|(status, (word, description, uri, others), codes, as_texts)| {
        let mut members = serde_json::Map::new();
        let texts: Vec<Option<String>> = [Some(word), description, uri].into_iter().chain(others).collect();
        for (name, text) in SAID.iter().zip(&texts) {
            members.extend(text.as_ref().map(|text| ((*name).to_owned(), Value::from(text.as_str()))));
        }
        let list = codes.iter().map(|code| if as_texts { Value::from(code.to_string()) } else { Value::from(*code) });
        members.insert("error_codes".into(), list.collect());
        // All of them end in logs, the claims too, though they are for a program.
        let mut kept: Vec<String> = texts.into_iter().map(|text| printable(&text.unwrap_or_default())).collect();
        if !kept[2].starts_with("https://a.example/") {
            kept[2].clear();
        }
        (crate::support::replies::reply(status, Value::Object(members).to_string()), kept, codes)
    })
}

fn known_number() -> impl Strategy<Value = u32> {
    let numbers: Vec<u32> = ADVICE.iter().flat_map(|advice| advice.numbers.iter().copied()).collect();
    prop::sample::select(numbers)
}

/// FNV-1a, as `saved` computes it: without it no forged text would come past the hash.
fn forged(body: &str) -> String {
    let hash = body
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!(r#"{body},"check":"{hash:016x}"}}"#)
}

/// Steps a state on at `moments`, answering what it sends with nothing, and saves it each time.
fn step_on(mut state: FlowState, moments: &[u64]) {
    for moment in moments {
        if let Some(text) = saved::write(&state) {
            state = saved::read(&text).expect("what was written can be read");
        }
        let step = advance(state, Input::Tick, UnixMillis(*moment));
        state = step.state;
        match step.action {
            Action::Send(_) => {
                state = advance(state, Input::NoResponse(NoResponse::TimedOut), UnixMillis(*moment)).state;
            }
            Action::Wait { until } => assert!(until.0 >= *moment, "a wait into the past"),
            Action::Finish(_) | Action::Done | Action::Fail(_) => return,
        }
    }
}

proptest! {
    #![proptest_config(crate::support::cases(500))]

    #[test]
    fn any_answer_in_any_state_is_a_value_or_a_failure(response in response(), now in any::<u64>(), later in vec(any::<u64>(), 4)) {
        for state in [
            Scenario::issuer().started().step.state,
            Scenario::entra().to_requesting().step.state,
            Scenario::entra().to_polling().step.state,
        ] {
            let step = advance(state, Input::Response(Box::new(response.clone())), UnixMillis(now));
            if let Action::Fail(failure) = &step.action {
                prop_assert!(!failure.code.text().is_empty() && !failure.message.is_empty(), "{:?}", failure);
                prop_assert!(!failure.message.chars().any(char::is_control), "{:?}", failure);
            }
            if let Some(Session { prompt, .. }) = step.state.session() {
                let shown = [&prompt.user_code, &prompt.message, &prompt.verification_uri].map(String::as_str).concat();
                prop_assert!(!shown.chars().any(char::is_control), "{:?}", prompt);
            }
            step_on(step.state, &later);
        }
    }

    /// Every request is answered with the same error: at the end of it, all of it is there.
    #[test]
    fn no_error_ends_a_flow_without_all_that_the_server_said((response, texts, codes) in any_error()) {
        for mut scene in
            [Scenario::issuer().started(), Scenario::entra().to_requesting(), Scenario::entra().to_polling()]
        {
            let has_code = scene.step.state.session().is_some();
            while scene.sends() {
                scene.respond(response.clone());
                // A poll that is answered so may go on; before there is a code, three times is the most.
                if scene.waits() && !has_code {
                    scene.tick();
                }
            }
            let Action::Fail(failure) = &scene.step.action else {
                prop_assert!(scene.waits() && has_code, "{:?}", scene.step);
                continue;
            };
            let said = &failure.evidence;
            let kept = [
                &said.error, &said.description, &said.error_uri, &said.suberror, &said.trace_id, &said.correlation_id,
                &said.timestamp, &said.claims,
            ];
            prop_assert_eq!(kept.map(String::as_str).to_vec(), texts.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(&said.error_codes, &codes);
            prop_assert_eq!(said.status, Some(response.status));
        }
    }

    #[test]
    fn any_text_as_a_saved_flow_is_refused(text in any::<String>(), members in vec((any::<String>(), value()), 0..5)) {
        prop_assert!(saved::read(&text).is_err());
        let object: Value = members.into_iter().collect();
        prop_assert!(saved::read(&object.to_string()).is_err());
    }

    #[test]
    fn a_forged_flow_with_any_field_replaced_is_a_state_or_a_failure(
        which in 0..4_usize,
        at in 0..60_usize,
        value in value(),
        moments in vec(any::<u64>(), 6),
    ) {
        let scene = [
            Scenario::issuer().started(),
            Scenario::entra().to_requesting(),
            Scenario::entra().to_waiting(),
            Scenario::issuer().to_polling(),
        ];
        let text = saved::write(&scene[which].step.state).expect("a text");
        let mut members: Value = serde_json::from_str(&text).expect("an object");
        let object = members.as_object_mut().expect("an object");
        object.remove("check");
        let name = object.keys().nth(at % object.len()).expect("a field").clone();
        object.insert(name, value);
        let body = members.to_string();
        if let Ok(state) = saved::read(&forged(body.strip_suffix('}').expect("an object"))) {
            step_on(state, &moments);
        }
    }

    #[test]
    fn any_request_is_accepted_or_refused(name in "[a-zA-Z]{1,12}", text in any::<String>(), value in value()) {
        for text in [text, serde_json::json!({ name: value.clone() }).to_string()] {
            prop_assert!(SignInRequest::parse(&text).is_err(), "there is no client id in it");
        }
        for field in ["authority", "authorityMetadata", "scopes", "claims", "extraQueryParameters", "timeout", "locale"] {
            if let Ok(state) = Scenario::entra().with(field, &value.to_string()).begin() {
                step_on(state, &[0, u64::MAX]);
            }
        }
    }
}

#[test]
fn the_forger_knows_the_hash() {
    let text = saved::write(&Scenario::entra().to_waiting().step.state).expect("a text");
    let (body, _) = text.rsplit_once(r#","check""#).expect("a hash");
    assert_eq!(forged(body), text);
}
