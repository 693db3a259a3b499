//! A sign-in by device code from native Rust: `cargo run --package native-sign-in -- AUTHORITY CLIENT_ID`.
//!
//! The core decides what to do next. This program does it: it makes the requests with `ureq`, waits, and shows the code.

use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, process::ExitCode, thread};

use device_code_flow::config::request::SignInRequest;
use device_code_flow::error::Error;
use device_code_flow::flow::{Action, FlowState, Input, advance};
use device_code_flow::oauth::http::{HttpRequest, HttpResponse, NoResponse};
use device_code_flow::time::UnixMillis;
use ureq::Agent;

fn main() -> ExitCode {
    let Some((authority, client_id)) = env::args().nth(1).zip(env::args().nth(2)) else {
        eprintln!("usage: native-sign-in AUTHORITY CLIENT_ID");
        return ExitCode::from(2);
    };
    let Err(error) = sign_in(&authority, &client_id) else { return ExitCode::SUCCESS };
    eprintln!("{}: {} {}", error.code, error.message, error.hint);
    ExitCode::FAILURE
}

fn sign_in(authority: &str, client_id: &str) -> Result<(), Error> {
    let request = serde_json::json!({ "authority": authority, "clientId": client_id, "scopes": ["openid", "profile"] });
    let mut state = FlowState::begin(SignInRequest::parse(&request.to_string())?)?;
    let mut input = Input::Tick;
    let mut is_shown = false;
    // A redirect could carry the device code to another host, so none is followed.
    let agent = Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
    loop {
        let step = advance(state, input, now());
        state = step.state;
        input = match step.action {
            Action::Send(request) => match send(&agent, &request) {
                Ok(response) => Input::Response(response.into()),
                Err(ureq::Error::Timeout(_)) => Input::NoResponse(NoResponse::TimedOut),
                Err(ureq::Error::BodyExceedsLimit(_)) => Input::NoResponse(NoResponse::TooLarge),
                Err(error) => Input::NoResponse(NoResponse::Failed(error.to_string())),
            },
            Action::Wait { until } => {
                if let Some(session) = state.session().filter(|_| !is_shown) {
                    println!("{}", session.prompt.message);
                    is_shown = true;
                }
                wait(until);
                Input::Tick
            }
            Action::Finish(sign_in) => {
                let name = &sign_in.account.profile.name;
                println!("Signed in: {name}, for {}", sign_in.scopes.join(" "));
                return Ok(());
            }
            Action::Fail(error) => return Err(error),
            Action::Done => unreachable!("only a revocation ends without tokens and without an error"),
        };
    }
}

fn send(agent: &Agent, request: &HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let timeout = Some(request.timeout);
    let mut response = match &request.form {
        Some(form) => {
            let post = agent.post(&request.url).content_type("application/x-www-form-urlencoded");
            post.config().timeout_global(timeout).build().send(form.expose())?
        }
        None => agent.get(&request.url).config().timeout_global(timeout).build().call()?,
    };
    let body = response.body_mut().with_config().limit(1024 * 1024).read_to_vec()?;
    let header = |name| response.headers().get(name)?.to_str().ok().map(String::from);
    Ok(HttpResponse {
        status: response.status().as_u16(),
        retry_after: header("retry-after"),
        date: header("date"),
        request_id: header("x-ms-request-id"),
        body,
    })
}

#[expect(clippy::disallowed_methods, reason = "this program is the host, and the host has the clock")]
fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[expect(clippy::disallowed_methods, reason = "this program is the host, and the host waits")]
fn wait(until: UnixMillis) {
    thread::sleep(until.since(now()));
}
