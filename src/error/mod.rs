//! Everything that can go wrong, in one table: code, class, whose fault it is, whether trying again helps, and
//! what to do about it.
//!
//! Every row of [`Code`] is a promise to callers: the `code` text is what they branch on. The texts follow
//! @azure/msal-node where it has one for the condition. What a server says in its own words (`access_denied`,
//! `invalid_grant`, …) keeps the server's word as its code: see [`Error::from_server`].
//!
//! A failure never holds a secret: [`Evidence`] has no field for one.

use core::ops::{Deref, DerefMut};

use crate::time::Seconds;

/// Which JavaScript class the caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// None of the more exact ones.
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

/// Builds [`Code`] and its lookup from one list, so that a code cannot exist without its hint.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident: $code:literal, $class:ident, $fault:ident, retryable $retry:literal, $hint:literal;)+) => {
        /// A condition this library itself names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code there is, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name),+];

            fn row(self) -> (&'static str, Class, Fault, bool, &'static str) {
                match self { $(Code::$name => ($code, Class::$class, Fault::$fault, $retry, $hint),)+ }
            }

            /// When it happens: the words above, for docs/errors.md. The module has no use for them.
            #[cfg(not(target_arch = "wasm32"))]
            #[must_use]
            pub fn when(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// A field of the configuration or the request has a wrong type or value.
    InvalidArgument: "invalid_argument", ClientConfiguration, Caller, retryable false,
        "Correct the field that the message names.";
    /// The client id is missing or has characters that no client id has.
    InvalidClientId: "invalid_client_id", ClientConfiguration, Caller, retryable false,
        "Set auth.clientId to the application (client) ID that the provider shows for your registration.";
    /// The authority is no URL.
    UrlParse: "url_parse_error", ClientConfiguration, Caller, retryable false,
        "Set auth.authority to a full URL such as https://login.microsoftonline.com/{tenant} or your provider's issuer.";
    /// The authority, or an endpoint it names, is not https.
    InsecureAuthority: "authority_uri_insecure", ClientConfiguration, Caller, retryable false,
        "Use an https:// address; http:// is accepted on loopback (127.0.0.1, [::1], localhost) only.";
    /// The authority is one of Azure AD B2C, which has no device code flow.
    B2cUnsupported: "b2c_authority_unsupported", ClientConfiguration, Caller, retryable false,
        "Azure AD B2C does not offer the device code flow: use a tenant of Entra ID or Entra External ID, or another flow.";
    /// Nobody vouches for the authority's host: not Microsoft, not the caller.
    UntrustedAuthority: "untrusted_authority", ClientConfiguration, Caller, retryable false,
        "If the host is yours, add it to auth.knownAuthorities; if it is no server of Microsoft's make, set system.protocolMode to \"OIDC\".";
    /// `cloudDiscoveryMetadata` is no answer to instance discovery.
    InvalidCloudMetadata: "invalid_cloud_discovery_metadata", ClientConfiguration, Caller, retryable false,
        "Pass auth.cloudDiscoveryMetadata as the text of an answer to instance discovery, with its list \"metadata\".";
    /// No scope was asked for.
    EmptyScopes: "empty_input_scopes_error", ClientConfiguration, Caller, retryable false,
        "Pass at least one scope, for example scopes: [\"User.Read\"] or [\"openid\"].";
    /// The claims parameter is not a JSON object.
    InvalidClaims: "invalid_claims", ClientConfiguration, Caller, retryable false,
        "Pass claims as the JSON text of an object, for example the decoded claims of a 401 challenge.";
    /// `authorityMetadata` is not a usable discovery document.
    InvalidAuthorityMetadata: "invalid_authority_metadata", ClientConfiguration, Caller, retryable false,
        "Pass auth.authorityMetadata as the text of the provider's OpenID discovery document.";
    /// The discovery document speaks for another issuer than the one asked (RFC 8414 §3.3).
    IssuerMismatch: "issuer_validation_failed", ClientConfiguration, Server, retryable false,
        "Set auth.authority to exactly the issuer that the provider's discovery document names.";
    /// No discovery document could be read.
    EndpointsResolution: "endpoints_resolution_error", ClientAuth, Server, retryable false,
        "Check auth.authority: its /.well-known/openid-configuration must answer with the provider's metadata.";
    /// The discovery document lacks what this flow needs.
    OpenIdConfig: "openid_config_error", ClientAuth, Server, retryable false,
        "Ask the provider whether device authorization (RFC 8628) is switched on; its metadata lacks what the message names.";
    /// No answer came: refused, reset, timed out, or blocked by the host.
    Network: "network_error", ClientAuth, Network, retryable true,
        "Check the connection. Behind a proxy, or on a page whose origin the provider does not allow (CORS), pass system.fetch.";
    /// The server, or something before it, is overloaded or down.
    ServerUnavailable: "server_unavailable", Server, Server, retryable true,
        "Try again in a while; the provider could not answer just now.";
    /// The server answered something that cannot be understood.
    InvalidServerResponse: "invalid_server_response", Server, Server, retryable false,
        "Check auth.authority: what answered there does not speak OAuth 2.0 device authorization.";
    /// The server sent an address that nobody should be asked to open.
    UnsafeVerificationUri: "unsafe_verification_uri", Server, Server, retryable false,
        "Do not sign in there: the provider sent a verification address that is not https.";
    /// The code's life is over (RFC 8628 §3.5 `expired_token`, or our own clock). Where the last poll brought no answer of OAuth, it is
    /// the server's or the network's to act, and nobody knows whether the person has signed in.
    Expired: "device_code_expired", ClientAuth, Person, retryable false,
        "Ask for a new code when the person is there to use it.";
    /// The code was redeemed by a poll whose answer nobody kept: its process died, or the connection broke.
    TokensLost: "tokens_lost", ClientAuth, Person, retryable false,
        "Ask for a new code: the tokens were issued to a process that died, or over a connection that broke, before they were stored.";
    /// The caller's own `timeout` is over.
    UserTimeout: "user_timeout_reached", ClientAuth, Person, retryable false,
        "Nobody signed in within request.timeout seconds; start again when the person asks for it.";
    /// The caller cancelled by msal-node's `cancel` flag.
    Cancelled: "device_code_polling_cancelled", ClientAuth, Caller, retryable false,
        "The request's cancel flag was set; start again when a sign-in is wanted.";
    /// `resumeDeviceCode` was given a text that `save` did not write, or that was changed since.
    SavedFlowInvalid: "saved_flow_invalid", Auth, Caller, retryable false,
        "Pass the text of DeviceCodeFlow.save() unchanged; if it is lost, start a new sign-in.";
    /// The text was saved by a newer release.
    SavedFlowVersion: "saved_flow_version", Auth, Caller, retryable false,
        "Update device-code-flow to the release that saved this flow, or start a new sign-in.";
    /// The flow was started by another client or at another authority.
    SavedFlowMismatch: "saved_flow_mismatch", ClientConfiguration, Caller, retryable false,
        "Resume with the clientId and authority that the flow was started with.";
    /// `save` was called on a flow that is over.
    FlowEnded: "flow_ended", ClientAuth, Caller, retryable false,
        "Use the result or the error that the flow ended with; there is nothing left to resume.";
    /// `acquireTokenSilent` was called without an account.
    NoAccount: "no_account_in_silent_request", ClientAuth, Caller, retryable false,
        "Pass request.account: one of getAllAccounts(), or the account of an earlier result.";
    /// There is no token for this account in the cache, and none to get a new one with.
    NoTokens: "no_tokens_found", InteractionRequired, Person, retryable false,
        "Sign the person in with acquireTokenByDeviceCode: the cache has nothing to get a token with.";
    /// The answer to a refresh was another person's tokens. They were not kept.
    UserMismatch: "user_mismatch", Server, Server, retryable false,
        "Sign the person in again; if it stays, report it to the provider.";
    /// A text that should be a token cache is none.
    InvalidCache: "token_cache_invalid", Auth, Caller, retryable false,
        "Restore the store's text, or set it aside and sign in again; it was not written over.";
    /// A cache plugin threw, did not end, or did not do what it was asked.
    CachePlugin: "cache_plugin_error", ClientAuth, Caller, retryable false,
        "See error.cause for what the plugin threw. Tokens that it did not store stay in memory, and the next call stores them.";
    /// A bug of this library.
    Internal: "internal_error", Auth, Library, retryable true,
        "This is a bug in device-code-flow: please report it with this message.";
}

impl Code {
    /// The error of this code: `message` says what happened and where, in one sentence.
    #[must_use]
    pub fn error(self, message: impl Into<String>) -> Error {
        let mut error = self.because(&[]);
        error.message = message.into();
        error
    }

    /// The text that callers branch on.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.row().0
    }

    /// Who has to act.
    #[must_use]
    pub fn fault(self) -> Fault {
        self.row().2
    }

    /// A failure with this code. The message, given as [`filled`] takes it, names the place: the field, the endpoint, the condition.
    #[must_use]
    pub fn because(self, message: &[&str]) -> Error {
        let (code, class, fault, retryable, hint) = self.row();
        let evidence = Box::default();
        Error(Box::new(Details {
            code: code.into(),
            class,
            fault,
            message: filled(message),
            hint,
            retryable,
            evidence,
        }))
    }
}

/// What a server's own error word calls for, and from whom. The hint is for the words of RFC 6749 §5.2 and RFC 8628 §3.5;
/// others are handed on without one.
pub const SERVER_WORDS: &[(&str, Fault, &str)] = &[
    (
        "access_denied",
        Fault::Person,
        "The person declined, or the provider's policy did; ask again only when the person wants to.",
    ),
    ("authorization_declined", Fault::Person, "The person declined; ask again only when the person wants to."),
    (
        "invalid_client",
        Fault::Caller,
        "Check auth.clientId, and that the registration allows public client flows (no client secret).",
    ),
    (
        "unauthorized_client",
        Fault::Caller,
        "Allow the device code grant for this client in its registration at the provider.",
    ),
    (
        "unsupported_grant_type",
        Fault::Administrator,
        "Switch on the device code grant (RFC 8628) at the provider, or use one that has it.",
    ),
    (
        "invalid_scope",
        Fault::Caller,
        "Check request.scopes: the provider does not know one of them or does not grant it to this client.",
    ),
    ("invalid_grant", Fault::Person, "The code was already used, revoked or not accepted: start a new sign-in."),
    (
        "invalid_request",
        Fault::Caller,
        "The provider did not accept the request; its description says which parameter.",
    ),
    ("device_flow_disabled", Fault::Caller, "Enable device flow in the settings of the application at the provider."),
    ("incorrect_device_code", Fault::Person, "The provider does not know this code (any more): start a new sign-in."),
    ("bad_verification_code", Fault::Person, "The provider does not know this code (any more): start a new sign-in."),
];

/// The words that mean, as `error` and as `suberror`: a person has to sign in. msal-node's list.
const INTERACTION_WORDS: &[&str] =
    &["interaction_required", "consent_required", "login_required", "bad_token", "ui_not_allowed", "interrupted_user"];
/// The same as `suberror` alone.
const INTERACTION_SUBERRORS: &[&str] = &["message_only", "additional_action", "basic_action", "user_password_expired"];
/// Signing in again does not help `invalid_grant` with one of these: the device must be enrolled, or the token was another
/// client's. MSAL.NET's exceptions.
const NO_INTERACTION: &[&str] = &["client_mismatch", "protection_policy_required"];

/// One thing that went wrong, ready to be thrown.
///
/// A box, because it passes through every `?` of the core: one pointer instead of forty bytes at each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Details>);

/// What a [`Error`] is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// What callers branch on.
    pub code: String,
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
    pub retry_after: Option<Seconds>,
}

impl Evidence {
    /// Does the word say that the same request may succeed later? (RFC 6749 §4.1.2.1's two, which servers send from these
    /// endpoints as well.)
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.error.as_str(), "temporarily_unavailable" | "server_error")
    }

    /// Does the answer say that a person has to sign in (again)? (msal-node does not count a plain `invalid_grant`, MSAL.NET
    /// does: there is nothing else that a program could do about it.)
    #[must_use]
    pub fn needs_interaction(&self) -> bool {
        let (error, suberror) = (self.error.as_str(), self.suberror.as_str());
        INTERACTION_WORDS.contains(&error)
            || INTERACTION_WORDS.contains(&suberror)
            || INTERACTION_SUBERRORS.contains(&suberror)
            || error == "invalid_grant" && !NO_INTERACTION.contains(&suberror)
    }

    /// Entra's `suberror` as MSAL's classification: what kind of help the person needs.
    #[must_use]
    pub fn classification(&self) -> &'static str {
        match self.suberror.as_str() {
            "basic_action" => "BasicAction",
            "additional_action" => "AdditionalAction",
            "message_only" => "MessageOnly",
            "consent_required" => "ConsentRequired",
            "user_password_expired" => "UserPasswordExpired",
            _ => "",
        }
    }
}

impl Error {
    /// A failure in the server's own words: its `error` is the code, its description the message.
    #[must_use]
    pub fn from_server(evidence: Box<Evidence>) -> Self {
        let word = evidence.error.as_str();
        let (class, fault) = if evidence.needs_interaction() {
            (Class::InteractionRequired, Fault::Person)
        } else {
            (Class::Server, Fault::Server)
        };
        let known = SERVER_WORDS.iter().find(|(known, ..)| *known == word);
        let (fault, hint) = known.map_or((fault, ""), |(_, fault, hint)| (*fault, *hint));
        let retryable = evidence.is_transient();
        let message = if evidence.description.is_empty() {
            filled(&["The authorization server answered #.", word])
        } else {
            evidence.description.clone()
        };
        Self(Box::new(Details { code: word.into(), class, fault, message, hint, retryable, evidence }))
    }

    /// What the server said.
    #[must_use]
    pub fn into_evidence(self) -> Box<Evidence> {
        self.0.evidence
    }

    /// The same failure with what the server said.
    #[must_use]
    pub fn with(mut self, evidence: Box<Evidence>) -> Self {
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

/// Does `text` repeat `part`? (`str::contains` brings a search machine of two kilobytes.)
#[must_use]
pub fn holds(text: &str, part: &str) -> bool {
    !part.is_empty() && text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

/// The first of `parts` with each `#` in it replaced by one of the others in turn; what is left of them comes after it. (An array
/// of literals between what is not takes three times as much code.)
#[must_use]
pub fn filled(parts: &[&str]) -> String {
    let mut out = String::new();
    let (mut rest, parts) = parts.split_first().map_or(("", parts), |(first, parts)| (*first, parts));
    for part in parts {
        let end = rest.bytes().position(|byte| byte == b'#').unwrap_or(rest.len());
        let (before, after) = rest.split_at_checked(end).unwrap_or_default();
        out += before;
        out += part;
        rest = after.get(1..).unwrap_or_default();
    }
    out + rest
}
