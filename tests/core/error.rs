//! Failures: the table of codes, and wrong arguments, each found before anything is sent.

use std::collections::HashSet;

use crate::support::replies::reply;
use crate::support::scenario::{Scenario, quoted};
use device_code_flow::error::{Class, Code, Error, ErrorCode, Evidence, Fault, OAuthError, SERVER_ERRORS};

#[test]
fn every_code_has_a_hint_and_a_text_of_its_own() {
    let mut texts = HashSet::new();
    for code in Code::ALL {
        let failure = code.error("It happened here.");
        assert!(texts.insert(code.text()), "{} is there twice", code.text());
        assert!(
            code.text().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
            "{}",
            code.text()
        );
        assert!(failure.hint.len() > 20 && failure.hint.ends_with('.'), "{}: {}", code.text(), failure.hint);
        assert_eq!((failure.code.text(), failure.message.as_str()), (code.text(), "It happened here."));
        assert_eq!(failure.fault, code.fault());
    }
}

#[test]
fn only_what_may_pass_by_itself_is_retryable() {
    for code in Code::ALL {
        let by_itself = matches!(code, Code::Network | Code::ServerUnavailable | Code::Internal);
        assert_eq!(code.error("").retryable, by_itself, "{}", code.text());
        let configured = code.error("").class == Class::ClientConfiguration;
        assert!(!configured || matches!(code.fault(), Fault::Caller | Fault::Server), "{}", code.text());
    }
}

#[test]
fn a_server_without_words_still_makes_a_sentence() {
    let failure = Error::from_server(Box::new(Evidence { error: "teapot".into(), ..Evidence::default() }));
    assert_eq!((failure.message.as_str(), failure.hint), ("The authorization server answered teapot.", ""));
}

/// What `device_code` was refused with, word for word, after an answer that says `described`.
fn told(described: &str) -> Error {
    let body =
        serde_json::json!({ "error": "invalid_client", "error_description": described, "claims": "{\u{1b}\"a\":1}" });
    Scenario::entra().to_polling().respond(reply(400, body.to_string())).failure().clone()
}

#[test]
fn what_a_server_says_is_told_as_long_as_somebody_may_read_it_and_no_longer() {
    for length in [1, 100, 3_999] {
        let text = "a".repeat(length);
        assert_eq!(told(&text).message, text);
    }
    let failure = told(&"seven. ".repeat(100_000));
    assert!(
        failure.message.len() < 4_100 && failure.message.ends_with("seven. (and more)"),
        "{}",
        failure.message.len()
    );
    assert_eq!(failure.evidence.description, failure.message);
    // Where no word ends, nothing can be told without telling a half.
    assert_eq!(told(&"a".repeat(100_000)).message, " (and more)");
    for letters in ["é", "😀", "\u{202e}", "\n"] {
        assert!(told(&format!("x {}", letters.repeat(10_000))).message.len() < 4_100, "{letters}");
    }
}

#[test]
fn claims_of_a_server_are_safe_to_print_too() {
    assert_eq!(told("x").evidence.claims, "{\"a\":1}");
}

/// What a server with these two words makes of a refusal.
fn refused(error: &str, suberror: &str) -> Error {
    let (error, suberror) = (error.into(), suberror.into());
    Error::from_server(Box::new(Evidence { error, suberror, ..Evidence::default() }))
}

#[test]
fn the_words_that_call_for_a_person_have_a_class_of_their_own() {
    for word in [
        "interaction_required",
        "consent_required",
        "login_required",
        "bad_token",
        "ui_not_allowed",
        "interrupted_user",
    ] {
        assert_eq!(refused(word, "").class, Class::InteractionRequired, "{word}");
        assert_eq!(refused("invalid_request", word).class, Class::InteractionRequired, "{word}");
        assert_eq!(refused(word, "").fault, Fault::Person, "{word}");
    }
    for suberror in ["message_only", "additional_action", "basic_action", "user_password_expired"] {
        assert_eq!(refused("access_denied", suberror).class, Class::InteractionRequired, "{suberror}");
        assert_eq!(refused(suberror, "").class, Class::Server, "{suberror}");
    }
}

#[test]
fn a_plain_invalid_grant_calls_for_a_person_unless_the_suberror_says_that_it_would_not_help() {
    for suberror in ["", "token_expired", "something_new"] {
        assert_eq!(refused("invalid_grant", suberror).class, Class::InteractionRequired, "{suberror}");
    }
    for suberror in ["client_mismatch", "protection_policy_required"] {
        assert_eq!(refused("invalid_grant", suberror).class, Class::Server, "{suberror}");
        assert_eq!(refused("interaction_required", suberror).class, Class::InteractionRequired, "{suberror}");
    }
}

#[test]
fn every_word_of_a_server_has_a_hint_and_somebody_who_has_to_act() {
    for (error, fault, hint) in SERVER_ERRORS {
        let word = error.text();
        let failure = refused(word, "");
        assert_eq!((failure.code.text(), failure.fault, failure.hint), (word, *fault, *hint));
        assert!(hint.len() > 20 && hint.ends_with('.'), "{word}: {hint}");
    }
    assert_eq!(refused("teapot", "").fault, Fault::Server);
}

#[test]
fn a_word_of_a_server_is_never_a_code_of_this_library() {
    for code in Code::ALL {
        let failure = refused(code.text(), "");
        assert_eq!(failure.code.text(), code.text());
        assert_eq!(failure.code, ErrorCode::Server(code.text().into()));
        assert_ne!(failure.code, *code, "the texts are equal, the errors are not");
        assert_eq!(failure.evidence.error, code.text());
    }
}

#[test]
fn the_words_of_a_server_are_read_in_any_case_and_handed_on_as_they_came() {
    for (word, error) in [("invalid_grant", OAuthError::InvalidGrant), ("Access_Denied", OAuthError::AccessDenied)] {
        let failure = refused(word, "");
        assert_eq!((failure.evidence.oauth_error(), failure.code.text()), (error, word));
    }
    assert_eq!(OAuthError::parse("tokens_lost"), OAuthError::Other);
}

/// A wrong field: its name in the request, its wrong value, the code, and how the message calls it.
fn is_refused(name: &'static str, wrong: &str, code: &str, place: &str) {
    let Err(failure) = Scenario::entra().with(name, wrong).begin() else { panic!("{name}: {wrong} was accepted") };
    assert_eq!(failure.code.text(), code, "{name}: {wrong}");
    assert_eq!(failure.class, Class::ClientConfiguration, "{name}: {wrong}");
    assert!(failure.message.contains(place), "{name}: {wrong}: {}", failure.message);
    assert!(!failure.hint.is_empty() && !failure.retryable, "{name}: {wrong}");
}

#[test]
fn a_wrong_client_id_is_refused() {
    for wrong in ["\"\"", "null", "7", "\" tv\"", "\"tv\\n\"", "\"tü\"", "{}"] {
        is_refused("clientId", wrong, "invalid_client_id", "auth.clientId");
    }
}

#[test]
fn a_wrong_authority_is_refused() {
    for wrong in ["login.example", "", "ftp://login.example", "https://", "https://a b.example", "javascript:x"] {
        is_refused("authority", &quoted(wrong), "url_parse_error", "auth.authority");
    }
    for wrong in ["https://a.example/?x=1", "https://a.example/#x", "https://login.microsoftonline.com/a%2fb"] {
        is_refused("authority", &quoted(wrong), "url_parse_error", "auth.authority");
    }
    is_refused("authority", &quoted("http://login.example"), "authority_uri_insecure", "auth.authority");
    is_refused("authority", "7", "invalid_argument", "auth.authority");
}

#[test]
fn wrong_scopes_are_refused() {
    for wrong in ["null", "\"User.Read\"", "{}"] {
        is_refused("scopes", wrong, "empty_input_scopes_error", "request.scopes");
    }
    // Microsoft's servers get the reserved scopes; of another nobody knows that it has any.
    assert!(Scenario::entra().with("scopes", "[]").begin().is_ok());
    let failure = Scenario::issuer().with("scopes", r#"[" "]"#).begin().expect_err("no scope");
    assert_eq!(failure.code.text(), "empty_input_scopes_error");
    for (wrong, place) in [
        (r#"["a",7]"#, "request.scopes[1]"),
        (r#"["a b\"c"]"#, "request.scopes[0]"),
        (r#"["a","b","c\"d"]"#, "request.scopes[2]"),
        (r#"["ü"]"#, "request.scopes[0]"),
    ] {
        is_refused("scopes", wrong, "invalid_argument", place);
    }
}

#[test]
fn wrong_claims_are_refused() {
    assert!(Scenario::entra().with("claims", "\"\"").begin().is_ok(), "nothing is asked for");
    for wrong in [" ", "{", "[1]", "claims"] {
        is_refused("claims", &quoted(wrong), "invalid_claims", "request.claims");
    }
    is_refused("claims", "{}", "invalid_argument", "request.claims");
}

#[test]
fn wrong_numbers_are_refused() {
    is_refused("requestTimeout", "0", "invalid_argument", "system.requestTimeout");
    assert!(Scenario::entra().with("timeout", "0").begin().is_ok(), "no limit");
    for (name, place) in [("timeout", "request.timeout"), ("requestTimeout", "system.requestTimeout")] {
        for wrong in ["-1", "\"7\"", "true", "1e99"] {
            is_refused(name, wrong, "invalid_argument", place);
        }
    }
}

#[test]
fn wrong_texts_are_refused() {
    for (name, place) in [
        ("requestAuthority", "request.authority"),
        ("correlationId", "request.correlationId"),
        ("locale", "request.locale"),
        ("authorityMetadata", "auth.authorityMetadata"),
        ("protocolMode", "system.protocolMode"),
    ] {
        is_refused(name, "7", "invalid_argument", place);
    }
    is_refused("protocolMode", &quoted("oauth"), "invalid_argument", "system.protocolMode");
}

#[test]
fn wrong_query_parameters_are_refused() {
    is_refused("extraQueryParameters", "[]", "invalid_argument", "request.extraQueryParameters");
    is_refused("extraQueryParameters", r#"{"a":"1","b":2}"#, "invalid_argument", "request.extraQueryParameters.b");
}

#[test]
fn wrong_metadata_is_refused_before_anything_is_sent() {
    let given = |text: &str| Scenario::issuer().with("authorityMetadata", &quoted(text)).begin().map(|_| ());
    assert_eq!(
        given("nonsense").map_err(|failure| failure.code.text().to_owned()),
        Err("invalid_authority_metadata".into())
    );
    assert_eq!(given("{}").map_err(|failure| failure.code.text().to_owned()), Err("issuer_validation_failed".into()));
}

#[test]
fn a_request_that_is_no_object_is_refused() {
    for text in ["", "{", "null", "[]", "7"] {
        let failure = device_code_flow::config::request::SignInRequest::parse(text).map(|_| ()).expect_err(text);
        assert_eq!(failure.class, Class::ClientConfiguration, "{text}");
    }
}

#[test]
fn what_is_left_out_has_a_default() {
    let state = Scenario::entra().with("authority", "null").with("timeout", "null").begin();
    let scene = Scenario::entra().with("authority", "null").to_requesting();
    assert!(state.is_ok());
    assert!(scene.request().url.starts_with("https://login.microsoftonline.com/common/"));
    assert_eq!(scene.request().timeout.as_millis(), 30_000);
}

/// The facade refuses some things before the module is there to say so. What it then says of a code is what the table
/// says: the two cannot drift apart.
#[test]
fn the_facade_gives_the_same_hint_for_a_code_as_the_table() {
    let facade = [
        include_str!("../../js/application.js"),
        include_str!("../../js/cache.js"),
        include_str!("../../js/configuration.js"),
        include_str!("../../js/fields.js"),
        include_str!("../../js/cache-content.js"),
        include_str!("../../js/module.js"),
        include_str!("../../js/plugin.js"),
    ]
    .concat();
    let mut shared = 0;
    for code in Code::ALL {
        if facade.contains(&quoted(code.text())) {
            let hint = code.error("a place").hint;
            // js/fields.js is written from the core: a quotation mark is escaped there.
            assert!(facade.contains(hint) || facade.contains(&quoted(hint)), "{}: {hint}", code.text());
            shared += 1;
        }
    }
    assert!(shared > 5, "only {shared} codes were found in the facade");
}
