//! How much a caller may give. More is refused before anything is sent: a field that is too long is a mistake, and work and memory
//! grow with it.

use crate::config::fields::{self, Field};
use crate::config::input::Input;
use crate::error::{Code, Error};
use crate::oauth::claims;
use crate::text::over_limit;

/// The most of one field.
struct Limit {
    field: Field,
    /// Bytes in all.
    bytes: usize,
    /// Entries, where it is a list or an object.
    entries: usize,
}

/// A text.
const fn text(field: Field, bytes: usize) -> Limit {
    Limit { field, bytes, entries: 1 }
}

const CLIENT_ID: Limit = text(fields::CLIENT_ID, 2048);
const AUTHORITY: Limit = text(fields::AUTHORITY, 2048);
const AUTHORITY_METADATA: Limit = text(fields::AUTHORITY_METADATA, 64 * 1024);
const CLOUD_DISCOVERY_METADATA: Limit = text(fields::CLOUD_DISCOVERY_METADATA, 64 * 1024);
const KNOWN_AUTHORITIES: Limit = Limit { field: fields::KNOWN_AUTHORITIES, bytes: 16 * 1024, entries: 100 };
const CLIENT_CAPABILITIES: Limit = Limit { field: fields::CLIENT_CAPABILITIES, bytes: 4 * 1024, entries: 100 };
const APP_NAME: Limit = text(fields::APP_NAME, 256);
const APP_VERSION: Limit = text(fields::APP_VERSION, 256);
const REQUEST_AUTHORITY: Limit = text(fields::REQUEST_AUTHORITY, 2048);
const SCOPES: Limit = Limit { field: fields::SCOPES, bytes: 32 * 1024, entries: 500 };
const CLAIMS: Limit = text(fields::CLAIMS, claims::MAX_BYTES);
const EXTRA_QUERY: Limit = Limit { field: fields::EXTRA_QUERY_PARAMETERS, bytes: 8 * 1024, entries: 100 };
const CORRELATION_ID: Limit = text(fields::CORRELATION_ID, 256);
const LOCALE: Limit = text(fields::LOCALE, 256);
const ACCOUNT_HINT: Limit = text(fields::ACCOUNT_HINT, 256);

/// Checks what JavaScript hands over.
///
/// # Errors
/// [`Code::InvalidArgument`], with the field, its limit and what it has.
pub fn check(input: &Input<'_>) -> Result<(), Error> {
    check_text(&CLIENT_ID, input.client_id)?;
    check_text(&AUTHORITY, input.authority)?;
    check_text(&AUTHORITY_METADATA, input.authority_metadata)?;
    check_text(&CLOUD_DISCOVERY_METADATA, input.cloud_discovery_metadata)?;
    check_list(&KNOWN_AUTHORITIES, input.known_authorities.as_deref())?;
    check_list(&CLIENT_CAPABILITIES, input.client_capabilities.as_deref())?;
    check_text(&APP_NAME, input.app_name)?;
    check_text(&APP_VERSION, input.app_version)?;
    check_text(&REQUEST_AUTHORITY, input.request_authority)?;
    check_list(&SCOPES, input.scopes.as_deref())?;
    check_text(&CLAIMS, input.claims)?;
    check_text(&CORRELATION_ID, input.correlation_id)?;
    check_text(&LOCALE, input.locale)?;
    check_text(&ACCOUNT_HINT, input.account_hint)?;
    input.extra_query_parameters.as_ref().map_or(Ok(()), |pairs| check_extra_query(&pairs.0))
}

/// Checks query parameters, also those of a saved flow.
///
/// # Errors
/// As [`check`].
pub fn check_extra_query(pairs: &[(String, String)]) -> Result<(), Error> {
    let bytes = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
    check_size(&EXTRA_QUERY, bytes, pairs.len())
}

/// Checks the number of scopes, of which several can stand in one text.
///
/// # Errors
/// As [`check`].
pub fn check_scope_count(count: usize) -> Result<(), Error> {
    check_size(&SCOPES, 0, count)
}

fn check_text(limit: &Limit, text: Option<&str>) -> Result<(), Error> {
    check_size(limit, text.unwrap_or_default().len(), 1)
}

fn check_list(limit: &Limit, texts: Option<&[String]>) -> Result<(), Error> {
    let texts = texts.unwrap_or_default();
    check_size(limit, texts.iter().map(String::len).sum(), texts.len())
}

fn check_size(limit: &Limit, bytes: usize, entries: usize) -> Result<(), Error> {
    let (size, unit, max) = if bytes > limit.bytes {
        (bytes, "bytes", limit.bytes)
    } else if entries > limit.entries {
        (entries, "entries", limit.entries)
    } else {
        return Ok(());
    };
    Err(Code::InvalidArgument.error(over_limit(limit.field.place, size, unit, max)))
}
