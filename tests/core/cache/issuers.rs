//! Issuers of one host: whatever happens in a cache that they share, no token, account or removal of one reaches another.

use std::collections::BTreeMap;

use crate::support::START;
use crate::support::cache::{CLIENT, Granted, at_issuer, jwt, keys, refresh_token, scopes, secrets, store, written};
use crate::support::silent::parsed;
use device_code_flow::cache::account::Account;
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::cache::entity::Section;
use device_code_flow::cache::issuer::AccountId;
use device_code_flow::cache::lookup::TokenQuery;
use device_code_flow::entra::authority::Authority;
use device_code_flow::entra::trust::Trust;
use device_code_flow::flow::silent::Beginning;
use device_code_flow::oauth::id_token::IdToken;
use device_code_flow::time::UnixMillis;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Three issuers of one host, and one elsewhere.
const ISSUERS: [&str; 4] = [
    "https://id.example/realms/a",
    "https://id.example/realms/b",
    "https://id.example",
    "https://other.example/realms/a",
];
/// Two people whose ids differ only in case, and one who comes without a subject.
const SUBJECTS: [Option<&str>; 3] = [Some("u"), Some("U"), None];
const CLIENTS: [&str; 2] = [CLIENT, "another-client"];

fn host(issuer: usize) -> &'static str {
    ISSUERS[issuer].split('/').nth(2).expect("a host")
}

fn authority(issuer: usize) -> Authority {
    Authority::parse(ISSUERS[issuer], "auth.authority", &Trust::default()).expect("an authority")
}

fn home_account_id(subject: usize, client: usize) -> String {
    SUBJECTS[subject].map_or_else(|| format!("local:{}", CLIENTS[client]), String::from)
}

/// Every secret says whose it is.
fn tag(issuer: usize, subject: usize, client: usize) -> String {
    format!("{issuer}/{subject}/{client}/")
}

/// What the issuer grants to the person and the client.
fn granted(issuer: usize, subject: usize, client: usize, name: &str) -> Granted {
    let tag = tag(issuer, subject, client);
    let claims =
        json!({ "iss": ISSUERS[issuer], "aud": CLIENTS[client], "sub": SUBJECTS[subject].unwrap_or("?"), "name": tag });
    let mut granted = Granted::new(&json!({
        "access_token": format!("at-{tag}{name}"), "refresh_token": format!("rt-{tag}{name}"), "expires_in": 3600,
        "id_token": jwt(&claims),
    }));
    let id_token = IdToken::parse(&jwt(&claims)).expect("a JWT");
    granted.account = if SUBJECTS[subject].is_some() {
        Account::from_tokens(&id_token, None, &authority(issuer)).expect("a subject")
    } else {
        granted.tokens.id_token = None;
        Account::without_subject(None, CLIENTS[client], &authority(issuer))
    };
    granted.client(CLIENTS[client]).scopes("User.Read")
}

fn account_id(issuer: usize, home_account_id: &str) -> AccountId<'_> {
    AccountId { home_account_id, environment: host(issuer), issuer: Some(ISSUERS[issuer]) }
}

/// The secrets that a request at an issuer would be given, or would send.
fn reachable(store: &CacheDocument, issuer: usize, home_account_id: &str, client: usize) -> Vec<String> {
    let metadata = json!({
        "issuer": ISSUERS[issuer], "token_endpoint": format!("{}/token", ISSUERS[issuer]),
        "device_authorization_endpoint": format!("{}/device", ISSUERS[issuer]),
    });
    let request = |force: bool| {
        parsed(&json!({
            "authority": ISSUERS[issuer], "clientId": CLIENTS[client], "homeAccountId": home_account_id, "environment": host(issuer),
            "tenantId": "", "authorityMetadata": metadata.to_string(), "forceRefresh": force,
        }))
    };
    let mut secrets = Vec::new();
    if let Some(found) = request(false).look_up(store, START) {
        secrets.push(found.sign_in.tokens.access_token.expose().to_owned());
    }
    if let Ok(Beginning::State(state)) = request(true).refresh(store, START) {
        secrets.extend(state.secrets().into_iter().map(String::from));
    }
    secrets.extend(request(true).revoke(store).expect("a state").secrets().into_iter().map(String::from));
    let of_client = store.accounts_with_id(home_account_id, CLIENTS[client], Some(ISSUERS[issuer]));
    secrets.extend(of_client.iter().filter_map(|account| Some(account.id_token.as_ref()?.1.text("name").to_owned())));
    secrets
}

#[derive(Clone, Debug)]
enum Event {
    SignsIn {
        issuer: usize,
        subject: usize,
        client: usize,
    },
    Renews {
        issuer: usize,
        subject: usize,
        client: usize,
    },
    Leaves {
        issuer: usize,
        subject: usize,
    },
    /// msal-node signs "u" in at the first issuer, over what is there.
    MsalNodeSignsIn {
        client: usize,
    },
    IsStored,
}

fn event(with_msal_node: bool) -> impl Strategy<Value = Event> {
    let person = (0..ISSUERS.len(), 0..SUBJECTS.len(), 0..CLIENTS.len());
    prop_oneof![
        4 => person.clone().prop_map(|(issuer, subject, client)| Event::SignsIn { issuer, subject, client }),
        2 => person.prop_map(|(issuer, subject, client)| Event::Renews { issuer, subject, client }),
        1 => (0..ISSUERS.len(), 0..SUBJECTS.len()).prop_map(|(issuer, subject)| Event::Leaves { issuer, subject }),
        u32::from(with_msal_node) * 2 => (0..CLIENTS.len()).prop_map(|client| Event::MsalNodeSignsIn { client }),
        1 => Just(Event::IsStored),
    ]
}

/// The text after msal-node has stored a sign-in: its own members replace those under the same keys, and all others stay.
fn after_msal_node(mut cache: Value, client: usize, name: &str) -> Value {
    let (tag, client_id) = (tag(0, 0, client), CLIENTS[client]);
    let claims = json!({ "iss": ISSUERS[0], "aud": client_id, "sub": "u", "name": tag });
    let whose = json!({ "home_account_id": "u", "environment": host(0), "client_id": client_id });
    let entries = [
        (
            "Account",
            format!("u-{}-", host(0)),
            json!({ "realm": "", "username": tag, "authority_type": "Generic", "local_account_id": "u" }),
        ),
        (
            "IdToken",
            format!("u-{}-idtoken-{client_id}---", host(0)),
            json!({ "credential_type": "IdToken", "realm": "", "secret": jwt(&claims) }),
        ),
        (
            "RefreshToken",
            format!("u-{}-refreshtoken-{client_id}---", host(0)),
            json!({ "credential_type": "RefreshToken", "secret": format!("rt-{tag}{name}") }),
        ),
        (
            "AccessToken",
            format!("u-{}-accesstoken-{client_id}-realms-user.read-", host(0)),
            json!({ "credential_type": "AccessToken", "realm": "realms", "target": "User.Read", "secret": format!("at-{tag}{name}"),
                "cached_at": "1800000000", "expires_on": "1800003600", "token_type": "Bearer" }),
        ),
    ];
    for (section, key, members) in entries {
        let entry = &mut cache[section][key];
        for (name, value) in whose.as_object().into_iter().chain(members.as_object()).flatten() {
            entry[name] = value.clone();
        }
    }
    cache
}

/// What a person's last refresh token is, as long as nobody but this library has written.
type Model = BTreeMap<(usize, String, usize), String>;

fn happens(event: &Event, time: usize, store: &mut CacheDocument, model: &mut Model) {
    let name = format!("{time}");
    match *event {
        Event::SignsIn { issuer, subject, client } => {
            granted(issuer, subject, client, &name).into(store);
            model.insert(
                (issuer, home_account_id(subject, client), client),
                format!("rt-{}{name}", tag(issuer, subject, client)),
            );
        }
        Event::Renews { issuer, subject, client } => {
            let home = home_account_id(subject, client);
            if let Some(rt) = model.get_mut(&(issuer, home, client)) {
                granted(issuer, subject, client, &name).into(store);
                *rt = format!("rt-{}{name}", tag(issuer, subject, client));
            }
        }
        Event::Leaves { issuer, subject } => {
            for client in 0..CLIENTS.len() {
                let home = home_account_id(subject, client);
                store.remove_account(&account_id(issuer, &home));
                model.retain(|(i, h, _), _| *i != issuer || *h != home);
            }
        }
        Event::MsalNodeSignsIn { client } => {
            *store = CacheDocument::parse(after_msal_node(written(store), client, &name).to_string()).expect("a cache");
        }
        Event::IsStored => {
            let text = store.serialize();
            store.mark_saved();
            store.reload(text).expect("a cache");
        }
    }
}

fn nothing_crosses(store: &CacheDocument) -> Result<(), TestCaseError> {
    for issuer in 0..ISSUERS.len() {
        for (subject, client) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)] {
            for secret in reachable(store, issuer, &home_account_id(subject, client), client) {
                prop_assert!(
                    secret.contains(&tag(issuer, subject, client)),
                    "{} is given {secret}",
                    tag(issuer, subject, client)
                );
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::support::cases(60))]

    #[test]
    fn no_token_crosses_from_one_issuer_to_another(events in prop::collection::vec(event(true), 1..11)) {
        let (mut store, mut model) = (CacheDocument::default(), Model::new());
        for (time, event) in events.iter().enumerate() {
            happens(event, time, &mut store, &mut model);
            nothing_crosses(&store)?;
        }
    }

    #[test]
    fn nobody_loses_a_token_by_what_happens_at_another_issuer(events in prop::collection::vec(event(false), 1..14)) {
        let (mut store, mut model) = (CacheDocument::default(), Model::new());
        for (time, event) in events.iter().enumerate() {
            happens(event, time, &mut store, &mut model);
            for ((issuer, home, client), expected) in &model {
                let query = TokenQuery {
                    account: account_id(*issuer, home), client_id: CLIENTS[*client], tenant_id: "", scopes: &[],
                };
                let tokens: Vec<String> = store.refresh_tokens(&query).iter().map(|token| token.secret.expose().to_owned()).collect();
                prop_assert_eq!(&tokens, &vec![expected.clone()]);
            }
            let listed: usize = (0..ISSUERS.len()).map(|issuer| store.accounts(CLIENTS[0], Some(ISSUERS[issuer])).len()).sum();
            let people: std::collections::BTreeSet<_> = model.keys().map(|(issuer, home, _)| (issuer, home)).collect();
            prop_assert_eq!(listed, people.len());
        }
    }
}

#[test]
fn an_entry_of_another_library_belongs_to_the_issuer_that_its_id_token_names() {
    let cache = store(at_issuer(ISSUERS[0], "u", &[("k", refresh_token("", "rt-msal"))]));
    let tokens = |issuer: usize| {
        let query = TokenQuery { account: account_id(issuer, "u"), client_id: CLIENT, tenant_id: "", scopes: &[] };
        cache.refresh_tokens(&query).len()
    };
    assert_eq!([0, 1, 2, 3].map(tokens), [1, 0, 0, 0]);
}

#[test]
fn an_entry_that_two_id_tokens_claim_belongs_to_nobody() {
    let mut cache = at_issuer(ISSUERS[0], "u", &[("k", refresh_token("", "rt-msal"))]);
    cache["IdToken"]["other"] = at_issuer(ISSUERS[1], "u", &[])["IdToken"]
        .as_object()
        .expect("a section")
        .values()
        .next()
        .expect("one")
        .clone();
    for issuer in [0, 1] {
        assert_eq!(
            reachable(&store(&cache), issuer, "u", 0).iter().filter(|secret| secret.starts_with("rt")).count(),
            0
        );
    }
}

#[test]
fn what_msal_node_wrote_is_taken_over_and_stays_its_issuers_after_a_sign_in_elsewhere() {
    let mut cache = store(after_msal_node(json!({}), 0, "msal"));
    granted(1, 0, 0, "new").into(&mut cache);
    assert_eq!(secrets(&written(&cache), "RefreshToken"), ["rt-0/0/0/msal", "rt-1/0/0/new"]);
    assert!(reachable(&cache, 0, "u", 0).contains(&"rt-0/0/0/msal".to_owned()));
    granted(0, 0, 0, "new").into(&mut cache);
    assert_eq!(secrets(&written(&cache), "RefreshToken"), ["rt-0/0/0/new", "rt-1/0/0/new"]);
}

#[test]
fn the_keys_are_msal_nodes_until_two_accounts_need_the_same() {
    let mut cache = CacheDocument::default();
    granted(0, 0, 0, "1").into(&mut cache);
    let first = keys(&written(&cache), "RefreshToken");
    assert_eq!(first, [format!("u-{}-refreshtoken-{CLIENT}---", host(0))]);
    granted(1, 0, 0, "1").into(&mut cache);
    granted(0, 1, 0, "1").into(&mut cache);
    let all = keys(&written(&cache), "RefreshToken");
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|key| key.starts_with(&first[0])), "{all:?}");
}

#[test]
fn an_access_token_stands_where_msal_node_looks_for_it() {
    for (issuer, realm) in [(0, "a"), (2, "")] {
        let mut cache = CacheDocument::default();
        granted(issuer, 0, 0, "1").into(&mut cache);
        assert_eq!(
            keys(&written(&cache), "AccessToken"),
            [format!("u-{}-accesstoken-{CLIENT}-{realm}-user.read-", host(issuer))]
        );
    }
}

#[test]
fn a_note_of_the_issuer_does_not_outlive_the_secret_that_it_is_about() {
    let mut cache = CacheDocument::default();
    granted(1, 0, 0, "ours").into(&mut cache);
    // Another library signs the same `sub` of another issuer in, under the same keys.
    let after = store(after_msal_node(written(&cache), 0, "msal"));
    // The access token is under a key of its own, and is still the issuer's.
    assert_eq!(reachable(&after, 1, "u", 0), ["at-1/0/0/ours"]);
    assert!(reachable(&after, 0, "u", 0).contains(&"rt-0/0/0/msal".to_owned()));
}

#[test]
fn an_application_of_microsofts_lists_no_account_of_an_issuer() {
    let mut cache = store(after_msal_node(json!({}), 0, "msal"));
    granted(1, 0, 0, "ours").into(&mut cache);
    assert!(cache.accounts(CLIENT, None).is_empty());
    assert!(
        cache.entities_of_account(Section::AccessToken, &AccountId { issuer: None, ..account_id(1, "u") }).is_empty()
    );
}

#[test]
fn a_sign_in_without_a_subject_replaces_the_one_before_it() {
    let mut cache = CacheDocument::default();
    let mut first = granted(0, 2, 0, "first").scopes("everything");
    first.signed_in = Some(START);
    first.into(&mut cache);
    let mut second = granted(0, 2, 0, "second").scopes("little");
    second.signed_in = Some(UnixMillis(START.0 + 1));
    second.into(&mut cache);
    assert_eq!(secrets(&written(&cache), "AccessToken"), ["at-0/2/0/second"]);
    let has = |text: &str| {
        let (home_account_id, scopes) = (home_account_id(2, 0), scopes(text));
        let account = account_id(0, &home_account_id);
        cache.access_token(&TokenQuery { account, client_id: CLIENT, tenant_id: "", scopes: &scopes }).is_some()
    };
    assert_eq!((has("everything"), has("little")), (false, true));
}

#[test]
fn an_account_of_another_issuer_is_refused_before_anything_is_looked_for() {
    let request = crate::support::silent::request(&json!({
        "authority": ISSUERS[0], "homeAccountId": "u", "environment": host(0), "tenantId": "", "issuer": ISSUERS[1],
    }));
    let error = device_code_flow::flow::silent::SilentRequest::parse(&request).expect_err("another issuer's");
    assert_eq!(error.code.text(), "no_tokens_found");
    assert!(error.message.contains(ISSUERS[0]) && error.message.contains(ISSUERS[1]), "{}", error.message);
}

#[test]
fn an_account_without_an_issuer_is_the_configured_issuers_under_its_host_only() {
    let configured = authority(0);
    let (here, elsewhere) = (host(0), "elsewhere.example");
    for (environment, issuer, expected) in [
        (here, None, configured.issuer()),
        (elsewhere, None, None),
        (here, Some(ISSUERS[1]), Some(ISSUERS[1])),
        (elsewhere, Some(ISSUERS[1]), Some(ISSUERS[1])),
    ] {
        let account = AccountId::at(&configured, "u", environment, issuer);
        assert_eq!(
            account,
            AccountId { home_account_id: "u", environment, issuer: expected },
            "{environment} {issuer:?}"
        );
    }
    let entra = Authority::parse("https://login.microsoftonline.com/common", "", &Trust::default()).expect("Entra");
    assert_eq!(AccountId::at(&entra, "u", "login.windows.net", None).issuer, None);
}

#[test]
fn a_removal_reaches_the_issuers_own_entries_in_the_sections_of_other_programs() {
    let mut store = CacheDocument::default();
    for issuer in 0..2 {
        granted(issuer, 0, 0, "cae").into(&mut store);
    }
    // As the credential stores the tokens for Continuous Access Evaluation.
    let mut cache = written(&store);
    cache["AccessTokenCae"] = cache["AccessToken"].take();
    cache["AccessToken"] = json!({});
    let mut store = crate::support::cache::store(&cache);
    store.remove_account(&account_id(0, "u"));
    assert_eq!(secrets(&written(&store), "AccessTokenCae"), [format!("at-{}cae", tag(1, 0, 0))]);
}

#[test]
fn clients_whose_ids_differ_only_in_case_do_not_share_tokens() {
    let mut cache = CacheDocument::default();
    granted(0, 0, 0, "1").client("cli").into(&mut cache);
    granted(0, 0, 0, "2").client("CLI").into(&mut cache);
    for (client_id, token) in [("cli", "rt-0/0/0/1"), ("CLI", "rt-0/0/0/2")] {
        let query = TokenQuery { account: account_id(0, "u"), client_id, tenant_id: "", scopes: &[] };
        let tokens: Vec<_> = cache.refresh_tokens(&query).iter().map(|one| one.secret.expose().to_owned()).collect();
        assert_eq!(tokens, [token]);
    }
}

#[test]
fn an_account_that_another_library_wrote_over_is_its_issuers_also_with_the_same_name() {
    let mut cache = CacheDocument::default();
    granted(1, 0, 0, "ours").into(&mut cache);
    let mut text = after_msal_node(written(&cache), 0, "msal");
    // msal-node leaves the note, and the person has the same name at both issuers.
    let name = written(&cache)["Account"][format!("u-{}-", host(0))]["username"].clone();
    text["Account"][format!("u-{}-", host(0))]["username"] = name;
    let cache = store(&text);
    let listed = |issuer: usize| cache.accounts(CLIENT, Some(ISSUERS[issuer])).len();
    assert_eq!([listed(0), listed(1)], [1, 0]);
}

#[test]
fn an_issuer_is_the_same_in_any_case_of_its_host_and_an_empty_one_is_none() {
    let configured = authority(0);
    for issuer in [None, Some(""), Some("https://ID.example/realms/a"), Some("https://id.example/realms/a/")] {
        let mut cache = CacheDocument::default();
        granted(0, 0, 0, "1").into(&mut cache);
        cache.remove_account(&AccountId::at(&configured, "u", host(0), issuer));
        assert!(cache.accounts(CLIENT, Some(ISSUERS[0])).is_empty(), "{issuer:?}");
    }
}
