//! A sign-in or a refresh merged into a cache, whoever wrote that: what stays, what goes, under which key.

use crate::support::START;
use crate::support::cache::{
    CLIENT, CONFIGURED, Granted, PREFERRED, TENANT, UID, access_token, ada, by_all, by_java, by_net, by_node,
    by_python, entra_account, home, jwt, keys, refresh_token, refresh_tokens, secrets, store, token, token_of, wanted,
    written,
};
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::cache::lookup::TokenQuery;
use device_code_flow::secret::Secret;
use serde_json::{Value, json};

#[test]
fn a_sign_in_is_written_as_every_msal_reads_it() {
    let mut store = CacheDocument::default();
    ada("1").into(&mut store);
    let (cache, home) = (written(&store), home());
    let profile = json!({ "tenantId": TENANT, "localAccountId": UID, "username": "ada@contoso.com", "isHomeTenant": true, "name": "Ada" });
    let id_token =
        jwt(&json!({ "oid": UID, "sub": "s", "tid": TENANT, "preferred_username": "ada@contoso.com", "name": "Ada" }));
    let expected = json!({
        "AccessToken": { format!("{home}-{PREFERRED}-accesstoken-{CLIENT}-{TENANT}-user.read openid profile-"): access_token(PREFERRED, "at-1") },
        "RefreshToken": { format!("{home}-{PREFERRED}-refreshtoken-{CLIENT}---"): refresh_token(PREFERRED, "rt-1") },
        "IdToken": { format!("{home}-{PREFERRED}-idtoken-{CLIENT}-{TENANT}--"): {
            "home_account_id": home, "environment": PREFERRED, "credential_type": "IdToken", "client_id": CLIENT, "realm": TENANT, "secret": id_token } },
        "Account": { format!("{home}-{PREFERRED}-{TENANT}"): {
            "home_account_id": home, "environment": PREFERRED, "realm": TENANT, "local_account_id": UID, "username": "ada@contoso.com",
            "authority_type": "MSSTS", "name": "Ada", "client_info": crate::support::cache::encoded(&json!({ "uid": UID, "utid": TENANT }).to_string()),
            "tenantProfiles": [support_text(&cache)] } },
        "AppMetadata": {},
    });
    assert_eq!(cache, expected);
    assert_eq!(serde_json::from_str::<Value>(&support_text(&cache)).expect("JSON"), profile);
}

/// The profile's text: its members may stand in any order.
fn support_text(cache: &Value) -> String {
    let account = cache["Account"].as_object().expect("a section").values().next().expect("an account");
    account["tenantProfiles"][0].as_str().expect("a text").into()
}

#[test]
fn a_matched_entry_keeps_its_key_and_its_host_whoever_wrote_it() {
    for (who, cache) in by_all() {
        let mut store = store(&cache);
        ada("new").into(&mut store);
        let after = written(&store);
        for section in ["AccessToken", "RefreshToken", "IdToken", "Account"] {
            if cache.get(section).is_none() || (who == "Java" && section == "AccessToken") {
                continue;
            }
            assert_eq!(keys(&after, section), keys(&cache, section), "{who} {section}");
            for (key, entry) in after[section].as_object().expect("a section") {
                assert_eq!(entry["environment"], cache[section][key]["environment"], "{who} {section}");
            }
        }
        assert_eq!(
            (secrets(&after, "RefreshToken"), refresh_tokens(&store)),
            (vec!["rt-new".into()], vec!["rt-new".to_owned()]),
            "{who}"
        );
        assert_eq!(token(&store, "user.read").expect("a token").secret.expose(), "at-new", "{who}");
        assert_eq!(store.accounts(CLIENT, None).len(), 1, "{who}");
    }
}

#[test]
fn what_others_say_of_an_entry_stays() {
    let mut store = store(by_net());
    ada("new").into(&mut store);
    let cache = written(&store);
    let account = cache["Account"].as_object().expect("a section").values().next().expect("an account");
    assert_eq!(account["wam_account_ids"], json!({ CLIENT: "w" }));
    let token = cache["AccessToken"].as_object().expect("a section").values().next().expect("a token");
    assert_eq!(token["ext_expires_on"], token["extended_expires_on"], ".NET reads either");
    let mut store = crate::support::cache::store(by_python());
    ada("new").into(&mut store);
    let account = &written(&store)["Account"][format!("{}-{CONFIGURED}-{TENANT}", home())];
    assert_eq!(account["account_source"], "urn:ietf:params:oauth:grant-type:device_code");
}

/// msal-node leaves two of everything behind a Python cache.
fn by_both() -> Value {
    let mut both = by_node();
    for (section, entries) in by_python().as_object().expect("sections") {
        let known = both[section].as_object_mut().expect("a section");
        known.extend(entries.as_object().expect("entries").clone());
    }
    both
}

#[test]
fn twins_under_another_name_of_the_cloud_go() {
    let mut store = store(by_both());
    assert_eq!(store.accounts(CLIENT, None).len(), 1, "one person");
    ada("new").into(&mut store);
    let cache = written(&store);
    for section in ["AccessToken", "RefreshToken", "IdToken", "Account"] {
        assert_eq!(keys(&cache, section), keys(&by_node(), section), "{section}: the one at the preferred host stays");
    }
    assert_eq!(secrets(&cache, "RefreshToken"), ["rt-new"]);
    let account = cache["Account"].as_object().expect("a section").values().next().expect("an account");
    assert!(account["account_source"].is_string(), "what only the twin said is kept");
}

/// Python says when it wrote a refresh token; msal-node's is as old as the access token beside it.
#[test]
fn of_twins_the_refresh_token_that_was_written_last_is_tried_first() {
    let now = START.0 / 1000;
    let tried = |python: u64| {
        let mut both = by_both();
        for entry in both["RefreshToken"].as_object_mut().expect("a section").values_mut() {
            if entry["environment"] == CONFIGURED {
                entry["last_modification_time"] = python.to_string().into();
            }
        }
        refresh_tokens(&store(&both))
    };
    assert_eq!(tried(now - 1), ["rt-node", "rt-python"]);
    assert_eq!(tried(now + 1), ["rt-python", "rt-node"]);
    assert_eq!(tried(now), ["rt-python", "rt-node"], "what is said counts for more than what is guessed");
    let mut store = store(by_python());
    ada("new").into(&mut store);
    let cache = written(&store);
    let token = cache["RefreshToken"].as_object().expect("a section").values().next().expect("a token");
    assert_eq!(token.get("last_modification_time"), None, "it was the old token's");
}

/// Python looks for an access token at its own host, and when it finds a refresh token there at no other.
#[test]
fn what_one_grant_writes_stands_under_one_host() {
    let hosts = |cache: &Value| {
        let sections = ["AccessToken", "RefreshToken", "IdToken", "Account"];
        let entries =
            sections.iter().flat_map(|section| cache[section].as_object().expect("a section").values().cloned());
        entries.map(|entry| entry["environment"].as_str().expect("a host").to_owned()).collect::<Vec<_>>()
    };
    let mut other_scopes = store(by_python());
    ada("new").scopes("Mail.Read").into(&mut other_scopes);
    assert_eq!(hosts(&written(&other_scopes)), [CONFIGURED; 5], "two access tokens");
    // msal-node forgets Python's access token when it finds two, and writes its own.
    let mut mixed = by_python();
    mixed["AccessToken"] = by_node()["AccessToken"].clone();
    let mut store = store(&mixed);
    ada("new").into(&mut store);
    let cache = written(&store);
    assert_eq!((hosts(&cache), secrets(&cache, "AccessToken")), (vec![CONFIGURED.into(); 4], vec!["at-new".into()]));
    assert!(keys(&cache, "AccessToken")[0].contains(CONFIGURED), "the key says so too");
}

/// msal-node's next refresh would write beside any other, and of two tokens without a time nobody knows which is the newer one.
#[test]
fn of_twins_under_one_host_the_one_under_msal_node_s_key_stays() {
    let mut both = by_node();
    let key = format!("{}-{PREFERRED}-refreshtoken-{CLIENT}--", home());
    both["RefreshToken"][key] = refresh_token(PREFERRED, "rt-python");
    let mut store = store(&both);
    ada("new").into(&mut store);
    assert_eq!(keys(&written(&store), "RefreshToken"), keys(&by_node(), "RefreshToken"));
}

#[test]
fn tokens_for_some_of_the_same_scopes_go_and_others_stay() {
    let mut store = CacheDocument::default();
    for (name, scopes) in [
        ("mail", "Mail.Read openid"),
        ("files", "Files.Read openid"),
        ("both", "Files.Read Mail.Send openid"),
        ("openid", "openid profile"),
    ] {
        ada(name).scopes(scopes).into(&mut store);
    }
    assert_eq!(
        secrets(&written(&store), "AccessToken"),
        ["at-both", "at-mail", "at-openid"],
        "reserved scopes alone are nothing in common"
    );
    ada("renewed").scopes("profile OpenId mail.READ").into(&mut store);
    assert_eq!(secrets(&written(&store), "AccessToken"), ["at-both", "at-openid", "at-renewed"]);
    ada("reserved").scopes("openid").into(&mut store);
    assert_eq!(
        secrets(&written(&store), "AccessToken"),
        ["at-both", "at-renewed", "at-reserved"],
        "with nothing but reserved scopes they count"
    );
}

#[test]
fn the_tokens_of_others_stay() {
    let mut store = CacheDocument::default();
    ada("1").into(&mut store);
    ada("other client").client("other").into(&mut store);
    Granted::to(UID, TENANT, "guest-tenant", "guest").into(&mut store);
    Granted::to("u", "t", "t", "somebody").into(&mut store);
    assert_eq!(secrets(&written(&store), "AccessToken"), ["at-1", "at-guest", "at-other client", "at-somebody"]);
    assert_eq!(
        secrets(&written(&store), "RefreshToken"),
        ["rt-guest", "rt-other client", "rt-somebody"],
        "one is good in every tenant"
    );
}

/// RFC 6749 §6
#[test]
fn a_refresh_without_a_new_refresh_token_keeps_the_old_one() {
    let mut store = store(by_python());
    ada("renewed").no_refresh_token().into(&mut store);
    assert_eq!(refresh_tokens(&store), ["rt-python"]);
    assert_eq!(token(&store, "User.Read").expect("a token").secret.expose(), "at-renewed");
}

#[test]
fn a_client_that_joins_the_family_has_one_refresh_token_and_says_so() {
    let mut store = CacheDocument::default();
    ada("own").into(&mut store);
    ada("family").family().into(&mut store);
    let cache = written(&store);
    assert_eq!(keys(&cache, "RefreshToken"), [format!("{}-{PREFERRED}-refreshtoken-1---", home())]);
    let metadata = json!({ format!("appmetadata-{PREFERRED}-{CLIENT}"): { "client_id": CLIENT, "environment": PREFERRED, "family_id": "1" } });
    assert_eq!(cache["AppMetadata"], metadata);
    ada("sister").client("sister").family().into(&mut store);
    assert_eq!(
        (secrets(&written(&store), "RefreshToken"), refresh_tokens(&store)),
        (vec!["rt-sister".into()], vec!["rt-sister".to_owned()])
    );
    let key = keys(&written(&store), "RefreshToken").remove(0);
    assert_eq!(written(&store)["RefreshToken"][key]["client_id"], CLIENT, "msal-node finds it by that");
    ada("left").into(&mut store);
    assert_eq!(written(&store)["AppMetadata"][format!("appmetadata-{PREFERRED}-{CLIENT}")]["family_id"], "");
    assert_eq!(refresh_tokens(&store), ["rt-left"], "the family's is not for it any more");
    assert_eq!(secrets(&written(&store), "RefreshToken"), ["rt-left", "rt-sister"], "it is still there for the sister");
}

#[test]
fn a_client_that_is_in_no_family_is_offered_none_of_its_tokens() {
    let mut family = refresh_token(PREFERRED, "rt-family");
    (family["family_id"], family["client_id"]) = ("1".into(), "sister".into());
    let mut cache = json!({ "RefreshToken": { "own": refresh_token(PREFERRED, "rt-own"), "family": family } });
    let mut told = store(&cache);
    assert_eq!(refresh_tokens(&told), ["rt-own", "rt-family"], "nobody knows yet");
    told.leave_family(CLIENT, CONFIGURED);
    let after = written(&told);
    let metadata = json!({ format!("appmetadata-{CONFIGURED}-{CLIENT}"): { "client_id": CLIENT, "environment": CONFIGURED, "family_id": "" } });
    assert_eq!((refresh_tokens(&told), &after["AppMetadata"]), (vec!["rt-own".into()], &metadata));
    assert_eq!(after["RefreshToken"], cache["RefreshToken"], "its sisters still have it");
    let home = home();
    let sister = TokenQuery { client_id: "sister", ..wanted(&home, TENANT, &[]) };
    assert_eq!(told.refresh_tokens(&sister).last().expect("a token").secret.expose(), "rt-family");
    // As .NET, Node and Python say it.
    for family_id in [json!({ "family_id": "" }), json!({ "family_id": null }), json!({})] {
        let mut entry = json!({ "client_id": CLIENT, "environment": PREFERRED, "unknown": 7 });
        entry.as_object_mut().expect("an object").extend(family_id.as_object().expect("an object").clone());
        cache["AppMetadata"] = json!({ "k": entry });
        let mut store = store(&cache);
        assert_eq!(refresh_tokens(&store), ["rt-own"], "{family_id}");
        store.leave_family(CLIENT, CONFIGURED);
        entry["family_id"] = "".into();
        assert_eq!(written(&store)["AppMetadata"]["k"], entry);
    }
    cache["AppMetadata"]["k"]["family_id"] = "1".into();
    for keys in [["k", "l"], ["l", "k"]] {
        let mut both = cache.clone();
        let known = both["AppMetadata"]["k"].take();
        let mut none = known.clone();
        (none["family_id"], none["environment"]) = ("".into(), CONFIGURED.into());
        both["AppMetadata"] = json!({ keys[0]: known, keys[1]: none });
        assert_eq!(refresh_tokens(&store(&both)).len(), 2, "in one, by one of its cloud's names");
    }
}

#[test]
fn the_family_s_token_is_tried_first_by_whoever_is_known_to_belong_to_it() {
    let family = |secret: &str| {
        let mut entry = refresh_token(PREFERRED, secret);
        entry["family_id"] = "1".into();
        entry["client_id"] = "sister".into();
        entry
    };
    let mut cache = json!({ "RefreshToken": { "a": refresh_token(PREFERRED, "rt-own"), "b": family("rt-family"), "c": family("rt-own") } });
    cache["RefreshToken"]["d"] = refresh_token("login.partner.microsoftonline.cn", "rt-china");
    assert_eq!(refresh_tokens(&store(&cache)), ["rt-own", "rt-family"]);
    cache["AppMetadata"] = json!({ "x": { "client_id": CLIENT, "environment": "sts.windows.net", "family_id": "1" } });
    let tokens = refresh_tokens(&store(&cache));
    assert_eq!(tokens.last().map(String::as_str), Some("rt-own"), "{tokens:?}");
}

#[test]
fn a_guest_is_a_profile_of_the_person_at_home() {
    let mut store = store(by_node());
    Granted::to(UID, TENANT, "other-tenant", "guest").into(&mut store);
    let cache = written(&store);
    assert_eq!(keys(&cache, "Account"), keys(&by_node(), "Account"));
    let account = cache["Account"].as_object().expect("a section").values().next().expect("an account");
    assert_eq!(
        (&account["local_account_id"], account["tenantProfiles"].as_array().map(Vec::len)),
        (&json!(UID), Some(2))
    );
    assert_eq!(token_of(&store, &home(), "other-tenant", "User.Read").expect("a token").secret.expose(), "at-guest");
    assert_eq!(token(&store, "User.Read").expect("a token").secret.expose(), "at-node");
    assert_eq!(refresh_tokens(&store), ["rt-guest"]);
}

/// Python and .NET keep a guest in the tenant, under her name there.
#[test]
fn a_guest_that_is_kept_in_the_tenant_keeps_her_id_there() {
    let (host, there, realm) = (CONFIGURED, format!("guest-{UID}"), "other-tenant");
    let mut store = store(json!({ "Account": { format!("{}-{host}-{realm}", home()): {
        "home_account_id": home(), "environment": host, "realm": realm, "local_account_id": there, "username": "ada@contoso.com",
        "authority_type": "MSSTS" } } }));
    Granted::to(UID, TENANT, realm, "guest").into(&mut store);
    let cache = written(&store);
    let accounts: Vec<&Value> = cache["Account"].as_object().expect("a section").values().collect();
    let said: Vec<_> = accounts.iter().map(|account| (&account["realm"], &account["local_account_id"])).collect();
    assert_eq!(said, [(&json!(realm), &json!(there))]);
}

#[test]
fn tokens_bound_to_something_else_are_never_found_and_survive() {
    let mut cache = json!({ "AccessToken": {}, "RefreshToken": {} });
    let bindings = [
        ("user_assertion_hash", json!("h")),
        ("userAssertionHash", json!("h")),
        ("key_id", json!("k")),
        ("kid", json!("k")),
        ("keyid", json!("k")),
        ("token_type", json!("pop")),
        ("tokenType", json!("pop")),
        ("credential_type", json!("atext")),
        ("credential_type", json!("AccessToken_With_AuthScheme")),
        ("ext_cache_key", json!("e")),
        ("additionalCacheKeyComponents", json!({ "fmi_path": "p" })),
    ];
    for (index, (name, value)) in bindings.iter().enumerate() {
        cache["AccessToken"][index.to_string()] = access_token(PREFERRED, "bound");
        cache["AccessToken"][index.to_string()][name] = value.clone();
    }
    cache["RefreshToken"]["r"] = refresh_token(PREFERRED, "rt-bound");
    cache["RefreshToken"]["r"]["user_assertion_hash"] = "h".into();
    let mut store = store(&cache);
    assert!(token(&store, "User.Read").is_none() && refresh_tokens(&store).is_empty());
    ada("new").into(&mut store);
    assert_eq!(token(&store, "User.Read").expect("a token").secret.expose(), "at-new");
    let after = written(&store);
    for (key, entry) in cache["AccessToken"].as_object().expect("a section") {
        assert_eq!(&after["AccessToken"][key], entry);
    }
    assert_eq!(after["RefreshToken"]["r"], cache["RefreshToken"]["r"]);
    let unbound = json!({ "AccessToken": { "a": access_token(PREFERRED, "at") } });
    let mut unbound = unbound;
    for (name, value) in [
        ("key_id", Value::Null),
        ("userAssertionHash", json!("")),
        ("additionalCacheKeyComponents", json!({})),
        ("token_type", json!("BEARER")),
    ] {
        unbound["AccessToken"]["a"][name] = value;
    }
    assert!(token(&crate::support::cache::store(&unbound), "User.Read").is_some(), "what is empty binds nothing");
}

#[test]
fn only_the_refresh_token_that_failed_is_taken_out() {
    let mut store = store(by_python());
    store.remove_refresh_token(&entra_account(&home(), PREFERRED), &Secret::new("rt-of-yesterday"));
    assert!(!store.has_changed(), "another process has put a good one in its place");
    store.remove_refresh_token(&entra_account(&home(), PREFERRED), &Secret::new("rt-python"));
    assert!(refresh_tokens(&store).is_empty() && store.has_changed());
    assert_eq!(secrets(&written(&store), "AccessToken"), ["at-python"]);
}

#[test]
fn nothing_is_kept_of_somebody_without_a_home_account_id() {
    let mut store = CacheDocument::default();
    let mut granted = ada("1");
    granted.account.home_account_id.clear();
    granted.into(&mut store);
    assert!(!store.has_changed());
}

#[test]
fn a_person_of_another_issuer_is_known_by_the_subject() {
    let mut store = CacheDocument::default();
    let claims = json!({ "sub": "Alice", "name": "Alice", "email": "alice@example.com" });
    Granted::new(&json!({ "access_token": "at", "refresh_token": "rt", "id_token": jwt(&claims), "expires_in": 60, "token_type": "bearer" })).into(&mut store);
    let account = store.accounts(CLIENT, None).remove(0).account();
    assert_eq!((account.home_account_id.as_str(), account.profile.username.as_str()), ("Alice", "alice@example.com"));
    assert_eq!(
        store
            .access_token(&wanted("Alice", "", &crate::support::cache::scopes("user.read")))
            .expect("a token")
            .secret
            .expose(),
        "at"
    );
    assert!(
        store.access_token(&wanted("alice", "", &[])).is_none(),
        "a subject is case-sensitive (OpenID Connect Core §2)"
    );
}

#[test]
fn a_token_that_has_no_refresh_time_any_more_loses_the_old_one() {
    let mut node = by_node();
    node["AccessToken"].as_object_mut().expect("an object").values_mut().next().expect("a token")["refresh_on"] =
        "1800000100".into();
    let mut store = store(&node);
    assert!(token(&store, "User.Read").expect("a token").refresh_on.is_some());
    ada("new").into(&mut store);
    assert!(token(&store, "User.Read").expect("a token").refresh_on.is_none());
}

#[test]
fn what_was_not_handed_out_for_good_is_merged_into_the_text_that_is_read_next() {
    let mut store = store(by_node());
    ada("unsaved").into(&mut store);
    store.reload(by_python().to_string()).expect("a cache");
    assert_eq!(refresh_tokens(&store), ["rt-unsaved"]);
    assert!(store.has_changed(), "it is still to be written");
    store.mark_saved();
    assert!(!store.has_changed());
    store.reload(by_java().to_string()).expect("a cache");
    assert_eq!(refresh_tokens(&store), ["rt-java"], "what was written is not put back: somebody may have taken it out");
}

#[test]
fn a_saved_flow_that_was_finished_is_told_by_its_mark_and_by_no_other() {
    let mut store = CacheDocument::default();
    ada("1").marked("00000000000000aa").into(&mut store);
    ada("2").client("another").into(&mut store);
    let store = CacheDocument::parse(store.serialize()).expect("its own text");
    let signed_in_by = |store: &CacheDocument, mark: &str| {
        store.account_signed_in_by(mark, CLIENT).map(|account| account.home.home_account_id.clone())
    };
    assert_eq!(signed_in_by(&store, "00000000000000aa"), Some(home()));
    for other in ["00000000000000ab", ""] {
        assert_eq!(signed_in_by(&store, other), None, "{other}");
    }
    let mut again = CacheDocument::parse(store.serialize()).expect("its own text");
    ada("3").marked("00000000000000bb").into(&mut again);
    assert_eq!(
        (signed_in_by(&again, "00000000000000bb"), signed_in_by(&again, "00000000000000aa")),
        (Some(home()), None)
    );
}
