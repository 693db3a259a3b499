//! JSON text that is divided and not read: it takes what the reader takes, and nothing else.

use device_code_flow::json::Value;
use device_code_flow::json::scanner::Scanner;
use proptest::prelude::*;

/// The members of the text of an object, or of nothing else.
fn members(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut outline = Scanner::new(text);
    let mut members = Vec::new();
    outline.members(&mut |outline, name, _| {
        let value = outline.value()?;
        members.push((&text[name.start..name.end], &text[value.start..value.end]));
        Some(())
    })?;
    outline.is_over().then_some(members)
}

fn is_json(text: &str) -> bool {
    let mut outline = Scanner::new(text);
    outline.value().is_some() && outline.is_over()
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
    fn a_written_object_is_divided_into_what_it_was_made_of(members_in in prop::collection::vec((any::<String>(), any::<String>()), 0..5)) {
        let object = Value::Object(members_in.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect());
        let text = object.write();
        let divided = members(&text).expect("an object");
        let read: Vec<(String, String)> = divided.iter().map(|(name, value)| {
            let text = |raw: &str| Value::parse(raw).and_then(|json| json.as_text().map(String::from)).expect("a text");
            (text(&format!("\"{name}\"")), text(value))
        }).collect();
        prop_assert_eq!(read, members_in);
    }
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
