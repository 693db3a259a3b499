//! The cache data that the MSAL projects publish with their tests: what Java and Node have written is read and written back, and
//! what a sign-in writes is what they say it writes. The data stands beside the repository; without it nothing is shown here.

use crate::support::START;
use crate::support::cache::{Granted, entra_account, jwt, keys, published, scopes, store, written};
use device_code_flow::cache::entity::{Entity, Section};
use device_code_flow::cache::lookup::TokenQuery;
use serde_json::{Value, json};

const FULL: [&str; 5] = [
    "node/cache.json",
    "node/default-cache.json",
    "node/cache-unrecognized-entities.json",
    // Not a cache text but what Node has in memory: to us an object of sections that nobody knows.
    "node/cacheStore.json",
    "java/AAD_cache_data/full_cache.json",
];

const SETS: [&str; 3] = ["AAD", "MSA", "Foci"];

/// The names of a set's files.
const ENTITIES: [(Section, &str); 5] = [
    (Section::AccessToken, "at_cache_entity"),
    (Section::RefreshToken, "rt_cache_entity"),
    (Section::IdToken, "id_token_cache_entity"),
    (Section::Account, "account_cache_entity"),
    (Section::AppMetadata, "app_metadata_cache_entity"),
];

/// A set's entities under their keys, as Java writes them.
fn java(set: &str) -> Option<Value> {
    let mut cache = json!({});
    for (section, name) in ENTITIES {
        if set != "Foci" && section == Section::AppMetadata {
            continue;
        }
        let file = |ending| published(&format!("java/{set}_cache_data/{name}{ending}"));
        let entity: Value = serde_json::from_str(&file(".json")?).expect("JSON");
        cache[section.name()][file("_key.txt")?.trim()] = entity;
    }
    Some(cache)
}

/// The token response that a set's entities were made of, from our server's mouth.
fn signed_in(set: &str, client: &str) -> Option<Granted> {
    let file = |name: &str| published(&format!("java/{set}_cache_data/{name}.json"));
    let mut response: Value = serde_json::from_str(&file("token_response")?).expect("JSON");
    let claims: Value = serde_json::from_str(&file("token_response_id_token")?).expect("JSON");
    response["id_token"] = jwt(&claims).into();
    let scope = response["scope"].as_str().expect("scopes").to_owned();
    Some(Granted::new(&response).client(client).scopes(&scope))
}

#[test]
fn every_text_is_written_as_it_was_read_and_kept_beside_a_sign_in() {
    for text in FULL.into_iter().filter_map(published) {
        let before = store(&text);
        let _ = (before.accounts("any", None), before.malformed_entries());
        assert!(before.serialize() == text && !before.has_changed(), "{text}");
        let mut after = store(&text);
        crate::support::cache::ada("1").into(&mut after);
        let (before, after): (Value, Value) = (serde_json::from_str(&text).expect("JSON"), written(&after));
        for (section, entries) in before.as_object().expect("sections") {
            for (key, entry) in entries.as_object().expect("entries") {
                assert_eq!(&after[section][key], entry, "{section} {key}");
            }
        }
        assert_eq!(store(&text).malformed_entries(), "");
    }
}

/// What the projects themselves say an entry's key is.
#[test]
fn keys_are_those_that_java_makes_and_a_dash_for_node() {
    for (set, cache) in SETS.into_iter().filter_map(|set| Some((set, java(set)?))) {
        for section in Section::ALL {
            for (key, entity) in cache[section.name()].as_object().into_iter().flatten() {
                let made = Entity::parse(&entity.to_string()).expect("an entity").key(section);
                let dash = if matches!(section, Section::Account | Section::AppMetadata) { "" } else { "-" };
                assert_eq!(made, format!("{key}{dash}"), "{set} {}", section.name());
            }
        }
    }
}

#[test]
fn what_node_has_written_is_found() {
    for name in ["node/cache.json", "node/default-cache.json", "node/cache-unrecognized-entities.json"] {
        let Some(text) = published(name) else { return };
        let store = store(&text);
        let client = "mock_client_id";
        let people = store.accounts(client, None);
        assert_eq!(people.len(), 1, "{name}");
        let account = people[0].account();
        assert_eq!(
            (account.home_account_id.as_str(), account.environment.as_str()),
            ("uid.utid", "login.microsoftonline.com")
        );
        let scopes = scopes("SCOPE5 scope4");
        let wanted = TokenQuery {
            account: entra_account("uid.utid", "login.windows.net"),
            client_id: client,
            tenant_id: if name.contains("default") { "microsoft" } else { "utid" },
            scopes: &scopes,
        };
        let token = store.access_token(&wanted).expect("a token");
        assert_eq!(
            (token.secret.expose(), token.expires_on.expect("a time").0),
            ("an access token", 4_600_000),
            "the bearer's, not the bound one"
        );
        // The family's and the client's own are the same text.
        assert_eq!(store.refresh_tokens(&wanted).len(), 1, "{name}");
        assert!(store.id_token(&wanted).is_some(), "{name}");
    }
}

#[test]
fn a_sign_in_says_of_everything_what_java_says_of_it() {
    for (set, expected) in SETS.into_iter().filter_map(|set| Some((set, java(set)?))) {
        let client = "b6c69a37-df96-4db0-9088-2ab96e1d8215";
        let mut fresh = store("");
        signed_in(set, client).expect("a token response").into(&mut fresh);
        let made = written(&fresh);
        for section in Section::ALL {
            let expected = expected[section.name()].as_object().cloned().unwrap_or_default();
            assert_eq!(keys(&made, section.name()).len(), expected.len(), "{set} {}", section.name());
            for (name, value) in expected.values().flat_map(|entity| entity.as_object().expect("an entity")) {
                let entity = made[section.name()].as_object().expect("a section").values().next().expect("an entry");
                // Java knows no other names of the cloud and writes the tenant that it was configured for.
                let differs = ["environment", "realm"].contains(&name.as_str());
                let is_placeholder = value
                    .as_str()
                    .is_some_and(|text| text.starts_with('<') && !matches!(text, "<removed_at>" | "<removed_rt>"));
                assert!(
                    differs || is_placeholder || &entity[name] == value,
                    "{set} {} {name}: {}",
                    section.name(),
                    entity[name]
                );
            }
        }
    }
}

#[test]
fn a_sign_in_over_what_java_has_written_keeps_its_keys_and_leaves_one_of_each() {
    for (set, cache) in SETS.into_iter().filter_map(|set| Some((set, java(set)?))) {
        let client = "b6c69a37-df96-4db0-9088-2ab96e1d8215";
        let mut store = store(&cache);
        signed_in(set, client).expect("a token response").after(60).into(&mut store);
        let after = written(&store);
        for section in ["RefreshToken", "Account", "AppMetadata"] {
            let before = cache[section].as_object().map(|_| keys(&cache, section)).unwrap_or_default();
            assert_eq!(keys(&after, section), before, "{set} {section}");
        }
        let people = store.accounts(client, None);
        assert_eq!(people.len(), 1, "{set}");
        let account = people[0].account();
        let (tenant, scopes) = (account.profile.tenant_id.as_str(), scopes("User.Read Tasks.Read"));
        let wanted = TokenQuery {
            account: entra_account(&account.home_account_id, "login.microsoft.com"),
            client_id: client,
            tenant_id: tenant,
            scopes: &scopes,
        };
        assert_eq!(store.access_token(&wanted).expect("a token").cached_at.0, START.0 + 60_000, "{set}");
        let tokens = store.refresh_tokens(&wanted);

        assert_eq!(tokens.iter().map(|token| token.of_family).collect::<Vec<_>>(), [set == "Foci"], "{set}");
    }
}
