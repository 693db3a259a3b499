//! Replies read as servers write them, which is not always as the RFCs ask.
//!
//! [`members`] finds the members of a body. The other functions are for serde's `deserialize_with`. To each of them a value of another
//! type is as good as none: one odd member must not cost the tokens beside it.

use core::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::json::Value;
use crate::oauth::form;
use crate::oauth::http::HttpResponse;
use crate::secret::Secret;
use crate::time;

/// The members of a reply: a JSON object, or (deviation: GitHub without `Accept`, old Facebook) a form. `None` when
/// it is neither: an HTML error page, an empty body, a cut-off text.
#[must_use]
pub fn members(response: &HttpResponse) -> Option<Value> {
    let text = String::from_utf8_lossy(&response.body);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).trim_ascii();
    match text.as_bytes().first()? {
        b'{' => Value::parse(text),
        _ => form::parse(text),
    }
}

/// What is wrong with a body that has no members, as the end of a sentence.
pub const UNREADABLE: &str = " and a body that is neither JSON nor a form.";

/// A string. Empty for anything else.
///
/// # Errors
/// Those of the deserializer.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'de str, D::Error> {
    Ok(<&str>::deserialize(deserializer).unwrap_or_default())
}

/// A string that is not empty.
///
/// # Errors
/// Those of the deserializer.
pub fn optional_string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(text(deserializer)?).filter(|text| !text.is_empty()).map(String::from))
}

/// A secret that is not empty.
///
/// # Errors
/// Those of the deserializer.
pub fn optional_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(optional_string(deserializer)?.map(Secret::new))
}

/// The strings of an array.
///
/// # Errors
/// Those of the deserializer.
pub fn strings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Value::deserialize(deserializer)?.strings())
}

/// A number of seconds, a fraction cut off. Deviation: a number in a string counts (Entra v1, ADFS).
///
/// # Errors
/// Those of the deserializer.
pub fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    Ok(whole_number(&Value::deserialize(deserializer)?).map(time::seconds))
}

/// The same of at least one second, a fraction rounded up: for a length that must not be cut short.
///
/// # Errors
/// Those of the deserializer.
pub fn interval<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    Ok(rounded_up(&Value::deserialize(deserializer)?).filter(|seconds| *seconds > 0).map(time::seconds))
}

/// More numbers than any error has.
const MAX_NUMBERS: usize = 16;

/// The numbers of an array that fit. Deviation: a number in a string counts.
///
/// # Errors
/// Those of the deserializer.
pub fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let numbers = value.as_array().unwrap_or_default().iter().take(MAX_NUMBERS).filter_map(|item| match item {
        Value::Number(text) | Value::String(text) => digits(text).and_then(|number| u32::try_from(number).ok()),
        _ => None,
    });
    Ok(numbers.collect())
}

/// More scopes than any token has, and more bytes of them. A server that sends more makes us compare no longer.
const MAX_SCOPES: usize = 500;
const MAX_SCOPE_BYTES: usize = 32 * 1024;

/// Scopes as a list. An empty text is the empty list. They come as a text with spaces (RFC 6749 §3.3), with commas (deviation:
/// GitHub), or as an array (deviation: Twitch).
///
/// # Errors
/// Those of the deserializer.
pub fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let texts = value.as_array().unwrap_or(core::slice::from_ref(&value)).iter().filter_map(Value::as_str);
    let mut scopes: Vec<String> = Vec::new();
    let mut left = MAX_SCOPE_BYTES;
    let words = texts.flat_map(|text| text.split([' ', ','])).filter(|scope| !scope.is_empty());
    for scope in words.take(MAX_SCOPES) {
        let Some(after) = left.checked_sub(scope.len()) else { break };
        left = after;
        if !scopes.iter().any(|known| known.eq_ignore_ascii_case(scope)) {
            scopes.push(scope.into());
        }
    }
    // Servers that send an empty text grant nothing (RFC 6749 §5.1).
    Ok(Some(scopes).filter(|scopes| !scopes.is_empty() || matches!(&value, Value::String(text) if text.is_empty())))
}

/// A whole number, a fraction cut off. What is below zero is zero. Deviation: a number in a string counts (Entra v1, ADFS).
#[must_use]
pub fn whole_number(value: &Value) -> Option<u64> {
    parts(value).map(|(number, _)| number)
}

/// The same with a fraction rounded up.
#[must_use]
pub fn rounded_up(value: &Value) -> Option<u64> {
    parts(value).map(|(number, has_fraction)| number.saturating_add(u64::from(has_fraction)))
}

/// The whole part of a decimal number, and whether there is a fraction. No server was seen to send an exponent: such a number
/// counts as missing.
fn parts(value: &Value) -> Option<(u64, bool)> {
    let (Value::Number(text) | Value::String(text)) = value else { return None };
    let text = text.trim_ascii();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let (whole, is_negative) = whole.strip_prefix('-').map_or((whole, false), |positive| (positive, true));
    let number = (digits(whole)?, digits(fraction)? > 0);
    Some(if is_negative { (0, false) } else { number })
}

/// The number that `text` is in decimal digits and nothing else. One that does not fit is the largest.
#[must_use]
pub fn digits(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}
