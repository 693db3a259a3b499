//! `application/x-www-form-urlencoded`, written and read.

use device_code_flow::oauth::form;
use proptest::collection::btree_map;
use proptest::prelude::*;

proptest! {
    #![proptest_config(crate::support::cases(400))]

    #[test]
    fn what_is_written_is_read_back(pairs in btree_map("[a-z_]{1,9}", any::<String>(), 1..6)) {
        let written = form::write(&pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>());
        prop_assert!(written.is_ascii());
        let read = form::parse(&written).expect("a form");
        for (name, value) in &pairs {
            prop_assert_eq!(read.get_str(name), Some(value.as_str()));
        }
    }
}

#[test]
fn only_unreserved_characters_stay_as_they_are() {
    assert_eq!(form::write(&[("scope", "a b"), ("x", "ä/+&=~-._%")]), "scope=a%20b&x=%C3%A4%2F%2B%26%3D~-._%25");
}

#[test]
fn the_first_of_two_pairs_with_one_name_is_written() {
    assert_eq!(form::write(&[("a", "1"), ("b", "2"), ("a", "3")]), "a=1&b=2");
}

#[test]
fn a_query_is_appended_to_whatever_is_there() {
    assert_eq!(form::with_query("https://a.example/x", &[]), "https://a.example/x");
    assert_eq!(form::with_query("https://a.example/x", &[("a", "1")]), "https://a.example/x?a=1");
    assert_eq!(form::with_query("https://a.example/x?y=2", &[("a", "1")]), "https://a.example/x?y=2&a=1");
}

#[test]
fn plus_is_a_space_and_a_broken_escape_stays_as_it_is() {
    let read = form::parse("a=1+2&b=%zz%4&c=%41%&d").expect("a form");
    assert_eq!(["a", "b", "c", "d"].map(|name| read.get_str(name)), [Some("1 2"), Some("%zz%4"), Some("A%"), None]);
}

#[test]
fn pages_and_sentences_are_no_forms() {
    for text in ["", "<a href=x>", "Not Found", "=x", "a b=c", "error\n=x", "{\"a\":1}", "über=1", "a=<b>"] {
        assert!(form::parse(text).is_none(), "{text}");
    }
}
