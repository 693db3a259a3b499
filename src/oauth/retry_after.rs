//! How long a server asks to be left alone (RFC 9110 §10.2.3): `Retry-After` is a number of seconds or an HTTP date (§5.6.7).

use crate::oauth::lenient;
use core::time::Duration;

use crate::time::{UnixMillis, ceil_seconds, seconds};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The wait that `retry_after` asks for. A date is measured against the server's own `date` where it sent one, so that a wrong clock
/// here does not matter.
#[must_use]
pub fn parse(retry_after: &str, date: Option<&str>, now: UnixMillis) -> Option<Duration> {
    let text = retry_after.trim_ascii();
    let number = match lenient::digits(text) {
        Some(seconds) => seconds,
        None => ceil_seconds(parse_date(text)?.since(date.and_then(parse_date).unwrap_or(now))),
    };
    Some(seconds(number))
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT` and its two obsolete forms, `Sunday, 06-Nov-94 08:49:37 GMT` and
/// `Sun Nov  6 08:49:37 1994`. `None` for anything else, and for years before 1970.
#[must_use]
pub fn parse_date(text: &str) -> Option<UnixMillis> {
    let words = || text.split([' ', ',', '-', ':']);
    let month = words().find_map(|word| MONTHS.iter().position(|month| *month == word))?;
    let numbers: Vec<u64> = words().filter_map(lenient::digits).collect();
    let [day, second, third, fourth, last] = *numbers.as_slice() else { return None };
    // The year comes after the day, or last. 60 is a leap second.
    let (year, time) = if last > 60 { (last, [second, third, fourth]) } else { (second, [third, fourth, last]) };
    let year = match year {
        // Two digits are RFC 850's. Before 1970 there is no such time.
        0..70 => 2000 + year,
        70..100 => 1900 + year,
        1970..=9999 => year,
        _ => return None,
    };
    let [0..24, 0..60, 0..61] = time else { return None };
    let (1..=31, [hour, minute, second]) = (day, time) else { return None };
    let days = days_since_1970(year, month as u64 + 1, day);
    Some(UnixMillis((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000))
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that the leap day
/// is the last of its year; 719,468 days lie between 0000-03-01 and 1970-01-01.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}
