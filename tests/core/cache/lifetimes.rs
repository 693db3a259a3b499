//! Access tokens whose lifetime the server does not say (RFC 6749 §5.1), and scopes that it spells otherwise than they were requested.

use crate::support::START;
use crate::support::cache::{Granted, ada, scopes, store, token, written};
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::cache::lookup::Freshness;
use device_code_flow::time::UnixMillis;

fn in_cache(granted: Granted) -> CacheDocument {
    let mut cache = CacheDocument::default();
    granted.into(&mut cache);
    cache
}

/// What a request for scopes was answered with.
fn answered(requested: &str, granted: &str) -> CacheDocument {
    let mut sign_in = ada("1").scopes(granted);
    sign_in.requested_scopes = Some(scopes(requested));
    in_cache(sign_in)
}

#[test]
fn a_token_without_a_lifetime_is_good_until_it_is_refused() {
    let mut granted = ada("1");
    granted.tokens.expires_in = None;
    let cache = in_cache(granted);
    for years in [0, 30] {
        let now = UnixMillis(START.0 + years * 365 * 24 * 3_600_000);
        let token = token(&cache, "User.Read").expect("a token");
        assert_eq!((token.expires_on, token.freshness(now)), (None, Freshness::Fresh));
    }
}

#[test]
fn a_lifetime_that_another_library_left_out_is_no_reason_to_use_its_token() {
    let mut granted = ada("1");
    granted.tokens.expires_in = None;
    let mut text = written(&in_cache(granted));
    let entry = text["AccessToken"].as_object_mut().expect("a section").values_mut().next().expect("one");
    entry["secret"] = "of another library".into();
    assert!(token(&store(&text), "User.Read").is_none());
}

#[test]
fn a_later_token_with_a_lifetime_takes_the_place_of_one_without() {
    let mut granted = ada("1");
    granted.tokens.expires_in = None;
    let mut cache = in_cache(granted);
    ada("2").into(&mut cache);
    let found = token(&cache, "User.Read").expect("a token");
    assert_eq!((found.secret.expose(), found.expires_on.is_some()), ("at-2", true));
    let mut granted = ada("3");
    granted.tokens.expires_in = None;
    granted.into(&mut cache);
    assert_eq!(token(&cache, "User.Read").expect("a token").expires_on, None);
}

#[test]
fn the_same_question_finds_the_token_that_answered_it_however_the_server_spelt_the_scopes() {
    for (requested, granted) in [
        ("email openid profile", "openid https://www.googleapis.com/auth/userinfo.email"),
        ("https://api.example/openid openid profile offline_access", "openid"),
        ("api://app/read", "read"),
        ("api://app/read", ""),
    ] {
        let cache = answered(requested, granted);
        assert!(token(&cache, requested).is_some(), "{requested}");
        assert!(token(&cache, &requested.to_uppercase()).is_some(), "{requested}");
        assert!(token(&cache, &format!("{requested} more")).is_none(), "{requested}");
    }
}

#[test]
fn the_scopes_that_were_requested_do_not_answer_a_part_of_the_question() {
    let cache = answered("api://app/read api://app/write", "read");
    assert!(token(&cache, "api://app/read api://app/write").is_some());
    assert!(token(&cache, "api://app/write").is_none());
    assert!(token(&cache, "read").is_some());
}
