//! The fields of a configuration and of a request: what the caller calls each of them, and what it must be.
//!
//! The constructor in js/configuration.js checks the configuration too, before anything is loaded. Its table, js/fields.js, is written
//! from this one (`make error-docs`), so that both say the same of a wrong field.

use crate::error::{Code, Error};

/// A field that the caller sets.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the text that JavaScript hands over ([`crate::config::input`]). Empty for fields that stay in JavaScript.
    pub key: &'static str,
    /// Its name as the caller writes it.
    pub place: &'static str,
    /// What it must be.
    pub field_type: FieldType,
    /// The code of the error where it is something else.
    pub code: Code,
}

/// What a field must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// `true` or `false`
    Boolean,
    /// A client id (RFC 6749 appendix A.1).
    ClientId,
    /// `AzureCloudInstance` of msal-node.
    CloudInstance,
    /// A function.
    Function,
    /// A string: the JSON text of an object.
    JsonObject,
    /// `LogLevel` of msal-node.
    LogLevel,
    /// A number greater than zero.
    Milliseconds,
    /// A short string to show to people.
    Name,
    /// `INetworkModule` of msal-node.
    NetworkClient,
    /// An object.
    Object,
    /// An object, or `null` for none.
    ObjectOrNull,
    /// `ProtocolMode` of msal-node.
    ProtocolMode,
    /// An object that must be there.
    RequiredObject,
    /// A number greater than zero, or zero for no limit.
    Seconds,
    /// An object whose members are strings.
    StringMap,
    /// An array of strings.
    Strings,
    /// A string.
    Text,
}

impl FieldType {
    /// The message about a field that is something else, after the field's name.
    #[must_use]
    pub fn requirement(self) -> &'static str {
        match self {
            Self::Boolean => "must be true or false",
            Self::ClientId => "must be a non-empty string without white space at its ends",
            Self::CloudInstance => "must be one of AzureCloudInstance",
            Self::Function => "must be a function",
            Self::JsonObject => "is not the JSON text of an object",
            Self::LogLevel => "must be a LogLevel",
            Self::Milliseconds => "must be a number of milliseconds greater than zero",
            Self::Name => "must be a name of 1 to 256 visible characters and spaces",
            Self::NetworkClient => "must be an object with the methods sendGetRequestAsync and sendPostRequestAsync",
            Self::Object | Self::ObjectOrNull | Self::RequiredObject => "must be an object",
            Self::ProtocolMode => "must be one of \"AAD\", \"OIDC\" and \"EAR\"",
            Self::Seconds => "must be a number of seconds greater than zero, or zero for no limit",
            Self::StringMap => "must be an object of strings",
            Self::Strings => "must be an array of strings",
            Self::Text => "must be a string",
        }
    }
}

impl Field {
    /// The message about this field where it is not what it must be.
    #[must_use]
    pub fn message(&self) -> String {
        format!("{} {}.", self.place, self.field_type.requirement())
    }

    /// The error about this field where it is not what it must be.
    #[must_use]
    pub fn error(&self) -> Error {
        self.code.error(self.message())
    }

    /// The field of this key.
    #[must_use]
    pub fn by_key(key: &str) -> Option<&'static Self> {
        CONFIGURATION.iter().chain(REQUEST).find(|field| field.key == key)
    }
}

const fn field(key: &'static str, place: &'static str, field_type: FieldType) -> Field {
    Field { key, place, field_type, code: Code::InvalidArgument }
}

const fn coded(key: &'static str, place: &'static str, field_type: FieldType, code: Code) -> Field {
    Field { key, place, field_type, code }
}

/// `auth.clientId`
pub const CLIENT_ID: Field = coded("clientId", "auth.clientId", FieldType::ClientId, Code::InvalidClientId);
/// `auth.authorityMetadata`
pub const AUTHORITY_METADATA: Field =
    coded("authorityMetadata", "auth.authorityMetadata", FieldType::JsonObject, Code::InvalidAuthorityMetadata);
/// `auth.cloudDiscoveryMetadata`
pub const CLOUD_DISCOVERY_METADATA: Field =
    coded("cloudDiscoveryMetadata", "auth.cloudDiscoveryMetadata", FieldType::JsonObject, Code::InvalidCloudMetadata);
/// `auth.knownAuthorities`
pub const KNOWN_AUTHORITIES: Field = field("knownAuthorities", "auth.knownAuthorities", FieldType::Strings);
/// `auth.clientCapabilities`
pub const CLIENT_CAPABILITIES: Field = field("clientCapabilities", "auth.clientCapabilities", FieldType::Strings);
/// `system.requestTimeout`
pub const REQUEST_TIMEOUT: Field = field("requestTimeout", "system.requestTimeout", FieldType::Milliseconds);
/// `telemetry.application.appName`
pub const APP_NAME: Field = field("appName", "telemetry.application.appName", FieldType::Text);
/// `telemetry.application.appVersion`
pub const APP_VERSION: Field = field("appVersion", "telemetry.application.appVersion", FieldType::Text);
/// `auth.authority`
pub const AUTHORITY: Field = field("authority", "auth.authority", FieldType::Text);
/// `request.scopes`
pub const SCOPES: Field = coded("scopes", "request.scopes", FieldType::Strings, Code::EmptyScopes);
/// `request.authority`
pub const REQUEST_AUTHORITY: Field = field("requestAuthority", "request.authority", FieldType::Text);
/// `request.claims`
pub const CLAIMS: Field = field("claims", "request.claims", FieldType::Text);
/// `request.extraQueryParameters`
pub const EXTRA_QUERY_PARAMETERS: Field =
    field("extraQueryParameters", "request.extraQueryParameters", FieldType::StringMap);
/// `request.correlationId`
pub const CORRELATION_ID: Field = field("correlationId", "request.correlationId", FieldType::Text);
/// `request.locale`
pub const LOCALE: Field = field("locale", "request.locale", FieldType::Text);
/// `request.accountHint`
pub const ACCOUNT_HINT: Field = field("accountHint", "request.accountHint", FieldType::Name);

/// What both sides check: the fields of a configuration, objects before their members.
pub const CONFIGURATION: &[Field] = &[
    CLIENT_ID,
    AUTHORITY_METADATA,
    CLOUD_DISCOVERY_METADATA,
    KNOWN_AUTHORITIES,
    CLIENT_CAPABILITIES,
    field("azureCloudOptions", "auth.azureCloudOptions", FieldType::Object),
    field("azureCloudOptions.tenant", "auth.azureCloudOptions.tenant", FieldType::Text),
    field("protocolMode", "system.protocolMode", FieldType::ProtocolMode),
    REQUEST_TIMEOUT,
    field("keepVerificationUri", "system.keepVerificationUri", FieldType::Boolean),
    APP_NAME,
    APP_VERSION,
];

/// What only the module checks: the fields of a request, and of a configuration those that take more than a look at their type.
pub const REQUEST: &[Field] = &[
    AUTHORITY,
    field(
        "azureCloudOptions.azureCloudInstance",
        "auth.azureCloudOptions.azureCloudInstance",
        FieldType::CloudInstance,
    ),
    SCOPES,
    REQUEST_AUTHORITY,
    field("requestAzureCloudOptions", "request.azureCloudOptions", FieldType::Object),
    field(
        "requestAzureCloudOptions.azureCloudInstance",
        "request.azureCloudOptions.azureCloudInstance",
        FieldType::CloudInstance,
    ),
    CLAIMS,
    EXTRA_QUERY_PARAMETERS,
    CORRELATION_ID,
    LOCALE,
    ACCOUNT_HINT,
    field("timeout", "request.timeout", FieldType::Seconds),
    field("homeAccountId", "request.account.homeAccountId", FieldType::Text),
    field("environment", "request.account.environment", FieldType::Text),
    field("issuer", "request.account.issuer", FieldType::Text),
    field("tenantId", "request.account.tenantId", FieldType::Text),
    field("forceRefresh", "request.forceRefresh", FieldType::Boolean),
];

/// What only the constructor in JavaScript checks, because it stays there: objects, in which the others stand, and functions.
#[cfg(not(target_arch = "wasm32"))]
pub const ONLY_IN_JAVASCRIPT: &[Field] = &[
    field("", "configuration", FieldType::RequiredObject),
    field("", "configuration.auth", FieldType::RequiredObject),
    field("", "configuration.cache", FieldType::Object),
    field("", "configuration.system", FieldType::Object),
    field("", "configuration.telemetry", FieldType::Object),
    field("", "telemetry.application", FieldType::ObjectOrNull),
    field("", "system.fetch", FieldType::Function),
    field("", "system.networkClient", FieldType::NetworkClient),
    field("", "system.loggerOptions", FieldType::Object),
    field("", "system.loggerOptions.loggerCallback", FieldType::Function),
    field("", "system.loggerOptions.logLevel", FieldType::LogLevel),
    field("", "system.loggerOptions.piiLoggingEnabled", FieldType::Boolean),
];
