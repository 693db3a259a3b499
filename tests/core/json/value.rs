//! The JSON reader and writer, beside `serde_json`'s: the same documents are accepted, and they mean the same.

use device_code_flow::json::{self, Value as Json};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Ours in their terms. A number goes through its text.
fn theirs(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(text) => serde_json::from_str(text).expect("a number"),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Array(items.iter().map(theirs).collect()),
        Json::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), theirs(value))).collect::<Map<_, _>>())
        }
    }
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::from),
            vec((any::<String>(), inner), 0..8).prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

/// Pieces of JSON in any order: mostly no document, sometimes one.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"a\"",
        "\"\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\\q\"",
        "\"\\u12\"",
        " true ",
        " false",
        "null ",
        " 1 ",
        " -2.5e3 ",
        "\n",
        "\t",
        "\u{b}",
        "\"\n\"",
        "\"é",
        "nul",
        "\u{a0}",
    ];
    vec(prop::sample::select(pieces.to_vec()), 0..9).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(crate::support::cases(400))]

    #[test]
    fn a_document_means_the_same_to_both_however_it_is_laid_out(document in document()) {
        for text in [document.to_string(), serde_json::to_string_pretty(&document).expect("text")] {
            prop_assert_eq!(Json::parse(&text).as_ref().map(theirs), Some(document.clone()));
        }
    }

    #[test]
    fn what_we_write_both_read_back(document in document()) {
        let ours = Json::parse(&document.to_string()).expect("a document");
        let written = ours.to_json();
        prop_assert!(Json::parse(&written) == Some(ours));
        prop_assert_eq!(serde_json::from_str::<Value>(&written).ok(), Some(document));
    }

    #[test]
    fn a_document_with_a_character_missing_is_accepted_by_both_or_neither(text in "[a-c\\[\\]{}:,\"\\\\ ]{0,12}", at in 0..40_usize) {
        let document = format!(r#"{{"a":["x",null,true,{{"b":"\u00e9"}}],"c":"{}"}}"#, text.replace(['"', '\\'], ""));
        let cut: String = document.chars().enumerate().filter(|(index, _)| *index != at).map(|(_, c)| c).collect();
        for text in [cut, text] {
            prop_assert_eq!(Json::parse(&text).as_ref().map(theirs), serde_json::from_str::<Value>(&text).ok(), "{}", text);
        }
    }

    #[test]
    fn pieces_of_json_are_accepted_by_both_or_neither(text in pieces()) {
        prop_assert_eq!(Json::parse(&text).as_ref().map(theirs), serde_json::from_str::<Value>(&text).ok(), "{}", text);
    }
}

#[test]
fn nesting_is_read_to_a_depth_of_64_and_refused_beyond() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Json::parse(&nested(64)).is_some());
    assert!(Json::parse(&nested(65)).is_none());
    assert!(Json::parse(&"[".repeat(1_000_000)).is_none());
}

#[test]
fn the_last_of_two_members_wins() {
    let json = Json::parse(r#"{"a":1,"a":2}"#).expect("a document");
    assert_eq!(json::from_value::<u64>(json.get("a").expect("a member")), Ok(2));
}

#[test]
fn half_a_surrogate_pair_is_replaced_and_costs_nothing_beside_it() {
    for (escaped, read) in [
        (r"\ud83d\ude00", "\u{1f600}"),
        (r"\ud83dx", "\u{fffd}x"),
        (r"\ud83d\u0041", "\u{fffd}A"),
        (r"\ud83d\ue000", "\u{fffd}\u{e000}"),
        (r"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}"),
        (r"\udbff\udfff", "\u{10ffff}"),
        (r"\ude00", "\u{fffd}"),
    ] {
        assert_eq!(Json::parse(&format!("\"{escaped}\"")).as_ref().and_then(Json::as_str), Some(read), "{escaped}");
    }
}

#[test]
fn a_number_is_what_rfc_8259_calls_one() {
    for number in ["0", "-0", "10", "0.5", "-1.25e+10", "1E3", "9e-1"] {
        assert_eq!(Json::parse(number).map(|json| json.to_json()).as_deref(), Some(number));
    }
    for number in ["01", "1.", ".5", "-", "+1", "1e", "1e+", "1-2", "--1", "0x10", "1.2.3", "NaN"] {
        assert_eq!(Json::parse(number), None, "{number}");
        assert_eq!(Json::parse(&format!("[{number}]")), None, "{number}");
    }
}
