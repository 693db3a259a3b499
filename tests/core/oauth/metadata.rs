//! Metadata documents: where they are, and whom they speak for.

use device_code_flow::json::Value;
use device_code_flow::oauth::metadata::{Metadata, WellKnown};

#[test]
fn openid_appends_and_rfc_8414_inserts() {
    for (issuer, openid, oauth) in [
        (
            "https://a.example",
            "https://a.example/.well-known/openid-configuration",
            "https://a.example/.well-known/oauth-authorization-server",
        ),
        (
            "https://a.example/",
            "https://a.example/.well-known/openid-configuration",
            "https://a.example/.well-known/oauth-authorization-server",
        ),
        (
            "https://a.example:8/t/1",
            "https://a.example:8/t/1/.well-known/openid-configuration",
            "https://a.example:8/.well-known/oauth-authorization-server/t/1",
        ),
        (
            "http://[::1]:3000/x/",
            "http://[::1]:3000/x/.well-known/openid-configuration",
            "http://[::1]:3000/.well-known/oauth-authorization-server/x",
        ),
    ] {
        assert_eq!((WellKnown::OpenId.url(issuer), WellKnown::OAuth.url(issuer)), (openid.into(), oauth.into()));
    }
}

#[test]
fn one_slash_at_the_end_of_an_issuer_may_differ() {
    let json = |issuer: &str| {
        Value::parse(&format!(
            r#"{{"issuer":"{issuer}","device_authorization_endpoint":"https://a.example/d","token_endpoint":"https://a.example/t"}}"#
        ))
        .expect("a document")
    };
    let accepted = |published: &str, asked: &str| Metadata::parse(&json(published), asked).is_ok();
    assert!(accepted("https://a.example/", "https://a.example"));
    assert!(accepted("https://a.example", "https://a.example/"));
    assert!(!accepted("https://a.example//", "https://a.example"));
    assert!(!accepted("https://A.example", "https://a.example"));
}

#[test]
fn a_published_template_names_every_issuer_with_one_segment_in_its_place() {
    let json = |issuer: &str| {
        Value::parse(&format!(
            r#"{{"issuer":"{issuer}","device_authorization_endpoint":"https://a.example/d","token_endpoint":"https://a.example/t"}}"#
        ))
        .expect("a document")
    };
    let accepted = |published: &str, asked: &str| Metadata::parse(&json(published), asked).is_ok();
    let template = "https://login.example/{tenantid}/v2.0";
    assert!(accepted(template, "https://login.example/common/v2.0"));
    assert!(accepted(template, "https://login.example/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0/"));
    for other in [
        "https://login.example/v2.0",
        "https://login.example//v2.0",
        "https://login.example/a/b/v2.0",
        "https://evil.example/common/v2.0",
        "https://login.example/common/v2",
    ] {
        assert!(!accepted(template, other), "{other}");
    }
}
