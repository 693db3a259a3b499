//! The text of the cache: what is taken for one, and that nothing of it is lost.

use crate::support::cache::{
    Granted, ada, by_all, by_net, by_node, entra_account, home, keys, refresh_tokens, store, token, written,
};
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::cache::entity::Section;
use serde_json::{Value, json};

#[test]
fn a_text_that_nothing_was_written_to_is_written_as_it_was_read() {
    let texts: Vec<String> = by_all().iter().map(|(_, cache)| format!(" {cache:#}\n")).collect();
    for text in texts {
        let store = store(&text);
        let _ = (store.accounts("any", None), token(&store, "User.Read"));
        assert!(store.serialize() == text && !store.has_changed(), "{text}");
    }
}

#[test]
fn an_empty_text_is_an_empty_cache() {
    for text in ["", " \n", "\u{feff}", "{}", r#"{"Account":null}"#] {
        let mut store = store(text);
        assert!(store.accounts("any", None).is_empty());
        ada("1").into(&mut store);
        let cache = written(&store);
        for section in Section::ALL {
            assert!(cache[section.name()].is_object(), "{text}: {}", section.name());
        }
        assert_eq!(token(&store, "User.Read").expect("a token").secret.expose(), "at-1");
    }
    assert_eq!(
        written(&CacheDocument::default()),
        json!({ "AccessToken": {}, "RefreshToken": {}, "IdToken": {}, "Account": {}, "AppMetadata": {} })
    );
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let store = store(format!("\u{feff}{}", by_node()));
    assert!(token(&store, "User.Read").is_some());
    assert!(store.serialize().starts_with('{'));
}

#[test]
fn a_text_that_is_refused_leaves_the_cache_as_it_was() {
    let mut store = store(by_node());
    ada("1").into(&mut store);
    let before = store.serialize();
    store.reload("{".into()).expect_err("no cache");
    assert_eq!(store.serialize(), before);
}

#[test]
fn what_was_not_stored_is_taken_over_by_another_cache_and_by_nothing_else() {
    let mut lost = store(by_node());
    lost.mark_saved();
    ada("1").into(&mut lost);
    let rest = lost.unsaved_text();

    // In a text that has it already, and in one of somebody else's.
    for text in [lost.serialize(), by_net().to_string()] {
        let mut next = store(text);
        next.recover(rest.clone()).expect("a cache");
        assert!(next.has_changed());
        assert_eq!(token(&next, "User.Read").expect("a token").secret.expose(), "at-1");
        // As unstored as before: it comes beside whatever the store has meanwhile.
        next.reload(String::new()).expect("a cache");
        assert_eq!(token(&next, "User.Read").expect("a token").secret.expose(), "at-1");
    }

    let mut next = store(by_net());
    next.recover(CacheDocument::default().unsaved_text()).expect("a cache");
    assert!(next.has_changed(), "an entry that was only taken out");
    next.recover("[".into()).expect_err("no cache");
}

#[test]
fn entries_of_wrong_types_are_kept_and_never_found() {
    let odd = json!({
        "AccessToken": { "a": "text", "b": null, "c": [], "d": { "home_account_id": 7 }, "e": { "home_account_id": home(), "target": 7, "secret": [] } },
        "RefreshToken": { "f": true, "g": { "home_account_id": home() } },
        "Account": { "h": 1, "i": { "home_account_id": home(), "tenantProfiles": ["{", 7, "[]"] } },
    });
    let mut store = store(&odd);
    assert!(token(&store, "User.Read").is_none() && refresh_tokens(&store).is_empty());
    assert_eq!(store.accounts("any", None).len(), 1);
    ada("1").into(&mut store);
    let cache = written(&store);
    for (section, key) in [
        ("AccessToken", "a"),
        ("AccessToken", "b"),
        ("AccessToken", "c"),
        ("AccessToken", "d"),
        ("AccessToken", "e"),
        ("RefreshToken", "f"),
        ("RefreshToken", "g"),
        ("Account", "h"),
    ] {
        assert_eq!(cache[section][key], odd[section][key], "{section} {key}");
    }
    assert_eq!(refresh_tokens(&store), ["rt-1"]);
}

#[test]
fn sections_and_properties_that_nobody_here_knows_survive_a_sign_in() {
    let mut future = by_net();
    future["AccessToken"].as_object_mut().expect("an object").values_mut().next().expect("a token")["future"] =
        json!({ "a": [1.50, "é"] });
    let text = future.to_string().replace("2.5", "2.50");
    let mut store = store(&text);
    ada("1").into(&mut store);
    assert!(store.serialize().contains(r#""kept":[1,2.50,null]"#), "{}", store.serialize());
    let cache = written(&store);
    let token = cache["AccessToken"].as_object().expect("an object").values().next().expect("a token");
    assert_eq!((&token["future"], &token["secret"]), (&json!({ "a": [1.50, "é"] }), &json!("at-1")));
}

#[test]
fn a_key_is_written_once_even_if_its_entry_was_not_what_it_says() {
    let mut store = store(json!({ "RefreshToken": {} }));
    ada("1").into(&mut store);
    let key = keys(&written(&store), "RefreshToken").remove(0);
    let wrong = json!({ "RefreshToken": { &key: { "home_account_id": "somebody else", "secret": "old" } } });
    let mut store = crate::support::cache::store(wrong);
    ada("2").into(&mut store);
    assert_eq!(store.serialize().matches(&key).count(), 1);
    assert_eq!(refresh_tokens(&store), ["rt-2"]);
}

#[test]
fn the_text_stays_about_as_long_as_what_it_holds() {
    let mut store = store(by_node());
    for hour in 0..2_000 {
        ada(&format!("{hour}")).after(hour * 3600).into(&mut store);
    }
    assert_eq!(refresh_tokens(&store), ["rt-1999"]);
    assert!(store.serialize().len() < 2 * by_node().to_string().len(), "{} bytes", store.serialize().len());
    assert!(store.has_changed());
    assert_eq!(store.unsaved_entities().len(), 4, "account, ID token, access token and refresh token");
}

#[test]
fn many_people_are_found_among_many() {
    let mut store = CacheDocument::default();
    for number in 0..800 {
        Granted::to(&format!("u{number}"), "t", "t", &format!("{number}")).into(&mut store);
    }
    let mut again = crate::support::cache::store(store.serialize());
    for number in [0, 1, 399, 799] {
        let home = format!("u{number}.t");
        for store in [&store, &again] {
            let token = crate::support::cache::token_of(store, &home, "t", "user.read").expect("a token");
            assert_eq!(token.secret.expose(), format!("at-{number}"));
        }
    }
    assert_eq!(again.accounts("any", None).len(), 800);
    again.remove_account(&entra_account("u7.t", "login.microsoft.com"));
    assert_eq!(again.accounts("any", None).len(), 799);
}

#[test]
fn a_cache_shows_nothing_of_itself() {
    let mut store = store(by_node());
    ada("1").into(&mut store);
    let shown = format!(
        "{store:?} {:?} {:?} {:?}",
        token(&store, "User.Read"),
        store.unsaved_entities(),
        store.entities_of(Section::RefreshToken, &home())
    );
    for secret in ["rt-1", "at-1", "eyJ", "rt-node"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let _: Value = written(&store);
}
