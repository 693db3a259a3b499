//! The names of the properties in MSAL's unified cache schema, and the types of their values.

use crate::cache::entity::Section;

pub const HOME_ACCOUNT_ID: &str = "home_account_id";
pub const ENVIRONMENT: &str = "environment";
pub const CLIENT_ID: &str = "client_id";
pub const REALM: &str = "realm";
pub const CREDENTIAL_TYPE: &str = "credential_type";
pub const SECRET: &str = "secret";
/// The scopes of a token, with spaces between them.
pub const TARGET: &str = "target";
pub const TOKEN_TYPE: &str = "token_type";
pub const CACHED_AT: &str = "cached_at";
pub const EXPIRES_ON: &str = "expires_on";
pub const EXTENDED_EXPIRES_ON: &str = "extended_expires_on";
/// .NET writes the extended time under this name as well.
pub const EXT_EXPIRES_ON: &str = "ext_expires_on";
pub const REFRESH_ON: &str = "refresh_on";
pub const FAMILY_ID: &str = "family_id";
/// Python writes when it stored a refresh token.
pub const LAST_MODIFICATION_TIME: &str = "last_modification_time";
/// The saved flow that an access token came by. Only this library writes it.
pub const FLOW_MARK: &str = "device_code_flow";

/// The scopes that an access token was requested with, as a note (`note`), where the entry does not say them.
pub const REQUESTED: &str = "device_code_flow_requested";
/// When the person signed in, in milliseconds since 1970, as a note: in the tokens of an account without a subject.
pub const SIGNED_IN: &str = "device_code_flow_signed_in";
/// The issuer of an entry, as a note.
pub const ISSUER: &str = "device_code_flow_issuer";

pub const AUTHORITY_TYPE: &str = "authority_type";
pub const CLIENT_INFO: &str = "client_info";
pub const LOCAL_ACCOUNT_ID: &str = "local_account_id";
pub const USERNAME: &str = "username";
pub const NAME: &str = "name";
/// Only msal-node writes it: texts, each of them the JSON of an object with the properties of [`profile`].
pub const TENANT_PROFILES: &str = "tenantProfiles";

/// The properties of a tenant profile.
pub mod profile {
    pub const TENANT_ID: &str = "tenantId";
    pub const LOCAL_ACCOUNT_ID: &str = "localAccountId";
    pub const USERNAME: &str = "username";
    pub const NAME: &str = "name";
    pub const LOGIN_HINT: &str = "loginHint";
    pub const UPN: &str = "upn";
}

/// The token type, in the spellings of all libraries.
pub const TOKEN_TYPES: [&str; 2] = [TOKEN_TYPE, "tokenType"];

/// The properties that bind a token to something: a key (Node, .NET, Go), an on-behalf-of assertion, or further parts of the
/// entry's key, for federated identities for example. In the spellings of all libraries.
pub const BINDINGS: [&str; 9] = [
    "key_id",
    "keyId",
    "kid",
    "keyid",
    "user_assertion_hash",
    "userAssertionHash",
    "ext",
    "ext_cache_key",
    "additionalCacheKeyComponents",
];

/// Can the value of a property be of the type that its first byte shows? False only for a property without which the entry
/// is of no use.
pub fn is_well_typed(section: Section, name: &str, first: u8) -> bool {
    let is_text = matches!(first, b'"' | b'n');
    match name {
        TENANT_PROFILES => matches!(first, b'[' | b'n'),
        SECRET | TARGET | CREDENTIAL_TYPE => is_text,
        // Some libraries have written times as numbers.
        CACHED_AT | EXPIRES_ON => is_text || matches!(first, b'-' | b'0'..=b'9'),
        name => is_text || !section.identity_fields().contains(&name),
    }
}
