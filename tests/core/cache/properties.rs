//! What holds for any cache, whoever wrote it and however: nothing of it is lost, and what is found does not hang on keys.

use crate::support::cache::{Granted, entra_account, keys, store, token_of, written};
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::cache::entity::Section;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const HOSTS: [&str; 4] =
    ["login.windows.net", "login.microsoftonline.com", "login.microsoftonline.us", "login.example"];
const CLIENTS: [&str; 2] = [crate::support::cache::CLIENT, "another-client"];
const SCOPES: [&str; 4] = ["User.Read", "Mail.Read openid", "user.read Files.Read", "openid profile"];

/// Who, by number: at home in the tenant of the number.
fn person(number: u8) -> String {
    format!("u{number}.t{number}")
}

/// An entry of any section, with a property and a value that nobody knows.
fn entry() -> impl Strategy<Value = (Section, Value)> {
    let parts = (
        0..Section::ALL.len(),
        0_u8..3,
        0..HOSTS.len(),
        0..CLIENTS.len(),
        0..SCOPES.len(),
        any::<u16>(),
        any::<String>(),
    );
    parts.prop_map(|(section, who, host, client, scopes, life, unknown)| {
        let section = Section::ALL[section];
        let mut entry = json!({ "environment": HOSTS[host], "client_id": CLIENTS[client], "unknown": { "nested": [unknown, life] } });
        if section == Section::AppMetadata {
            entry["family_id"] = if life % 2 == 0 { "1".into() } else { Value::Null };
            return (section, entry);
        }
        entry["home_account_id"] = person(who).into();
        entry["realm"] = format!("t{who}").into();
        if section == Section::Account {
            entry["username"] = format!("u{who}@t{who}").into();
            entry["local_account_id"] = format!("u{who}").into();
        } else {
            entry["credential_type"] = section.name().into();
            entry["secret"] = format!("{}-{life}", section.name()).into();
            entry["target"] = SCOPES[scopes].into();
            entry["cached_at"] = "1800000000".into();
            entry["expires_on"] = (1_800_000_000 + u64::from(life)).to_string().into();
        }
        (section, entry)
    })
}

/// A cache under keys of its own making, with a section that nobody knows.
fn cache() -> impl Strategy<Value = Value> {
    (prop::collection::vec(entry(), 0..12), any::<String>()).prop_map(|(entries, unknown)| {
        let mut cache = json!({ "Unknown": { "kept": unknown } });
        for (index, (section, entry)) in entries.into_iter().enumerate() {
            cache[section.name()][format!("key {index}")] = entry;
        }
        cache
    })
}

/// The text of the same cache with its sections, entries and properties in another order, the entries under other keys, and
/// letters that are escaped.
fn shuffled(cache: &Value, seed: usize, depth: u8) -> String {
    let Some(members) = cache.as_object().filter(|_| depth > 0) else {
        return cache
            .as_str()
            .filter(|_| !seed.is_multiple_of(3))
            .map_or(cache.to_string(), |text| escaped(text, seed));
    };
    let mut members: Vec<String> = members
        .iter()
        .map(|(name, value)| {
            let name = if name.starts_with("key ") { format!("{}{name}", seed % 7) } else { name.clone() };
            let quoted = if seed % 4 < 2 { json!(name).to_string() } else { escaped(&name, seed) };
            format!("{quoted} : {}", shuffled(value, seed, depth - 1))
        })
        .collect();
    let length = members.len().max(1);
    members.rotate_left(seed % length);
    if seed % 2 == 1 {
        members.reverse();
    }
    format!("{{{}}}", members.join(" , "))
}

/// A JSON string in which every second or third letter is escaped that need not be.
fn escaped(text: &str, seed: usize) -> String {
    let units = text.encode_utf16().enumerate().map(|(at, unit)| match char::from_u32(u32::from(unit)) {
        Some(letter) if !at.is_multiple_of(seed % 3 + 1) && letter.is_ascii_alphanumeric() => letter.to_string(),
        _ => format!("\\u{unit:04x}"),
    });
    format!("\"{}\"", units.collect::<String>())
}

/// Everything that can be asked of a cache.
fn found(store: &CacheDocument) -> Vec<String> {
    let mut found = Vec::new();
    for (client, host) in CLIENTS.iter().flat_map(|client| HOSTS.iter().map(move |host| (client, host))) {
        for who in 0..3 {
            let (home, tenant) = (person(who), format!("t{who}"));
            for scopes in SCOPES {
                let scopes = crate::support::cache::scopes(scopes);
                let mut wanted = crate::support::cache::wanted(&home, &tenant, &scopes);
                (wanted.client_id, wanted.account.environment) = (client, host);
                found.push(format!("{:?}", store.access_token(&wanted).map(|token| token.secret.expose().to_owned())));
                let tokens = store.refresh_tokens(&wanted);
                found.push(tokens.iter().map(|token| token.secret.expose()).collect::<Vec<_>>().join(" "));
            }
        }
    }
    let mut people: Vec<String> = store
        .accounts(CLIENTS[0], None)
        .iter()
        .map(|one| {
            format!(
                "{} {} {}",
                one.home.home_account_id,
                one.profile().tenant_id.as_str(),
                one.profile().username.as_str()
            )
        })
        .collect();
    people.sort();
    found.extend(people);
    found
}

/// The entries that are no twin of anything a sign-in of this person writes.
fn of_others(cache: &Value, who: u8) -> Map<String, Value> {
    let mut others = Map::new();
    for section in Section::ALL {
        for (key, entry) in cache[section.name()].as_object().into_iter().flatten() {
            let theirs = entry["home_account_id"] == person(who) || section == Section::AppMetadata;
            if !theirs {
                others.insert(format!("{} {key}", section.name()), entry.clone());
            }
        }
    }
    others
}

/// Something that happens to a cache.
#[derive(Clone, Debug)]
enum Event {
    /// Somebody signs in, to tokens of so many hundred letters.
    SignsIn(u8, usize),
    /// As somebody who is renewed without a new refresh token.
    Renews(u8),
    Leaves(u8),
    LeavesTheFamily,
    /// It is stored, and read again by whoever stored it.
    IsStored,
    IsTidied,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0_u8..3, 0_usize..300).prop_map(|(who, length)| Event::SignsIn(who, length)),
        2 => (0_u8..3).prop_map(Event::Renews),
        1 => (0_u8..3).prop_map(Event::Leaves),
        1 => Just(Event::LeavesTheFamily),
        1 => Just(Event::IsStored),
        2 => Just(Event::IsTidied),
    ]
}

/// The same happens to a cache whose text is made whole and read again after everything, and which therefore has nothing to tidy.
fn happens(event: &Event, time: u64, store: &mut CacheDocument) {
    match event {
        Event::SignsIn(who, length) => {
            signed_in(*who, &format!("{time}-{}", "x".repeat(length * 100))).after(time).into(store);
        }
        Event::Renews(who) => signed_in(*who, &format!("renewed-{time}")).no_refresh_token().after(time).into(store),
        Event::Leaves(who) => store.remove_account(&entra_account(&person(*who), HOSTS[1])),
        Event::LeavesTheFamily => store.leave_family(CLIENTS[0], HOSTS[0]),
        Event::IsStored => {
            let text = store.serialize();
            store.mark_saved();
            store.reload(text).expect("a cache");
        }
        Event::IsTidied => store.compact(),
    }
}

fn signed_in(who: u8, name: &str) -> Granted {
    Granted::to(&format!("u{who}"), &format!("t{who}"), &format!("t{who}"), name)
}

proptest! {
    #![proptest_config(crate::support::cases(60))]

    #[test]
    fn any_text_is_a_cache_or_a_failure(text in any::<String>(), json in r#"[\[\]{},:" A-Za-z0-9]{0,40}"#, name in "Account|RefreshToken|x") {
        for text in [text, json.clone(), format!(r#"{{"{name}":{{{json}}}}}"#), format!(r#"{{"{name}":{{"k":{{{json}}}}}}}"#)] {
            if let Ok(mut store) = CacheDocument::parse(text.clone()) {
                signed_in(1, "new").into(&mut store);
                prop_assert!(serde_json::from_str::<Value>(&store.serialize()).is_ok(), "{text}");
                prop_assert!(token_of(&store, &person(1), "t1", "User.Read").is_some());
            }
        }
    }

    #[test]
    fn what_is_read_and_written_is_the_same(cache in cache()) {
        prop_assert_eq!(written(&store(&cache)), cache);
    }

    #[test]
    fn a_sign_in_leaves_everything_of_others_as_it_was(cache in cache(), who in 0_u8..3) {
        let mut store = store(&cache);
        signed_in(who, "new").into(&mut store);
        let after = written(&store);
        prop_assert_eq!(of_others(&after, who), of_others(&cache, who));
        prop_assert_eq!(&after["Unknown"], &cache["Unknown"]);
        let read = crate::support::cache::store(&after);
        for store in [&store, &read] {
            let token = token_of(store, &person(who), &format!("t{who}"), "User.Read").expect("a token");
            prop_assert_eq!(token.secret.expose(), "at-new");
        }
    }

    #[test]
    fn an_entry_that_is_renewed_keeps_what_nobody_here_knows_of_it(cache in cache(), who in 0_u8..3) {
        let mut store = store(&cache);
        signed_in(who, "new").into(&mut store);
        let after = written(&store);
        for section in ["RefreshToken", "IdToken", "Account"] {
            for key in cache[section].as_object().map(|_| keys(&cache, section)).unwrap_or_default() {
                let (old, new) = (&cache[section][&key], &after[section][&key]);
                prop_assert!(new.is_null() || new["unknown"] == old["unknown"], "{} {}", section, key);
            }
        }
    }

    #[test]
    fn keys_and_the_order_of_things_mean_nothing(cache in cache(), seed in 1_usize..1000) {
        let shuffled = store(shuffled(&cache, seed, 3));
        prop_assert_eq!(found(&shuffled), found(&store(&cache)));
    }

    #[test]
    fn a_sign_in_twice_is_a_sign_in_once(cache in cache(), who in 0_u8..3) {
        let mut once = store(&cache);
        signed_in(who, "new").into(&mut once);
        let mut twice = crate::support::cache::store(once.serialize());
        signed_in(who, "new").into(&mut twice);
        prop_assert!(!twice.has_changed());
        prop_assert_eq!(twice.serialize(), once.serialize());
    }

    #[test]
    fn of_two_writers_neither_loses_the_other_s_sign_in(cache in cache(), one in 0_u8..3, other in 0_u8..3) {
        let (mut first, mut second) = (store(&cache), store(&cache));
        signed_in(one, "first").into(&mut first);
        signed_in(other, "second").into(&mut second);
        // The second one reads again before it writes.
        second.reload(first.serialize()).expect("a cache");
        let both = crate::support::cache::store(second.serialize());
        for (who, name) in [(other, "second"), (one, if one == other { "second" } else { "first" })] {
            let token = token_of(&both, &person(who), &format!("t{who}"), "User.Read").expect("a token");
            prop_assert_eq!(token.secret.expose(), format!("at-{name}"));
        }
        let mut signed_in = vec![person(one), person(other)];
        signed_in.dedup();
        for home in signed_in {
            prop_assert_eq!(both.entities_of(Section::RefreshToken, &home).iter().filter(|(_, entity)| entity.text("secret").starts_with("rt-")).count(), 1);
        }
    }

    #[test]
    fn of_two_writers_each_keeps_what_the_other_has_done(cache in cache(), who in 0_u8..3, events in prop::collection::vec(event(), 1..5)) {
        let other = (who + 1) % 3;
        let (mut first, mut second) = (store(&cache), store(&cache));
        // The first one does anything but with the person whom the second one signs in.
        for (time, event) in events.iter().enumerate() {
            if !matches!(event, Event::SignsIn(it, _) | Event::Renews(it) | Event::Leaves(it) if *it == other) {
                happens(event, time as u64, &mut first);
            }
        }
        signed_in(other, "second").into(&mut second);
        second.reload(first.serialize()).expect("a cache");
        let (before, after) = (written(&first), written(&second));
        prop_assert_eq!(of_others(&after, other), of_others(&before, other));
        // What is known of another client. (Of the one that signs in it is said whether it is in a family.)
        for (key, entry) in before["AppMetadata"].as_object().into_iter().flatten() {
            prop_assert!(entry["client_id"] == CLIENTS[0] || &after["AppMetadata"][key] == entry, "{}", key);
        }
        prop_assert_eq!(&after["Unknown"], &before["Unknown"]);
        let token = token_of(&second, &person(other), &format!("t{other}"), "User.Read").expect("a token");
        prop_assert_eq!(token.secret.expose(), "at-second");
    }

    #[test]
    fn whoever_leaves_takes_everything_of_theirs_in_this_cloud_and_nothing_else(cache in cache(), who in 0_u8..3, sign_in in any::<bool>()) {
        let mut store = store(&cache);
        if sign_in {
            signed_in(who, "new").into(&mut store);
        }
        store.remove_account(&entra_account(&person(who), HOSTS[1]));
        let after = written(&store);
        prop_assert_eq!(of_others(&after, who), of_others(&cache, who));
        prop_assert_eq!(&after["Unknown"], &cache["Unknown"]);
        for section in Section::ALL {
            for (key, entry) in after[section.name()].as_object().into_iter().flatten() {
                let here = HOSTS[..2].iter().any(|host| entry["environment"] == *host);
                prop_assert!(entry["home_account_id"] != person(who) || !here, "{} {}", section.name(), key);
                prop_assert!(sign_in || entry == &cache[section.name()][key]);
            }
            // The same person in another cloud stays.
            for (key, entry) in cache[section.name()].as_object().into_iter().flatten() {
                let here = HOSTS[..2].iter().any(|host| entry["environment"] == *host);
                prop_assert!(here || section == Section::AppMetadata || &after[section.name()][key] == entry);
            }
        }
    }

    #[test]
    fn whatever_happens_a_cache_says_the_same_as_one_that_is_read_anew_each_time(cache in cache(), events in prop::collection::vec(event(), 1..14)) {
        let mut store = store(&cache);
        let mut text = store.serialize();
        for (time, event) in events.iter().enumerate() {
            happens(event, time as u64, &mut store);
            let mut anew = crate::support::cache::store(&text);
            happens(event, time as u64, &mut anew);
            text = anew.serialize();
            prop_assert_eq!(found(&store), found(&anew), "{:?}", event);
            prop_assert_eq!(written(&store), written(&anew));
        }
    }

    #[test]
    fn a_tidied_cache_is_the_same_cache(cache in cache(), times in 1_u64..150) {
        let mut plain = store(&cache);
        for time in 0..times {
            let mut granted = signed_in(1, &format!("{time}-{}", "x".repeat(500))).after(time);
            granted.client = CLIENTS[0].into();
            granted.into(&mut plain);
        }
        let again = crate::support::cache::store(plain.serialize());
        prop_assert_eq!(found(&again), found(&plain));
        prop_assert_eq!(of_others(&written(&plain), 1), of_others(&cache, 1));
        prop_assert!(plain.has_changed() && plain.unsaved_entities().len() >= 4);
    }
}
