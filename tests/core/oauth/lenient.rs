//! What servers in use do beside the RFC, one test each, with the server's name. (docs: RFC 8628 §3.2, §3.5 say how it
//! should be; each deviation is also named where the source grants it.)

use crate::support::replies::{error, page, reply};
use crate::support::scenario::Scenario;
use device_code_flow::json::Value;
use device_code_flow::oauth::lenient;

#[test]
fn an_error_is_read_at_any_status() {
    // GitHub 200, Google 428 and 403, AWS and Auth0 401 and 403.
    for status in [200, 400, 401, 403, 428, 503] {
        let pending = reply(status, r#"{"error":"authorization_pending"}"#);
        assert_eq!(Scenario::entra().to_polling().respond(pending).wait(), 5_000, "{status}");
        let slower = reply(status, r#"{"error":"slow_down"}"#);
        assert_eq!(Scenario::entra().to_polling().respond(slower).wait(), 10_000, "{status}");
        let denied = reply(if status == 503 { 400 } else { status }, r#"{"error":"access_denied"}"#);
        assert_eq!(Scenario::entra().to_polling().respond(denied).failure().code.text(), "access_denied", "{status}");
    }
}

#[test]
fn github_sends_forms() {
    let form = "device_code=abc&expires_in=900&interval=8&user_code=WXYZ-1234&verification_uri=https%3A%2F%2Fgithub.com%2Flogin%2Fdevice";
    let mut scene = Scenario::entra().codes(reply(200, form)).to_waiting();
    assert_eq!((scene.wait(), scene.session().prompt.user_code.as_str()), (8_000, "WXYZ-1234"));
    assert_eq!(scene.session().prompt.verification_uri, "https://github.com/login/device");
    scene.poll(reply(200, "error=slow_down&error_description=Too+many+requests&interval=20"));
    assert_eq!(scene.wait(), 20_000);
    let sign_in = scene.poll(reply(200, "access_token=gho_1&scope=repo%2Cgist&token_type=bearer"));
    assert_eq!(sign_in.sign_in().scopes, ["repo", "gist"]);
}

#[test]
fn github_documents_token_expired() {
    assert_eq!(
        Scenario::entra().to_polling().respond(error("token_expired")).failure().code.text(),
        "device_code_expired"
    );
}

#[test]
fn google_and_entra_v1_say_verification_url() {
    let body = r#"{"device_code":"d","user_code":"GQVQ-JKEC","expires_in":1800,"interval":5,"verification_url":"https://www.google.com/device"}"#;
    let scene = Scenario::entra().codes(reply(200, body)).to_waiting();
    assert_eq!(scene.session().prompt.verification_uri, "https://www.google.com/device");
}

#[test]
fn googles_quota_answer_names_its_error_error_code() {
    let scene = Scenario::entra().codes(reply(403, r#"{"error_code":"rate_limit_exceeded"}"#)).with_codes();
    assert_eq!(scene.failure().code.text(), "rate_limit_exceeded");
}

#[test]
fn entra_v1_and_adfs_send_numbers_as_strings() {
    let body = r#"{"device_code":"d","user_code":"U","verification_uri":"https://a.example","expires_in":"900","interval":"6"}"#;
    let mut scene = Scenario::entra().codes(reply(200, body)).to_waiting();
    assert_eq!((scene.wait(), scene.session().expires_in.as_secs()), (6_000, 900));
    let now = scene.until();
    let sign_in =
        scene.poll(reply(200, r#"{"access_token":"t","expires_in":"3599","ext_expires_in":"7199"}"#)).sign_in();
    assert_eq!(sign_in.expires_on.map(|moment| moment.0 - now.0), Some(3_599_000));
    assert_eq!(sign_in.ext_expires_on.map(|moment| moment.0 - now.0), Some(7_199_000));
}

#[test]
fn an_interval_of_nothing_is_the_default_and_a_fraction_is_rounded_up() {
    for (interval, wait) in
        [("0", 5_000), ("-1", 5_000), ("null", 5_000), ("\"\"", 5_000), ("5.5", 6_000), ("7.0", 7_000), ("[3]", 5_000)]
    {
        let body = format!(
            r#"{{"device_code":"d","user_code":"U","verification_uri":"https://a.example","expires_in":900,"interval":{interval}}}"#
        );
        assert_eq!(Scenario::entra().codes(reply(200, body)).to_waiting().wait(), wait, "{interval}");
    }
}

#[test]
fn twitch_sends_scopes_as_an_array_and_its_errors_as_messages() {
    let mut scene = Scenario::entra().to_waiting();
    scene.poll(reply(400, r#"{"status":400,"message":"authorization_pending"}"#));
    assert_eq!(scene.wait(), 5_000);
    let body = r#"{"access_token":"t","refresh_token":"r","scope":["user:read","chat:edit"],"token_type":"bearer"}"#;
    assert_eq!(scene.poll(reply(200, body)).sign_in().scopes, ["user:read", "chat:edit"]);
}

#[test]
fn facebook_leaves_the_token_type_out() {
    let mut scene = Scenario::entra().to_polling();
    assert_eq!(scene.respond(reply(200, r#"{"access_token":"t"}"#)).sign_in().tokens.token_type, "Bearer");
}

#[test]
fn a_byte_order_mark_and_white_space_may_come_first() {
    let mut scene = Scenario::entra().to_polling();
    assert_eq!(scene.respond(reply(400, "\u{feff}\r\n {\"error\":\"slow_down\"} \n")).wait(), 10_000);
}

#[test]
fn bytes_that_are_no_utf_8_cost_their_characters_and_not_the_tokens() {
    let mut response = reply(200, "");
    response.body = b"{\"access_token\":\"t\",\"scope\":\"a\",\"name\":\"M\xfcller\"}".to_vec();
    assert_eq!(Scenario::entra().to_polling().respond(response).sign_in().tokens.access_token.expose(), "t");
}

#[test]
fn a_502_page_while_the_person_approves_loses_nothing() {
    let mut scene = Scenario::entra().to_waiting();
    scene.poll(page(502)).poll(page(504));
    assert!(scene.poll(crate::support::replies::tokens()).sign_in().signed_in.is_none());
}

#[test]
fn a_token_with_more_scopes_than_any_has_costs_no_time() {
    let scopes: Vec<String> = (0..100_000).map(|number| format!("s{number}")).collect();
    let body = format!(r#"{{"access_token":"a","scope":"{}"}}"#, scopes.join(" "));
    let mut scene = Scenario::entra().to_polling();
    assert_eq!(scene.respond(reply(200, body)).sign_in().scopes.len(), 500);
}

#[test]
fn whole_numbers_are_read_from_numbers_and_texts_and_from_nothing_else() {
    let json = Value::parse(
        r#"{"n":5,"s":"7","f":3.2,"m":-4.9,"z":-0.0,"big":99999999999999999999,"low":-99999999999999999999,
            "e":1e3,"x":"0x10","empty":"","minus":"-","dot":".5","b":true,"two":"1.2.3","plus":"+1"}"#,
    )
    .expect("a document");
    let both = |name| (json.get(name).and_then(lenient::whole_number), json.get(name).and_then(lenient::rounded_up));
    assert_eq!(both("n"), (Some(5), Some(5)));
    assert_eq!(both("s"), (Some(7), Some(7)));
    assert_eq!(both("f"), (Some(3), Some(4)));
    assert_eq!(both("m"), (Some(0), Some(0)));
    assert_eq!(both("z"), (Some(0), Some(0)));
    assert_eq!(both("big"), (Some(u64::MAX), Some(u64::MAX)));
    assert_eq!(both("low"), (Some(0), Some(0)));
    // An exponent, or what only looks like a number, counts as missing.
    for name in ["e", "x", "empty", "minus", "dot", "b", "two", "plus", "absent"] {
        assert_eq!(both(name), (None, None), "{name}");
    }
}
