//! The claims parameter, and the client's capabilities in it.

use device_code_flow::oauth::claims::with_capabilities;
use proptest::prelude::*;
use serde_json::{Value, json};

fn merged(claims: Option<&str>, capabilities: &[&str]) -> Value {
    let capabilities: Vec<String> = capabilities.iter().map(|text| (*text).to_owned()).collect();
    let text = with_capabilities(claims, &capabilities).expect("claims").expect("something to send");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn without_capabilities_the_callers_text_goes_as_it_is() {
    let text = "{ \"id_token\" : {\"auth_time\":{\"essential\":true}} , \"n\": 1.50 }";
    assert_eq!(with_capabilities(Some(text), &[]), Ok(Some(text.into())));
    assert_eq!(with_capabilities(None, &[]), Ok(None));
    assert_eq!(with_capabilities(Some("{ }"), &[]), Ok(None), "nothing is asked for");
}

#[test]
fn capabilities_are_merged_deeply() {
    assert_eq!(merged(None, &["cp1"]), json!({"access_token": {"xms_cc": {"values": ["cp1"]}}}));
    assert_eq!(
        merged(
            Some(
                r#"{"access_token":{"nbf":{"essential":true,"value":"1"},"xms_cc":{"essential":true,"values":["CP0"]}},"id_token":{"a":null}}"#
            ),
            &["cp1", "CP0"]
        ),
        json!({
            "access_token": {"nbf": {"essential": true, "value": "1"}, "xms_cc": {"essential": true, "values": ["CP0", "cp1"]}},
            "id_token": {"a": null},
        })
    );
    for none in [r#"{"access_token":null}"#, r#"{"access_token":{"xms_cc":null}}"#, r#"{"access_token":7}"#] {
        assert_eq!(merged(Some(none), &["cp1"]), json!({"access_token": {"xms_cc": {"values": ["cp1"]}}}));
    }
}

#[test]
fn what_is_no_object_is_refused() {
    for wrong in ["", "{", "[]", "null", "7", "\"{}\""] {
        for capabilities in [vec![], vec!["cp1".to_owned()]] {
            let failure = with_capabilities(Some(wrong), &capabilities).expect_err(wrong);
            assert_eq!(failure.code.text(), "invalid_claims");
        }
    }
}

proptest! {
    #[test]
    fn nothing_of_the_callers_claims_is_lost(id_token in any::<String>(), name in "[a-z]{1,8}", value in any::<i64>()) {
        let claims = json!({"id_token": {&name: {"value": id_token}}, "access_token": {&name: {"value": value}}});
        let mut expected = claims.clone();
        expected["access_token"]["xms_cc"] = json!({"values": ["cp1"]});
        prop_assert_eq!(merged(Some(&claims.to_string()), &["cp1"]), expected);
    }
}
