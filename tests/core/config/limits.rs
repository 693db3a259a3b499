//! How much a caller may give, and a server may send: a limit for each, and a message with the field, the limit and what came.

use crate::support::replies::{DEVICE_CODE, reply};
use crate::support::saved::checked;
use crate::support::scenario::{Scenario, quoted};
use device_code_flow::config::fields::Field;
use device_code_flow::flow::saved;
use serde_json::{Value, json};

/// A text of so many bytes.
fn text(bytes: usize) -> Value {
    "x".repeat(bytes).into()
}

/// The claims of an object of so many bytes.
fn claims(bytes: usize) -> Value {
    format!(r#"{{"a":"{}"}}"#, "x".repeat(bytes - r#"{"a":""}"#.len())).into()
}

fn metadata(bytes: usize) -> Value {
    let endpoint = "https://login.example/x";
    let bare = json!({ "issuer": "https://login.example/realms/tv", "device_authorization_endpoint": endpoint, "token_endpoint": endpoint, "pad": "" });
    let mut padded = bare.clone();
    padded["pad"] = "x".repeat(bytes - bare.to_string().len()).into();
    padded.to_string().into()
}

fn clouds(bytes: usize) -> Value {
    let bare = json!({ "metadata": [], "pad": "" });
    let mut padded = bare.clone();
    padded["pad"] = "x".repeat(bytes - bare.to_string().len()).into();
    padded.to_string().into()
}

fn authority(bytes: usize) -> Value {
    let start = "https://login.example/realms/tv/";
    format!("{start}{}", "x".repeat(bytes - start.len())).into()
}

/// So many entries of a list, of so many bytes in all.
fn list(entries: usize, bytes: usize) -> Value {
    let mut texts: Vec<String> = (0..entries).map(|number| format!("s{number}")).collect();
    let rest = bytes - texts.iter().map(String::len).sum::<usize>();
    texts[0] += &"x".repeat(rest);
    texts.into()
}

fn query(entries: usize, bytes: usize) -> Value {
    let names: Vec<String> = (0..entries).map(|number| format!("q{number}")).collect();
    let rest = bytes - names.iter().map(String::len).sum::<usize>();
    let mut query = json!({});
    for name in names {
        query[name] = "".into();
    }
    query["q0"] = text(rest);
    query
}

/// A field, its limit, and values that are just within it and just beyond it.
fn fields() -> Vec<(&'static str, usize, Value, Value)> {
    let single = |key, limit: usize, value: &dyn Fn(usize) -> Value| (key, limit, value(limit), value(limit + 1));
    vec![
        single("clientId", 2048, &text),
        single("authority", 2048, &authority),
        single("authorityMetadata", 65_536, &metadata),
        single("cloudDiscoveryMetadata", 65_536, &clouds),
        single("knownAuthorities", 16_384, &|bytes| list(9, bytes)),
        single("knownAuthorities", 100, &|entries| list(entries, 4_000)),
        single("clientCapabilities", 4096, &|bytes| list(9, bytes)),
        single("clientCapabilities", 100, &|entries| list(entries, 4_000)),
        single("appName", 256, &text),
        single("appVersion", 256, &text),
        single("requestAuthority", 2048, &authority),
        single("scopes", 32_768, &|bytes| list(9, bytes)),
        single("scopes", 500, &|entries| list(entries, 4_000)),
        single("scopes", 500, &|entries| json!([vec!["s"; entries].join(" ")])),
        single("claims", 32_768, &claims),
        single("extraQueryParameters", 8192, &|bytes| query(9, bytes)),
        single("extraQueryParameters", 100, &|entries| query(entries, 4_000)),
        single("correlationId", 256, &text),
        single("locale", 256, &text),
        single("accountHint", 256, &text),
    ]
}

#[test]
fn a_field_beyond_its_limit_is_refused_with_its_name_the_limit_and_what_came() {
    for (key, limit, within, beyond) in fields() {
        let begun = |value: &Value| Scenario::issuer().with(key, &value.to_string()).begin();
        assert!(begun(&within).is_ok(), "{key}: {:?}", begun(&within).err());
        let error = begun(&beyond).expect_err(key);
        let place = Field::by_key(key).expect("a field").place;
        let wanted = [format!("{place} has {} ", limit + 1), format!(" The limit is {limit}.")];
        assert_eq!(error.code.text(), "invalid_argument", "{}", error.message);
        assert!(wanted.iter().all(|part| error.message.contains(part)), "{}", error.message);
    }
}

#[test]
fn a_flow_with_all_that_the_limits_allow_can_be_saved_and_resumed() {
    let mut scenario = Scenario::issuer();
    let mut configuration = json!({ "authority": "https://login.example/realms/tv" });
    for (key, _, within, _) in fields() {
        if !["authority", "requestAuthority"].contains(&key) {
            configuration[key] = within.clone();
            scenario = scenario.with(key, &within.to_string());
        }
    }
    let codes = json!({
        "device_code": text(8192), "user_code": text(256), "expires_in": 900, "message": text(4000),
        "verification_uri": format!("https://a.example/{}", "x".repeat(4096 - 18)),
    });
    let mut scene = scenario.started();
    let state = scene.respond(reply(200, codes.to_string())).step.state.session().map(|_| ());
    assert_eq!(state, Some(()), "{:?}", scene.step);
    let text = saved::write(&scene.step.state).expect("a text");
    assert!(text.len() < saved::MAX_BYTES / 2, "{}", text.len());
    assert_eq!(saved::resume(&text, &configuration.to_string()).as_ref(), Ok(&scene.step.state));
}

#[test]
fn a_saved_text_beyond_its_limit_is_refused_unread() {
    for text in [format!("[{}0]", "0,".repeat(saved::MAX_BYTES)), "[".repeat(saved::MAX_BYTES + 1)] {
        let error = saved::read(&text).expect_err("too long");
        assert_eq!(error.code.text(), "saved_flow_invalid");
        let wanted = [text.len().to_string(), saved::MAX_BYTES.to_string()];
        assert!(wanted.iter().all(|number| error.message.contains(number)), "{}", error.message);
    }
}

#[test]
fn a_saved_text_has_no_more_query_parameters_than_a_request() {
    let state = Scenario::entra().to_waiting().step.state;
    let mut forged: Value = serde_json::from_str(&saved::write(&state).expect("a text")).expect("JSON");
    forged["extraQueryParameters"] = query(101, 4_000);
    let error = saved::read(&checked(&forged)).expect_err("too many");
    assert!(error.message.contains("extraQueryParameters"), "{}", error.message);
}

#[test]
fn what_a_server_sends_beyond_a_limit_is_no_device_authorization_response() {
    let codes = |name: &str, value: Value| {
        let mut members =
            json!({ "device_code": "d", "user_code": "U", "verification_uri": "https://a.example", "expires_in": 9 });
        members[name] = value;
        Scenario::entra().codes(reply(200, members.to_string())).with_codes()
    };
    let address = |bytes: usize| Value::from(format!("https://a.example/{}", "x".repeat(bytes - 18)));
    for (name, limit) in [("device_code", 8192), ("user_code", 256), ("verification_uri", 4096)] {
        let value = |bytes| if name == "verification_uri" { address(bytes) } else { text(bytes) };
        assert!(codes(name, value(limit)).waits(), "{name}");
        let scene = codes(name, value(limit + 1));
        let failure = scene.failure();
        assert_eq!(failure.code.text(), "invalid_server_response");
        let wanted = [name.to_owned(), limit.to_string(), (limit + 1).to_string()];
        assert!(wanted.iter().all(|part| failure.message.contains(part)), "{}", failure.message);
        assert!(failure.message.len() < 300, "what is too long is not repeated");
    }
    // What need not be there is left out.
    assert!(codes("verification_uri_complete", address(4096)).session().prompt.verification_uri_complete.is_some());
    assert_eq!(codes("verification_uri_complete", address(4097)).session().prompt.verification_uri_complete, None);
    assert!(codes("message", text(4000)).session().prompt.message.starts_with("xxx"));
    assert!(codes("message", text(4001)).session().prompt.message.starts_with("To sign in"));
}

#[test]
fn claims_that_no_request_could_repeat_are_not_in_an_error() {
    for (bytes, length) in [(32_768, 32_768), (32_769, 0)] {
        let body = json!({ "error": "access_denied", "claims": claims(bytes) });
        let mut scene = Scenario::entra().to_polling();
        assert_eq!(scene.respond(reply(400, body.to_string())).failure().evidence.claims.len(), length);
    }
}

#[test]
fn words_of_others_in_an_error_are_cut_off() {
    let long = "word ".repeat(10_000);
    let mut scene = Scenario::issuer().started();
    let failure = scene.respond(reply(200, json!({ "issuer": long }).to_string())).failure().clone();
    assert!(failure.message.len() < 4_500, "{}", failure.message.len());
    let codes: Vec<u32> = (50_000..60_000).collect();
    let body =
        json!({ "error": long, "error_description": long, "suberror": long, "trace_id": long, "error_codes": codes });
    let mut scene = Scenario::entra().to_polling();
    let evidence = scene.respond(reply(400, body.to_string())).failure().evidence.clone();
    for text in [&evidence.error, &evidence.description, &evidence.suberror, &evidence.trace_id] {
        assert!(text.len() < 4_100 && text.ends_with("(and more)"), "{}", text.len());
    }
    assert_eq!(evidence.error_codes.len(), 16);
    let mut scene = Scenario::entra().to_polling();
    let input = scene.step.state.failed(long, "https://a.example");
    let text = saved::write(&scene.input(input).step.state).expect("a text");
    assert!(text.len() < 8_000 && text.contains(DEVICE_CODE), "{}", text.len());
}

#[test]
fn a_server_grants_no_more_scopes_than_are_compared() {
    let granted = |scope: String| {
        let body = json!({ "access_token": "a", "scope": scope });
        let mut scene = Scenario::entra().to_polling();
        scene.respond(reply(200, body.to_string())).sign_in().scopes.clone()
    };
    let numbered: Vec<String> = (0..2_000).map(|number| format!("s{number}")).collect();
    assert_eq!(granted(numbered.join(" ")).len(), 500);
    let long: Vec<String> = (0..100).map(|number| format!("{number}{}", "x".repeat(1_000))).collect();
    assert_eq!(granted(long.join(",")).len(), 32);
    assert_eq!(granted(format!("a b {}", quoted(&"x".repeat(100_000)))), ["a", "b"]);
}
