//! The table of the conditions that this library names itself: the code that callers branch on, the class, who has to act,
//! whether the same call can succeed later, and what to do.
//!
//! The code texts follow @azure/msal-node where it has one for the condition.

use crate::error::{Class, Details, Error, ErrorCode, Fault};

/// Builds [`Code`] and its properties from one list, so that no code lacks a hint.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident: $code:literal, $class:ident, $fault:ident, retryable $retry:literal, $hint:literal;)+) => {
        /// A condition that this library names itself.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// All codes in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name),+];

            fn row(self) -> (&'static str, Class, Fault, bool, &'static str) {
                match self { $(Code::$name => ($code, Class::$class, Fault::$fault, $retry, $hint),)+ }
            }

            /// When it happens: the doc comment above, for docs/errors.md. The module does not need it.
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
    /// The client id is missing or has characters that a client id cannot have.
    InvalidClientId: "invalid_client_id", ClientConfiguration, Caller, retryable false,
        "Set auth.clientId to the application (client) ID that the provider shows for your registration.";
    /// The authority is not a URL.
    UrlParse: "url_parse_error", ClientConfiguration, Caller, retryable false,
        "Set auth.authority to a full URL such as https://login.microsoftonline.com/{tenant} or your provider's issuer.";
    /// The authority, or an endpoint that it names, is not https; or it names an endpoint on loopback although it is not on
    /// loopback itself.
    InsecureAuthority: "authority_uri_insecure", ClientConfiguration, Caller, retryable false,
        "Use an https:// address; http:// is accepted on loopback (127.0.0.1, [::1], localhost) only.";
    /// The authority is an Azure AD B2C authority. Azure AD B2C has no device code flow.
    B2cUnsupported: "b2c_authority_unsupported", ClientConfiguration, Caller, retryable false,
        "Azure AD B2C does not offer the device code flow: use a tenant of Entra ID or Entra External ID, or another flow.";
    /// Neither Microsoft nor the caller vouches for the host of the authority.
    UntrustedAuthority: "untrusted_authority", ClientConfiguration, Caller, retryable false,
        "If the host is yours, add it to auth.knownAuthorities; if it is no server of Microsoft's make, set system.protocolMode to \"OIDC\".";
    /// `cloudDiscoveryMetadata` is not an answer to instance discovery.
    InvalidCloudMetadata: "invalid_cloud_discovery_metadata", ClientConfiguration, Caller, retryable false,
        "Pass auth.cloudDiscoveryMetadata as the text of an answer to instance discovery, with its list \"metadata\".";
    /// The request has no scope.
    EmptyScopes: "empty_input_scopes_error", ClientConfiguration, Caller, retryable false,
        "Pass at least one scope, for example scopes: [\"User.Read\"] or [\"openid\"].";
    /// The claims parameter is not a JSON object.
    InvalidClaims: "invalid_claims", ClientConfiguration, Caller, retryable false,
        "Pass claims as the JSON text of an object, for example the decoded claims of a 401 challenge.";
    /// `authorityMetadata` is not a usable discovery document.
    InvalidAuthorityMetadata: "invalid_authority_metadata", ClientConfiguration, Caller, retryable false,
        "Pass auth.authorityMetadata as the text of the provider's OpenID discovery document.";
    /// The discovery document names another issuer than the one that was asked (RFC 8414 §3.3).
    IssuerMismatch: "issuer_validation_failed", ClientConfiguration, Server, retryable false,
        "Set auth.authority to exactly the issuer that the provider's discovery document names.";
    /// No discovery document could be read.
    EndpointsResolution: "endpoints_resolution_error", ClientAuth, Server, retryable false,
        "Check auth.authority: its /.well-known/openid-configuration must answer with the provider's metadata.";
    /// The discovery document lacks a member that this flow needs.
    OpenIdConfig: "openid_config_error", ClientAuth, Server, retryable false,
        "Ask the provider whether device authorization (RFC 8628) is switched on; its metadata lacks what the message names.";
    /// There was no answer: the connection was refused, reset or blocked by the host, or the request timed out.
    Network: "network_error", ClientAuth, Network, retryable true,
        "Check the connection. Behind a proxy, or on a page whose origin the provider does not allow (CORS), pass system.fetch.";
    /// The server, or a proxy in front of it, is overloaded or down.
    ServerUnavailable: "server_unavailable", Server, Server, retryable true,
        "Try again in a while; the provider could not answer just now.";
    /// The answer of the server cannot be understood.
    InvalidServerResponse: "invalid_server_response", Server, Server, retryable false,
        "Check auth.authority: what answered there does not speak OAuth 2.0 device authorization.";
    /// The verification address is not https, or it is on loopback although the authority is not.
    UnsafeVerificationUri: "unsafe_verification_uri", Server, Server, retryable false,
        "Do not sign in there: the provider sent a verification address that is not https, or one on the device that opens it.";
    /// The device code has expired: the server says so (RFC 8628 §3.5 `expired_token`), or the clock does. If the last poll brought no
    /// answer of OAuth, the fault is the server's or the network's, and it is unknown whether the person has signed in.
    Expired: "device_code_expired", ClientAuth, Person, retryable false,
        "Ask for a new code when the person is there to use it.";
    /// The code was redeemed by a poll whose answer was lost: the process died, or the connection broke.
    TokensLost: "tokens_lost", ClientAuth, Person, retryable false,
        "Ask for a new code: the tokens were issued to a process that died, or over a connection that broke, before they were stored.";
    /// The `timeout` of the request is over.
    UserTimeout: "user_timeout_reached", ClientAuth, Person, retryable false,
        "Nobody signed in within request.timeout seconds; start again when the person asks for it.";
    /// The caller set the `cancel` flag of the request, as in msal-node.
    Cancelled: "device_code_polling_cancelled", ClientAuth, Caller, retryable false,
        "The request's cancel flag was set; start again when a sign-in is wanted.";
    /// The text for `resumeDeviceCode` was not written by `save`, was changed since, or has endpoints that are not its authority's.
    SavedFlowInvalid: "saved_flow_invalid", Auth, Caller, retryable false,
        "Pass the text of DeviceCodeFlow.save() unchanged; if it is lost, start a new sign-in.";
    /// A newer release saved the text.
    SavedFlowVersion: "saved_flow_version", Auth, Caller, retryable false,
        "Update device-code-flow to the release that saved this flow, or start a new sign-in.";
    /// The flow was started by another client id, under another authority, or at a host that the configuration of the application that
    /// resumes it does not vouch for.
    SavedFlowMismatch: "saved_flow_mismatch", ClientConfiguration, Caller, retryable false,
        "Resume with the clientId, the authority and the settings about hosts that the flow was started with. A private cloud must be in auth.knownAuthorities.";
    /// `save` was called on a flow that is over.
    FlowEnded: "flow_ended", ClientAuth, Caller, retryable false,
        "Use the result or the error that the flow ended with; there is nothing left to resume.";
    /// `acquireTokenSilent` was called without an account.
    NoAccount: "no_account_in_silent_request", ClientAuth, Caller, retryable false,
        "Pass request.account: one of getAllAccounts(), or the account of an earlier result.";
    /// The cache has neither an access token nor a refresh token for this account.
    NoTokens: "no_tokens_found", InteractionRequired, Person, retryable false,
        "Sign the person in with acquireTokenByDeviceCode: the cache has nothing to get a token with.";
    /// The answer to a refresh contained another person's tokens. They were not stored.
    UserMismatch: "user_mismatch", Server, Server, retryable false,
        "Sign the person in again; if it stays, report it to the provider.";
    /// The ID token has a wrong `alg`, `iss`, `aud` or `exp`. The tokens were not stored.
    IdTokenInvalid: "id_token_invalid", Server, Server, retryable false,
        "Compare auth.authority and auth.clientId with the provider's registration, and this device's clock with the time.";
    /// The text is not a token cache.
    InvalidCache: "token_cache_invalid", Auth, Caller, retryable false,
        "Restore the store's text, or set it aside and sign in again; it was not written over.";
    /// A cache plugin threw, did not finish, or did not do what it was asked to do.
    CachePlugin: "cache_plugin_error", ClientAuth, Caller, retryable false,
        "See error.cause for what the plugin threw. Tokens that it did not store stay in memory, and the next call stores them.";
    /// A bug of this library.
    Internal: "internal_error", Auth, Library, retryable true,
        "This is a bug in device-code-flow: please report it with this message.";
}

impl Code {
    /// The error of this code. `message` is one sentence that says what happened and where: the field, the endpoint, the condition.
    #[must_use]
    pub fn error(self, message: impl Into<String>) -> Error {
        let (_, class, fault, retryable, hint) = self.row();
        Error(Box::new(Details {
            code: ErrorCode::Known(self),
            class,
            fault,
            message: message.into(),
            hint,
            retryable,
            evidence: Box::default(),
        }))
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
}
