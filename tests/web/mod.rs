//! What the boundary promises, shown in WebAssembly: what it asks for, in which words, and that it leaves nothing behind. What
//! each answer means is the core's to show; that it is carried out is shown by tests/js and tests/runtime.

use device_code_flow::json::Value;
use device_code_flow::{Application, Flow, TokenCache};
use wasm_bindgen_test::wasm_bindgen_test;

const REQUEST: &str = r#"{"clientId":"c","authority":"https://id.invalid","scopes":["a"],"correlationId":"one","authorityMetadata":"{\"issuer\":\"https://id.invalid\",\"device_authorization_endpoint\":\"https://id.invalid/device\",\"token_endpoint\":\"https://id.invalid/token\"}"}"#;
const CODES: &str =
    r#"{"device_code":"d","user_code":"USER","verification_uri":"https://id.invalid/go","expires_in":60,"interval":1}"#;
const PENDING: &str = r#"{"error":"authorization_pending"}"#;
const TOKENS: &str = r#"{"access_token":"a token","token_type":"Bearer","expires_in":3600}"#;
/// The host's clock at the start.
const START: f64 = 1_800_000_000_000.0;

fn json(text: &str) -> Value {
    Value::parse(text).expect("JSON")
}

fn begun(log: bool) -> Flow {
    let mut flow = Application::new().start(REQUEST);
    assert_eq!(flow.open(log), "{}");
    flow
}

/// With its codes.
fn shown() -> Flow {
    let mut flow = begun(false);
    assert!(flow.tick(START).contains("/device"));
    answer(&mut flow, 0.0, 200, CODES);
    flow
}

fn answer(flow: &mut Flow, seconds: f64, status: u16, body: &str) -> Value {
    json(&flow.answered(START + 1000.0 * seconds, status, None, None, None, body.into()))
}

fn code(answer: &Value) -> Option<&str> {
    answer.get("failure")?.text("code")
}

#[wasm_bindgen_test]
fn a_flow_goes_from_codes_to_tokens() {
    let mut flow = begun(false);
    assert_eq!((flow.prompt(), flow.mark()), (None, None), "there is no code yet");
    let send = json(&flow.tick(START));
    assert_eq!(send.text("url"), Some("https://id.invalid/device"));
    assert!(send.text("form").is_some_and(|form| form.contains("client_id=c")));
    assert!(send.integer("timeout").is_some_and(|timeout| timeout > 0));

    let wait = answer(&mut flow, 0.0, 200, CODES);
    assert_eq!((wait.integer("until"), wait.get("hasPrompt")), (Some(1_800_000_001_000), Some(&Value::Bool(true))));
    let prompt = json(&flow.prompt().expect("a prompt"));
    assert_eq!((prompt.text("userCode"), prompt.text("deviceCode")), (Some("USER"), Some("d")));
    assert_eq!(prompt.get("verificationUriComplete"), None, "what the server did not send is left out");
    assert_eq!(
        json(&flow.tick(START + 500.0)).integer("until"),
        Some(1_800_000_001_000),
        "an early tick sends nothing"
    );

    assert_eq!(json(&flow.tick(START + 1000.0)).text("url"), Some("https://id.invalid/token"));
    assert_eq!(answer(&mut flow, 1.0, 400, PENDING).integer("until"), Some(1_800_000_002_000));
    flow.tick(START + 2000.0);
    let end = answer(&mut flow, 2.0, 200, TOKENS);
    assert_eq!(end.get("signIn").and_then(|sign_in| sign_in.text("accessToken")), Some("a token"));
    assert!(flow.has_news());
    assert_eq!((flow.prompt(), flow.mark()), (None, None), "it is over");
    assert_eq!(code(&json(&flow.save())), Some("flow_ended"));
    assert!(json(&flow.tick(START + 9000.0)) == end, "the end stays");
}

#[wasm_bindgen_test]
fn a_wrong_request_is_a_failure_before_the_first_step() {
    let mut flow = Application::new().start("{}");
    let answer = json(&flow.open(true));
    assert_eq!(code(&answer), Some("invalid_client_id"));
    let failure = answer.get("failure").expect("a failure");
    assert_eq!(failure.text("class"), Some("ClientConfigurationError"));
    assert!(failure.text("hint").is_some_and(|hint| !hint.is_empty()));
    assert_eq!(code(&json(&flow.tick(START))), Some("invalid_client_id"), "and it stays");
}

type Way = fn(&mut Flow, f64) -> String;

#[wasm_bindgen_test]
fn whatever_keeps_a_poll_from_its_answer_is_waited_out() {
    let ways: [(&str, Way); 4] = [
        ("failed", |flow, now| flow.failed(now, "fetch failed (ECONNRESET)".into(), "https://id.invalid/token")),
        ("timed out", Flow::timed_out),
        ("too large", Flow::too_large),
        ("abandoned", Flow::abandoned),
    ];
    for (name, way) in ways {
        let mut flow = shown();
        flow.tick(START + 1000.0);
        let until = json(&way(&mut flow, START + 1100.0)).integer("until").unwrap_or_default();
        assert!(until >= 1_800_000_002_000, "{name}: {until}");
    }
}

#[wasm_bindgen_test]
fn lines_of_the_journal_come_with_each_step_for_those_who_want_them() {
    let lines = |log| json(&begun(log).tick(START)).get("log").cloned();
    assert!(lines(false).is_none());
    let Some(Value::Array(lines)) = lines(true) else { panic!("no lines") };
    let Some(Value::Array(line)) = lines.first() else { panic!("no line") };
    let [Value::Number(level), Value::String(text)] = &line[..] else { panic!("not a level and a text") };
    assert!(matches!(level.as_str(), "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9"), "{level}");
    assert_eq!(text, "Asking for a device code.");
}

#[wasm_bindgen_test]
fn a_saved_flow_is_taken_up_by_its_own_client_only() {
    let saved = json(&shown().save());
    let saved = saved.text("text").expect("a text");
    let taken = |saved: &str, client: &str, authority: &str| {
        let configuration = [r#"{"clientId":""#, client, r#"","authority":""#, authority, r#""}"#].concat();
        let mut flow = Application::new().resume(saved, &configuration);
        (json(&flow.open(false)), flow)
    };
    for (saved, client, authority, expected) in [
        (saved, "another", "https://id.invalid", "saved_flow_mismatch"),
        (saved, "c", "https://other.invalid", "saved_flow_mismatch"),
        ("{}", "c", "https://id.invalid", "saved_flow_invalid"),
    ] {
        assert_eq!(code(&taken(saved, client, authority).0), Some(expected));
    }
    let (answer, mut flow) = taken(saved, "c", "https://id.invalid");
    assert_eq!(code(&answer), None);
    assert!(flow.prompt().is_some_and(|prompt| prompt.contains("USER")));
    assert_eq!(json(&flow.tick(START + 1000.0)).text("url"), Some("https://id.invalid/token"));
}

#[wasm_bindgen_test]
fn a_cache_that_is_none_is_refused_and_the_one_before_it_stays() {
    let mut cache = TokenCache::new();
    assert_eq!(code(&json(&cache.deserialize("[1]".into(), true))), Some("token_cache_invalid"));
    assert_eq!(cache.accounts("c", None), "[]");
    assert!(!cache.has_changed());
}

#[wasm_bindgen_test]
fn many_steps_leave_nothing_in_memory() {
    let mut flow = shown();
    let mut sizes = Vec::new();
    for round in 0..12_000 {
        flow.tick(START + 500.0);
        assert!(flow.mark().is_some() && flow.save().len() > 100);
        if round % 4000 == 3999 {
            sizes.push(core::arch::wasm32::memory_size(0));
        }
    }
    assert!(sizes.windows(2).all(|pair| pair[0] == pair[1]), "{sizes:?}");
}
