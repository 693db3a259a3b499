//! The error words that authorization servers send in `error` and `suberror`, as enums: each text is compared once, here.

use crate::error::Fault;

/// Builds an enum of words with their texts.
macro_rules! words {
    ($(#[doc = $about:literal])+ $Enum:ident { $($(#[doc = $doc:literal])+ $name:ident: $text:literal,)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $Enum {
            $($(#[doc = $doc])+ $name,)+
            /// No word, or one that means nothing particular to this library.
            Other,
        }

        impl $Enum {
            /// Reads a word. Case does not matter (deviation: older servers write `Slow_Down`).
            #[must_use]
            pub fn parse(word: &str) -> Self {
                match word {
                    $(_ if word.eq_ignore_ascii_case($text) => Self::$name,)+
                    _ => Self::Other,
                }
            }

            /// The word as its specification writes it; empty for [`Self::Other`].
            #[must_use]
            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                    Self::Other => "",
                }
            }
        }
    };
}

words! {
    /// A value of `error`.
    OAuthError {
        /// RFC 8628 §3.5
        AuthorizationPending: "authorization_pending",
        /// RFC 8628 §3.5
        SlowDown: "slow_down",
        /// RFC 8628 §3.5
        AccessDenied: "access_denied",
        /// RFC 8628 §3.5
        ExpiredToken: "expired_token",
        /// Entra's word for `access_denied`.
        AuthorizationDeclined: "authorization_declined",
        /// Entra's second word for `expired_token`.
        CodeExpired: "code_expired",
        /// The word for `expired_token` in GitHub's documentation.
        TokenExpired: "token_expired",
        /// GitHub does not know the device code.
        IncorrectDeviceCode: "incorrect_device_code",
        /// Entra does not know the device code.
        BadVerificationCode: "bad_verification_code",
        /// GitHub: the application does not allow the device code flow.
        DeviceFlowDisabled: "device_flow_disabled",
        /// RFC 6749 §5.2
        InvalidClient: "invalid_client",
        /// RFC 6749 §5.2
        InvalidGrant: "invalid_grant",
        /// RFC 6749 §5.2
        InvalidRequest: "invalid_request",
        /// RFC 6749 §5.2
        InvalidScope: "invalid_scope",
        /// RFC 6749 §5.2
        UnauthorizedClient: "unauthorized_client",
        /// RFC 6749 §5.2
        UnsupportedGrantType: "unsupported_grant_type",
        /// RFC 6749 §4.1.2.1. Servers send it from the endpoints of this flow as well.
        ServerError: "server_error",
        /// RFC 6749 §4.1.2.1. Servers send it from the endpoints of this flow as well.
        TemporarilyUnavailable: "temporarily_unavailable",
        /// OpenID Connect Core §3.1.2.6
        InteractionRequired: "interaction_required",
        /// OpenID Connect Core §3.1.2.6
        ConsentRequired: "consent_required",
        /// OpenID Connect Core §3.1.2.6
        LoginRequired: "login_required",
        /// Entra: the refresh token is not accepted.
        BadToken: "bad_token",
        /// Entra: the request needs a page, and none may be shown.
        UiNotAllowed: "ui_not_allowed",
        /// Entra: the person was interrupted while signing in.
        InterruptedUser: "interrupted_user",
        /// Entra's instance discovery: no such host.
        InvalidInstance: "invalid_instance",
    }
}

words! {
    /// A value of `suberror`, which Microsoft Entra sends beside `error`.
    Suberror {
        /// Nothing but signing in again helps.
        MessageOnly: "message_only",
        /// The person can do something outside of the sign-in.
        AdditionalAction: "additional_action",
        /// The person can do something during a sign-in.
        BasicAction: "basic_action",
        /// The password has expired.
        UserPasswordExpired: "user_password_expired",
        /// The refresh token is not accepted: it must not be tried again.
        BadToken: "bad_token",
        /// The refresh token belongs to another client: this client is in no family.
        ClientMismatch: "client_mismatch",
        /// The device must be enrolled with a management service first.
        ProtectionPolicyRequired: "protection_policy_required",
        /// As the `error` of this name.
        InteractionRequired: "interaction_required",
        /// As the `error` of this name.
        ConsentRequired: "consent_required",
        /// As the `error` of this name.
        LoginRequired: "login_required",
        /// As the `error` of this name.
        UiNotAllowed: "ui_not_allowed",
        /// As the `error` of this name.
        InterruptedUser: "interrupted_user",
    }
}

impl OAuthError {
    /// Is it one of the polling answers of RFC 8628 §3.5, or Entra's word for one? No AADSTS number changes what these mean.
    #[must_use]
    pub fn is_polling_answer(self) -> bool {
        matches!(
            self,
            Self::AuthorizationPending
                | Self::SlowDown
                | Self::AccessDenied
                | Self::ExpiredToken
                | Self::AuthorizationDeclined
        )
    }

    /// Can the same request succeed later?
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(self, Self::TemporarilyUnavailable | Self::ServerError)
    }

    /// Does a person have to sign in? The list is msal-node's. `invalid_grant` depends on its suberror:
    /// [`Evidence::needs_interaction`](crate::error::Evidence::needs_interaction).
    #[must_use]
    pub fn needs_interaction(self) -> bool {
        matches!(
            self,
            Self::InteractionRequired
                | Self::ConsentRequired
                | Self::LoginRequired
                | Self::BadToken
                | Self::UiNotAllowed
                | Self::InterruptedUser
        )
    }
}

impl Suberror {
    /// Does a person have to sign in, whatever `error` says? The list is msal-node's.
    #[must_use]
    pub fn needs_interaction(self) -> bool {
        !matches!(self, Self::ClientMismatch | Self::ProtectionPolicyRequired | Self::Other)
    }

    /// MSAL's classification: which help the person needs. Empty where MSAL has none.
    #[must_use]
    pub fn classification(self) -> &'static str {
        match self {
            Self::BasicAction => "BasicAction",
            Self::AdditionalAction => "AdditionalAction",
            Self::MessageOnly => "MessageOnly",
            Self::ConsentRequired => "ConsentRequired",
            Self::UserPasswordExpired => "UserPasswordExpired",
            _ => "",
        }
    }
}

/// Who has to act at an error of a server, and what to do. Other errors are handed on without a hint.
pub const SERVER_ERRORS: &[(OAuthError, Fault, &str)] = &[
    (
        OAuthError::AccessDenied,
        Fault::Person,
        "The person declined, or the provider's policy did; ask again only when the person wants to.",
    ),
    (OAuthError::AuthorizationDeclined, Fault::Person, "The person declined; ask again only when the person wants to."),
    (
        OAuthError::InvalidClient,
        Fault::Caller,
        "Check auth.clientId, and that the registration allows public client flows (no client secret).",
    ),
    (
        OAuthError::UnauthorizedClient,
        Fault::Caller,
        "Allow the device code grant for this client in its registration at the provider.",
    ),
    (
        OAuthError::UnsupportedGrantType,
        Fault::Administrator,
        "Switch on the device code grant (RFC 8628) at the provider, or use one that has it.",
    ),
    (
        OAuthError::InvalidScope,
        Fault::Caller,
        "Check request.scopes: the provider does not know one of them or does not grant it to this client.",
    ),
    (
        OAuthError::InvalidGrant,
        Fault::Person,
        "The code was already used, revoked or not accepted: start a new sign-in.",
    ),
    (
        OAuthError::InvalidRequest,
        Fault::Caller,
        "The provider did not accept the request; its description says which parameter.",
    ),
    (
        OAuthError::DeviceFlowDisabled,
        Fault::Caller,
        "Enable device flow in the settings of the application at the provider.",
    ),
    (
        OAuthError::IncorrectDeviceCode,
        Fault::Person,
        "The provider does not know this code (any more): start a new sign-in.",
    ),
    (
        OAuthError::BadVerificationCode,
        Fault::Person,
        "The provider does not know this code (any more): start a new sign-in.",
    ),
];
