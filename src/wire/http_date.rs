//! The dates of HTTP headers (RFC 9110 §5.6.7), as far as `Retry-After` and `Date` need them.

use crate::time::UnixMillis;
use crate::wire::text::{cut, number, words};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT` and its two obsolete forms, `Sunday, 06-Nov-94 08:49:37 GMT` and
/// `Sun Nov  6 08:49:37 1994`. `None` for anything else, and for years before 1970.
#[must_use]
pub fn parse(text: &str) -> Option<UnixMillis> {
    let mut year = None;
    let mut month = None;
    let mut day = None;
    let mut second_of_day = None;
    for word in words(text, " ,-") {
        if let (hour, Some(rest)) = cut(word, ":") {
            second_of_day = Some(time_of_day(hour, rest)?);
        } else if let Some(number) = number(word) {
            // The day comes before the year in all three forms.
            if day.is_none() { day = Some(number) } else { year = Some(number) }
        } else if let Some(index) = MONTHS.iter().position(|name| *name == word) {
            month = Some(index as u64 + 1);
        }
    }
    let year = match year? {
        // Two digits are RFC 850's. No server means a year before 1970, where this time begins.
        short @ 0..70 => 2000 + short,
        short @ 70..100 => 1900 + short,
        full @ 1970..=9999 => full,
        _ => return None,
    };
    let days = days_since_1970(year, month?, day.filter(|day| (1..=31).contains(day))?);
    Some(UnixMillis((days * 86_400 + second_of_day?) * 1000))
}

fn time_of_day(hour: &str, rest: &str) -> Option<u64> {
    let (minute, second) = cut(rest, ":");
    let part = |text, limit| number(text).filter(|number| *number < limit);
    // 60 is a leap second.
    Some(part(hour, 24)? * 3600 + part(minute, 60)? * 60 + part(second?, 61)?)
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that the leap day
/// is the last of its year; 719,468 days lie between 0000-03-01 and 1970-01-01.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}
