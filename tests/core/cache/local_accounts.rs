//! Accounts without a subject: of two sign-ins by the same name the later one has the account, whatever is stored when.

use crate::support::START;
use crate::support::cache::{CLIENT, Granted, at_issuer, jwt, refresh_token, scopes, secrets, store, written};
use crate::support::replies::reply;
use crate::support::silent::Program;
use device_code_flow::cache::account::Account;
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::entra::authority::Authority;
use device_code_flow::entra::trust::Trust;
use device_code_flow::time::UnixMillis;
use serde_json::{Value, json};

const ISSUER: &str = "https://id.example";

/// A person signs in by a name, so many milliseconds after the start, for these scopes.
fn signed_in(person: &str, at: u64, scope: &str) -> Granted {
    let mut granted = Granted::new(&json!({
        "access_token": format!("at-{person}-{scope}"), "refresh_token": format!("rt-{person}"), "expires_in": 3600,
        "id_token": jwt(&json!({ "sub": "?" })),
    }));
    let authority = Authority::parse(ISSUER, "auth.authority", &Trust::default()).expect("an authority");
    granted.account = Account::without_subject(Some("home"), CLIENT, &authority);
    granted.tokens.id_token = None;
    granted.signed_in = Some(UnixMillis(START.0 + at));
    granted.scopes = scopes(scope);
    granted
}

fn refresh_tokens(cache: &CacheDocument) -> Vec<String> {
    secrets(&written(cache), "RefreshToken")
}

fn access_tokens(cache: &CacheDocument) -> Vec<String> {
    secrets(&written(cache), "AccessToken")
}

#[test]
fn a_replacement_that_could_not_be_stored_is_not_lost_when_the_stored_text_is_read_again() {
    let mut cache = CacheDocument::default();
    signed_in("first", 0, "everything").into(&mut cache);
    let stored = cache.serialize();
    cache.mark_saved();
    signed_in("second", 1, "little").into(&mut cache);
    cache.reload(stored).expect("a cache");
    assert_eq!(
        (refresh_tokens(&cache), access_tokens(&cache)),
        (vec!["rt-second".into()], vec!["at-second-little".to_owned()])
    );
}

#[test]
fn tokens_that_were_not_stored_do_not_replace_those_of_a_later_sign_in() {
    let mut late = CacheDocument::default();
    signed_in("first", 0, "everything").into(&mut late);
    let mut other = CacheDocument::default();
    signed_in("second", 1, "little").into(&mut other);
    for text in [other.serialize(), late.unsaved_text()] {
        let mut cache = CacheDocument::default();
        signed_in("second", 1, "little").into(&mut cache);
        cache.recover(text).expect("a cache");
        assert_eq!(
            (refresh_tokens(&cache), access_tokens(&cache)),
            (vec!["rt-second".into()], vec!["at-second-little".to_owned()])
        );
    }
    late.reload(other.serialize()).expect("a cache");
    assert_eq!(
        (refresh_tokens(&late), access_tokens(&late)),
        (vec!["rt-second".into()], vec!["at-second-little".to_owned()])
    );
}

#[test]
fn a_refresh_that_was_under_way_does_not_replace_a_later_sign_in() {
    let mut cache = CacheDocument::default();
    signed_in("first", 0, "everything").into(&mut cache);
    signed_in("second", 1, "little").into(&mut cache);
    // The answer to the refresh of the first one comes now.
    signed_in("first", 0, "everything").into(&mut cache);
    assert_eq!(
        (refresh_tokens(&cache), access_tokens(&cache)),
        (vec!["rt-second".into()], vec!["at-second-little".to_owned()])
    );
}

#[test]
fn a_refresh_keeps_the_tokens_for_other_scopes() {
    let mut cache = CacheDocument::default();
    signed_in("first", 0, "files").into(&mut cache);
    signed_in("first", 0, "mail").into(&mut cache);
    assert_eq!(access_tokens(&cache), ["at-first-files", "at-first-mail"]);
}

#[test]
fn the_accounts_of_a_name_and_of_a_client_id_that_reads_the_same_are_two() {
    let authority = Authority::parse(ISSUER, "auth.authority", &Trust::default()).expect("an authority");
    let [named, unnamed] = [Some("cli"), None].map(|name| Account::without_subject(name, "cli", &authority));
    assert_ne!(named.home_account_id, unnamed.home_account_id);
    assert!(named.has_no_subject() && unnamed.has_no_subject());
}

/// What a refresh of a stored account without a subject ends with, where the answer has an ID token of this subject.
fn refreshed(cache: &mut Value, subject: &str) -> Option<String> {
    let claims = json!({ "iss": ISSUER, "aud": CLIENT, "sub": subject });
    let request = json!({
        "authority": ISSUER, "homeAccountId": "local:cli", "environment": "id.example", "tenantId": "", "forceRefresh": true,
        "authorityMetadata": json!({
            "issuer": ISSUER, "token_endpoint": format!("{ISSUER}/token"), "device_authorization_endpoint": format!("{ISSUER}/device"),
        }).to_string(),
    });
    let mut program = Program::new(store(&*cache));
    let body = json!({ "access_token": "at", "refresh_token": "rt", "expires_in": 60, "id_token": jwt(&claims).replacen("eyJhbGciOiJub25lIn0", "e30", 1) });
    let refresh = program.refresh(&request, [Some(reply(200, body.to_string()))]);
    *cache = written(&program.store);
    refresh.end.err().map(|error| error.code.text().to_owned())
}

#[test]
fn the_first_subject_that_a_refresh_brings_is_the_accounts_from_then_on() {
    let mut cache = at_issuer(ISSUER, "local:cli", &[("k", refresh_token("", "rt"))]);
    let note = json!({ "iss": ISSUER, "aud": CLIENT, "sub": "u1" });
    for (_, entry) in cache["IdToken"].as_object_mut().expect("a section") {
        entry["secret"] = jwt(&note).into();
    }
    assert_eq!(refreshed(&mut cache, "u1"), None);
    assert_eq!(refreshed(&mut cache, "u2").as_deref(), Some("user_mismatch"));
}

#[test]
fn a_client_whose_id_differs_only_in_case_keeps_its_tokens() {
    let mut cache = CacheDocument::default();
    signed_in("first", 0, "files").client("cli").into(&mut cache);
    signed_in("second", 1, "files").client("CLI").into(&mut cache);
    assert_eq!(refresh_tokens(&cache), ["rt-first", "rt-second"]);
}
