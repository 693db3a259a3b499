//! Authorities and the addresses that follow from them.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use device_code_flow::provider::authority::Authority;
use device_code_flow::wire::json::Json;
use device_code_flow::wire::metadata::{Metadata, WellKnown};

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
        Json::parse(&format!(
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
fn microsofts_hosts_are_one_cloud_each_whatever_their_name() {
    for (authority, canonical) in [
        (
            "https://login.microsoftonline.com/Contoso.onmicrosoft.com",
            "https://login.microsoftonline.com/contoso.onmicrosoft.com/",
        ),
        ("https://login.windows.net/common/", "https://login.microsoftonline.com/common/"),
        ("https://sts.windows.net", "https://login.microsoftonline.com/common/"),
        ("https://LOGIN.chinacloudapi.cn/organizations", "https://login.partner.microsoftonline.cn/organizations/"),
        (" https://login.microsoftonline.us:443/t/v2.0 ", "https://login.microsoftonline.us/t/"),
        ("https://login.example/Realm/", "https://login.example/Realm"),
    ] {
        assert_eq!(
            Authority::parse(authority, "auth.authority", false).map(|authority| authority.canonical()),
            Ok(canonical.into())
        );
    }
}

#[test]
fn protocol_mode_oidc_makes_a_microsoft_host_an_issuer_like_any_other() {
    let authority =
        Authority::parse("https://login.microsoftonline.com/t/v2.0", "auth.authority", true).expect("an authority");
    assert_eq!((authority.is_entra(), authority.endpoints()), (false, None));
    assert_eq!(authority.canonical(), "https://login.microsoftonline.com/t/v2.0");
}

#[test]
fn an_authority_that_is_more_or_less_than_a_tenant_is_refused_by_its_place() {
    for path in ["/contoso/oauth2", "//contoso", "/tfp/contoso/policy", "/adfs", "/dstsv2/t", "/v2.0/v2.0/x", "/a%20b"]
    {
        let failure = Authority::parse(&format!("https://login.microsoftonline.com{path}"), "request.authority", false)
            .expect_err("no tenant alone");
        assert_eq!(failure.code, "url_parse_error", "{path}");
        assert!(failure.message.starts_with("request.authority "), "{}", failure.message);
    }
}

#[test]
fn an_authority_with_a_password_is_refused_and_not_repeated() {
    let failure =
        Authority::parse("https://u:hunter2@login.example", "auth.authority", false).expect_err("a user name");
    assert_eq!(failure.code, "url_parse_error");
    assert!(!failure.message.contains("hunter2"), "{}", failure.message);
}
