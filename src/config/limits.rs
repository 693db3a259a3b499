//! How much a caller may give. More is refused before anything is sent: a field that is too long is a mistake, and work and memory grow
//! with it.

use crate::config::fields::Field;
use crate::config::input::{Configuration, Request};
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

/// Checks a configuration.
///
/// # Errors
/// [`Code::InvalidArgument`], with the field, its limit and what it has.
pub fn check_configuration(configuration: &Configuration) -> Result<(), Error> {
    check("clientId", &configuration.client_id)?;
    check("authority", &configuration.authority)?;
    check("authorityMetadata", &configuration.authority_metadata)?;
    check("cloudDiscoveryMetadata", &configuration.cloud_discovery_metadata)?;
    check("knownAuthorities", configuration.known_authorities.iter().flatten())?;
    check("clientCapabilities", configuration.client_capabilities.iter().flatten())?;
    check("appName", &configuration.app_name)?;
    check("appVersion", &configuration.app_version)
}

/// Checks a request.
///
/// # Errors
/// As [`check_configuration`].
pub fn check_request(request: &Request) -> Result<(), Error> {
    check("requestAuthority", &request.request_authority)?;
    check("scopes", request.scopes.iter().flatten())?;
    check("claims", &request.claims)?;
    check("correlationId", &request.correlation_id)?;
    check("locale", &request.locale)?;
    request.extra_query_parameters.as_ref().map_or(Ok(()), |pairs| check_extra_query(&pairs.0))
}

/// Checks query parameters, also those of a saved flow.
///
/// # Errors
/// As [`check_configuration`].
pub fn check_extra_query(pairs: &[(String, String)]) -> Result<(), Error> {
    let bytes = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
    check_size(EXTRA_QUERY, bytes, pairs.len())
}

/// Checks the number of scopes, of which several can stand in one text.
///
/// # Errors
/// As [`check_configuration`].
pub fn check_scope_count(count: usize) -> Result<(), Error> {
    check_size("scopes", 0, count)
}

fn check<'a>(key: &str, texts: impl IntoIterator<Item = &'a String>) -> Result<(), Error> {
    let (bytes, entries) = texts.into_iter().fold((0, 0), |(bytes, entries), text| (bytes + text.len(), entries + 1));
    check_size(key, bytes, entries)
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
