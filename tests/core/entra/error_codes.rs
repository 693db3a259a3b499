//! Microsoft Entra's numbers: every row of the table through the machine, as the answer of a poll and of the device code
//! endpoint; and what a number decides where the word says too little.
//!
//! `fixtures/aadsts.json` has one answer for each number, in Entra's wording, with what is to come of it.

use std::collections::BTreeSet;

use crate::support::replies::{self, reply};
use crate::support::scenario::Scenario;
use device_code_flow::entra::error_codes::{self, ADVICE, Kind, MEANINGS};
use device_code_flow::error::{Class, Error, Evidence, Fault};
use device_code_flow::oauth::http::HttpResponse;
use serde_json::{Value, json};

fn fixtures() -> Vec<Value> {
    let fixtures: Value = serde_json::from_str(include_str!("../../fixtures/aadsts.json")).expect("JSON");
    fixtures.as_array().expect("a list").clone()
}

fn answer(fixture: &Value) -> HttpResponse {
    let status = fixture["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
    reply(status, fixture["body"].to_string())
}

/// An answer with a word and a number that are of this test's choosing.
fn numbered(word: &str, number: u32) -> HttpResponse {
    let description = format!("AADSTS{number}: In the server's words. Trace ID: t-1");
    reply(400, json!({"error": word, "error_description": description, "error_codes": [number]}).to_string())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Nothing that the server said is missing.
fn keeps_all(evidence: &Evidence, fixture: &Value) {
    let (number, body) = (&fixture["number"], &fixture["body"]);
    for (name, kept) in [
        ("error", &evidence.error),
        ("error_description", &evidence.description),
        ("error_uri", &evidence.error_uri),
        ("suberror", &evidence.suberror),
        ("trace_id", &evidence.trace_id),
        ("correlation_id", &evidence.correlation_id),
        ("timestamp", &evidence.timestamp),
        ("claims", &evidence.claims),
    ] {
        assert_eq!(kept, text(body, name), "{number}: {name}");
    }
    assert_eq!(json!(evidence.error_codes), body["error_codes"], "{number}");
    assert_eq!(evidence.status.map(u64::from), fixture["status"].as_u64(), "{number}");
}

fn is_told_as(failure: &Error, fixture: &Value, expected: &Value) {
    let number = &fixture["number"];
    assert_eq!(
        (failure.code.text(), failure.class.name()),
        (text(expected, "code"), text(expected, "class")),
        "{number}"
    );
    assert_eq!(failure.fault.name(), text(fixture, "fault"), "{number}");
    let word = text(fixture, "hint");
    assert!(!word.is_empty() && failure.hint.contains(word), "{number}: {word}: {}", failure.hint);
    keeps_all(&failure.evidence, fixture);
}

#[test]
fn every_number_has_one_row_one_meaning_and_one_fixture() {
    let numbers: Vec<u32> = ADVICE.iter().flat_map(|advice| advice.numbers.iter().copied()).collect();
    let table: BTreeSet<u32> = numbers.iter().copied().collect();
    assert_eq!(table.len(), numbers.len(), "a number is there twice");
    assert_eq!(MEANINGS.iter().map(|(number, _)| *number).collect::<BTreeSet<_>>(), table);
    let fixtures: Vec<u32> = fixtures()
        .iter()
        .map(|fixture| u32::try_from(fixture["number"].as_u64().expect("a number")).expect("small"))
        .collect();
    assert_eq!(fixtures.iter().copied().collect::<BTreeSet<_>>(), table);
    assert_eq!(fixtures.len(), table.len(), "a number has two fixtures");
}

#[test]
fn every_hint_is_one_sentence_and_stands_in_one_row() {
    let mut hints = BTreeSet::new();
    for advice in ADVICE {
        assert!(hints.insert(advice.hint), "this hint is there twice: {}", advice.hint);
        assert!(advice.hint.ends_with('.') && !advice.hint.contains(". "), "{}", advice.hint);
        assert!(!advice.hint.contains("  ") && !advice.hint.contains('\n'), "{}", advice.hint);
        assert!(advice.kind != Kind::Administrator || advice.hint.contains("administrator"), "{}", advice.hint);
    }
    for (number, meaning) in MEANINGS {
        assert!(meaning.ends_with('.') && !meaning.contains('|'), "{number}: {meaning}");
    }
}

#[test]
fn a_poll_that_is_answered_with_any_number_ends_as_its_fixture_says_or_goes_on() {
    for fixture in fixtures() {
        let (number, expected) = (&fixture["number"], &fixture["poll"]);
        let mut scene = Scenario::entra().to_polling();
        scene.respond(answer(&fixture));
        match expected["waits"].as_u64() {
            Some(wait) => assert_eq!(scene.wait(), wait, "{number}"),
            None => is_told_as(scene.failure(), &fixture, expected),
        }
    }
}

#[test]
fn a_device_code_request_that_is_refused_with_any_number_ends_as_its_fixture_says() {
    for fixture in fixtures() {
        let mut scene = Scenario::entra().to_requesting();
        scene.respond(answer(&fixture));
        while scene.waits() {
            scene.tick().respond(answer(&fixture));
        }
        is_told_as(scene.failure(), &fixture, &fixture["deviceCode"]);
        let passes = text(&fixture["deviceCode"], "code") == "server_unavailable";
        assert_eq!(scene.failure().retryable, passes, "{}", fixture["number"]);
    }
}

#[test]
fn an_error_with_status_200_from_the_device_code_endpoint_keeps_its_evidence() {
    for mut fixture in fixtures() {
        fixture["status"] = json!(200);
        let mut scene = Scenario::entra().to_requesting();
        scene.respond(answer(&fixture));
        while scene.waits() {
            scene.tick().respond(answer(&fixture));
        }
        is_told_as(scene.failure(), &fixture, &fixture["deviceCode"]);
    }
}

/// The first answer of a poll that is final.
fn polled(response: HttpResponse) -> Error {
    let mut scene = Scenario::entra().to_polling();
    scene.respond(response).failure().clone()
}

#[test]
fn the_number_is_read_from_the_description_where_there_is_no_list() {
    let body = json!({"error": "invalid_client", "error_description": "AADSTS7000218: The request body must …"});
    assert!(polled(reply(401, body.to_string())).hint.contains("Allow public client flows"));
    for description in
        ["AADSTS", "AADSTS: ", "AADSTSx", "AADSTS99999999999999999999: ", "See AADSTS7000218: ", "AADSTS1: "]
    {
        let body = json!({"error": "invalid_client", "error_description": description});
        assert!(polled(reply(401, body.to_string())).hint.starts_with("Check auth.clientId"), "{description}");
    }
}

#[test]
fn the_first_number_that_is_known_counts_and_an_unknown_one_leaves_the_words_hint() {
    let with = |codes: Value| polled(reply(400, json!({"error": "invalid_scope", "error_codes": codes}).to_string()));
    assert!(with(json!([1, 50105, 7_000_218])).hint.contains("assign"));
    assert!(with(json!(["50105"])).hint.contains("assign"));
    for unknown in [json!([]), json!([1]), json!([-50105]), json!([50105.5]), json!([null]), json!(50105), json!({})] {
        assert!(with(unknown.clone()).hint.starts_with("Check request.scopes"), "{unknown}");
    }
}

#[test]
fn numbers_of_others_mean_nothing_unless_they_call_themselves_aadsts() {
    let with = |description: &str| {
        let body = json!({"error": "invalid_grant", "error_description": description, "error_codes": [70016]});
        let mut scene = Scenario::issuer().to_polling();
        scene.respond(reply(400, body.to_string()));
        scene
    };
    assert_eq!(with("Something else.").failure().code.text(), "invalid_grant");
    assert_eq!(with("AADSTS70016: Pending.").wait(), 5_000);
}

#[test]
fn a_number_that_means_pending_is_polled_on_whatever_the_word() {
    for word in ["invalid_grant", "bad_verification_code", "teapot", "invalid_client"] {
        let mut scene = Scenario::entra().to_polling();
        assert_eq!(scene.respond(numbered(word, 70016)).wait(), 5_000, "{word}");
        assert_eq!(scene.session().trouble, None, "{word}");
    }
}

#[test]
fn a_number_that_passes_is_polled_on_with_back_off_whatever_the_word() {
    for number in ADVICE.iter().filter(|advice| advice.kind == Kind::Transient).flat_map(|advice| advice.numbers) {
        for word in ["invalid_grant", "interaction_required", "invalid_client", "teapot"] {
            let mut scene = Scenario::entra().to_polling();
            assert_eq!(scene.respond(numbered(word, *number)).wait(), 10_000, "{word}, {number}");
            assert_eq!(scene.poll(numbered(word, *number)).wait(), 20_000, "{word}, {number}");
            let end = scene.tick_after(3_600_000).failure();
            assert_eq!(end.code.text(), "device_code_expired", "{word}, {number}");
            assert!(end.message.contains(&format!("AADSTS{number}")), "{}", end.message);
        }
    }
}

#[test]
fn after_a_detected_loop_there_is_silence_for_five_minutes_and_no_request_before_there_is_a_code() {
    for word in ["invalid_grant", "temporarily_unavailable"] {
        let mut scene = Scenario::entra().to_polling();
        assert_eq!(scene.respond(numbered(word, 50196)).wait(), 300_000, "{word}");
        let longer = HttpResponse { retry_after: Some("400".into()), ..numbered(word, 50196) };
        assert_eq!(scene.poll(longer).wait(), 400_000, "{word}");
        let mut scene = Scenario::entra().to_requesting();
        scene.respond(numbered(word, 50196));
        assert!(scene.failure().retryable && scene.failure().hint.contains("five minutes"), "{word}");
    }
}

#[test]
fn a_detected_loop_is_not_polled_past_the_codes_end() {
    let mut scene = Scenario::entra().codes(replies::codes(Some(5), 200)).to_polling();
    let born = scene.now.0 - 5_000;
    assert_eq!(scene.respond(numbered("invalid_grant", 50196)).until().0 - born, 199_000);
}

#[test]
fn the_words_of_rfc_8628_mean_what_it_says_whatever_the_number() {
    for (word, number) in [("access_denied", 90033), ("authorization_declined", 70016), ("Access_Denied", 50196)] {
        assert_eq!(polled(numbered(word, number)).code.text(), word);
    }
    assert_eq!(polled(numbered("expired_token", 90033)).code.text(), "device_code_expired");
    assert_eq!(Scenario::entra().to_polling().respond(numbered("slow_down", 70016)).wait(), 10_000);
    assert_eq!(Scenario::entra().to_polling().respond(numbered("authorization_pending", 50196)).wait(), 300_000);
}

#[test]
fn a_code_that_has_expired_ends_with_one_code_whatever_the_word() {
    for number in [70019, 70020] {
        for word in ["invalid_grant", "expired_token", "code_expired", "teapot"] {
            let failure = polled(numbered(word, number));
            assert_eq!((failure.code.text(), failure.class), ("device_code_expired", Class::ClientAuth), "{word}");
            assert_eq!(failure.evidence.error_codes, [number]);
        }
    }
}

#[test]
fn an_unknown_code_is_forgiven_once_with_a_number_too() {
    let mut scene = Scenario::entra().to_waiting();
    assert!(scene.poll(numbered("bad_verification_code", 70018)).waits());
    assert_eq!(scene.poll(numbered("bad_verification_code", 70018)).failure().code.text(), "bad_verification_code");
}

#[test]
fn a_person_who_has_to_sign_in_is_asked_for_whatever_the_word_but_not_after_a_no() {
    assert_eq!(polled(numbered("invalid_request", 50076)).class, Class::InteractionRequired);
    assert_eq!(polled(numbered("access_denied", 65004)).class, Class::Server);
    // The class is the one that MSAL gives; the hint and the fault tell whose turn it is.
    let blocked = polled(numbered("invalid_grant", 53003));
    assert_eq!((blocked.class, blocked.fault), (Class::InteractionRequired, Fault::Administrator));
    let blocked = polled(numbered("access_denied", 53003));
    assert_eq!((blocked.class, blocked.fault), (Class::Server, Fault::Administrator));
}

#[test]
fn a_server_that_is_down_gives_the_numbers_hint_as_well() {
    let refused = || HttpResponse { status: 503, ..numbered("invalid_client", 7_000_218) };
    let mut scene = Scenario::entra().to_requesting();
    scene.respond(refused()).tick().respond(refused()).tick().respond(refused());
    let failure = scene.failure();
    assert_eq!((failure.code.text(), failure.retryable), ("server_unavailable", true));
    assert!(failure.hint.contains("Allow public client flows"));
}

#[test]
fn a_tenant_that_does_not_exist_ends_the_discovery_at_once_with_the_hint() {
    let mut scene = Scenario::issuer().started();
    scene.respond(numbered("invalid_tenant", 90002));
    let failure = scene.failure();
    assert_eq!((failure.code.text(), failure.fault), ("endpoints_resolution_error", Fault::Caller));
    assert_eq!(
        (failure.evidence.error.as_str(), failure.evidence.error_codes.as_slice()),
        ("invalid_tenant", [90002].as_slice())
    );
    assert!(failure.hint.contains("tenant in auth.authority"));
}

#[test]
fn a_number_is_looked_up_by_itself() {
    assert_eq!(error_codes::advice(70016).map(|advice| advice.kind), Some(Kind::Pending));
    assert_eq!(error_codes::advice(7001), None);
}

#[test]
fn a_device_code_that_is_quoted_beside_a_number_stays_out_of_what_a_late_end_tells() {
    let description = format!("AADSTS90033: {} cannot be looked up.", replies::DEVICE_CODE);
    let mut scene = Scenario::entra().to_polling();
    scene.respond(reply(400, json!({"error": "invalid_grant", "error_description": description}).to_string()));
    assert_eq!(scene.wait(), 10_000);
    let end = scene.tick_after(3_600_000).failure();
    assert!(end.message.contains("left out") && !end.message.contains(replies::DEVICE_CODE), "{}", end.message);
}
