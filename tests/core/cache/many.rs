//! Caches with very many entries of one person, as only somebody with another purpose writes them: a look-up takes about as long as
//! reading the text. (Were every entry looked at for every other one, these would take minutes.)

use std::fmt::Write as _;
use std::rc::Rc;

use crate::support::cache::{
    CLIENT, CONFIGURED, PREFERRED, TENANT, access_token, ada, entra_account, home, jwt, refresh_token, scopes, store,
    token, wanted,
};
use crate::support::silent::found;
use device_code_flow::cache::accounts::CachedAccount;
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::cache::entity::{Entity, Section};
use device_code_flow::cache::lookup::realm_of;
use device_code_flow::oauth::id_token::IdToken;
use proptest::prelude::*;
use serde_json::{Value, json};

const MANY: usize = 10_000;

fn section(name: &str, entries: impl Iterator<Item = Value>) -> String {
    let mut text = format!("\"{name}\":{{");
    for (at, entry) in entries.enumerate() {
        let comma = if at > 0 { "," } else { "" };
        write!(text, "{comma}\"{at}\":{entry}").expect("a text");
    }
    text + "}"
}

fn cache(sections: &[String]) -> CacheDocument {
    store(format!("{{{}}}", sections.join(",")))
}

fn account(realm: &str) -> Value {
    json!({ "home_account_id": home(), "environment": PREFERRED, "realm": realm, "username": "ada@contoso.com" })
}

fn id_token(realm: &str, name: &str) -> Value {
    json!({
        "home_account_id": home(), "environment": CONFIGURED, "credential_type": "IdToken", "client_id": CLIENT, "realm": realm,
        "secret": jwt(&json!({ "tid": realm, "name": name })),
    })
}

fn names(people: &[CachedAccount]) -> Vec<String> {
    people.iter().map(|one| format!("{} {}", one.profile().tenant_id.as_str(), one.profile().name.as_str())).collect()
}

#[test]
fn a_person_with_an_entry_in_each_of_many_tenants_is_found_in_all() {
    let mut cache = cache(&[
        section("Account", (0..MANY).map(|at| account(&format!("t{at}")))),
        section("IdToken", (0..MANY).rev().map(|at| id_token(&format!("T{at}"), &format!("Ada {at}")))),
    ]);
    let expected: Vec<String> = (0..MANY).map(|at| format!("T{at} Ada {at}")).collect();
    for people in [cache.accounts(CLIENT, None), cache.accounts_with_id(&home(), CLIENT, None)] {
        assert_eq!(names(&people), expected);
        assert!(people.iter().all(|one| Rc::ptr_eq(&one.profiles, &people[0].profiles)), "no copy in each");
    }
    ada("new").into(&mut cache);
    assert_eq!(found(&cache, &json!({}), 0).expect("a token").profiles.len(), MANY + 1);
    cache.remove_account(&entra_account(&home(), PREFERRED));
    assert!(cache.accounts(CLIENT, None).is_empty());
}

#[test]
fn an_entry_with_many_profiles_is_found_with_all_of_them() {
    let profiles: Vec<String> = (0..MANY).map(|at| json!({ "tenantId": format!("t{at}") }).to_string()).collect();
    let mut entry = account(TENANT);
    // A long name is not written into every profile that has none.
    entry["username"] = "a".repeat(100_000).into();
    entry["tenantProfiles"] = json!(profiles);
    let tokens = (0..MANY).map(|at| id_token(&format!("t{at}"), "Ada"));
    let cache = cache(&[section("Account", std::iter::once(entry)), section("IdToken", tokens)]);
    let people = cache.accounts(CLIENT, None);
    assert_eq!((people.len(), people[0].profiles.len()), (MANY, MANY));
    assert!(people.iter().all(|one| one.id_token.is_some() && Rc::ptr_eq(&one.home, &people[0].home)));
}

#[test]
fn many_clouds_of_one_person_are_as_many_people() {
    let entries = (0..MANY).map(|at| {
        let mut entry = account(TENANT);
        entry["environment"] = format!("e{}.example", at % (MANY / 2)).into();
        entry
    });
    assert_eq!(cache(&[section("Account", entries)]).accounts(CLIENT, None).len(), MANY / 2);
}

#[test]
fn the_access_token_is_found_among_many() {
    let entries = (0..2 * MANY).map(|at| access_token(PREFERRED, &format!("at-{at}")));
    let cache = cache(&[section("AccessToken", entries)]);
    assert_eq!(token(&cache, "User.Read").expect("a token").secret.expose(), format!("at-{}", "9".repeat(4)));
}

#[test]
fn no_more_refresh_tokens_are_tried_than_anybody_has() {
    let access = (0..MANY).map(|at| {
        let mut entry = access_token(PREFERRED, "at");
        entry["client_id"] = format!("client {at}").into();
        entry["cached_at"] = (1_000 + at).to_string().into();
        entry
    });
    let refresh = (0..MANY).map(|at| {
        let mut entry = refresh_token(PREFERRED, &format!("rt-{at}"));
        entry["client_id"] = format!("CLIENT {at}").into();
        entry["family_id"] = "1".into();
        entry
    });
    let cache = cache(&[section("AccessToken", access), section("RefreshToken", refresh)]);
    let tokens = cache.refresh_tokens(&wanted(&home(), TENANT, &scopes("")));
    let tried: Vec<&str> = tokens.iter().rev().map(|token| token.secret.expose()).collect();
    let expected: Vec<String> = (0..64).rev().map(|at| format!("rt-{at}")).collect();
    assert_eq!(tried, expected);
}

/// What an entry tells, read in the slowest way.
fn told(entity: &Entity) -> Vec<(String, String, String)> {
    let parsed = entity.texts("tenantProfiles").iter().filter_map(|text| Entity::parse(text)).collect::<Vec<_>>();
    let own = (realm_of(entity).to_owned(), entity.text("username").to_owned(), entity.text("name").to_owned());
    if parsed.is_empty() {
        return vec![own];
    }
    let or =
        |told: &Entity, name| if told.text(name).is_empty() { entity.text(name) } else { told.text(name) }.to_owned();
    parsed.iter().map(|told| (told.text("tenantId").to_owned(), or(told, "username"), or(told, "name"))).collect()
}

/// The people in a cache, every entry looked at for every other.
fn slowly(store: &CacheDocument) -> Vec<String> {
    let entries: Vec<Entity> = store.entities(Section::Account).into_iter().map(|(_, entity)| entity).collect();
    let tokens: Vec<Entity> = store.entities(Section::IdToken).into_iter().map(|(_, entity)| entity).collect();
    let same = |one: &Entity, other: &Entity| {
        one.text("home_account_id") == other.text("home_account_id") && one.is_in(other.text("environment"))
    };
    let mut people = Vec::new();
    for (at, first) in entries.iter().enumerate() {
        if first.text("home_account_id").is_empty() || entries[..at].iter().any(|earlier| same(earlier, first)) {
            continue;
        }
        let mut seen: Vec<String> = Vec::new();
        for entry in entries.iter().filter(|entry| same(entry, first)) {
            for (tenant, username, name) in told(entry) {
                if seen.iter().any(|known| known.eq_ignore_ascii_case(&tenant)) {
                    continue;
                }
                let claims = tokens.iter().find_map(|token| {
                    let fits = same(token, entry)
                        && token.text_is("client_id", CLIENT)
                        && (tenant.is_empty() || realm_of(token).eq_ignore_ascii_case(&tenant));
                    IdToken::parse(token.text("secret")).filter(|_| fits)
                });
                let said = |claim| claims.as_ref().map_or("", |claims| claims.text(claim)).to_owned();
                let name = if said("name").is_empty() { name } else { said("name") };
                let named = if said("tid").is_empty() { tenant.clone() } else { said("tid") };
                seen.push(tenant);
                let (owner, host) = (entry.text("home_account_id"), entry.text("environment"));
                people.push(format!("{owner} {host} {named} {username} {name} {}", claims.is_some()));
            }
        }
    }
    people
}

fn quickly(store: &CacheDocument) -> Vec<String> {
    let one = |one: &CachedAccount| {
        let (profile, home) = (one.profile(), &one.home);
        let (owner, host) = (&home.home_account_id, &home.environment);
        let (tenant, username, name) = (profile.tenant_id.as_str(), profile.username.as_str(), profile.name.as_str());
        format!("{owner} {host} {tenant} {username} {name} {}", one.id_token.is_some())
    };
    store.accounts(CLIENT, None).iter().map(one).collect()
}

fn any_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(texts).prop_map(String::from)
}

fn any_place() -> impl Strategy<Value = (String, String, String)> {
    let hosts = any_of(&[PREFERRED, CONFIGURED, "LOGIN.windows.net", "id.example", "ID.example", ""]);
    (any_of(&["u.t", "U.t", "v", ""]), hosts, any_of(&["t", "T", "s", "common", ""]))
}

fn any_entry() -> impl Strategy<Value = Value> {
    let profile = (any_of(&["t", "T", "s", "r", ""]), any_of(&["", "ada@t"]), any_of(&["", "Ada"]));
    (any_place(), any_of(&["", "a@b", "c@d"]), prop::collection::vec(profile, 0..4)).prop_map(
        |(place, name, profiles)| {
            let ((owner, host, realm), profiles) = (place, profiles.iter());
            let texts = profiles
                .map(|(tenant, user, name)| json!({ "tenantId": tenant, "username": user, "name": name }).to_string());
            json!({
                "home_account_id": owner, "environment": host, "realm": realm, "username": name, "name": name,
                "tenantProfiles": texts.collect::<Vec<_>>(),
            })
        },
    )
}

fn any_token() -> impl Strategy<Value = Value> {
    let claims = (any_of(&["", "t", "q"]), any_of(&["", "Eve"]))
        .prop_map(|(tid, name)| jwt(&json!({ "tid": tid, "name": name })));
    let secret = prop_oneof![4 => claims, 1 => Just("no token".to_owned())];
    (any_place(), any_of(&[CLIENT, "other"]), secret).prop_map(|((owner, host, realm), client, secret)| {
        json!({ "home_account_id": owner, "environment": host, "realm": realm, "client_id": client, "secret": secret })
    })
}

proptest! {
    #![proptest_config(crate::support::cases(600))]

    #[test]
    fn the_people_are_those_that_a_slow_look_at_every_entry_finds(
        entries in prop::collection::vec(any_entry(), 0..8),
        tokens in prop::collection::vec(any_token(), 0..6),
    ) {
        let store = cache(&[section("Account", entries.into_iter()), section("IdToken", tokens.into_iter())]);
        prop_assert_eq!(quickly(&store), slowly(&store));
        for owner in ["u.t", "v", ""] {
            let of = store.accounts_with_id(owner, CLIENT, None).len();
            prop_assert_eq!(of, store.accounts(CLIENT, None).iter().filter(|one| one.home.home_account_id == owner).count());
        }
    }
}
