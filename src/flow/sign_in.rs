//! The end of a flow that succeeded: tokens, whose they are, and until when.

use core::fmt;

use crate::cache::account::{Account, home_tenant};
use crate::cache::save::Grant;
use crate::config::request::SignInRequest;
use crate::error::{Code, Error};
use crate::flow::renewal::Renewal;
use crate::oauth::client_info::ClientInfo;
use crate::oauth::id_token::IdToken;
use crate::oauth::token::TokenResponse;
use crate::time::UnixMillis;

/// A person has signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Whom the tokens were issued to.
    pub client_id: String,
    /// When they came.
    pub arrived: UnixMillis,
    /// The authority in its canonical spelling.
    pub authority: String,
    /// The tokens, as they came.
    pub tokens: Box<TokenResponse>,
    /// Granted scopes; the requested ones where the server does not say (RFC 6749 §5.1).
    pub scopes: Vec<String>,
    /// Decoded, where there is one that can be decoded.
    pub id_token: Option<IdToken>,
    /// Who signed in, where an ID token says so.
    pub account: Option<Account>,
    /// Counted from the answer's arrival, as are the other two.
    pub expires_on: Option<UnixMillis>,
    /// Entra: usable until then while its servers are out.
    pub ext_expires_on: Option<UnixMillis>,
    /// Entra: to be renewed from then on.
    pub refresh_on: Option<UnixMillis>,
    /// The caller's correlation id.
    pub correlation_id: String,
    /// Entra's name for the last request.
    pub request_id: Option<String>,
    /// Nothing was sent for it.
    pub from_cache: bool,
}

impl SignIn {
    /// Makes the result of a token response that arrived at `now`. An ID token that cannot be decoded costs the account,
    /// never the tokens.
    #[must_use]
    pub fn new(
        request: &SignInRequest,
        tokens: Box<TokenResponse>,
        request_id: Option<String>,
        now: UnixMillis,
    ) -> Self {
        let id_token = tokens.id_token.as_ref().and_then(|jwt| IdToken::parse(jwt.expose()));
        let authority = &request.authority;
        let account =
            id_token.as_ref().map(|id_token| Account::from_tokens(id_token, tokens.client_info.as_deref(), authority));
        Self {
            client_id: request.client_id.clone(),
            arrived: now,
            authority: authority.canonical().into(),
            scopes: tokens.scopes.as_ref().unwrap_or(&request.scopes).clone(),
            id_token,
            account,
            expires_on: tokens.expires_in.map(|seconds| now + seconds),
            ext_expires_on: tokens.ext_expires_in.map(|seconds| now + seconds),
            refresh_on: tokens.refresh_in.map(|seconds| now + seconds),
            correlation_id: request.correlation_id.clone(),
            request_id,
            from_cache: false,
            tokens,
        }
    }

    /// The same as what a refresh for somebody has brought: whatever the answer does not say again, the cache knows.
    ///
    /// # Errors
    /// [`Code::UserMismatch`]: the tokens are another person's.
    pub fn of(mut self, renewal: &Renewal) -> Result<Self, Error> {
        let known = &renewal.account;
        let home = self.tokens.client_info.as_deref().and_then(ClientInfo::parse);
        if let Some(told) = &mut self.account {
            // OpenID Connect Core §12.2: the same subject. Entra's is told by `client_info`, which it may leave out.
            let comparable = home.is_some() || home_tenant(&known.home_account_id).is_empty();
            if comparable && told.home_account_id != known.home_account_id {
                return Err(Code::UserMismatch.because(&["The answer to the refresh speaks of another person."]));
            }
            told.home_account_id.clone_from(&known.home_account_id);
            told.environment.clone_from(&known.environment);
            told.data_boundary = told.data_boundary.or(known.data_boundary);
        } else {
            self.account = Some(known.clone());
            if let Some((secret, decoded)) = renewal.id_token.clone() {
                (self.tokens.id_token, self.id_token) = (Some(secret), Some(decoded));
            }
        }
        self.authority.clone_from(&renewal.authority);
        Ok(self)
    }

    /// What there is to keep. Without an account nobody could ask for it again.
    #[must_use]
    pub fn grant(&self) -> Option<Grant<'_>> {
        Some(Grant {
            client_id: &self.client_id,
            account: self.account.as_ref()?,
            tokens: &self.tokens,
            scopes: &self.scopes,
            expires_on: self.expires_on,
            ext_expires_on: self.ext_expires_on,
            refresh_on: self.refresh_on,
            mark: None,
        })
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIn([redacted])")
    }
}
