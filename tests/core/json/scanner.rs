//! The scanner takes the same texts whether it builds values or skips them.

use device_code_flow::json::Value;
use device_code_flow::json::scanner::{MAX_DEPTH, Scanner, SyntaxError, length_before_special, parse};
use proptest::prelude::*;

/// The members of the text of an object, or of nothing else.
fn members(text: &str) -> Result<Vec<(&str, &str)>, SyntaxError> {
    let mut scanner = Scanner::new(text);
    let mut members = Vec::new();
    let mut object = scanner.open_object()?;
    while let Some(name) = scanner.next_member(&mut object)? {
        let value = scanner.skip_value()?;
        members.push((&text[name.start..name.end], &text[value.start..value.end]));
    }
    scanner.end()?;
    Ok(members)
}

fn is_json(text: &str) -> bool {
    let mut scanner = Scanner::new(text);
    scanner.skip_value().and_then(|_| scanner.end()).is_ok()
}

proptest! {
    #![proptest_config(crate::support::cases(500))]

    #[test]
    fn any_text_is_json_to_both_or_to_neither(text in r#"[\[\]{},:"\\ tfnu0-9.eE+\-a-f]{0,12}"#, any in any::<String>()) {
        for text in [text, any] {
            prop_assert_eq!(is_json(&text), Value::parse(&text).is_some(), "{}", text);
        }
    }

    #[test]
    fn a_run_without_special_bytes_ends_at_the_first_of_them(text in prop::collection::vec(prop_oneof![9 => any::<u8>(), 1 => Just(b'"'), 1 => Just(b'\\')], 0..40)) {
        let expected = text.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(text.len());
        prop_assert_eq!(length_before_special(&text), expected);
    }

    #[test]
    fn a_written_object_is_divided_into_what_it_was_made_of(members_in in prop::collection::vec((any::<String>(), any::<String>()), 0..5)) {
        let object = Value::Object(members_in.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect());
        let text = object.to_json();
        let divided = members(&text).expect("an object");
        let read: Vec<(String, String)> = divided.iter().map(|(name, value)| {
            let text = |raw: &str| Value::parse(raw).and_then(|json| json.as_str().map(String::from)).expect("a text");
            (text(&format!("\"{name}\"")), text(value))
        }).collect();
        prop_assert_eq!(read, members_in);
    }
}

#[test]
fn an_error_tells_where_the_text_goes_wrong() {
    for (text, at) in
        [("", 0), (" x", 1), ("[1,]", 3), ("{\"a\" 1}", 5), ("{\"a\":1", 6), ("\"\\q\"", 2), ("[] []", 3), ("[01]", 1)]
    {
        assert_eq!(parse(text), Err(SyntaxError { at }), "{text}");
    }
}

#[test]
fn what_nests_too_deep_goes_wrong_where_it_gets_too_deep() {
    let text = "[".repeat(100_000);
    assert_eq!(parse(&text), Err(SyntaxError { at: usize::from(MAX_DEPTH) }));
}

#[test]
fn peeking_changes_nothing() {
    let mut scanner = Scanner::new("  [ 1 ] ");
    assert_eq!([scanner.peek(), scanner.peek()], [Some(b'['); 2]);
    assert_eq!(scanner.position(), 0);
    assert!(scanner.skip_value().is_ok());
    assert_eq!(scanner.peek(), None);
}

#[test]
fn values_are_cut_out_as_they_stand() {
    let text = " { \"a\" : { \"b\" : [ 1 , \"]}\" ] } ,\n\"c\\\"\":-1.5e+3 , \"d\":\"\\u00e9\\\\\" } ";
    let divided = members(text).expect("an object");
    assert_eq!(divided, [("a", "{ \"b\" : [ 1 , \"]}\" ] }"), ("c\\\"", "-1.5e+3"), ("d", "\"\\u00e9\\\\\"")]);
}

#[test]
fn what_nests_deeper_than_the_reader_reads_is_none() {
    for depth in [64, 65, 100_000] {
        let text = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!((is_json(&text), Value::parse(&text).is_some()), (depth <= 64, depth <= 64), "{depth}");
    }
}
