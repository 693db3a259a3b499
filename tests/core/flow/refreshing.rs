//! Renewing tokens by a refresh token (RFC 6749 §6): what is sent, which token is tried next, and what each answer means.

use crate::support::cache::{
    CLIENT, CONFIGURED, Granted, PREFERRED, TENANT, UID, ada, by_all, by_python, encoded, home, jwt, refresh_tokens,
    scopes, secrets, store, token, written,
};
use crate::support::replies::{page, reply};
use crate::support::silent::{Program, parameter, request};
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::error::{Class, Fault};
use device_code_flow::oauth::http::HttpResponse;
use proptest::prelude::*;
use serde_json::{Value, json};

/// No request is expected.
const NOTHING: [HttpResponse; 0] = [];
/// Past the life of what [`ada`] is granted.
const LATER: i64 = 3600;

fn signed_in() -> Program {
    let mut store = CacheDocument::default();
    ada("old").into(&mut store);
    Program::new(store)
}

/// Ada's new tokens, as Entra sends them.
fn tokens(name: &str, changes: &Value) -> HttpResponse {
    let claims =
        json!({ "oid": UID, "sub": "s", "tid": TENANT, "preferred_username": "ada@contoso.com", "name": "Ada" });
    let mut body = json!({
        "token_type": "Bearer", "access_token": format!("at-{name}"), "refresh_token": format!("rt-{name}"),
        "expires_in": 3600, "scope": "User.Read openid profile", "id_token": jwt(&claims),
        "client_info": encoded(&json!({ "uid": UID, "utid": TENANT }).to_string()),
    });
    for (name, value) in changes.as_object().expect("changes") {
        body[name] = value.clone();
    }
    reply(200, body.to_string())
}

fn refused(error: &str, suberror: &str) -> HttpResponse {
    reply(400, json!({ "error": error, "suberror": suberror, "error_description": "No." }).to_string())
}

fn unavailable() -> HttpResponse {
    page(503)
}

#[test]
fn the_request_has_what_entra_needs_and_no_more() {
    let mut program = signed_in();
    let refresh =
        program.after(LATER).refresh(&json!({ "extraQueryParameters": { "dc": "X" } }), [tokens("new", &json!({}))]);
    let [request] = refresh.sent.as_slice() else { panic!("one request") };
    assert_eq!(
        request.url,
        format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token?dc=X&client-request-id=an-id")
    );
    let form = |name| parameter(request, name).unwrap_or_default();
    assert_eq!(form("grant_type"), "refresh_token");
    assert_eq!((form("client_id"), form("refresh_token")), (CLIENT.into(), "rt-old".into()));
    assert_eq!(form("scope"), "User.Read openid profile offline_access");
    assert_eq!((form("client_info"), form("claims")), ("1".into(), String::new()));
    assert_eq!(form("X-AnchorMailbox"), format!("Oid:{UID}@{TENANT}"), "in the form: a header would need a preflight");
    assert_eq!(form("x-client-SKU"), "device-code-flow");
}

#[test]
fn new_tokens_take_the_place_of_the_old_ones() {
    let mut program = signed_in();
    let refresh = program.after(LATER).refresh(&json!({}), [tokens("new", &json!({}))]);
    assert_eq!(refresh.token(), "at-new");
    assert!(!refresh.sign_in().from_cache);
    let cache = written(&program.store);
    assert_eq!(
        (secrets(&cache, "AccessToken"), secrets(&cache, "RefreshToken")),
        (vec!["at-new".into()], vec!["rt-new".into()])
    );
    assert_eq!(secrets(&cache, "IdToken").len(), 1);
}

#[test]
fn a_server_that_sends_no_new_refresh_token_means_the_old_one() {
    let mut program = signed_in();
    program.after(LATER).refresh(&json!({}), [tokens("new", &json!({ "refresh_token": null }))]);
    assert_eq!(refresh_tokens(&program.store), ["rt-old"]);
}

#[test]
fn what_the_answer_does_not_say_again_the_cache_knows() {
    let mut program = signed_in();
    let bare = json!({ "id_token": null, "client_info": null, "scope": null });
    let refresh = program.after(LATER).refresh(&json!({}), [tokens("new", &bare)]);
    let sign_in = refresh.sign_in();
    let account = &sign_in.account;
    assert_eq!((account.home_account_id.as_str(), account.profile.name.as_str()), (home().as_str(), "Ada"));
    assert!(sign_in.id_token.is_some() && sign_in.tokens.id_token.is_some());
    assert_eq!(sign_in.scopes, ["User.Read", "openid", "profile", "offline_access"], "as asked for (RFC 6749 §5.1)");
    assert_eq!(token(&program.store, "User.Read").expect("kept").secret.expose(), "at-new");
    let no_client_info = json!({ "client_info": null });
    let refresh = program.after(LATER).refresh(&json!({}), [tokens("newer", &no_client_info)]);
    assert_eq!(refresh.sign_in().account.home_account_id, home());
    assert_eq!(written(&program.store)["Account"].as_object().expect("accounts").len(), 1);
}

#[test]
fn another_person_s_tokens_are_refused_and_not_kept() {
    let mut program = signed_in();
    let before = written(&program.store);
    let other = json!({ "client_info": encoded(r#"{"uid":"b","utid":"c"}"#) });
    let refresh = program.after(LATER).refresh(&json!({}), [tokens("bob", &other)]);
    assert_eq!(refresh.failure().code.text(), "user_mismatch");
    assert_eq!(written(&program.store), before);
}

#[test]
fn one_refresh_token_serves_every_resource() {
    let mut program = signed_in();
    let mail = json!({ "scopes": ["Mail.Read"] });
    let answer = tokens("mail", &json!({ "scope": "Mail.Read openid profile" }));
    assert_eq!(program.refresh(&mail, [answer]).token(), "at-mail");
    for (scopes, expected) in [("User.Read", "at-old"), ("Mail.Read", "at-mail")] {
        assert_eq!(token(&program.store, scopes).expect("a token").secret.expose(), expected);
    }
    assert_eq!(refresh_tokens(&program.store), ["rt-mail"]);
}

#[test]
fn every_library_s_cache_is_renewed_and_has_one_refresh_token_afterwards() {
    for (who, cache) in by_all() {
        let mut program = Program::new(store(&cache));
        let refresh = program.after(LATER).refresh(&json!({}), [tokens("new", &json!({}))]);
        assert_eq!(refresh.token(), "at-new", "{who}");
        assert_eq!(refresh_tokens(&program.store), ["rt-new"], "{who}");
        assert_eq!(written(&program.store)["Account"].as_object().expect("accounts").len(), 1, "{who}");
    }
}

#[test]
fn an_unknown_property_of_a_renewed_entry_stays() {
    let mut cache = by_python();
    let key = cache["RefreshToken"].as_object().expect("a section").keys().next().expect("an entry").clone();
    cache["RefreshToken"][&key]["from_the_future"] = json!({ "kept": [1, 2] });
    cache["Unknown"] = json!({ "kept": true });
    let mut program = Program::new(store(&cache));
    program.after(LATER).refresh(&json!({}), [tokens("new", &json!({}))]);
    let after = written(&program.store);
    let entry = &after["RefreshToken"][&key];
    assert_eq!((&entry["secret"], &entry["from_the_future"]), (&json!("rt-new"), &json!({ "kept": [1, 2] })));
    assert_eq!(after["Unknown"], json!({ "kept": true }));
}

#[test]
fn a_bad_token_is_the_one_that_goes_and_no_other() {
    let mut program = signed_in();
    ada("mine").client("another").into(&mut program.store);
    let refresh = program.after(LATER).refresh(&json!({}), [refused("invalid_grant", "bad_token")]);
    let failure = refresh.failure();
    assert_eq!(
        (failure.code.text(), failure.class, failure.fault),
        ("invalid_grant", Class::InteractionRequired, Fault::Person)
    );
    assert_eq!(secrets(&written(&program.store), "RefreshToken"), ["rt-mine"]);
    assert_eq!(program.refresh(&json!({}), NOTHING).failure().code.text(), "no_tokens_found");
}

#[test]
fn a_bad_token_that_another_process_has_replaced_meanwhile_costs_nothing() {
    let mut program = signed_in();
    let Ok(device_code_flow::flow::silent::Beginning::State(state)) =
        crate::support::silent::parsed(&json!({ "forceRefresh": true })).refresh(&program.store, program.now)
    else {
        panic!("a state")
    };
    ada("newer").into(&mut program.store);
    program.drive(state, [refused("invalid_grant", "bad_token")]);
    assert_eq!(refresh_tokens(&program.store), ["rt-newer"]);
}

#[test]
fn no_other_refusal_costs_a_refresh_token() {
    for (error, suberror, code, classification) in [
        ("invalid_grant", "", "invalid_grant", ""),
        ("invalid_grant", "token_expired", "invalid_grant", ""),
        ("invalid_grant", "consent_required", "invalid_grant", "ConsentRequired"),
        ("invalid_grant", "basic_action", "invalid_grant", "BasicAction"),
        ("invalid_grant", "additional_action", "invalid_grant", "AdditionalAction"),
        ("invalid_grant", "message_only", "invalid_grant", "MessageOnly"),
        ("invalid_grant", "user_password_expired", "invalid_grant", "UserPasswordExpired"),
        ("invalid_grant", "protection_policy_required", "invalid_grant", ""),
        ("interaction_required", "", "interaction_required", ""),
        ("invalid_client", "", "invalid_client", ""),
        ("invalid_scope", "", "invalid_scope", ""),
    ] {
        let mut program = signed_in();
        let refresh = program.after(LATER).refresh(&json!({}), [refused(error, suberror)]);
        assert_eq!(refresh.failure().code.text(), code);
        assert_eq!(refresh.failure().evidence.classification(), classification, "{suberror}");
        assert_eq!(refresh_tokens(&program.store), ["rt-old"], "{error} {suberror}");
    }
}

#[test]
fn the_family_s_token_is_tried_first_by_a_member_and_last_by_a_stranger() {
    let family = |own: Granted| {
        let mut store = CacheDocument::default();
        ada("family").client("office").family().into(&mut store);
        own.into(&mut store);
        Program::new(store)
    };
    let mut member = family(ada("member").family());
    member.after(LATER);
    assert_eq!(
        member.refresh(&json!({}), [tokens("new", &json!({ "foci": "1" }))]).tried(),
        ["rt-member"],
        "it is the family's now"
    );
    let mut stranger = family(ada("own"));
    stranger.after(LATER);
    let refresh = stranger.refresh(&json!({}), [refused("invalid_grant", ""), tokens("new", &json!({ "foci": "1" }))]);
    assert_eq!((refresh.tried(), refresh.token()), (vec!["rt-own".into(), "rt-family".into()], "at-new"));
}

#[test]
fn a_client_that_is_in_no_family_learns_it_once() {
    let mut store = CacheDocument::default();
    ada("family").client("office").family().into(&mut store);
    let mut program = Program::new(store);
    let refresh = program.refresh(&json!({}), [refused("invalid_grant", "client_mismatch")]);
    assert_eq!((refresh.failure().class, refresh.tried()), (Class::InteractionRequired, vec!["rt-family".into()]));
    assert_eq!(refresh.failure().evidence.suberror, "client_mismatch");
    assert_eq!(program.refresh(&json!({}), NOTHING).failure().code.text(), "no_tokens_found", "it is not tried again");
    assert_eq!(secrets(&written(&program.store), "RefreshToken"), ["rt-family"], "which is good for the others");
}

#[test]
fn after_a_mismatch_the_client_s_own_token_is_tried() {
    let mut store = CacheDocument::default();
    ada("family").client("office").family().into(&mut store);
    ada("own").into(&mut store);
    // The client was in the family once.
    let mut cache = written(&store);
    cache["AppMetadata"]["k"] = json!({ "client_id": CLIENT, "environment": PREFERRED, "family_id": "1" });
    let mut program = Program::new(crate::support::cache::store(&cache));
    let answers = [refused("invalid_grant", "client_mismatch"), tokens("new", &json!({}))];
    let refresh = program.after(LATER).refresh(&json!({}), answers);
    assert_eq!((refresh.tried(), refresh.token()), (vec!["rt-family".into(), "rt-own".into()], "at-new"));
}

#[test]
fn elsewhere_than_at_entra_one_refused_token_is_enough() {
    let entry = |name: &str, stored: &str| {
        let mut entry = crate::support::cache::refresh_token("", &format!("rt-{name}"));
        entry["last_modification_time"] = stored.into();
        entry
    };
    let tokens = [("one", entry("one", "1799990000")), ("two", entry("two", "1799990001"))];
    let store = crate::support::cache::store(crate::support::cache::at_issuer("https://id.example", "s", &tokens));
    let issuer = json!({
        "authority": "https://id.example", "homeAccountId": "s", "environment": "id.example", "tenantId": "",
        "authorityMetadata": json!({
            "issuer": "https://id.example", "token_endpoint": "https://id.example/token",
            "device_authorization_endpoint": "https://id.example/device",
        }).to_string(),
    });
    let mut program = Program::new(store);
    let refresh = program.refresh(&issuer, [refused("invalid_grant", "")]);
    assert_eq!(refresh.tried(), ["rt-two"], "a spent token that is used again may end every other of its grant");
    assert_eq!(parameter(&refresh.sent[0], "client_info"), None);
    assert_eq!(parameter(&refresh.sent[0], "X-AnchorMailbox"), None);
}

#[test]
fn a_server_that_cannot_answer_is_asked_three_times() {
    let mut program = signed_in();
    program.after(LATER);
    assert_eq!(
        program.refresh(&json!({}), [None, Some(unavailable()), Some(tokens("new", &json!({})))]).token(),
        "at-new"
    );
    let mut program = signed_in();
    let refresh = program.after(LATER).refresh(&json!({}), [None, None, None]);
    assert_eq!((refresh.failure().code.text(), refresh.failure().retryable), ("network_error", true));
    let mut program = signed_in();
    let refresh = program.after(LATER).refresh(&json!({}), [unavailable(), unavailable(), unavailable()]);
    assert_eq!((refresh.failure().code.text(), refresh.failure().retryable), ("server_unavailable", true));
    assert_eq!(refresh_tokens(&program.store), ["rt-old"]);
}

#[test]
fn an_answer_without_a_token_is_told_from_one_that_cannot_be_read() {
    for (body, told) in [
        ("{}", "without an access_token"),
        (r#"{"access_token":""}"#, "without an access_token"),
        ("scope=a", "without an access_token"),
        ("", "neither JSON nor a form"),
        ("<html>", "neither JSON nor a form"),
    ] {
        let refresh = signed_in().after(LATER).refresh(&json!({}), [reply(200, body)]);
        assert!(refresh.failure().message.contains(told), "{}", refresh.failure().message);
    }
}

#[test]
fn an_answer_without_a_token_is_none_whatever_its_status() {
    for (status, body) in [(200, "{}"), (200, "<html>"), (200, r#"{"access_token":""}"#), (302, ""), (400, "no")] {
        let mut program = signed_in();
        let refresh = program.after(LATER).refresh(&json!({}), [reply(status, body)]);
        assert_eq!(refresh.failure().code.text(), "invalid_server_response", "{status} {body}");
        assert_eq!(refresh_tokens(&program.store), ["rt-old"]);
    }
}

#[test]
fn a_token_that_is_still_good_stands_in_while_the_server_cannot_answer() {
    // Less than five minutes left.
    let mut program = signed_in();
    let refresh = program.after(3400).refresh(&json!({}), [None, None, None]);
    assert_eq!((refresh.token(), refresh.sign_in().from_cache), ("at-old", true));
    // The server wants to see the person: that is told at once.
    let mut program = signed_in();
    let refresh = program.after(3400).refresh(&json!({}), [refused("interaction_required", "")]);
    assert_eq!(refresh.failure().class, Class::InteractionRequired);
    // What is not wanted does not stand in.
    let mut program = signed_in();
    assert!(program.refresh(&json!({ "forceRefresh": true }), [None, None, None]).end.is_err());
}

#[test]
fn a_clock_that_was_set_back_renews_and_keeps_what_there_is_for_an_outage() {
    let mut program = signed_in();
    assert_eq!(program.after(-LATER).refresh(&json!({}), [tokens("new", &json!({}))]).token(), "at-new");
    let mut program = signed_in();
    assert_eq!(program.after(-LATER).refresh(&json!({}), [None, None, None]).token(), "at-old");
}

#[test]
fn whoever_finds_a_token_that_another_has_renewed_sends_nothing() {
    let mut program = signed_in();
    assert_eq!(program.refresh(&json!({}), NOTHING).token(), "at-old");
}

#[test]
fn a_refresh_token_goes_to_an_unknown_cloud_only_once_it_has_shown_to_be_the_account_s() {
    let entry = crate::support::cache::refresh_token("sts.private.example", "rt-private");
    let cache = json!({ "RefreshToken": { "k": entry } });
    let private = |environment: &str| json!({ "authority": crate::support::replies::PRIVATE, "environment": environment, "tenantId": TENANT });
    let mut program = Program::new(store(&cache));
    let about = |url: &str| crate::support::replies::about(url);
    let answers = [about("x/discovery/instance?"), about(crate::support::replies::PRIVATE), tokens("new", &json!({}))];
    let refresh = program.refresh(&private("sts.private.example"), answers);
    assert_eq!(refresh.token(), "at-new", "Entra has named it as the cloud's name in caches");
    assert_eq!(refresh_tokens_at(&program.store, "sts.private.example"), ["rt-new"]);

    let mut elsewhere = cache.clone();
    elsewhere["RefreshToken"]["k"]["environment"] = "sts.other.example".into();
    let mut program = Program::new(store(&elsewhere));
    let answers = [about("x/discovery/instance?"), about(crate::support::replies::PRIVATE)];
    let refresh = program.refresh(&private("sts.other.example"), answers);
    assert_eq!((refresh.failure().code.text(), refresh.tried().len()), ("no_tokens_found", 0));
}

fn refresh_tokens_at(store: &CacheDocument, environment: &str) -> Vec<String> {
    let home = home();
    let mut wanted = crate::support::cache::wanted(&home, TENANT, &[]);
    wanted.account.environment = environment;
    store.refresh_tokens(&wanted).iter().rev().map(|token| token.secret.expose().into()).collect()
}

#[test]
fn claims_and_capabilities_are_sent_together() {
    let mut program = signed_in();
    let challenge =
        json!({ "claims": r#"{"access_token":{"nbf":{"essential":true}}}"#, "clientCapabilities": ["cp1"] });
    let refresh = program.refresh(&challenge, [tokens("new", &json!({}))]);
    let claims = parameter(&refresh.sent[0], "claims").expect("claims");
    assert!(claims.contains("nbf") && claims.contains("xms_cc") && claims.contains("cp1"), "{claims}");
}

#[test]
fn the_cache_has_what_a_python_program_reads_after_a_refresh() {
    let mut program = Program::new(store(by_python()));
    program.after(LATER).refresh(&json!({ "environment": CONFIGURED }), [tokens("new", &json!({}))]);
    let cache = written(&program.store);
    let entry = cache["RefreshToken"].as_object().expect("a section").values().next().expect("one");
    assert_eq!((&entry["environment"], &entry["secret"]), (&json!(CONFIGURED), &json!("rt-new")));
    assert_eq!(scopes(entry["target"].as_str().expect("as Python wrote it")).len(), 3);
}

fn anything() -> impl Strategy<Value = HttpResponse> {
    let words = prop_oneof![
        Just("invalid_grant"),
        Just("interaction_required"),
        Just("server_error"),
        Just("slow_down"),
        Just("x"),
        Just(""),
    ];
    let suberrors = prop_oneof![Just("bad_token"), Just("client_mismatch"), Just(""), Just("consent_required")];
    let body = prop_oneof![
        any::<Vec<u8>>(),
        (words, suberrors, any::<String>()).prop_map(|(error, suberror, text)| {
            json!({ "error": error, "suberror": suberror, "error_description": format!("{text} rt-old-secret-of-ada"), "access_token": text })
                .to_string()
                .into_bytes()
        }),
        any::<String>().prop_map(|token| json!({ "access_token": token, "expires_in": token, "id_token": token }).to_string().into_bytes()),
    ];
    (100_u16..600, body, proptest::option::of(any::<String>())).prop_map(|(status, body, retry_after)| HttpResponse {
        status,
        body,
        retry_after,
        ..HttpResponse::default()
    })
}

proptest! {
    #![proptest_config(crate::support::cases(300))]

    #[test]
    fn whatever_a_server_answers_nothing_is_lost_but_a_bad_token_and_no_secret_is_told(answer in anything(), late in 0_i64..8000) {
        let mut store = CacheDocument::default();
        let mut granted = ada("old");
        granted.tokens.refresh_token = Some(device_code_flow::secret::Secret::new("rt-old-secret-of-ada"));
        granted.into(&mut store);
        let mut program = Program::new(store);
        let says_bad = String::from_utf8_lossy(&answer.body).contains("bad_token");
        let answers = vec![answer; 3];
        let refresh = program.after(late).refresh(&json!({ "forceRefresh": true }), answers);
        let told = format!("{:?} {:?}", refresh.end.as_ref().err(), refresh.debug);
        prop_assert!(!told.contains("rt-old-secret-of-ada"), "{told}");
        let kept = refresh_tokens(&program.store);
        prop_assert!(kept == ["rt-old-secret-of-ada"] || says_bad && kept.is_empty(), "{kept:?}");
        prop_assert!(refresh.sent.len() <= 3);
        prop_assert!(token(&program.store, "User.Read").is_some());
    }

    #[test]
    fn any_text_as_a_silent_request_is_a_value_or_a_failure(text in any::<String>(), at in any::<prop::sample::Index>()) {
        let _ = device_code_flow::flow::silent::SilentRequest::parse(&text);
        let good = request(&json!({}));
        let cut = at.index(good.len());
        let _ = device_code_flow::flow::silent::SilentRequest::parse(good.get(..cut).unwrap_or_default());
    }
}
