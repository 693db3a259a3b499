//! Texts that no MSAL writes: refused with the place where they go wrong, or taken with what is of use in them; and what is of
//! none is counted, never found, and written back as it was.

use crate::support::cache::{
    CLIENT, PREFERRED, TENANT, access_token, ada, by_node, entra_account, home, refresh_token, refresh_tokens, scopes,
    store, token, wanted, written,
};
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::cache::entity::Section;
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn what_is_no_cache_is_refused_and_the_message_names_the_place() {
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(100), "]".repeat(100));
    let bottomless = "[".repeat(1_000_000);
    for (text, place) in [
        ("{", "at byte 1."),
        ("[]", "at byte 0."),
        ("null", "at byte 0."),
        ("7", "at byte 0."),
        ("{} {}", "at byte 3."),
        ("\u{1}", "at byte 0."),
        (r#"{"a":1,}"#, "at byte 7."),
        (r#"{"Account":[]}"#, "at byte 11, in the section Account."),
        (r#"{"IdToken":{},"RefreshToken":"x"}"#, "at byte 29, in the section RefreshToken."),
        (r#"{"AccessToken":true}"#, "at byte 15, in the section AccessToken."),
        (r#"{"AppMetadata":nil}"#, "at byte 15, in the section AppMetadata."),
        (r#"{"IdToken":{"k":{"secret":"unend"#, "at byte 32, in the section IdToken."),
        (r#"{"IdToken":{"k":{"secret" "s"}}}"#, "at byte 26, in the section IdToken."),
        (r#"{"IdToken":{"k":{"secret":"\ud8"}}}"#, "at byte 28, in the section IdToken."),
        (r#"{"IdToken":{}} and more"#, "at byte 15."),
        (&deep, "at byte 69."),
        (&bottomless, "at byte 0."),
    ] {
        let failure = CacheDocument::parse(text.into()).expect_err("no cache");
        assert_eq!(failure.code.text(), "token_cache_invalid");
        assert!(failure.message.ends_with(place), "{text:.40}: {}", failure.message);
        assert!(!failure.hint.is_empty() && !failure.message.contains("unend"), "{}", failure.message);
    }
}

#[test]
fn a_text_of_a_hundred_megabytes_is_taken_or_refused_as_any_other() {
    let long = "x".repeat(100 << 20);
    let mut big = store(format!(r#"{{"Unknown":"{long}"}}"#));
    ada("1").into(&mut big);
    assert_eq!(token(&big, "User.Read").expect("a token").secret.expose(), "at-1");
    assert!(big.serialize().len() > 100 << 20);
    let failure = CacheDocument::parse(format!(r#"{{"Account":{{"k":"{long}"#)).expect_err("no cache");
    assert!(failure.message.len() < 200, "{}", failure.message.len());
}

/// Every property with every wrong type, in an entry that would serve.
#[test]
fn what_is_of_a_wrong_type_is_not_used_and_is_told_of_and_kept() {
    let entries = [
        ("AccessToken", access_token(PREFERRED, "at")),
        ("RefreshToken", refresh_token(PREFERRED, "rt")),
        ("IdToken", by_node()["IdToken"].as_object().expect("entries").values().next().expect("one").clone()),
        ("Account", by_node()["Account"].as_object().expect("entries").values().next().expect("one").clone()),
    ];
    for (section, entry) in entries {
        for name in entry.as_object().expect("an entry").keys() {
            for value in [json!(7), json!(true), json!([1]), json!({ "a": "b" })] {
                let is_time = ["cached_at", "expires_on", "extended_expires_on"].contains(&name.as_str());
                if (is_time && value == json!(7)) || (name == "tenantProfiles" && value == json!([1])) {
                    continue;
                }
                let mut odd = entry.clone();
                odd[name] = value.clone();
                let cache = json!({ section: { "k": odd } });
                let store = store(&cache);
                // Without these it is still of use, or they are not looked for in it.
                let others = [
                    "token_type",
                    "extended_expires_on",
                    "local_account_id",
                    "username",
                    "authority_type",
                    "name",
                    "client_info",
                ];
                let is_needed = !others.contains(&name.as_str());
                let told = if is_needed { format!("1 in {section}") } else { String::new() };
                assert_eq!(store.malformed_entries(), told, "{name} {value}");
                assert_eq!(written(&store), cache);
                // The same is found as with nothing there. But who knows what a token of an unknown type is good for?
                if name == "token_type" {
                    assert!(token(&store, "User.Read").is_none(), "{value}");
                    continue;
                }
                odd.as_object_mut().expect("an entry").remove(name);
                let without = crate::support::cache::store(json!({ section: { "k": odd } }));
                assert_eq!(found(&store), found(&without), "{section} {name} {value}");
            }
        }
    }
}

/// What is found of Ada.
fn found(store: &CacheDocument) -> String {
    let home = home();
    let scopes = scopes("User.Read");
    let wanted = wanted(&home, TENANT, &scopes);
    let people: Vec<_> = store
        .accounts(CLIENT, None)
        .into_iter()
        .map(|one| (one.account().home_account_id, one.account().environment, one.account().profile))
        .collect();
    let secret = |secret: Option<device_code_flow::secret::Secret>| secret.map(|it| it.expose().to_owned());
    format!(
        "{:?} {:?} {:?} {people:?}",
        store.access_token(&wanted).map(|token| (secret(Some(token.secret)), token.cached_at, token.ext_expires_on)),
        refresh_tokens(store),
        secret(store.id_token(&wanted).map(|(secret, _)| secret)),
    )
}

#[test]
fn nothing_is_told_of_what_libraries_write() {
    for (who, cache) in crate::support::cache::by_all() {
        assert_eq!(store(&cache).malformed_entries(), "", "{who}");
    }
    let nulls = json!({ "Account": { "k": { "home_account_id": null, "realm": null, "tenantProfiles": null, "wam_account_ids": {} } },
        "AccessToken": { "k": { "expires_on": 1_800_000_000, "cached_at": null, "token_type": null } }, "Unknown": [7] });
    assert_eq!(store(&nulls).malformed_entries(), "");
}

#[test]
fn entries_that_are_no_object_and_people_without_a_name_are_kept_and_never_found() {
    let odd = json!({
        "AccessToken": { "a": "text", "b": null, "c": [], "d": { "home_account_id": 7 }, "e": { "home_account_id": home(), "target": 7, "secret": [] } },
        "RefreshToken": { "f": true, "g": { "home_account_id": home() } },
        "Account": { "h": 1, "i": { "home_account_id": home(), "tenantProfiles": ["{", 7, "[]"] }, "j": { "home_account_id": 7 }, "k": { "home_account_id": "" }, "l": {} },
    });
    let mut store = store(&odd);
    assert_eq!(store.malformed_entries(), "5 in AccessToken, 1 in RefreshToken, 2 in Account");
    assert!(token(&store, "User.Read").is_none() && refresh_tokens(&store).is_empty());
    assert_eq!(store.accounts("any", None).len(), 1);
    assert!(store.accounts_with_id("", "any", None).is_empty());
    ada("1").into(&mut store);
    let cache = written(&store);
    for section in ["AccessToken", "RefreshToken", "Account"] {
        for (key, entry) in odd[section].as_object().expect("a section").iter().filter(|(key, _)| *key != "i") {
            assert_eq!(&cache[section][key], entry, "{section} {key}");
        }
    }
    assert_eq!(refresh_tokens(&store), ["rt-1"]);
}

#[test]
fn a_section_or_an_entry_that_stands_there_twice_is_read_twice_and_written_whole() {
    let entry = |secret: &str| access_token(PREFERRED, secret).to_string();
    let text = format!(
        r#"{{"AccessToken":{{"a":{}}},"Unknown":"é","AccessToken":{{"b":{},"b":{}}}}}"#,
        entry("one"),
        entry("two"),
        entry("three")
    );
    let mut twice = store(&text);
    assert_eq!(twice.entities_of(Section::AccessToken, &home()).len(), 3);
    assert_eq!(twice.serialize(), text);
    ada("other").client("other").into(&mut twice);
    let whole = twice.serialize();
    for secret in ["one", "two", "three", "at-other"] {
        assert_eq!(whole.matches(&format!(r#""{secret}""#)).count(), 1, "{secret}");
    }
    assert_eq!(whole.matches("AccessToken\":{").count(), 1);
    let again = store(&whole);
    assert!(token(&again, "User.Read").is_some());
}

#[test]
fn a_name_that_is_written_with_an_escape_is_that_name() {
    let node = by_node().to_string();
    for (name, escaped) in [
        ("\"Account\"", r#""\u0041ccount""#),
        ("\"AccessToken\"", r#""Access\u0054oken""#),
        ("\"home_account_id\"", r#""\u0068ome_account_id""#),
        ("\"environment\"", r#""environmen\u0074""#),
    ] {
        let text = node.replace(name, escaped);
        assert_ne!(text, node);
        let mut cache = store(&text);
        assert_eq!(cache.serialize(), text, "as it was read");
        assert_eq!((cache.accounts(CLIENT, None).len(), token(&cache, "User.Read").is_some()), (1, true), "{escaped}");
        ada("new").into(&mut cache);
        // Readers take the last of two members.
        let written = cache.serialize();
        let again = store(&written);
        assert_eq!(written.matches("ccount\":{").count(), 1, "{written}");
        assert_eq!(
            (again.accounts(CLIENT, None).len(), refresh_tokens(&again)),
            (1, vec!["rt-new".to_owned()]),
            "{escaped}"
        );
    }
}

#[test]
fn a_key_that_is_written_with_escapes_is_not_written_a_second_time() {
    let mut cache = CacheDocument::default();
    ada("1").into(&mut cache);
    let key = crate::support::cache::keys(&written(&cache), "RefreshToken").remove(0);
    let escaped = key.replace('-', "\\u002d");
    let wrong = format!(r#"{{"RefreshToken":{{"{escaped}":{{"home_account_id":"somebody else","secret":"old"}}}}}}"#);
    let mut cache = store(wrong);
    ada("2").into(&mut cache);
    assert_eq!((cache.serialize().matches(&escaped).count(), cache.serialize().matches(&key).count()), (0, 1));
}

/// A value of any kind.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!(home())),
        Just(json!(CLIENT)),
        Just(json!(PREFERRED)),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{0,3}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

const NAMES: [&str; 12] = [
    "home_account_id",
    "environment",
    "client_id",
    "realm",
    "secret",
    "target",
    "credential_type",
    "expires_on",
    "cached_at",
    "tenantProfiles",
    "family_id",
    "username",
];

/// Ada's entry of a section, in which some properties are anything; or anything for an entry.
fn odd_entry(section: Section) -> impl Strategy<Value = Value> {
    let whole = match section {
        Section::AccessToken => access_token(PREFERRED, "at-odd"),
        Section::RefreshToken => refresh_token(PREFERRED, "rt-odd"),
        Section::AppMetadata => json!({ "client_id": CLIENT, "environment": PREFERRED }),
        section => by_node()[section.name()].as_object().expect("entries").values().next().expect("one").clone(),
    };
    let changes = prop::collection::vec((0..NAMES.len(), any_json()), 1..4);
    prop_oneof![
        1 => any_json(),
        4 => changes.prop_map(move |changes| {
            let mut entry = whole.clone();
            for (name, value) in changes {
                entry[NAMES[name]] = value;
            }
            entry
        }),
    ]
}

proptest! {
    #![proptest_config(crate::support::cases(300))]

    #[test]
    fn entries_of_any_type_survive_whatever_is_done_beside_them(
        sections in prop::collection::vec((0..Section::ALL.len()).prop_flat_map(|at| (Just(Section::ALL[at]), odd_entry(Section::ALL[at]))), 1..6),
    ) {
        let mut cache = json!({});
        for (number, (section, entry)) in sections.iter().enumerate() {
            cache[section.name()][format!("key {number}")] = entry.clone();
        }
        let mut store = store(&cache);
        prop_assert_eq!(written(&store), cache.clone());
        // Somebody else's comings and goings.
        crate::support::cache::Granted::to("else", "t", "t", "else").client("else").into(&mut store);
        store.compact();
        store.remove_account(&entra_account("else.t", PREFERRED));
        let after = written(&store);
        for section in Section::ALL {
            let before = cache[section.name()].as_object().cloned().unwrap_or_default();
            prop_assert_eq!(after[section.name()].as_object().expect("a section"), &before);
        }
        // What is found is whole, and she can sign in.
        for text in [store.access_token(&wanted(&home(), TENANT, &[])).map(|token| token.secret.expose().to_owned())].into_iter().flatten().chain(refresh_tokens(&store)) {
            prop_assert!(!text.is_empty());
        }
        ada("new").into(&mut store);
        let new = token(&store, "User.Read").expect("a token");
        prop_assert_eq!(new.secret.expose(), "at-new");
        let read = crate::support::cache::store(store.serialize());
        prop_assert_eq!(found(&read), found(&store));
    }
}
