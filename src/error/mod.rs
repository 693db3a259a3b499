//! Everything that can go wrong: a code, a class, who has to act, whether trying again helps, and what to do.
//!
//! [`Code`] is the table of the conditions that this library names itself ([`codes`]). An error that an authorization server
//! names keeps the server's word as its code ([`server`]); the type [`ErrorCode`] keeps the two apart.
//!
//! An error never holds a secret: [`Evidence`] has no field for one.

pub mod codes;
pub mod server;

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::time::Duration;

pub use crate::error::codes::Code;
pub use crate::error::server::{OAuthError, SERVER_ERRORS, Suberror};

/// Which JavaScript class the caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// An error that fits no other class.
    Auth,
    /// The server said so.
    Server,
    /// A person has to sign in (again).
    InteractionRequired,
    /// Something on the client's side, while it ran.
    ClientAuth,
    /// Wrong configuration or arguments: found before any request is made.
    ClientConfiguration,
}

impl Class {
    /// Its name, which is msal-node's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "AuthError",
            Self::Server => "ServerError",
            Self::InteractionRequired => "InteractionRequiredAuthError",
            Self::ClientAuth => "ClientAuthError",
            Self::ClientConfiguration => "ClientConfigurationError",
        }
    }
}

/// Who has to act for the next attempt to go better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Whoever writes or configures the program that calls this library, its registration at the provider included.
    Caller,
    /// The authorization server.
    Server,
    /// The way between here and the server.
    Network,
    /// The person at the other device.
    Person,
    /// Whoever administers the person's organization: a policy, an assignment, a consent for all.
    Administrator,
    /// This library: a bug to report.
    Library,
}

impl Fault {
    /// What JavaScript sees.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Server => "server",
            Self::Network => "network",
            Self::Person => "person",
            Self::Administrator => "administrator",
            Self::Library => "library",
        }
    }
}

/// What callers branch on. A word of a server is never [`ErrorCode::Known`], even if it equals the text of a [`Code`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A condition that this library names.
    Known(Code),
    /// The `error` of a server's answer, as it was sent (RFC 6749 §5.2).
    Server(String),
}

impl ErrorCode {
    /// The text that callers see.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Known(code) => code.text(),
            Self::Server(word) => word,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl PartialEq<Code> for ErrorCode {
    fn eq(&self, code: &Code) -> bool {
        *self == Self::Known(*code)
    }
}

/// One thing that went wrong, ready to be thrown.
///
/// A box, because it passes through every `?` of the core: one pointer instead of forty bytes at each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Details>);

/// What a [`Error`] is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// What callers branch on.
    pub code: ErrorCode,
    /// The JavaScript class.
    pub class: Class,
    /// Who has to act.
    pub fault: Fault,
    /// What happened and where, one sentence.
    pub message: String,
    /// What to do about it, one sentence; empty where there is nothing to say.
    pub hint: &'static str,
    /// May the same call succeed later without a person?
    pub retryable: bool,
    /// What the server said, word for word.
    pub evidence: Box<Evidence>,
}

/// What the server said about a failure. RFC 6749 §5.2 fields first, then Microsoft Entra's additions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// `error`
    pub error: String,
    /// `error_description`
    pub description: String,
    /// `error_uri`
    pub error_uri: String,
    /// `suberror`
    pub suberror: String,
    /// `error_codes`: AADSTS numbers.
    pub error_codes: Vec<u32>,
    /// `correlation_id`
    pub correlation_id: String,
    /// `trace_id`
    pub trace_id: String,
    /// `timestamp`
    pub timestamp: String,
    /// `claims`: a claims challenge to hand on.
    pub claims: String,
    /// How long the server asked to be left alone.
    pub retry_after: Option<Duration>,
}

impl Evidence {
    /// What `error` means.
    #[must_use]
    pub fn oauth_error(&self) -> OAuthError {
        OAuthError::parse(&self.error)
    }

    /// What `suberror` means.
    #[must_use]
    pub fn entra_suberror(&self) -> Suberror {
        Suberror::parse(&self.suberror)
    }

    /// Can the same request succeed later?
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.oauth_error().is_transient()
    }

    /// Does a person have to sign in? As in MSAL.NET `invalid_grant` counts, because a program can do nothing else about it. The
    /// exceptions are MSAL.NET's too: a device that must be enrolled, and the token of another client.
    #[must_use]
    pub fn needs_interaction(&self) -> bool {
        let (error, suberror) = (self.oauth_error(), self.entra_suberror());
        let other_remedy = matches!(suberror, Suberror::ClientMismatch | Suberror::ProtectionPolicyRequired);
        error.needs_interaction() || suberror.needs_interaction() || error == OAuthError::InvalidGrant && !other_remedy
    }

    /// MSAL's classification of `suberror`: which help the person needs. Empty where MSAL has none.
    #[must_use]
    pub fn classification(&self) -> &'static str {
        self.entra_suberror().classification()
    }
}

impl Error {
    /// An error that a server names: its `error` is the code, its description the message.
    #[must_use]
    pub fn from_server(evidence: Box<Evidence>) -> Self {
        let error = evidence.oauth_error();
        let (class, default_fault) = if evidence.needs_interaction() {
            (Class::InteractionRequired, Fault::Person)
        } else {
            (Class::Server, Fault::Server)
        };
        let row = SERVER_ERRORS.iter().find(|(known, ..)| *known == error);
        let (fault, hint) = row.map_or((default_fault, ""), |(_, fault, hint)| (*fault, *hint));
        let message = if evidence.description.is_empty() {
            format!("The authorization server answered {}.", evidence.error)
        } else {
            evidence.description.clone()
        };
        Self(Box::new(Details {
            code: ErrorCode::Server(evidence.error.clone()),
            class,
            fault,
            message,
            hint,
            retryable: error.is_transient(),
            evidence,
        }))
    }

    /// What the server said.
    #[must_use]
    pub fn into_evidence(self) -> Box<Evidence> {
        self.0.evidence
    }

    /// The same error with what the server said.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Box<Evidence>) -> Self {
        self.0.evidence = evidence;
        self
    }
}

impl Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}
