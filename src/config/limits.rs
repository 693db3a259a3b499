//! How much a caller may give. More is refused before anything is sent: a field that is too long is a mistake, and work and memory grow
//! with it.

use crate::config::fields::Field;
use crate::config::input::Input;
use crate::error::{Code, Error};
use crate::oauth::claims;

/// The most of one field.
struct Limit {
    /// Its key in [`crate::config::fields`].
    key: &'static str,
    /// Bytes in all.
    bytes: usize,
    /// Entries, where it is a list or an object.
    entries: usize,
}

/// A text.
const fn text(key: &'static str, bytes: usize) -> Limit {
    Limit { key, bytes, entries: 1 }
}

const LIMITS: [Limit; 14] = [
    text("clientId", 2048),
    text("authority", 2048),
    text("authorityMetadata", 64 * 1024),
    text("cloudDiscoveryMetadata", 64 * 1024),
    Limit { key: "knownAuthorities", bytes: 16 * 1024, entries: 100 },
    Limit { key: "clientCapabilities", bytes: 4 * 1024, entries: 100 },
    text("appName", 256),
    text("appVersion", 256),
    text("requestAuthority", 2048),
    Limit { key: "scopes", bytes: 32 * 1024, entries: 500 },
    text("claims", claims::LONGEST),
    Limit { key: EXTRA_QUERY, bytes: 8 * 1024, entries: 100 },
    text("correlationId", 256),
    text("locale", 256),
];
const EXTRA_QUERY: &str = "extraQueryParameters";

/// Checks what JavaScript hands over.
///
/// # Errors
/// [`Code::InvalidArgument`], with the field, its limit and what it has.
pub fn check(input: &Input<'_>) -> Result<(), Error> {
    check_text("clientId", input.client_id)?;
    check_text("authority", input.authority)?;
    check_text("authorityMetadata", input.authority_metadata)?;
    check_text("cloudDiscoveryMetadata", input.cloud_discovery_metadata)?;
    check_list("knownAuthorities", input.known_authorities.as_deref())?;
    check_list("clientCapabilities", input.client_capabilities.as_deref())?;
    check_text("appName", input.app_name)?;
    check_text("appVersion", input.app_version)?;
    check_text("requestAuthority", input.request_authority)?;
    check_list("scopes", input.scopes.as_deref())?;
    check_text("claims", input.claims)?;
    check_text("correlationId", input.correlation_id)?;
    check_text("locale", input.locale)?;
    input.extra_query_parameters.as_ref().map_or(Ok(()), |pairs| check_extra_query(&pairs.0))
}

/// Checks query parameters, also those of a saved flow.
///
/// # Errors
/// As [`check`].
pub fn check_extra_query(pairs: &[(String, String)]) -> Result<(), Error> {
    let bytes = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
    check_size(EXTRA_QUERY, bytes, pairs.len())
}

/// Checks the number of scopes, of which several can stand in one text.
///
/// # Errors
/// As [`check`].
pub fn check_scope_count(count: usize) -> Result<(), Error> {
    check_size("scopes", 0, count)
}

fn check_text(key: &str, text: Option<&str>) -> Result<(), Error> {
    check_size(key, text.unwrap_or_default().len(), 1)
}

fn check_list(key: &str, texts: Option<&[String]>) -> Result<(), Error> {
    let texts = texts.unwrap_or_default();
    check_size(key, texts.iter().map(String::len).sum(), texts.len())
}

fn check_size(key: &str, bytes: usize, entries: usize) -> Result<(), Error> {
    let Some(limit) = LIMITS.iter().find(|limit| limit.key == key) else { return Ok(()) };
    let (came, most, unit) = if bytes > limit.bytes {
        (bytes, limit.bytes, "bytes")
    } else if entries > limit.entries {
        (entries, limit.entries, "entries")
    } else {
        return Ok(());
    };
    let place = Field::by_key(key).map_or(key, |field| field.place);
    Err(Code::InvalidArgument.error(format!("{place} must have {most} {unit} at the most, and has {came}.")))
}
