//! What a log says: the lines of each step, and that none of them has a secret, nor one without its mark a name. That a
//! throwing reader harms nothing, and what JavaScript makes of a line, is tests/js/logging.test.mjs.

use crate::support::for_all;
use crate::support::replies::{self, DEVICE_CODE, ODD_CODE, SECRETS, USER_CODE, error, page, tokens};
use crate::support::scenario::{Scenario, Scene};
use crate::support::script::{Script, any_script_with_jumps};
use crate::support::world::{Freezing, Machine, run};
use device_code_flow::error::Code;
use device_code_flow::flow::log::{Entry, Level, Line, failed};
use device_code_flow::flow::{Action, FlowState, Input, Step, advance};
use device_code_flow::oauth::http::{HttpResponse, NoResponse};
use device_code_flow::time::UnixMillis;

/// What says who or where: `replies::ID_TOKEN`'s claims, and every address.
const NAMES: [&str; 6] = ["Ada", "ada@", "t-1", "o-1", "s-1", "https://"];

/// How a journal can be wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seed {
    None,
    Unmarked,
    Body,
    UserCode,
}

/// The machine with somebody who reads its journal, at a server and a host that quote whatever they know.
struct Read {
    seed: Seed,
    lines: Vec<Line>,
}

impl Machine for Read {
    fn advance(&mut self, state: FlowState, input: Input, now: UnixMillis) -> Step {
        let prompted = state.session().is_some();
        let input = quoting(input, prompted);
        let entry = Entry::open(&state, &input);
        let step = advance(state, input, now);
        let mut lines = entry.close(&step, now);
        match (self.seed, &step.action) {
            (Seed::Unmarked, _) => lines.iter_mut().for_each(|line| line.contains_pii = false),
            (Seed::Body, Action::Send(request)) => {
                let text = request.form.as_ref().map_or(String::new(), |form| form.expose().into());
                lines.push(Line { level: Level::Trace, contains_pii: true, text });
            }
            (Seed::UserCode, _) if prompted => {
                lines.push(Line { level: Level::Info, contains_pii: true, text: USER_CODE.into() });
            }
            _ => {}
        }
        self.lines.append(&mut lines);
        step
    }
}

/// The same input from a server that repeats what it was sent and names the person, or from a host that does.
fn quoting(input: Input, prompted: bool) -> Input {
    let codes = if prompted { format!(" sent {ODD_CODE} for {USER_CODE}") } else { String::new() };
    let said = format!("Ada <ada@example.org> of t-1{codes}");
    match input {
        Input::Response(response) => {
            let body = String::from_utf8(response.body.clone()).expect("text");
            let Some(members) = body.strip_prefix(r#"{"error":"#) else { return Input::Response(response) };
            let body = format!(
                r#"{{"error_description":"{said}","suberror":"{said}","trace_id":"{said}","claims":"{said}","access_token":"{}","error":{members}"#,
                replies::ACCESS_TOKEN
            );
            Input::Response(Box::new(HttpResponse { body: body.into_bytes(), ..*response }))
        }
        Input::NoResponse(NoResponse::Failed(_)) => Input::NoResponse(NoResponse::Failed(said)),
        other => other,
    }
}

fn broken(lines: &[Line]) -> Vec<String> {
    let mut broken = Vec::new();
    for line in lines {
        let secret = replies::shown(&line.text, &SECRETS).or_else(|| replies::shown(&line.text, &[USER_CODE]));
        broken.extend(secret.map(|secret| format!("{secret} in {line:?}")));
        let name = NAMES.iter().find(|name| !line.contains_pii && line.text.contains(**name));
        broken.extend(name.map(|name| format!("{name} in {line:?}, which has no mark")));
        if line.text.is_empty() || line.text.chars().any(char::is_control) {
            broken.push(format!("{line:?} is no sentence"));
        }
    }
    broken
}

/// Runs a sign-in and reads its journal.
fn read(script: &Script, seed: Seed) -> Vec<Line> {
    let mut machine = Read { seed, lines: Vec::new() };
    run(script, &mut machine, Freezing::Always);
    machine.lines
}

#[test]
fn no_line_of_any_sign_in_has_a_secret_nor_without_its_mark_a_name() {
    for_all(400, any_script_with_jumps(), |script| broken(&read(script, Seed::None)));
}

#[test]
fn a_journal_that_leaks_is_caught() {
    let script = Script { approval: Some(20_000), ..Script::plain() };
    assert_eq!(broken(&read(&script, Seed::None)), Vec::<String>::new());
    for (seed, leaked) in [(Seed::Unmarked, "ada@"), (Seed::Body, ODD_CODE), (Seed::UserCode, USER_CODE)] {
        let broken = broken(&read(&script, seed));
        assert!(broken.iter().any(|one| one.starts_with(leaked)), "{leaked}: {broken:?}");
    }
}

#[test]
fn the_journal_of_a_sign_in_tells_it_from_the_first_request_to_the_end() {
    let script = Script { approval: Some(6_000), ..Script::plain() };
    let lines = read(&script, Seed::None);
    let said: Vec<_> = lines.iter().map(|line| (line.level, line.contains_pii, line.text.as_str())).collect();
    let token = "POST https://login.microsoftonline.com/common/oauth2/v2.0/token";
    assert_eq!(
        said,
        [
            (Level::Info, false, "Asking for a device code."),
            (Level::Trace, false, "POST"),
            (Level::Trace, true, "POST https://login.microsoftonline.com/common/oauth2/v2.0/devicecode"),
            (Level::Trace, false, "Answer: HTTP status 200."),
            (Level::Info, false, "Device code received. It lives for 90 s, interval 5 s."),
            (Level::Verbose, false, "Poll 1."),
            (Level::Trace, false, "POST"),
            (Level::Trace, true, token),
            (Level::Trace, false, "Answer: HTTP status 400."),
            (Level::Verbose, false, "Poll 1: pending. The next in 5 s."),
            (Level::Verbose, false, "Poll 2."),
            (Level::Trace, false, "POST"),
            (Level::Trace, true, token),
            (Level::Trace, false, "Answer: HTTP status 200."),
            (Level::Info, false, "Signed in. The access token is good for 3600 s."),
            (Level::Info, true, "It was ada@example.org, account s-1, tenant t-1."),
        ]
    );
}

/// The lines of the step that `input` leads to.
fn lines_of(mut scene: Scene, input: Input) -> Vec<(Level, bool, String)> {
    let state = core::mem::replace(&mut scene.step.state, FlowState::Ended);
    let entry = Entry::open(&state, &input);
    let step = advance(state, input, scene.now);
    entry.close(&step, scene.now).into_iter().map(|line| (line.level, line.contains_pii, line.text)).collect()
}

fn answer(response: HttpResponse) -> Input {
    Input::Response(Box::new(response))
}

fn reset(words: &str) -> Input {
    Input::NoResponse(NoResponse::Failed(words.into()))
}

#[test]
fn a_poll_that_went_wrong_is_a_warning_and_the_hosts_words_are_marked() {
    let next = (Level::Warning, false, "Poll 1 went wrong. The next in 10 s.".to_owned());
    let lines = lines_of(Scenario::entra().to_polling(), reset("getaddrinfo ENOTFOUND\nproxy.ada.example"));
    let words = "The request failed: getaddrinfo ENOTFOUND proxy.ada.example.";
    assert_eq!(lines, [(Level::Warning, true, words.into()), next.clone()]);
    let lines = lines_of(Scenario::entra().to_polling(), answer(page(503)));
    assert_eq!(lines, [(Level::Warning, false, "Answer: HTTP status 503.".into()), next.clone()]);
    let lines = lines_of(Scenario::entra().to_polling(), Input::NoResponse(NoResponse::TimedOut));
    assert_eq!(lines, [(Level::Warning, false, "The request timed out.".into()), next]);
}

#[test]
fn a_poll_whose_process_ended_is_a_warning_too() {
    let lines = lines_of(Scenario::entra().to_polling(), Input::Tick);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].0 == Level::Warning && lines[0].2.starts_with("Poll 1 went wrong."), "{lines:?}");
}

#[test]
fn slow_down_is_a_warning_with_the_new_interval() {
    let lines = lines_of(Scenario::entra().to_polling(), answer(error("slow_down")));
    let text = "Poll 1 was too early for the server. Interval 10 s, the next in 10 s.";
    assert_eq!(lines.last(), Some(&(Level::Warning, false, text.into())));
}

#[test]
fn a_request_that_is_made_again_is_a_warning() {
    for (scene, input, heard) in [
        (Scenario::entra().to_requesting(), answer(page(502)), (false, "Answer: HTTP status 502.")),
        (Scenario::issuer().started(), reset("ECONNRESET"), (true, "The request failed: ECONNRESET.")),
    ] {
        let again = (Level::Warning, false, "Asking again in 1 s.".into());
        assert_eq!(lines_of(scene, input), [(Level::Warning, heard.0, heard.1.into()), again]);
    }
}

#[test]
fn a_tick_that_comes_early_says_nothing() {
    assert_eq!(lines_of(Scenario::entra().to_waiting(), Input::Tick), []);
    // A timer that fires a millisecond early, before there is a code.
    for mut scene in [Scenario::issuer().started(), Scenario::entra().to_requesting()] {
        scene.reset().tick_after(999);
        assert!(scene.waits());
        scene.now.0 -= 1;
        assert_eq!(lines_of(scene, Input::Tick), []);
    }
}

#[test]
fn an_error_has_its_code_numbers_trace_and_hint_and_the_servers_words_are_marked() {
    let body = r#"{"error":"invalid_grant","error_description":"AADSTS70000: ada@example.org may not.","error_codes":[70000,50105],"trace_id":"11111111-2222-4333-8444-000000000003"}"#;
    let lines = lines_of(Scenario::entra().to_polling(), answer(replies::reply(400, body)));
    let hint = "The code was already used, revoked or not accepted: start a new sign-in.";
    let text = format!(
        "Failed: invalid_grant. HTTP status 400. AADSTS70000. AADSTS50105. Trace ID: 11111111-2222-4333-8444-000000000003. {hint}"
    );
    assert_eq!(lines[1], (Level::Error, false, text));
    assert_eq!(lines[2], (Level::Error, true, "AADSTS70000: ada@example.org may not.".into()));
}

#[test]
fn what_a_server_says_in_place_of_a_word_is_not_shown_without_a_mark() {
    let body = r#"{"error":"Ada Lovelace is locked out","trace_id":"ada@example.org"}"#;
    let lines = lines_of(Scenario::entra().to_polling(), answer(replies::reply(400, body)));
    assert_eq!(lines[1].2, "Failed: (not shown). HTTP status 400. Trace ID: (not shown).");
    assert_eq!(lines[2], (Level::Error, true, "The authorization server answered Ada Lovelace is locked out.".into()));
}

#[test]
fn a_text_that_repeats_a_secret_is_left_out_even_with_a_mark() {
    let left_out = (Level::Error, true, "(left out: it repeated a secret)".to_owned());
    let unsafe_codes = format!(
        r#"{{"device_code":"{DEVICE_CODE}","user_code":"{USER_CODE}","verification_uri":"http://login.example/?code={USER_CODE}","expires_in":90}}"#
    );
    let lines = lines_of(Scenario::entra().to_requesting(), answer(replies::reply(200, unsafe_codes)));
    assert_eq!(lines.last(), Some(&left_out));
    let quoted = format!(r#"{{"error":"invalid_grant","error_description":"{USER_CODE} is unknown"}}"#);
    let lines = lines_of(Scenario::entra().to_polling(), answer(replies::reply(400, quoted)));
    assert_eq!(lines.last(), Some(&left_out));
    for words in ["cannot send client_id=c&device_code=dc%2DKf81Zq0tYw", USER_CODE] {
        let lines = lines_of(Scenario::entra().to_polling(), reset(words));
        assert_eq!(lines[0], (Level::Warning, true, left_out.2.clone()));
    }
}

#[test]
fn a_query_is_in_no_line() {
    let scenario = Scenario::entra().with("extraQueryParameters", r#"{"login_hint":"ada@example.org"}"#);
    for scene in [scenario.to_requesting(), scenario.to_polling()] {
        assert!(scene.request().url.contains("ada%40example.org"));
    }
    let state = scenario.begin().expect("a good request");
    let entry = Entry::open(&state, &Input::Tick);
    let step = scenario.to_requesting().step;
    let lines = entry.close(&step, crate::support::START);
    assert!(!lines.is_empty() && lines.iter().all(|line| !line.text.contains("ada")), "{lines:?}");
}

#[test]
fn a_failure_before_the_first_step_is_told_like_any_other() {
    let failure = Code::EmptyScopes.error("request.scopes is empty.");
    let lines = failed(&failure, &[]);
    assert_eq!(lines[0].text, format!("Failed: empty_input_scopes_error. {}", failure.hint));
    assert_eq!((lines[1].contains_pii, lines[1].text.as_str()), (true, "request.scopes is empty."));
}

#[test]
fn tokens_without_a_subject_name_nobody() {
    let bare = r#"{"access_token":"at-9Lw2Xv77Rb","token_type":"Bearer"}"#;
    let lines = lines_of(Scenario::entra().to_polling(), answer(replies::reply(200, bare)));
    assert_eq!(lines.last().map(|line| line.2.as_str()), Some("It was account local:tv-app."));
    let named = lines_of(Scenario::entra().to_polling(), answer(tokens()));
    assert!(named.last().is_some_and(|line| line.1));
}
