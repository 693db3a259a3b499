//! Tokens are being renewed by a refresh token (RFC 6749 §6), without a person.
//!
//! One refresh token after the other is tried, as long as the server says that it is the token that is wrong and not the
//! person, the client or the day. What is learnt on the way ([`Spent`](crate::flow::renewal::Spent)) stays behind in
//! [`FlowState::Refreshed`], for the cache.

use crate::cache::account::home_tenant;
use crate::cache::lookup::RefreshToken;
use crate::cache::schema::same_environment;
use crate::failure::{Class, Code, Evidence, Failure};
use crate::flow::effort::{self, Effort};
use crate::flow::refused;
use crate::flow::renewal::Renewal;
use crate::flow::request::SignInRequest;
use crate::flow::sign_in::SignIn;
use crate::flow::{Action, FlowState, Input, Step};
use crate::time::UnixMillis;
use crate::wire::fnv;
use crate::wire::http::HttpResponse;
use crate::wire::refresh::RefreshRequest;
use crate::wire::text::cut;
use crate::wire::text::spaced;
use crate::wire::token::{TokenReply, TokenResponse};

/// One refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshing {
    /// What was asked for; its scopes are complete, its authority is that of the person's tenant.
    pub request: Box<SignInRequest>,
    /// The token endpoint.
    pub endpoint: String,
    /// Whose tokens, and by which.
    pub renewal: Box<Renewal>,
    /// How often the token at hand was tried.
    pub effort: Effort,
    /// What is asked for, and by which tokens, as a hash: whoever signs in again asks for something new.
    pub asked: u64,
}

impl Refreshing {
    /// Nothing sent yet.
    #[must_use]
    pub fn new(request: Box<SignInRequest>, endpoint: String, renewal: Box<Renewal>) -> Self {
        let asked = asked(&request, &endpoint, &renewal);
        Self { request, endpoint, renewal, effort: Effort::default(), asked }
    }

    /// The refresh token at hand.
    #[must_use]
    pub fn token(&self) -> Option<&RefreshToken> {
        self.renewal.tokens.last()
    }

    pub(super) fn advance(self: Box<Self>, input: Input, now: UnixMillis) -> Step {
        match input {
            Input::Tick => self.send_if_due(now),
            Input::NoResponse(reason) => {
                let failure = effort::no_response(&self.endpoint, &reason);
                self.again(failure, now)
            }
            Input::Response(response) => self.answered(&response, now),
        }
    }

    fn send_if_due(mut self: Box<Self>, now: UnixMillis) -> Step {
        if !self.effort.is_due(now) {
            return self.wait();
        }
        let Self { request, renewal, .. } = &*self;
        // A refresh token goes to the cloud that issued it, or nowhere.
        let is_home =
            renewal.is_home || same_environment(request.authority.environment(), &renewal.account.environment);
        let Some(token) = self.token().filter(|_| is_home) else {
            let home = renewal.account.environment.as_str();
            let message = ["The account is of ", home, ", and ", request.authority.canonical(), " is not."];
            let failure = Code::NoTokens.because(&message);
            return (*self).give_up(failure);
        };
        let send = RefreshRequest {
            endpoint: &self.endpoint,
            client_id: &request.client_id,
            refresh_token: &token.secret,
            scope: &spaced(&request.scopes),
            claims: request.claims.as_deref(),
            client_info: request.wants_client_info(),
            anchor: anchor(&renewal.account.home_account_id).filter(|_| request.wants_client_info()),
            introduction: request.introduction(),
            query: request.query(),
        }
        .request(request.request_timeout);
        self.effort.begin();
        Step { state: FlowState::Refreshing(self), action: Action::Send(send) }
    }

    fn answered(self: Box<Self>, response: &HttpResponse, now: UnixMillis) -> Step {
        match TokenReply::parse(response, now) {
            TokenReply::Tokens(tokens) => self.renewed(tokens, response.request_id.clone(), now),
            TokenReply::Error(evidence, _) => self.refused(evidence, response.is_transient(), now),
            TokenReply::Unreadable(evidence) if response.is_redirect() => {
                let failure = effort::redirected(&self.endpoint, evidence);
                (*self).give_up(failure)
            }
            TokenReply::Unreadable(evidence) if response.is_transient() => {
                let failure = effort::unavailable(&self.endpoint, evidence);
                self.again(failure, now)
            }
            TokenReply::Unreadable(evidence) => {
                let failure = effort::unreadable(&self.endpoint, evidence);
                (*self).give_up(failure)
            }
        }
    }

    fn renewed(self, tokens: Box<TokenResponse>, request_id: Option<String>, now: UnixMillis) -> Step {
        let sign_in = SignIn::new(&self.request, tokens, request_id, now);
        match sign_in.of(&self.renewal) {
            Ok(sign_in) => {
                let state = FlowState::Refreshed(Box::new(self.renewal.refreshed));
                Step { state, action: Action::Finish(Box::new(sign_in)) }
            }
            Err(failure) => self.give_up(failure),
        }
    }

    fn refused(mut self: Box<Self>, mut evidence: Box<Evidence>, transient: bool, now: UnixMillis) -> Step {
        let Some(token) = self.renewal.tokens.last() else { return self.wait() };
        evidence.leave_out(token.secret.expose());
        let authority = &self.request.authority;
        if transient {
            // An overloaded server's error is not a refusal.
            let failure = refused::failure(evidence, authority);
            let failure = effort::unavailable(&self.endpoint, failure.into_evidence());
            let failure = refused::advised(failure, authority);
            return self.again(failure, now);
        }
        let mut failure = refused::failure(evidence, authority);
        if failure.retryable {
            return self.again(failure, now);
        }
        let mismatch = failure.evidence.suberror == "client_mismatch" && token.of_family;
        let bad = failure.evidence.suberror == "bad_token";
        // Elsewhere than at Entra a token that was used before ends every token of its grant: no second one is risked.
        let other = mismatch || bad || authority.is_entra() && failure.code == "invalid_grant";
        if mismatch || bad || other {
            let Some(token) = self.renewal.tokens.pop() else { return self.wait() };
            if bad {
                self.renewal.refreshed.lesson.bad.push(token.secret);
            }
            if mismatch {
                self.renewal.refreshed.lesson.in_no_family = true;
                failure.class = Class::InteractionRequired;
            }
            if other && !self.renewal.tokens.is_empty() {
                self.effort = Effort::default();
                return self.send_if_due(now);
            }
        }
        (*self).give_up(failure)
    }

    fn again(mut self: Box<Self>, failure: Failure, now: UnixMillis) -> Step {
        match self.effort.again(failure, now) {
            Ok(()) => self.wait(),
            Err(failure) => (*self).give_up(failure),
        }
    }

    fn wait(self: Box<Self>) -> Step {
        let action = Action::Wait { until: self.effort.due, prompt: None };
        Step { state: FlowState::Refreshing(self), action }
    }

    /// The end without new tokens.
    pub(super) fn give_up(self, failure: Failure) -> Step {
        Step { state: FlowState::Refreshed(Box::new(self.renewal.refreshed)), action: Action::Fail(failure) }
    }
}

/// The person as Microsoft's front end routes by: `Oid:{uid}@{utid}`.
fn anchor(home_account_id: &str) -> Option<String> {
    let uid = cut(home_account_id, ".").0;
    let home = home_tenant(home_account_id);
    (!home.is_empty()).then(|| ["Oid:", uid, "@", home].concat())
}

/// Scopes in another order ask for the same: what each adds is summed up.
fn asked(request: &SignInRequest, endpoint: &str, renewal: &Renewal) -> u64 {
    let parts = [request.client_id.as_str(), endpoint, request.claims.as_deref().unwrap_or_default()];
    let tokens = renewal.tokens.iter().map(|token| token.secret.expose());
    let scopes = request.scopes.iter().map(|scope| fnv::fnv(fnv::START, scope));
    scopes.fold(fnv::of_all(parts.into_iter().chain(tokens)), u64::wrapping_add)
}
