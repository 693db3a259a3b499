//! What is renewed for a person: the refresh tokens to try, what is handed out if none of them helps, and what is learnt of
//! them on the way.

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
    /// New tokens for somebody who has signed in before.
    Refresh(Box<Renewal>),
    /// These refresh tokens are to be good for nothing any more.
    Revoke(Vec<Secret>),
}

/// Somebody's tokens, about to be renewed.
#[derive(Clone, PartialEq, Eq)]
pub struct Renewal {
    /// Whose, as the cache knows them.
    pub account: Account,
    /// The ID token in the cache: a server need not send another (OpenID Connect Core §12.2).
    pub id_token: Option<(Secret, IdToken)>,
    /// To try; the last one comes next. Never empty.
    pub tokens: Vec<RefreshToken>,
    /// The authority as the caller gave it: what the result carries.
    pub authority: String,
    /// Is the authority of the account's cloud? If not known yet, its metadata must say so before a token is sent there.
    pub is_home: bool,
    /// What will be known afterwards.
    pub refreshed: Refreshed,
}

/// A refresh that is over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// What it has taught about the tokens that it tried: for the cache.
    pub findings: RefreshFindings,
    /// The access token that was there before, if it is still good.
    pub fallback: Option<Box<SignIn>>,
}

impl Refreshed {
    /// What there is instead of new tokens, where the server could not answer just now. One that said no has its reasons.
    #[must_use]
    pub fn instead_of(&self, failure: &Error) -> Option<&SignIn> {
        self.fallback.as_deref().filter(|_| failure.retryable)
    }

    /// The same to hand out.
    pub fn take_instead_of(&mut self, failure: &Error) -> Option<Box<SignIn>> {
        self.fallback.take().filter(|_| failure.retryable)
    }
}

impl fmt::Debug for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Renewal([redacted])")
    }
}
