//! Dates in HTTP headers, and `Retry-After` with them.

use std::time::Duration;

use crate::support::START;
use crate::support::replies::http_date as written;
use device_code_flow::oauth::http::HttpResponse;
use device_code_flow::oauth::retry_after::parse_date;
use device_code_flow::time::UnixMillis;
use proptest::prelude::*;

proptest! {
    #![proptest_config(crate::support::cases(300))]

    #[test]
    fn every_second_until_2400_is_read_as_it_was_written(second in 0..13_569_465_600_u64) {
        prop_assert_eq!(parse_date(&written(second)), Some(UnixMillis(second * 1000)));
    }

    #[test]
    fn any_text_is_a_date_or_none(text in any::<String>(), other in "[A-Za-z0-9:,\\- ]{0,40}") {
        for text in [text, other] {
            if let Some(moment) = parse_date(&text) {
                prop_assert!(moment.0 < 253_402_300_861_000, "{} {:?}", text, moment);
            }
        }
    }

    #[test]
    fn retry_after_as_a_date_is_measured_against_the_servers_own_clock(wait in 0..100_000_u32, skew in 0..1_000_000_000_u64) {
        let server = 1_900_000_000 - skew;
        let response = HttpResponse {
            retry_after: Some(written(server + u64::from(wait))),
            date: Some(written(server)),
            ..HttpResponse::default()
        };
        prop_assert_eq!(response.retry_after(START), Some(Duration::from_secs(wait.into())));
    }
}

#[test]
fn all_three_forms_of_rfc_9110_are_read() {
    for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
        assert_eq!(parse_date(text), Some(UnixMillis(784_111_777_000)), "{text}");
    }
}

#[test]
fn a_year_of_two_digits_is_of_this_century_below_70() {
    assert_eq!(parse_date("Friday, 15-Jan-27 08:00:00 GMT"), Some(START));
    assert_eq!(parse_date("Thursday, 01-Jan-70 00:00:00 GMT"), Some(UnixMillis(0)));
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "soon",
        "Sun, 06 Nov 1994",
        "06 Nov 08:49:37",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1969 08:49:37 GMT",
        "Sun, 06 Nov 10000 08:49:37 GMT",
        "Sun, 06 XYZ 1994 08:49:37 GMT",
    ] {
        assert_eq!(parse_date(text), None, "{text}");
    }
}

#[test]
fn retry_after_without_a_servers_clock_is_measured_against_ours() {
    let response = HttpResponse { retry_after: Some(written(START.0 / 1000 + 90)), ..HttpResponse::default() };
    assert_eq!(response.retry_after(START), Some(Duration::from_secs(90)));
    assert_eq!(response.retry_after(UnixMillis(START.0 + 500)), Some(Duration::from_secs(90)), "rounded up");
    assert_eq!(response.retry_after(UnixMillis(START.0 + 100_000)), Some(Duration::ZERO));
}

#[test]
fn retry_after_in_seconds_is_bounded() {
    for (text, seconds) in
        [("120", Some(120)), (" 7 ", Some(7)), ("99999999999", Some(u32::MAX)), ("1.5", None), ("", None)]
    {
        let response = HttpResponse { retry_after: Some(text.into()), ..HttpResponse::default() };
        assert_eq!(response.retry_after(START).map(|wait| wait.as_secs()), seconds.map(u64::from), "{text}");
    }
}
