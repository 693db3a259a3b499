//! `Scenario`: one sign-in, walked to the state that a test is about, and a handle on it from there.
//!
//! `Scenario::entra().approved_after(3).to_waiting()` has polled three times and waits for the fourth poll, which will
//! bring tokens.

use device_code_flow::config::request::SignInRequest;
use device_code_flow::error::Error;
use device_code_flow::flow::session::Session;
use device_code_flow::flow::sign_in::SignIn;
use device_code_flow::flow::{Action, FlowState, Input, Step, advance};
use device_code_flow::oauth::http::{HttpRequest, HttpResponse, NoResponse};
use device_code_flow::time::UnixMillis;

use super::{START, replies};

/// What is set up before the first step.
pub struct Scenario {
    fields: Vec<(&'static str, String)>,
    codes: HttpResponse,
    pending: u32,
}

/// A sign-in under way.
pub struct Scene {
    /// The last step.
    pub step: Step,
    /// The device's clock.
    pub now: UnixMillis,
    pending: u32,
    codes: HttpResponse,
}

impl Scenario {
    /// A tenant of Microsoft Entra ID: no discovery.
    pub fn entra() -> Self {
        Self::at("https://login.microsoftonline.com/common")
    }

    /// An issuer that publishes its metadata.
    pub fn issuer() -> Self {
        Self::at(replies::ISSUER)
    }

    /// Any authority.
    pub fn at(authority: &str) -> Self {
        let fields = vec![
            ("clientId", quoted("tv-app")),
            ("authority", quoted(authority)),
            ("scopes", r#"["User.Read"]"#.into()),
        ];
        Self { fields, codes: replies::codes(Some(5), 900), pending: 0 }
    }

    /// Sets a field of the request, as JSON text.
    pub fn with(mut self, name: &'static str, json: &str) -> Self {
        self.fields.retain(|(known, _)| *known != name);
        self.fields.push((name, json.into()));
        self
    }

    /// What the device authorization endpoint answers.
    pub fn codes(mut self, codes: HttpResponse) -> Self {
        self.codes = codes;
        self
    }

    /// So many polls are answered with `authorization_pending` before the state is reached.
    pub fn approved_after(mut self, polls: u32) -> Self {
        self.pending = polls;
        self
    }

    /// What the request makes of its fields.
    pub fn begin(&self) -> Result<FlowState, Error> {
        let fields: Vec<String> = self.fields.iter().map(|(name, json)| format!(r#""{name}":{json}"#)).collect();
        FlowState::begin(SignInRequest::parse(&format!("{{{}}}", fields.join(",")))?)
    }

    /// The first request is under way: the metadata's, or the codes'.
    pub fn started(&self) -> Scene {
        let state = self.begin().expect("the request is a good one");
        let step = advance(state, Input::Tick, START);
        Scene { step, now: START, pending: self.pending, codes: self.codes.clone() }
    }

    /// The codes are being asked for.
    pub fn to_requesting(&self) -> Scene {
        let mut scene = self.started();
        if matches!(scene.step.state, FlowState::Discovering(_)) {
            scene.respond(replies::metadata());
        }
        scene
    }

    /// The answer to the codes' request has been read.
    pub fn with_codes(&self) -> Scene {
        let mut scene = self.to_requesting();
        let codes = scene.codes.clone();
        scene.respond(codes);
        scene
    }

    /// The person has the code, the pending polls are done, the next one is not due yet.
    pub fn to_waiting(&self) -> Scene {
        let mut scene = self.with_codes();
        for _ in 0..scene.pending {
            scene.tick().respond(replies::error("authorization_pending"));
        }
        scene
    }

    /// The next poll is under way.
    pub fn to_polling(&self) -> Scene {
        let mut scene = self.to_waiting();
        scene.tick();
        scene
    }

    /// The poll was answered with tokens.
    pub fn to_the_end(&self) -> Scene {
        let mut scene = self.to_polling();
        scene.respond(replies::tokens());
        scene
    }
}

impl Scene {
    /// One step at the present time.
    pub fn input(&mut self, input: Input) -> &mut Self {
        let state = core::mem::replace(&mut self.step.state, FlowState::Ended);
        self.step = advance(state, input, self.now);
        self
    }

    /// A tick at the moment that was asked for.
    pub fn tick(&mut self) -> &mut Self {
        self.now = self.until();
        self.input(Input::Tick)
    }

    /// A tick so many milliseconds from now.
    pub fn tick_after(&mut self, millis: u64) -> &mut Self {
        self.now = UnixMillis(self.now.0 + millis);
        self.input(Input::Tick)
    }

    /// The outstanding request is answered.
    pub fn respond(&mut self, response: HttpResponse) -> &mut Self {
        self.input(Input::Response(Box::new(response)))
    }

    /// The next poll is made and answered.
    pub fn poll(&mut self, response: HttpResponse) -> &mut Self {
        self.tick().respond(response)
    }

    /// It is not, and the reason is a connection that was reset.
    pub fn reset(&mut self) -> &mut Self {
        self.input(Input::NoResponse(NoResponse::Failed("connection reset".into())))
    }

    /// When the machine wants its tick.
    pub fn until(&self) -> UnixMillis {
        match &self.step.action {
            Action::Wait { until } => *until,
            other => panic!("it does not wait: {other:?}"),
        }
    }

    /// How long from now that is, in milliseconds.
    pub fn wait(&self) -> u64 {
        self.until().0 - self.now.0
    }

    /// The request that is to be sent.
    pub fn request(&self) -> &HttpRequest {
        match &self.step.action {
            Action::Send(request) => request,
            other => panic!("it sends nothing: {other:?}"),
        }
    }

    /// Its form's parameters, decoded.
    pub fn form(&self) -> Vec<(String, String)> {
        let form = self.request().form.as_ref().expect("a POST").expose();
        let decode = |text: &str| {
            let bytes = text.split('%').enumerate().flat_map(|(index, part)| {
                let (escaped, plain) = part.split_at(if index == 0 { 0 } else { 2 });
                u8::from_str_radix(escaped, 16).into_iter().chain(plain.bytes())
            });
            String::from_utf8(bytes.collect()).expect("UTF-8")
        };
        form.split('&')
            .map(|pair| pair.split_once('=').expect("a pair"))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect()
    }

    /// The value of one of them.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.form().into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The code and how it fares.
    pub fn session(&self) -> &Session {
        match &self.step.state {
            FlowState::Waiting(waiting) => &waiting.session,
            FlowState::Polling(polling) => &polling.session,
            other => panic!("there is no code: {other:?}"),
        }
    }

    /// How it failed.
    pub fn failure(&self) -> &Error {
        match &self.step.action {
            Action::Fail(failure) => failure,
            other => panic!("it did not fail: {other:?}"),
        }
    }

    /// How it succeeded.
    pub fn sign_in(&self) -> &SignIn {
        match &self.step.action {
            Action::Finish(sign_in) => sign_in,
            other => panic!("nobody signed in: {other:?}"),
        }
    }

    /// Does it wait?
    pub fn waits(&self) -> bool {
        matches!(self.step.action, Action::Wait { .. })
    }

    /// Does it send?
    pub fn sends(&self) -> bool {
        matches!(self.step.action, Action::Send(_))
    }
}

/// A JSON string.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}
