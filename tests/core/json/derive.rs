//! Types read from JSON values and written into them, by serde's derives.

use std::collections::BTreeMap;

use device_code_flow::json::{self, Problem, Value};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Everything {
    text: String,
    flag: bool,
    small: u8,
    large: u64,
    negative: i64,
    optional: Option<u16>,
    items: Vec<String>,
    pairs: BTreeMap<String, u32>,
    inner: Option<Box<Everything>>,
    variant: Variant,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
enum Variant {
    #[default]
    Unit,
    Number(u32),
}

fn everything() -> impl Strategy<Value = Everything> {
    let leaf = (
        (any::<String>(), any::<bool>(), any::<u8>(), any::<u64>(), any::<i64>(), any::<Option<u16>>()),
        prop::collection::vec(any::<String>(), 0..4),
        prop::collection::btree_map(any::<String>(), any::<u32>(), 0..4),
        prop_oneof![Just(Variant::Unit), any::<u32>().prop_map(Variant::Number)],
    );
    let leaf = leaf.prop_map(|((text, flag, small, large, negative, optional), items, pairs, variant)| Everything {
        text,
        flag,
        small,
        large,
        negative,
        optional,
        items,
        pairs,
        inner: None,
        variant,
    });
    (leaf.clone(), prop::option::of(leaf)).prop_map(|(outer, inner)| Everything { inner: inner.map(Box::new), ..outer })
}

fn path_and_problem(text: &str) -> (String, Problem) {
    let error = json::from_str::<Everything>(text).expect_err(text);
    (error.path.clone(), error.problem.clone())
}

proptest! {
    #![proptest_config(crate::support::cases(200))]

    #[test]
    fn what_is_written_is_read_back_by_us_and_by_serde_json(all in everything()) {
        let value = json::to_value(&all).expect("a value");
        prop_assert_eq!(json::from_value::<Everything>(&value).ok(), Some(all.clone()));
        prop_assert_eq!(serde_json::from_str::<Everything>(&value.to_json()).ok(), Some(all));
    }

    #[test]
    fn any_value_is_read_as_itself(all in everything()) {
        let value = json::to_value(&all).expect("a value");
        prop_assert!(json::from_value::<Value>(&value) == Ok(value.clone()));
        prop_assert!(json::to_value(&value) == Ok(value));
    }
}

#[test]
fn numbers_of_every_size_and_shape_are_read_as_they_were_written() {
    for number in ["0", "-0", "18446744073709551616", "-5", "1.50", "1e300"] {
        let value = Value::parse(number).expect("a number");
        assert_eq!(json::from_value::<Value>(&value), Ok(value.clone()), "{number}");
    }
}

#[test]
fn an_error_names_the_place_and_what_must_stand_there() {
    let expected = |what: &str| Problem::Expected(what.into());
    for (text, path, problem) in [
        ("{", "", Problem::Syntax),
        ("[]", "", expected("an object")),
        (r#"{"text":7}"#, "text", expected("a string")),
        (r#"{"text":1e300}"#, "text", expected("a string")),
        (r#"{"items":["a",{}]}"#, "items[1]", expected("a string")),
        (r#"{"pairs":{"a":1,"b":"2"}}"#, "pairs.b", expected("u32")),
        (r#"{"inner":{"inner":{"items":[0]}}}"#, "inner.inner.items[0]", expected("a string")),
        (r#"{"small":256}"#, "small", expected("u8")),
        (r#"{"large":1.5}"#, "large", expected("u64")),
        (r#"{"optional":"1"}"#, "optional", expected("u16")),
        (r#"{"variant":"Other"}"#, "variant", expected("one of Unit, Number")),
        (r#"{"text":null}"#, "text", Problem::Missing),
    ] {
        assert_eq!(path_and_problem(text), (path.into(), problem), "{text}");
    }
}

#[test]
fn a_field_that_must_be_there_is_missing_by_name() {
    #[derive(Debug, Deserialize)]
    struct Required {
        _text: String,
    }
    let error = json::from_str::<Required>("{}").expect_err("nothing");
    assert_eq!((error.path.as_str(), &error.problem), ("_text", &Problem::Missing));
    assert_eq!(error.to_string(), "_text is missing");
}

#[test]
fn the_last_of_two_members_counts_and_unknown_ones_do_not() {
    let read: Everything = json::from_str(r#"{"text":7,"other":{"text":1},"text":"b"}"#).expect("an object");
    assert_eq!(read, Everything { text: "b".into(), ..Everything::default() });
}

#[test]
fn what_no_value_can_hold_is_refused() {
    let error = json::to_value(&vec![(1, 0.5)]).expect_err("a fraction");
    assert_eq!((error.path.as_str(), &error.problem), ("[0][1]", &Problem::Unsupported));
}
