//! Secrets in a server's words: found in every spelling that the words can have.

use crate::support::START;
use crate::support::replies::reply;
use device_code_flow::error::Evidence;
use device_code_flow::json::Value;
use device_code_flow::oauth::{error, redact::repeats};
use proptest::prelude::*;
use serde_json::json;

/// How one character can be written.
fn spelled(character: char, way: u8) -> String {
    let code = u32::from(character);
    match way % 16 {
        0 => format!("%{code:02X}"),
        1 => format!("%{code:02x}"),
        2 => format!("\\u{code:04x}"),
        3 => format!("\\u{code:04X}"),
        4 => format!("%25{code:02X}"),
        5 => format!("\\\\u{code:04x}"),
        6 if !character.is_ascii_alphanumeric() => format!("\\{character}"),
        7 => character.to_ascii_uppercase().to_string(),
        8 => character.to_ascii_lowercase().to_string(),
        9 => format!("&#{code};"),
        10 => format!("&#x{code:x};"),
        11 => format!("&amp;#x{code:X};"),
        12 => format!("\\x{code:02x}"),
        13 => format!("{character}\n"),
        14 => format!("{character} "),
        _ => character.to_string(),
    }
}

/// A secret of the characters that RFC 6749 allows (appendix A: VSCHAR), and a spelling of it.
fn any_spelled() -> impl Strategy<Value = (String, String)> {
    let letter = prop_oneof![6 => "[A-Za-z0-9]", 3 => "[-._~+/=]", 1 => "[ -~]"];
    prop::collection::vec((letter, any::<u8>()), 12..60).prop_map(|letters| {
        let secret = letters.iter().map(|(letter, _)| letter.as_str()).collect();
        let spelled =
            letters.iter().flat_map(|(letter, way)| letter.chars().map(|letter| spelled(letter, *way))).collect();
        (secret, spelled)
    })
}

/// All that an error takes over from an answer.
fn words(evidence: &Evidence) -> [&str; 8] {
    [
        &evidence.error,
        &evidence.description,
        &evidence.error_uri,
        &evidence.suberror,
        &evidence.correlation_id,
        &evidence.trace_id,
        &evidence.timestamp,
        &evidence.claims,
    ]
}

const MEMBERS: [&str; 8] =
    ["error", "error_description", "error_uri", "suberror", "correlation_id", "trace_id", "timestamp", "claims"];

fn evidence(body: &serde_json::Value, sent: &[&str]) -> Box<Evidence> {
    let members = Value::parse(&body.to_string()).expect("JSON");
    error::evidence(&reply(400, body.to_string()), Some(&members), sent, START)
}

proptest! {
    #![proptest_config(crate::support::cases(2_000))]

    #[test]
    fn a_secret_is_found_in_any_spelling((secret, spelled) in any_spelled()) {
        prop_assert!(repeats(&spelled, &secret), "{} in {}", secret, spelled);
        let quoted = format!("The form was \"code={spelled}&x=1\" and {spelled}.");
        prop_assert!(repeats(&quoted, &secret), "{} in {}", secret, quoted);
    }

    #[test]
    fn no_word_of_an_error_repeats_what_was_sent((secret, spelled) in any_spelled()) {
        let mut body = json!({});
        for name in MEMBERS {
            body[name] = format!("https://a.example/{spelled}").into();
        }
        for word in words(&evidence(&body, &[&secret])) {
            prop_assert!(!word.contains(&spelled) && !repeats(word, &secret), "{}", word);
        }
    }

    #[test]
    fn no_word_of_an_error_repeats_a_token_of_the_same_answer(
        (secret, spelled) in any_spelled(),
        name in prop::sample::select(vec!["device_code", "access_token", "refresh_token", "id_token"]),
        depth in 0..3_usize,
    ) {
        let mut tokens = json!({ name: secret });
        for _ in 0..depth {
            tokens = json!({ "data": [tokens] });
        }
        let mut body = tokens;
        for name in MEMBERS {
            body[name] = format!("https://a.example/{spelled}").into();
        }
        for word in words(&evidence(&body, &[])) {
            prop_assert!(!word.contains(&spelled) && !repeats(word, &secret), "{}", word);
        }
    }

    #[test]
    fn what_repeats_no_secret_stays((secret, _) in any_spelled(), sentence in "[A-Za-z ,.']{0,60}") {
        prop_assume!(!repeats(&sentence, &secret));
        let evidence = evidence(&json!({ "error": "invalid_grant", "error_description": sentence.clone() }), &[&secret]);
        prop_assert_eq!(&evidence.description, &sentence);
        prop_assert_eq!(&evidence.error, "invalid_grant");
    }
}

/// The first part would not be recognised, were it cut off before it is looked for.
#[test]
fn a_secret_that_a_long_description_ends_in_the_middle_of_is_left_out() {
    let secret = "dc 0123 4567 89ab cdef";
    for length in 3_960..4_005 {
        let said = format!("{}{secret} and so on", "x ".repeat(length / 2));
        let evidence = evidence(&json!({ "error": "e", "error_description": said }), &[secret]);
        assert!(!evidence.description.contains("dc 0"), "{length}: {}", evidence.description);
    }
}

#[test]
fn the_words_of_an_answer_with_more_tokens_than_any_answer_has_are_left_out() {
    let tokens: Vec<_> = (0..9).map(|number| json!({ "access_token": format!("token-number-{number}") })).collect();
    let body =
        json!({ "error": "invalid_grant", "error_description": "token-number-8", "trace_id": "t", "data": tokens });
    let evidence = evidence(&body, &[]);
    assert_eq!(evidence.error, "invalid_grant", "a known word is no secret");
    assert!(words(&evidence)[1..].iter().all(|word| word.is_empty() || word.starts_with("(left out")), "{evidence:?}");
}

#[test]
fn an_address_that_a_program_may_link_is_https_or_absent() {
    let uri = |uri: &str| evidence(&json!({ "error": "e", "error_uri": uri }), &[]).error_uri;
    for good in ["https://a.example/e?x=1#y", "HTTPS://a.example"] {
        assert_eq!(uri(good), good);
    }
    for bad in [
        "http://a.example",
        "http://localhost/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "/errors/7",
        "See https://a.example",
        "https://user@a.example",
        "https://a.example/\u{202e}x",
        "https://a.example/\u{1b}[2J",
        "",
    ] {
        assert_eq!(uri(bad), "", "{bad:?}");
    }
    assert_eq!(uri(&format!("https://a.example/{}", "x".repeat(5_000))), "");
}
