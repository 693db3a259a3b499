//! Which token serves a request, and which people there are.

use crate::support::START;
use crate::support::cache::{
    CLIENT, CONFIGURED, Granted, PREFERRED, TENANT, UID, access_token, ada, by_all, by_java, by_net, by_node,
    by_python, entra_account, home, jwt, refresh_tokens, scopes, secrets, store, token, wanted, written,
};
use device_code_flow::cache::lookup::Freshness;
use device_code_flow::time::UnixMillis;
use serde_json::{Value, json};

#[test]
fn every_library_s_token_is_found() {
    for (who, cache) in by_all() {
        let store = store(&cache);
        assert!(token(&store, "User.Read").is_some(), "{who}");
        assert_eq!(refresh_tokens(&store).len(), 1, "{who}");
    }
}

#[test]
fn a_token_is_found_by_any_name_of_its_cloud_and_in_no_other() {
    for host in [PREFERRED, CONFIGURED, "STS.windows.net", "login.microsoft.com"] {
        assert!(
            token(&store(json!({ "AccessToken": { "k": access_token(host, "at") } })), "User.Read").is_some(),
            "{host}"
        );
    }
    for host in ["login.microsoftonline.us", "login.example", ""] {
        assert!(
            token(&store(json!({ "AccessToken": { "k": access_token(host, "at") } })), "User.Read").is_none(),
            "{host}"
        );
    }
}

#[test]
fn another_person_s_client_s_or_tenant_s_token_is_not_found() {
    for (name, value) in [("home_account_id", "somebody.else"), ("client_id", "other"), ("realm", "other")] {
        let mut entry = access_token(PREFERRED, "at");
        entry[name] = value.into();
        assert!(token(&store(json!({ "AccessToken": { "k": entry } })), "User.Read").is_none(), "{name}");
    }
}

#[test]
fn the_scopes_asked_for_are_among_those_granted_whatever_their_case() {
    let found = |granted: &str, wanted: &str| {
        let mut entry = access_token(PREFERRED, "at");
        entry["target"] = granted.into();
        token(&store(json!({ "AccessToken": { "k": entry } })), wanted).is_some()
    };
    assert!(found("User.Read Mail.Read", "user.read"));
    assert!(found("User.Read Mail.Read", "MAIL.READ User.Read openid profile offline_access email"));
    assert!(
        !found("User.Read", "User.Read Mail.Read") && !found("User.ReadWrite", "User.Read") && !found("", "User.Read")
    );
    assert!(found("openid profile User.Read", "openid offline_access"), "asked for alone, the reserved ones count");
    assert!(!found("User.Read", "openid"));
}

#[test]
fn a_token_of_an_arbitrary_resource_serves_no_request_for_reserved_scopes_alone() {
    let found = |granted: &str, wanted: &[&str]| {
        let mut entry = access_token(PREFERRED, "at");
        entry["target"] = granted.into();
        let wanted = wanted.join(" ");
        token(&store(json!({ "AccessToken": { "k": entry } })), &wanted).is_some()
    };
    let reserved = ["openid", "profile", "offline_access", "email"];
    for of_resource in ["api://x/y", "User.Read", "a b c", "openidx", ""] {
        // Every combination of them, none among them.
        for combination in 0_u8..16 {
            let wanted: Vec<_> = (0..4).filter(|bit| combination >> bit & 1 == 1).map(|bit| reserved[bit]).collect();
            assert!(!found(of_resource, &wanted), "{of_resource} for {wanted:?}");
        }
    }
    // msal-node looks for its default scopes.
    assert!(found("User.Read OpenID profile email", &[]));
    assert!(!found("openid", &[]) && !found("offline_access", &[]));
    // A server that echoes what it was asked for.
    assert!(found("offline_access", &["offline_access"]) && found("openid", &["offline_access"]));
    assert!(found("openid", &["openid", "offline_access"]) && !found("openid", &["openid", "email"]));
}

#[test]
fn of_several_the_one_that_lives_longest_is_taken_in_whatever_order_they_stand() {
    let entry = |secret: &str, expires: u64| {
        let mut entry = access_token(PREFERRED, secret);
        entry["expires_on"] = expires.to_string().into();
        entry
    };
    let (long, short) = (entry("long", 1_800_009_000), entry("short", 1_800_001_000));
    for cache in
        [json!({ "AccessToken": { "a": long, "b": short } }), json!({ "AccessToken": { "a": short, "b": long } })]
    {
        assert_eq!(token(&store(cache), "User.Read").expect("a token").secret.expose(), "long");
    }
}

fn freshness(changes: &Value, seconds: i64) -> Freshness {
    let mut entry = access_token(PREFERRED, "at");
    for (name, value) in changes.as_object().expect("changes") {
        entry[name] = value.clone();
    }
    let now = UnixMillis(START.0.saturating_add_signed(seconds * 1000));
    token(&store(json!({ "AccessToken": { "k": entry } })), "User.Read").expect("a token").freshness(now)
}

#[test]
fn a_token_is_fresh_until_five_minutes_before_its_end() {
    let none = json!({});
    for (seconds, expected) in [
        (0, Freshness::Fresh),
        (3299, Freshness::Fresh),
        (3300, Freshness::Stale),
        (3599, Freshness::Stale),
        (3600, Freshness::Expired),
    ] {
        assert_eq!(freshness(&none, seconds), expected, "{seconds}");
    }
    assert_eq!(
        freshness(&json!({ "expires_on": 1_800_003_600 }), 0),
        Freshness::Fresh,
        "a number is as good as a text"
    );
}

#[test]
fn a_token_from_the_future_is_renewed() {
    assert_eq!(freshness(&json!({}), -31), Freshness::Stale, "the clock was set back");
    assert_eq!(freshness(&json!({}), -30), Freshness::Fresh, "msal-node rounds up, and clocks differ");
}

#[test]
fn a_token_is_due_from_its_refresh_time_on() {
    let refresh_on = json!({ "refresh_on": "1800001800" });
    for (seconds, expected) in [(1799, Freshness::Fresh), (1800, Freshness::Due), (3300, Freshness::Stale)] {
        assert_eq!(freshness(&refresh_on, seconds), expected, "{seconds}");
    }
}

#[test]
fn a_token_without_an_end_or_a_secret_is_none() {
    for name in ["expires_on", "secret"] {
        for value in [Value::Null, json!(""), json!("soon"), json!([])] {
            if name == "secret" && value == json!("soon") {
                continue;
            }
            let mut entry = access_token(PREFERRED, "at");
            entry[name] = value;
            assert!(token(&store(json!({ "AccessToken": { "k": entry } })), "User.Read").is_none(), "{name}");
        }
    }
}

#[test]
fn every_library_s_person_has_a_name_and_a_home() {
    for (who, cache) in by_all() {
        let accounts = store(&cache).accounts(CLIENT, None);
        assert_eq!(accounts.len(), 1, "{who}");
        let (account, profile) = (accounts[0].account(), accounts[0].profile());
        let seen = (
            account.home_account_id.as_str(),
            profile.tenant_id.as_str(),
            profile.username.as_str(),
            profile.local_account_id.as_str(),
        );
        assert_eq!(seen, (home().as_str(), TENANT, "ada@contoso.com", UID), "{who}");
        assert!(
            profile.is_home_tenant && account.authority_type == "MSSTS" && accounts[0].profiles.len() == 1,
            "{who}"
        );
        assert_eq!(accounts[0].id_token.is_some(), who == "Node", "{who}");
    }
}

#[test]
fn an_id_token_says_what_the_entry_does_not() {
    let mut cache = by_python();
    let claims = json!({ "oid": UID, "tid": TENANT, "preferred_username": "Ada@contoso.com", "name": "Ada", "login_hint": "h", "signin_state": ["kmsi"] });
    cache["IdToken"] = json!({ "k": { "home_account_id": home(), "environment": CONFIGURED, "client_id": CLIENT, "realm": TENANT, "secret": jwt(&claims) } });
    let account = store(&cache).accounts(CLIENT, None).remove(0).account();
    assert_eq!((account.profile.name.as_str(), account.profile.login_hint.as_str(), account.kmsi), ("Ada", "h", true));
    assert_eq!(store(&cache).accounts("another client", None).remove(0).profile().login_hint.as_str(), "");
}

#[test]
fn a_guest_is_listed_in_each_tenant_with_all_of_them() {
    let mut node = store(by_node());
    Granted::to(UID, TENANT, "b", "guest").into(&mut node);
    // .NET has an account for each.
    let mut net = by_net();
    let mut guest = net["Account"].as_object().expect("a section").values().next().expect("an account").clone();
    (guest["realm"], guest["local_account_id"]) = ("b".into(), format!("guest-{UID}").into());
    net["Account"]["another"] = guest;
    for (who, store) in [("Node", node), (".NET", store(&net))] {
        let accounts = store.accounts(CLIENT, None);
        let seen: Vec<_> = accounts
            .iter()
            .map(|one| (one.profile().tenant_id.as_str(), one.profile().is_home_tenant, one.profiles.len()))
            .collect();
        assert_eq!(seen, [(TENANT, true, 2), ("b", false, 2)], "{who}");
        assert_eq!(accounts[1].profile().local_account_id.as_str(), format!("guest-{UID}"), "{who}");
        assert_eq!(store.accounts_with_id(&home(), CLIENT, None).len(), 2, "{who}");
        assert!(store.accounts_with_id("nobody", CLIENT, None).is_empty());
    }
}

#[test]
fn a_person_leaves_the_sections_of_other_programs_too_and_nobody_else_does() {
    let of = |who: &str, host: &str| json!({ "home_account_id": who, "environment": host, "secret": format!("{who} {host}") });
    let others = json!({ "b": of("u.t", PREFERRED), "c": of(&home(), "login.microsoftonline.us"), "d": [7, "x"], "e": { "home_account_id": home() }, "f\"": null });
    let mut section = others.clone();
    section["a"] = of(&home(), "login.microsoft.com");
    section["g"] = of(&home(), PREFERRED);
    let mut cache = by_node();
    for name in ["AccessTokenCae", "Of Others"] {
        cache[name] = section.clone();
    }
    cache["List"] = json!([of(&home(), PREFERRED)]);
    cache["Text"] = home().into();
    let mut store = store(&cache);
    store.remove_account(&entra_account(&home(), PREFERRED));
    // The same after what was freed, and after what was read again.
    for _ in 0..3 {
        let left = written(&store);
        for name in ["AccessTokenCae", "Of Others"] {
            assert_eq!(left[name], others, "{name}");
        }
        assert_eq!((&left["List"], &left["Text"]), (&cache["List"], &cache["Text"]));
        Granted::to("u", "t", "t", &"x".repeat(70_000)).into(&mut store);
        store.compact();
    }
    assert!(store.has_changed());
}

#[test]
fn a_person_whose_tokens_only_another_program_s_section_has_leaves_it() {
    let section = json!({ "a": { "home_account_id": home(), "environment": PREFERRED, "secret": "cae" } });
    let mut store = store(json!({ "AccessTokenCae": section }));
    store.remove_account(&entra_account("u.t", PREFERRED));
    assert!(!store.has_changed());
    store.remove_account(&entra_account(&home(), PREFERRED));
    assert_eq!((store.has_changed(), &written(&store)["AccessTokenCae"]), (true, &json!({})));
}

#[test]
fn a_person_leaves_under_every_name_of_the_cloud_and_from_every_client() {
    let mut cache = by_node();
    for other in [by_python(), by_java()] {
        for (section, entries) in other.as_object().expect("sections") {
            cache[section].as_object_mut().expect("a section").extend(entries.as_object().expect("entries").clone());
        }
    }
    let mut store = store(&cache);
    ada("other").client("other").into(&mut store);
    Granted::to("u", "t", "t", "stays").into(&mut store);
    store.remove_account(&entra_account(&home(), "login.microsoftonline.us"));
    assert!(token(&store, "User.Read").is_some(), "another cloud's person of the same name");
    store.remove_account(&entra_account(&home(), "login.microsoft.com"));
    let cache = written(&store);
    assert_eq!(
        (secrets(&cache, "AccessToken"), secrets(&cache, "RefreshToken")),
        (vec!["at-stays".into()], vec!["rt-stays".into()])
    );
    let accounts = store.accounts(CLIENT, None);
    assert_eq!(accounts.iter().map(|one| one.home.home_account_id.as_str()).collect::<Vec<_>>(), ["u.t"]);
    assert!(store.id_token(&wanted(&home(), TENANT, &scopes(""))).is_none());
}
