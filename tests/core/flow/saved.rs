//! Flows as texts: every state comes back as it was, and nothing else comes back at all.

use crate::support::replies::{ISSUER, error, page, reply};
use crate::support::scenario::{Scenario, quoted};
use device_code_flow::error::Code;
use device_code_flow::flow::polling::Polling;
use device_code_flow::flow::trouble::Trouble;
use device_code_flow::flow::waiting::Waiting;
use device_code_flow::flow::{FlowState, Input, saved};
use device_code_flow::oauth::http::NoResponse;

/// One of each state, with every optional field set in one and unset in another.
fn states() -> Vec<FlowState> {
    let full = |scenario: Scenario| {
        let claims = quoted(r#"{"id_token":{"auth_time":{"essential":true}}}"#);
        scenario
            .with("claims", &claims)
            .with("extraQueryParameters", r#"{"dc":"ESTS-PUB\n","slice":"\u0007tést\""}"#)
            .with("correlationId", &quoted("c-1"))
            .with("locale", &quoted("de-DE"))
            .with("timeout", "600")
            .with("requestTimeout", "2500")
            .with("clientCapabilities", r#"["cp1"]"#)
            .with("appName", &quoted("tv"))
            .with("appVersion", &quoted("2"))
            .with("knownAuthorities", r#"["login.contoso.example"]"#)
            .with("keepVerificationUri", "true")
    };
    let mut waiting = full(Scenario::issuer()).to_waiting();
    waiting.poll(error("slow_down")).poll(error("incorrect_device_code"));
    let mut oauth = Scenario::issuer().started();
    oauth.respond(page(404)).reset();
    let private = || Scenario::at("https://login.private.example/contoso.example");
    let mut vouched = private().started();
    vouched.respond(reply(200, INSTANCE));
    let mut unheard = Scenario::entra().to_waiting();
    unheard.poll(page(503));
    let mut refused = Scenario::entra().to_waiting();
    refused.poll(error("server_error"));
    let mut reset = Scenario::entra().to_polling();
    reset.reset();
    vec![
        full(Scenario::issuer()).started().step.state,
        oauth.step.state,
        full(private()).started().step.state,
        vouched.step.state,
        Scenario::entra().to_requesting().step.state,
        waiting.step.state,
        full(Scenario::entra()).to_polling().step.state,
        Scenario::entra().to_waiting().step.state,
        unheard.step.state,
        refused.step.state,
        reset.step.state,
    ]
}

/// Entra's word for a private cloud.
const INSTANCE: &str = r#"{"tenant_discovery_endpoint":"https://login.private.example/x","metadata":[{"preferred_network":"login.private.example","preferred_cache":"sts.private.example","aliases":["login.private.example"]}]}"#;

fn text(state: &FlowState) -> String {
    saved::write(state).expect("a flow that is not over")
}

#[test]
fn every_state_comes_back_as_it_was() {
    for state in states() {
        let text = text(&state);
        assert_eq!(saved::read(&text), Ok(state));
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|json| json.is_object()), "{text}");
    }
}

#[test]
fn a_line_break_that_an_editor_added_does_no_harm() {
    for state in states() {
        assert_eq!(saved::read(&(text(&state) + "\r\n")).as_ref(), Ok(&state));
    }
}

#[test]
fn a_flow_that_is_over_has_no_text() {
    assert_eq!(saved::write(&FlowState::Ended), None);
}

#[test]
fn a_text_that_was_cut_short_anywhere_is_refused() {
    for state in states() {
        let text = text(&state);
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            assert_eq!(
                saved::read(&text[..end]).map_err(|failure| failure.code.text().to_owned()),
                Err(Code::SavedFlowInvalid.text().into())
            );
        }
    }
}

#[test]
fn a_text_with_any_one_byte_changed_is_refused() {
    for state in states() {
        let text = text(&state);
        for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii()) {
            for other in [byte ^ 1, b'9', b' '].into_iter().filter(|other| other.is_ascii() && *other != byte) {
                let mut changed = text.clone().into_bytes();
                changed[at] = other;
                let changed = String::from_utf8(changed).expect("one ASCII byte for another");
                let code = saved::read(&changed).map(|_| ()).expect_err(&changed).code.text().to_owned();
                // The version is looked at before the hash: another release may have another hash.
                assert!(["saved_flow_invalid", "saved_flow_version"].contains(&code.as_str()), "{changed}: {code}");
                let is_version = text[..at].ends_with(r#""version":"#);
                assert!(is_version || code == "saved_flow_invalid", "{changed}");
            }
        }
    }
}

#[test]
fn a_newer_releases_text_is_named_as_such() {
    for newer in ["5", "999"] {
        let text = text(&states()[3]).replacen(r#""version":4"#, &format!(r#""version":{newer}"#), 1);
        let failure = saved::read(&text).expect_err("a newer text");
        assert_eq!(failure.code, Code::SavedFlowVersion);
        assert!(failure.hint.contains("Update"));
    }
}

#[test]
fn what_this_library_did_not_write_is_refused() {
    for text in ["", "null", "[]", "{}", r#"{"kind":"device-code-flow"}"#, r#"{"version":1}"#, "device-code-flow"] {
        assert_eq!(
            saved::read(text).map_err(|failure| failure.code.text().to_owned()),
            Err(Code::SavedFlowInvalid.text().into()),
            "{text}"
        );
    }
    let other = text(&states()[3]).replacen(r#""kind":"device-code-flow""#, r#""kind":"other-product""#, 1);
    let failure = saved::read(&other).expect_err("another product's text");
    assert!(failure.message.contains("not written by device-code-flow"), "{}", failure.message);
}

/// The texts that release 0.1 wrote: one of each state, in the order of the state graph. They must be readable for ever.
/// A change of the format gets a new version and a fixture of its own; this one stays.
#[test]
fn the_texts_of_version_1_are_read_for_ever() {
    let texts: Vec<String> =
        serde_json::from_str(include_str!("../../fixtures/saved-v1.json")).expect("a list of texts");
    let states: Vec<FlowState> =
        texts.iter().map(|text| saved::read(text).unwrap_or_else(|failure| panic!("{failure:?}"))).collect();
    assert!(matches!(
        states.as_slice(),
        [FlowState::Discovering(_), FlowState::Requesting(_), FlowState::Waiting(_), FlowState::Polling(_)]
    ));
    let FlowState::Waiting(waiting) = &states[2] else { unreachable!("it was one a moment ago") };
    let session = &waiting.session;
    assert_eq!(
        (session.pace.interval.as_secs(), session.pace.misses, session.polls, session.code_unknown),
        (10, 1, 2, true)
    );
    assert_eq!((session.prompt.expires.0, session.deadline().0), (1_800_000_900_000, 1_800_000_600_000));
    assert_eq!((session.request.client_id.as_str(), session.request.locale.as_deref()), ("tv-app", Some("de-DE")));
    assert_eq!(session.endpoints.token, "https://login.example/realms/tv/token");
    assert_eq!(session.device_code.expose(), crate::support::replies::DEVICE_CODE);
}

/// The same for version 2, which knows private clouds and the program's name. It does not number its texts, and its lost
/// answers are forgotten.
#[test]
fn the_texts_of_version_2_are_read_for_ever() {
    let texts: Vec<String> =
        serde_json::from_str(include_str!("../../fixtures/saved-v2.json")).expect("a list of texts");
    let read: Vec<FlowState> =
        texts.iter().map(|text| saved::read(text).unwrap_or_else(|failure| panic!("{failure:?}"))).collect();
    let mut states = states();
    states.truncate(texts.len());
    for state in &mut states {
        if let FlowState::Waiting(Waiting { session, .. }) | FlowState::Polling(Polling { session, .. }) = state {
            session.revision = 0;
        }
    }
    assert_eq!(read, states);
}

/// The same for version 3, which numbers its texts and knows of answers that were lost.
#[test]
fn the_texts_of_version_3_are_read_for_ever() {
    let texts: Vec<String> =
        serde_json::from_str(include_str!("../../fixtures/saved-v3.json")).expect("a list of texts");
    let read: Vec<FlowState> =
        texts.iter().map(|text| saved::read(text).unwrap_or_else(|failure| panic!("{failure:?}"))).collect();
    let mut states = states();
    states.truncate(texts.len());
    assert_eq!(read, states);
}

/// The same for version 4, which has what went wrong at the last poll as a value: this release writes it.
#[test]
fn the_texts_of_version_4_are_read_for_ever() {
    let texts: Vec<String> =
        serde_json::from_str(include_str!("../../fixtures/saved-v4.json")).expect("a list of texts");
    let read: Vec<FlowState> =
        texts.iter().map(|text| saved::read(text).unwrap_or_else(|failure| panic!("{failure:?}"))).collect();
    assert_eq!(read, states(), "as long as this release writes version 4");
    for (state, text) in read.iter().zip(&texts) {
        assert_eq!(saved::write(state).as_ref(), Some(text));
    }
}

/// A text of version 3 with this sentence for what went wrong at the last poll.
fn of_version_3(sentence: &str) -> Option<Trouble> {
    let texts: Vec<String> =
        serde_json::from_str(include_str!("../../fixtures/saved-v3.json")).expect("a list of texts");
    let trouble = quoted("was answered with HTTP status 503");
    let text = texts.iter().find(|text| text.contains(&trouble)).expect("a poll went wrong");
    let state = saved::read(&forged(text, &trouble, &quoted(sentence))).expect("a flow");
    state.session().expect("a code").trouble.clone()
}

#[test]
fn every_sentence_of_the_earlier_versions_is_read_as_what_it_means() {
    for trouble in [
        Trouble::CutOff,
        Trouble::TimedOut,
        Trouble::TooLarge,
        Trouble::Abandoned,
        Trouble::NoAnswer("connection reset".into()),
        Trouble::HttpStatus(503),
        Trouble::HttpStatus(0),
        Trouble::UnknownDeviceCode,
        Trouble::Refused("temporarily_unavailable Come back later.".into()),
        Trouble::Refused("HTTP status of another kind".into()),
    ] {
        assert_eq!(of_version_3(&trouble.to_string()), Some(trouble));
    }
    assert_eq!(of_version_3("no release wrote this"), None);
}

#[test]
fn everything_that_can_go_wrong_at_a_poll_comes_back_as_it_was() {
    for reason in [
        NoResponse::TimedOut,
        NoResponse::TooLarge,
        NoResponse::Abandoned,
        NoResponse::Failed("connection \"reset\".".into()),
    ] {
        let mut scene = Scenario::entra().to_polling();
        let state = &scene.input(Input::NoResponse(reason)).step.state;
        assert_eq!(saved::read(&text(state)).as_ref(), Ok(state));
    }
    let mut cut_off = Scenario::entra().to_polling();
    for scene in [cut_off.input(Input::Tick), Scenario::entra().to_polling().respond(error("server_error"))] {
        assert_eq!(saved::read(&text(&scene.step.state)).as_ref(), Ok(&scene.step.state));
    }
}

/// What a store looks at to tell a stale text from a newer one.
fn revision(state: &FlowState) -> u64 {
    let json: serde_json::Value = serde_json::from_str(&text(state)).expect("JSON");
    json["revision"].as_u64().expect("a number")
}

#[test]
fn the_revision_rises_with_every_step_that_changes_the_flow_and_with_no_other() {
    let mut scene = Scenario::issuer().to_waiting();
    let mut last = (text(&scene.step.state), revision(&scene.step.state));
    let mut changes = 0;
    for turn in 0..12 {
        match turn % 6 {
            0 => scene.tick_after(1),
            1 | 3 => scene.tick(),
            2 => scene.respond(error("slow_down")),
            4 => scene.reset(),
            _ => {
                scene.now.0 -= 60_000;
                scene.tick_after(0)
            }
        };
        let now = (text(&scene.step.state), revision(&scene.step.state));
        let body = |text: &str| text.split("\"check\"").next().expect("a text").to_owned();
        assert_eq!(body(&now.0) != body(&last.0), now.1 > last.1, "turn {turn}: {} and {}", last.0, now.0);
        changes += usize::from(now.1 > last.1);
        last = now;
    }
    assert_eq!(changes, 10, "all but the ticks that come too early");
}

/// A text as its forger would write it: with a check that is right.
fn forged(text: &str, from: &str, to: &str) -> String {
    let body = &text[..text.rfind(",\"check\":").expect("a check")];
    assert!(body.contains(from), "{from} is not in {body}");
    let body = body.replacen(from, to, 1);
    format!("{body},\"check\":\"{}\"}}", crate::support::saved::hash(&body))
}

#[test]
fn a_forged_text_leads_nobody_to_an_unsafe_address() {
    let text = text(&Scenario::issuer().to_waiting().step.state);
    let session = Scenario::issuer().to_waiting();
    let session = session.session();
    for address in [&session.prompt.verification_uri, &session.endpoints.token, &session.endpoints.device_authorization]
    {
        for bad in ["javascript:alert(1)", "http://login.example/x", "https://a@b.example/"] {
            let failure = saved::read(&forged(&text, &format!("\"{address}\""), &quoted(bad))).expect_err(bad);
            assert_eq!(failure.code, Code::SavedFlowInvalid);
        }
    }
    let nameless = forged(&text, &quoted(session.device_code.expose()), "\"\"");
    assert_eq!(
        saved::read(&nameless).map_err(|failure| failure.code.text().to_owned()),
        Err("saved_flow_invalid".into())
    );
}

#[test]
fn a_flow_is_resumed_by_its_client_under_its_own_configuration() {
    let state = Scenario::issuer().with("requestAuthority", &quoted("https://login.microsoftonline.com/other"));
    let text = text(&state.to_waiting().step.state);
    let configuration = |client: &str, authority: &str| format!(r#"{{"clientId":"{client}"{authority}}}"#);
    let under = |authority: &str| format!(r#","authority":"{authority}""#);
    for same in [ISSUER.to_owned(), format!("{ISSUER}/")] {
        assert!(saved::resume(&text, &configuration("tv-app", &under(&same))).is_ok(), "{same}");
    }
    for (client, authority) in
        [("other", under(ISSUER)), ("tv-app", String::new()), ("tv-app", under("https://b.example"))]
    {
        let failure = saved::resume(&text, &configuration(client, &authority)).expect_err("another application");
        assert_eq!(failure.code, Code::SavedFlowMismatch);
    }
    let failure = saved::resume(&text, r#"{"clientId":7}"#).expect_err("no client id");
    assert_eq!(failure.code, Code::InvalidClientId);
}

#[test]
fn cloud_options_are_an_authority_to_resume_under() {
    let options = r#"{"azureCloudInstance":"https://login.microsoftonline.us","tenant":"contoso.example"}"#;
    let text = text(&Scenario::entra().with("azureCloudOptions", options).to_waiting().step.state);
    let configuration = |more: &str| format!(r#"{{"clientId":"tv-app",{more}}}"#);
    for same in [
        format!(r#""azureCloudOptions":{options}"#),
        r#""authority":"https://login.usgovcloudapi.net/contoso.example""#.into(),
    ] {
        assert!(saved::resume(&text, &configuration(&same)).is_ok(), "{same}");
    }
    assert!(
        saved::resume(&text, &configuration(r#""authority":"https://login.microsoftonline.com/contoso.example""#))
            .is_err()
    );
}
