//! What the cache has for a request, before anything is sent.

use crate::support::cache::{CONFIGURED, Granted, PREFERRED, TENANT, UID, ada, by_all, home, store as stored, written};
use crate::support::silent::{AUTHORITY, found, parsed, request};
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::error::Code;
use device_code_flow::flow::silent::SilentRequest;
use serde_json::{Value, json};

/// Another tenant, where Ada is a guest.
const ELSEWHERE: &str = "99998888-0000-7777-1111-666655554444";

fn signed_in() -> CacheDocument {
    let mut store = CacheDocument::default();
    ada("home").into(&mut store);
    store
}

fn secret(store: &CacheDocument, changes: &Value) -> Option<String> {
    found(store, changes, 0).map(|found| found.sign_in.tokens.access_token.expose().to_owned())
}

#[test]
fn a_good_token_is_found_with_the_person_and_everything_a_result_has() {
    let found = found(&signed_in(), &json!({}), 0).expect("a token");
    let sign_in = &found.sign_in;
    assert!(sign_in.from_cache && !found.is_due);
    assert_eq!(sign_in.tokens.access_token.expose(), "at-home");
    assert_eq!(sign_in.authority, format!("{AUTHORITY}/"));
    assert_eq!(sign_in.scopes, ["User.Read", "openid", "profile"]);
    let account = &sign_in.account;
    assert_eq!((account.home_account_id.as_str(), account.profile.name.as_str()), (home().as_str(), "Ada"));
    assert!(sign_in.id_token.is_some() && sign_in.tokens.id_token.is_some());
    assert_eq!(found.profiles.len(), 1);
    assert_eq!(sign_in.correlation_id, "an-id");
}

#[test]
fn a_token_without_an_account_entry_has_the_account_of_the_request() {
    let mut cache = written(&signed_in());
    cache["Account"] = json!({});
    let found = found(&stored(&cache), &json!({}), 0).expect("a token");
    assert_eq!(found.sign_in.tokens.access_token.expose(), "at-home");
    let account = &found.sign_in.account;
    assert_eq!((account.home_account_id.as_str(), account.environment.as_str()), (home().as_str(), PREFERRED));
    assert_eq!((account.profile.tenant_id.as_str(), account.profile.is_home_tenant), (TENANT, true));
    assert!(found.profiles.is_empty());
}

#[test]
fn every_library_s_token_is_found_under_every_name_of_its_cloud() {
    for (who, cache) in by_all() {
        for environment in [PREFERRED, CONFIGURED, "sts.windows.net", "LOGIN.microsoft.com"] {
            let found = secret(&stored(&cache), &json!({ "environment": environment }));
            assert!(found.is_some(), "{who} {environment}");
        }
    }
}

#[test]
fn a_token_of_another_cloud_is_not_handed_out_nor_is_its_refresh_token_sent() {
    let store = signed_in();
    for changes in [
        json!({ "authority": format!("https://login.microsoftonline.us/{TENANT}") }),
        json!({ "environment": "login.microsoftonline.us" }),
        json!({ "authority": "https://login.private.example/contoso.example" }),
        json!({ "authority": "https://id.example" }),
    ] {
        assert_eq!(secret(&store, &changes), None, "{changes}");
        let failure = parsed(&changes).refresh(&store, crate::support::START).expect_err("nothing to refresh with");
        assert_eq!(failure.code, Code::NoTokens, "{changes}");
    }
}

#[test]
fn an_authority_for_many_tenants_stands_for_the_account_s_own() {
    for word in ["common", "organizations", "consumers"] {
        let authority = format!("https://login.microsoftonline.com/{word}");
        let found = found(&signed_in(), &json!({ "authority": authority }), 0).expect("a token");
        assert_eq!(found.sign_in.authority, format!("{authority}/"), "the result has the caller's");
        let without = json!({ "authority": authority, "tenantId": null });
        assert!(secret(&signed_in(), &without).is_some(), "then it is the home tenant");
    }
}

#[test]
fn an_authority_named_by_a_domain_is_that_of_the_account_s_tenant() {
    let domain = json!({ "authority": "https://login.microsoftonline.com/contoso.com" });
    assert!(secret(&signed_in(), &domain).is_some());
}

#[test]
fn a_guest_s_token_is_that_of_the_tenant_that_is_asked_for() {
    let mut store = signed_in();
    Granted::to(UID, TENANT, ELSEWHERE, "guest").into(&mut store);
    let there = format!("https://login.microsoftonline.com/{ELSEWHERE}");
    let common = "https://login.microsoftonline.com/common";
    for (authority, tenant, expected) in [
        (AUTHORITY, TENANT, "at-home"),
        (&there, ELSEWHERE, "at-guest"),
        (&there, TENANT, "at-guest"),
        (common, TENANT, "at-home"),
        (common, ELSEWHERE, "at-guest"),
    ] {
        let found = found(&store, &json!({ "authority": authority, "tenantId": tenant }), 0).expect("a token");
        assert_eq!(found.sign_in.tokens.access_token.expose(), expected, "{authority} {tenant}");
        let account = found.sign_in.account;
        assert_eq!(account.profile.tenant_id.as_str(), if expected == "at-guest" { ELSEWHERE } else { TENANT });
        assert_eq!(found.profiles.len(), 2);
    }
}

#[test]
fn claims_and_force_refresh_want_a_new_token_and_capabilities_do_not() {
    let store = signed_in();
    for insists in [json!({ "forceRefresh": true }), json!({ "claims": r#"{"access_token":{"nbf":null}}"# })] {
        assert_eq!(secret(&store, &insists), None, "{insists}");
    }
    for content in [
        json!({ "forceRefresh": false }),
        json!({ "claims": "{}" }),
        json!({ "claims": "" }),
        json!({ "clientCapabilities": ["cp1"] }),
    ] {
        assert_eq!(secret(&store, &content).as_deref(), Some("at-home"), "{content}");
    }
}

#[test]
fn a_token_is_handed_out_until_five_minutes_before_its_end_and_is_due_before_that() {
    let mut store = CacheDocument::default();
    let mut granted = ada("long");
    granted.tokens.refresh_in = Some(std::time::Duration::from_secs(1800));
    granted.into(&mut store);
    let due = |seconds| found(&store, &json!({}), seconds).map(|found| found.is_due);
    assert_eq!([due(0), due(1799), due(1800), due(3299)], [Some(false), Some(false), Some(true), Some(true)]);
    assert_eq!(
        [due(3300), due(3600), due(-31)],
        [None, None, None],
        "too short, over, and on a clock that was set back"
    );
}

#[test]
fn what_is_wrong_with_a_request_is_told_by_name() {
    let code = |changes: &Value| SilentRequest::parse(&request(changes)).expect_err("refused").code.text().to_owned();
    assert_eq!(code(&json!({ "homeAccountId": null })), "no_account_in_silent_request");
    assert_eq!(code(&json!({ "environment": "" })), "no_account_in_silent_request");
    assert_eq!(code(&json!({ "homeAccountId": 5 })), "invalid_argument");
    assert_eq!(code(&json!({ "forceRefresh": "yes" })), "invalid_argument");
    assert_eq!(code(&json!({ "scopes": null })), "empty_input_scopes_error");
    assert_eq!(code(&json!({ "claims": "no json" })), "invalid_claims");
    assert_eq!(
        code(&json!({ "requestAuthority": "http://login.microsoftonline.com/common" })),
        "authority_uri_insecure"
    );
    assert_eq!(SilentRequest::parse("no json").expect_err("refused").code.text(), "invalid_client_id");
}

#[test]
fn refreshes_of_one_person_by_one_client_have_one_name() {
    let person = |changes: &Value| parsed(changes).person();
    let own = person(&json!({}));
    assert!(own.len() == 8 && own.bytes().all(|byte| byte.is_ascii_hexdigit()), "{own}");
    for same in [json!({ "scopes": ["Mail.Read"] }), json!({ "forceRefresh": true }), json!({ "tenantId": ELSEWHERE })]
    {
        assert_eq!(person(&same), own, "{same}");
    }
    for other in [json!({ "homeAccountId": "b.c" }), json!({ "clientId": "other" })] {
        assert_ne!(person(&other), own, "{other}");
    }
}
