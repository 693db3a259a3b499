//! ID tokens and `client_info`, decoded.

use device_code_flow::cache::account::Account;
use device_code_flow::entra::authority::Authority;
use device_code_flow::entra::trust::Trust;
use device_code_flow::oauth::client_info::ClientInfo;
use device_code_flow::oauth::id_token::IdToken;
use proptest::prelude::*;

fn authority(text: &str) -> Authority {
    Authority::parse(text, "auth.authority", &Trust::default()).expect("an authority")
}

/// base64url without padding, bit by bit.
fn encoded(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let letter = |six: &[u8]| ALPHABET[(0..6).fold(0, |sum, bit| sum * 2 + usize::from(*six.get(bit).unwrap_or(&0)))];
    bits.chunks(6).map(|six| char::from(letter(six))).collect()
}

fn jwt(payload: &str) -> String {
    format!("eyJhbGciOiJSUzI1NiJ9.{}.c2ln", encoded(payload.as_bytes()))
}

proptest! {
    #![proptest_config(crate::support::cases(300))]

    #[test]
    fn any_claim_comes_through_with_and_without_padding(name in any::<String>()) {
        let payload = serde_json::json!({ "name": name }).to_string();
        let padding = "=".repeat((4 - encoded(payload.as_bytes()).len() % 4) % 4);
        for jwt in [jwt(&payload), jwt(&payload).replace(".c2ln", &format!("{padding}.c2ln"))] {
            let token = IdToken::parse(&jwt).expect("a token");
            prop_assert_eq!(token.text("name"), name.as_str());
        }
    }

    #[test]
    fn any_text_is_a_token_or_none(text in any::<String>(), parts in "[A-Za-z0-9_=-]{0,9}\\.[A-Za-z0-9_=-]{0,30}\\.") {
        for text in [text, parts] {
            if let Some(token) = IdToken::parse(&text) {
                prop_assert_eq!(token.text("no such claim"), "");
            }
        }
    }
}

#[test]
fn what_is_no_compact_jwt_with_an_object_inside_is_none() {
    let array = jwt("[1]");
    let two_parts = jwt(r#"{"sub":"s"}"#).replace(".c2ln", "");
    for text in ["", "a", "a.b", "..", "a.!.c", array.as_str(), two_parts.as_str()] {
        assert!(IdToken::parse(text).is_none(), "{text}");
    }
}

#[test]
fn client_info_names_the_home_only_with_both_halves() {
    let info = |json: &str| ClientInfo::parse(&encoded(json.as_bytes())).map(|info| info.home_account_id());
    assert_eq!(info(r#"{"uid":"u","utid":"t"}"#).as_deref(), Some("u.t"));
    for half in [r#"{"uid":"u"}"#, r#"{"utid":"t"}"#, r#"{"uid":"","utid":"t"}"#, "[]", ""] {
        assert_eq!(info(half), None, "{half}");
    }
}

#[test]
fn an_account_takes_the_best_name_that_is_there() {
    let named = |claims: &str| {
        let token = IdToken::parse(&jwt(claims)).expect("a token");
        let account = Account::from_tokens(&token, None, &authority("https://login.example/tv"))?;
        Some((account.profile.username, account.profile.local_account_id, account.home_account_id))
    };
    let of = |username: &str, local: &str, home: &str| Some((username.to_owned(), local.to_owned(), home.to_owned()));
    assert_eq!(named(r#"{"sub":"s","preferred_username":"p","upn":"u"}"#), of("p", "s", "s"));
    assert_eq!(named(r#"{"sub":"s","oid":"o","upn":"u","email":"e"}"#), of("u", "o", "s"));
    assert_eq!(named(r#"{"sub":"s","emails":["a","b"],"email":"e"}"#), of("a", "s", "s"));
    assert_eq!(named(r#"{"sub":"s","email":"e","preferred_username":""}"#), of("e", "s", "s"));
    assert_eq!(named(r#"{"sub":12345678901234567890}"#), of("", "12345678901234567890", "12345678901234567890"));
    assert_eq!(named(r#"{"sub":"","name":"n"}"#), None);
    assert_eq!(named(r#"{"sub":true}"#), None);
}

#[test]
fn an_account_says_what_msal_node_says_of_a_guest() {
    let claims = r#"{"sub":"s","oid":"o","tid":"t","upn":"u@t","login_hint":"h","signin_state":["x"," DVC_DMJD "]}"#;
    let of = |client_info: &str| {
        let token = IdToken::parse(&jwt(claims)).expect("a token");
        Account::from_tokens(
            &token,
            Some(&encoded(client_info.as_bytes())),
            &authority("https://login.microsoftonline.com/t"),
        )
        .expect("a subject")
    };
    let guest = of(r#"{"uid":"home","utid":"h","xms_tdbr":"EU"}"#);
    assert_eq!((guest.home_account_id.as_str(), guest.data_boundary, guest.kmsi), ("home.h", Some("EU"), true));
    let profile = &guest.profile;
    assert_eq!(
        (profile.tenant_id.as_str(), profile.local_account_id.as_str(), profile.is_home_tenant),
        ("t", "o", false)
    );
    assert_eq!((profile.login_hint.as_str(), profile.upn.as_str(), profile.name.as_str()), ("h", "u@t", ""));
    let member = of(r#"{"uid":"o","utid":"t","xms_tdbr":"NA"}"#);
    assert_eq!((member.data_boundary, member.profile.is_home_tenant), (Some("None"), true));
}

#[test]
fn a_person_without_a_tenant_is_at_home_in_none() {
    let token = IdToken::parse(&jwt(r#"{"sub":"s","signin_state":"kmsi"}"#)).expect("a token");
    let account = Account::from_tokens(&token, None, &authority("https://login.example/tv")).expect("a subject");
    assert!(!account.profile.is_home_tenant && !account.kmsi && account.data_boundary.is_none());
    assert_eq!((account.profile.tenant_id.as_str(), account.authority_type.as_str()), ("", "Generic"));
}
