//! What a flow is for: codes for a person, new tokens from a refresh token, or a revocation.

use core::fmt;

use crate::cache::account::Account;
use crate::cache::lookup::RefreshToken;
use crate::cache::save::RefreshFindings;
use crate::error::Error;
use crate::flow::sign_in::SignIn;
use crate::oauth::id_token::IdToken;
use crate::secret::Secret;

/// What an authority is asked for once its endpoints are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Codes for a person to sign in with.
    DeviceCode,
    /// New tokens for an account in the cache.
    Refresh(Box<CachedCredentials>),
    /// The revocation of these refresh tokens.
    Revoke(Vec<Secret>),
}

/// What the cache has of an account whose tokens are to be refreshed.
#[derive(Clone, PartialEq, Eq)]
pub struct CachedCredentials {
    /// The account as it stands in the cache.
    pub account: Account,
    /// The ID token in the cache: a server need not send another (OpenID Connect Core §12.2).
    pub id_token: Option<(Secret, IdToken)>,
    /// The refresh tokens to try; the last one is tried next. Never empty at first.
    pub tokens: Vec<RefreshToken>,
    /// The authority as the caller gave it: the result carries it.
    pub authority: String,
    /// Is the authority of the account's cloud? If that is not known yet, its metadata must say so before a token is sent there.
    pub is_home: bool,
    /// What will be known after the refresh.
    pub outcome: RefreshOutcome,
}

/// What is known after a refresh, whether it succeeded or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefreshOutcome {
    /// What the refresh found out about the tokens that it tried: for the cache.
    pub findings: RefreshFindings,
    /// The access token that was in the cache before, if it is still good.
    pub fallback: Option<Box<SignIn>>,
}

impl Purpose {
    /// The tokens that its requests will contain.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        match self {
            Self::DeviceCode => Vec::new(),
            Self::Refresh(credentials) => credentials.secrets(),
            Self::Revoke(tokens) => tokens.iter().map(Secret::expose).collect(),
        }
    }
}

impl CachedCredentials {
    /// The refresh tokens that are left to try.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        self.tokens.iter().map(|token| token.secret.expose()).collect()
    }
}

impl RefreshOutcome {
    /// The token to return instead of `error`: the earlier access token if the server could not answer just now. A refusal is
    /// final: no earlier token is returned.
    #[must_use]
    pub fn fallback_for(&self, error: &Error) -> Option<&SignIn> {
        self.fallback.as_deref().filter(|_| error.retryable)
    }

    /// The same, taken out.
    pub fn take_fallback_for(&mut self, error: &Error) -> Option<Box<SignIn>> {
        self.fallback.take().filter(|_| error.retryable)
    }
}

impl fmt::Debug for CachedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CachedCredentials([redacted])")
    }
}
