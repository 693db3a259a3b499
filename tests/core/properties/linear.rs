//! No input takes more than a number of steps that is in proportion to its length.
//!
//! Each reader gets half a mebibyte of what is worst for it. A reader that goes through the rest of the text for each byte of it makes a
//! hundred thousand million steps then: such a test does not end. Nothing here looks at a clock, and a busy machine only makes it later.
//! Readers that compare each entry of a list with the others have a limit for the entries, and the limits have tests of their own
//! (tests/core/config/limits.rs).

use crate::support::START;
use crate::support::replies::{ISSUER, PRIVATE, reply};
use crate::support::saved::{checked, hash};
use crate::support::scenario::{Scenario, quoted};
use device_code_flow::config::request::SignInRequest;
use device_code_flow::entra::authority::Authority;
use device_code_flow::entra::cloud;
use device_code_flow::entra::trust::Trust;
use device_code_flow::flow::log::Entry;
use device_code_flow::flow::{FlowState, Input, saved};
use device_code_flow::json::{self, Value};
use device_code_flow::oauth::address::Address;
use device_code_flow::oauth::claims::with_capabilities;
use device_code_flow::oauth::http::HttpResponse;
use device_code_flow::oauth::id_token::IdToken;
use device_code_flow::oauth::metadata::Metadata;
use device_code_flow::oauth::redact::repeats;
use device_code_flow::oauth::{error, form, lenient, retry_after};
use device_code_flow::text::{printable, short};
use serde_json::json;

/// Half of what is read of an answer.
const LONG: usize = 1 << 19;

/// So much of a text, repeated.
fn long(text: &str) -> String {
    text.repeat(LONG / text.len())
}

/// Different words of this beginning, as long in all.
fn words(beginning: &str) -> Vec<String> {
    (0..LONG / 10).map(|number| format!("{beginning}{number:08}")).collect()
}

/// An object with as many members as there is room for.
fn wide_object() -> String {
    let members: Vec<String> = words("").iter().map(|word| format!(r#""{word}":1"#)).collect();
    format!("{{{}}}", members.join(","))
}

#[test]
fn json_text_is_read_and_written_in_linear_time() {
    let worst = [
        wide_object(),
        format!("[{}1]", long("1,")),
        format!("[{}[]]", long("[],")),
        format!("\"{}\"", long("\\u00e9")),
        format!("\"{}\"", long("\\ud800")),
        format!("\"{}\"", long("\\\\")),
        format!("{}1", long(" ")),
        long("1"),
        format!("-{}e-{}", long("1"), long("9")),
        long("["),
        long("{\"a\":"),
        format!("\"{}", long("a")),
        long("\""),
    ];
    for text in worst {
        if let Some(value) = Value::parse(&text) {
            assert_eq!(Value::parse(&value.to_json()).as_ref(), Some(&value));
            let again: Value = json::from_value(&value).expect("any value");
            assert_eq!(again, value);
        }
    }
}

#[test]
fn a_form_is_read_in_linear_time() {
    for text in
        [long("a=1&"), format!("a={}", long("%41")), long("a"), long("="), long("&"), format!("a={}", long("%"))]
    {
        let _ = form::parse(&text).map(|value| value.get_str("a").map(str::len));
        assert!(form::decode(&text).len() <= text.len());
    }
    for (name, value) in [("a", long("/")), ("b", long("é"))] {
        assert!(form::with_query("https://a.example", &[(name, &value)]).len() > LONG);
    }
}

#[test]
fn a_repeated_secret_is_looked_for_in_linear_time() {
    let near = format!("{}b", "a".repeat(LONG / 2));
    for text in [
        long("a"),
        long("%61"),
        long("%2561"),
        long("\\u0061"),
        long("\\"),
        long("%"),
        long("\\\\u"),
        long("+"),
        long("a%"),
    ] {
        let _ = repeats(&text, &near);
        let _ = repeats(&near, &text);
    }
    assert!(repeats(&(long("a") + "b"), &near));
    assert_eq!(printable(&long("\u{202e}a")).len(), LONG / 4);
    assert!(short(long("a ")).len() < 5_000);
}

/// What a server says, with everything that is looked for in it.
#[test]
fn an_error_is_read_in_linear_time() {
    let tokens: Vec<_> = words("token").into_iter().map(|token| json!({ "access_token": token })).collect();
    let near = format!("{}b", "a".repeat(LONG / 2));
    for body in [
        json!({ "error": "e", "error_description": long("a"), "access_token": near }),
        json!({ "error": "e", "error_description": long("AADSTS1"), "claims": long("%61"), "device_code": near }),
        json!({ "error": long("e"), "error_uri": format!("https://{}", long("a")), "data": tokens }),
        json!({ "error": "e", "error_codes": vec![70_016; LONG / 6] }),
    ] {
        let response = reply(400, body.to_string());
        let members = lenient::members(&response);
        assert!(!error::evidence(&response, members.as_ref(), &[&near], START).error.is_empty());
        for state in [Scenario::entra().to_polling(), Scenario::entra().to_requesting(), Scenario::issuer().started()] {
            let mut scene = state;
            let input = Input::Response(Box::new(response.clone()));
            let entry = Entry::open(&scene.step.state, &input);
            scene.input(input);
            assert!(!entry.close(&scene.step, START).is_empty());
        }
    }
}

#[test]
fn codes_and_tokens_are_read_in_linear_time() {
    for name in [
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "message",
        "interval",
        "expires_in",
    ] {
        for value in [long("a"), format!("https://{}", long("a.")), format!("https://a.example/{}", long("%"))] {
            let mut members = json!({ "device_code": "d", "user_code": "U", "verification_uri": "https://microsoft.com/x", "expires_in": 9 });
            members["message"] = long("https://microsoft.com/").into();
            members[name] = value.into();
            let scene =
                Scenario::at("https://contoso.ciamlogin.com").codes(reply(200, members.to_string())).with_codes();
            assert!(matches!(scene.step.state, FlowState::Waiting(_) | FlowState::Ended), "{name}");
        }
    }
    let repeated = format!("{} {}", words("s")[..499].join(" "), long("s00000498 "));
    for scope in [repeated, words("S").join(" "), words("S").join(","), long(" "), long("a")] {
        for scope in [json!(scope), json!(scope.split(' ').collect::<Vec<_>>())] {
            let body = json!({ "access_token": "a", "scope": scope });
            assert!(Scenario::entra().to_polling().respond(reply(200, body.to_string())).sign_in().scopes.len() <= 500);
        }
    }
    for jwt in [format!("a.{}.b", long("A")), long("."), format!("a.{}.b", long("=")), format!("a.{}", long("-_"))] {
        let _ = IdToken::parse(&jwt).map(|token| token.text("sub").len());
    }
}

#[test]
fn headers_are_read_in_linear_time() {
    for text in
        [long("1"), long("1 "), long("Jan "), long(" "), format!("Sun, 06 Nov 1994 {}", long("08:")), long("Jan1")]
    {
        let _ = retry_after::parse(&text, Some(&text), START);
        let response = HttpResponse { retry_after: Some(text.clone()), date: Some(text), ..reply(503, "{}") };
        let _ = response.retry_after(START);
    }
}

#[test]
fn metadata_is_read_in_linear_time() {
    for (name, value) in [
        ("issuer", json!(long("{tenantid}"))),
        ("issuer", json!(format!("{ISSUER}{}", long("/")))),
        ("token_endpoint", json!(format!("https://{}", long("a.")))),
        ("token_endpoint", json!(format!("https://[{}]", long(":")))),
        ("device_authorization_endpoint", json!(format!("https://a.example/{}", long("{tenantid}")))),
        ("revocation_endpoint", json!(long("%"))),
        ("scopes_supported", json!(words("s"))),
    ] {
        let mut document =
            json!({ "issuer": ISSUER, "device_authorization_endpoint": ISSUER, "token_endpoint": ISSUER });
        document[name] = value;
        let text = document.to_string();
        let _ = Metadata::parse(&Value::parse(&text).expect("JSON"), ISSUER);
        let private = Scenario::at(PRIVATE).with("knownAuthorities", r#"["login.private.example"]"#);
        for mut scene in [Scenario::issuer().started(), private.started()] {
            scene.respond(reply(200, text.clone()));
        }
    }
}

#[test]
fn an_answer_to_instance_discovery_is_read_in_linear_time() {
    let one = json!([{ "preferred_network": "a", "preferred_cache": "a", "aliases": words("h") }]);
    let many: Vec<_> =
        words("h").into_iter().map(|host| json!({ "preferred_network": host, "aliases": [host] })).collect();
    for metadata in
        [one, json!(many), json!([{ "aliases": ["login.private.example"], "preferred_network": long("a.") }])]
    {
        let answer = json!({ "tenant_discovery_endpoint": "x", "metadata": metadata }).to_string();
        let _ = cloud::in_answer(&Value::parse(&answer).expect("JSON"), "login.private.example");
        let mut scene = Scenario::at(PRIVATE).started();
        assert!(scene.respond(reply(200, answer.clone())).sends());
        let trust = Trust { clouds: Some(answer), known: words("h"), oidc: false };
        assert!(Authority::parse(PRIVATE, "auth.authority", &trust).is_ok());
    }
}

#[test]
fn an_address_is_read_in_linear_time() {
    let (trust, [asked, supported]) = (Trust { known: words("h"), ..Trust::default() }, ["a", "b"].map(words));
    for text in [
        format!("https://{}", long("a.")),
        format!("https://{}", long("1.")),
        format!("https://[{}]", long("0:")),
        format!("https://a.example{}", long("/a")),
        format!("https://a.ciamlogin.com{}", long("/")),
        format!("https://{}.ciamlogin.com", long("a")),
        format!("https://login.microsoftonline.com/{}", long("v2.0/")),
        format!("https://login.microsoftonline.com/{}", long("a")),
        format!("https://a.example/adfs{}", long("/adfs")),
        long("://"),
        long("@"),
    ] {
        let _ =
            Address::parse(&text).map(|address| (address.reach(), address.is_loopback(), address.may_name(&address)));
        if let Ok(authority) = Authority::parse(&text, "auth.authority", &trust) {
            let _ = (authority.tenant().len(), authority.realm(), authority.in_tenant("contoso.example"));
            let _ = authority.mended_verification_uri(&text);
            assert!(authority.scopes(&asked, &supported).len() >= LONG / 10);
        }
    }
}

/// What a caller gives. Most of it is refused for its length.
#[test]
fn a_request_is_read_in_linear_time() {
    let texts = ["clientId", "authority", "requestAuthority", "claims", "correlationId", "locale", "appName"];
    let query: serde_json::Map<_, _> = words("q").into_iter().map(|name| (name, json!("v"))).collect();
    let lists = [
        ("scopes", json!(words("s"))),
        ("scopes", json!([words("s").join(" ")])),
        ("knownAuthorities", json!(words("h"))),
        ("clientCapabilities", json!(words("c"))),
        ("extraQueryParameters", json!(query)),
        ("authorityMetadata", json!(wide_object())),
        ("cloudDiscoveryMetadata", json!(wide_object())),
        ("claims", json!(wide_object())),
    ];
    for (name, value) in texts.map(|name| (name, json!(long("a/")))).into_iter().chain(lists) {
        let mut request = json!({ "clientId": "c", "authority": PRIVATE, "scopes": ["a"] });
        request[name] = value;
        let error = SignInRequest::parse(&request.to_string()).expect_err(name);
        assert!(error.message.len() < 1_000, "{name}: the message does not repeat it");
    }
    let capabilities: Vec<String> = words("c").into_iter().take(100).collect();
    let values = json!({ "access_token": { "xms_cc": { "values": words("v") } } }).to_string();
    assert!(with_capabilities(Some(&values), &capabilities).is_ok());
}

#[test]
fn a_saved_text_is_read_in_linear_time() {
    let honest: serde_json::Value =
        serde_json::from_str(&saved::write(&Scenario::entra().to_waiting().step.state).expect("a text")).expect("JSON");
    let room = saved::MAX_BYTES - 10_000;
    let text = "a ".repeat(room / 2);
    let query: serde_json::Map<_, _> = (0..room / 20).map(|number| (format!("q{number:08}"), json!("v"))).collect();
    let list: Vec<String> = (0..room / 12).map(|number| format!("s{number:08}")).collect();
    for (name, value) in [
        ("deviceCode", json!(text)),
        ("userCode", json!(text)),
        ("message", json!(text)),
        ("verificationUri", json!(format!("https://a.example/{}", "a".repeat(room)))),
        ("tokenEndpoint", json!(text)),
        ("authority", json!(text)),
        ("scopes", json!(list)),
        ("knownAuthorities", json!(list)),
        ("cloudDiscoveryMetadata", json!(text)),
        ("authorityMetadata", json!(text)),
        ("extraQueryParameters", json!(query)),
        ("trouble", json!({ "refused": text })),
        ("check", json!(text)),
    ] {
        let mut forged = honest.clone();
        forged[name] = value;
        let configuration = json!({ "clientId": "tv-app", "authority": "https://login.microsoftonline.com/common" });
        if let Ok(mut state) = saved::resume(&checked(&forged), &configuration.to_string()) {
            for _ in 0..2 {
                let step = device_code_flow::flow::advance(state, Input::Tick, state_end());
                state = step.state;
            }
        }
    }
    for body in [long("{"), long("a"), quoted(&long("\""))] {
        let _ = saved::read(&format!("{body},\"check\":\"{}\"}}", hash(&body)));
    }
}

/// A minute later: a poll is due.
fn state_end() -> device_code_flow::time::UnixMillis {
    device_code_flow::time::UnixMillis(START.0 + 60_000)
}
