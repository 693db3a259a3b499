//! Answers as servers send them, and the secrets that no text may show.

use device_code_flow::oauth::http::HttpResponse;

/// A bearer secret (RFC 8628 §5.2).
pub const DEVICE_CODE: &str = "dc-Kf81Zq0tYw";
/// Another.
pub const ACCESS_TOKEN: &str = "at-9Lw2Xv77Rb";
/// And another.
pub const REFRESH_TOKEN: &str = "rt-Pq40Mn15Hs";
/// A device code that looks another way in a form.
pub const ODD_CODE: &str = "dc/Kf81+Zq0tYw==";
/// All that must never be seen.
pub const SECRETS: [&str; 5] = [DEVICE_CODE, ACCESS_TOKEN, REFRESH_TOKEN, ID_TOKEN, ODD_CODE];
/// What the person types.
pub const USER_CODE: &str = "F8KQ2ZTPA";
/// Where.
pub const VERIFICATION_URI: &str = "https://microsoft.com/devicelogin";
/// The issuer of the tests that need discovery.
pub const ISSUER: &str = "https://login.example/realms/tv";
/// A cloud of Entra's make that is in nobody's table.
pub const PRIVATE: &str = "https://login.private.example/contoso.example";
/// `{"sub":"s-1","name":"Ada","preferred_username":"ada@example.org","tid":"t-1","oid":"o-1"}`, unsigned.
pub const ID_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzLTEiLCJuYW1lIjoiQWRhIiwicHJlZmVycmVkX3VzZXJuYW1lIjoiYWRhQGV4YW1wbGUub3JnIiwidGlkIjoidC0xIiwib2lkIjoiby0xIiwiaXNzIjoiaHR0cHM6Ly9sb2dpbi5leGFtcGxlL3JlYWxtcy90diIsImF1ZCI6WyJ0di1hcHAiLCIwMDAwMTExMS1hYWFhLTIyMjItYmJiYi0zMzMzY2NjYzQ0NDQiXX0.c2ln";

/// An answer with a body and nothing else.
pub fn reply(status: u16, body: impl Into<String>) -> HttpResponse {
    HttpResponse { status, body: body.into().into_bytes(), ..HttpResponse::default() }
}

/// RFC 8628 §3.2.
pub fn codes(interval: Option<u32>, expires_in: u32) -> HttpResponse {
    let interval = interval.map_or(String::new(), |seconds| format!(r#","interval":{seconds}"#));
    reply(
        200,
        format!(
            r#"{{"device_code":"{DEVICE_CODE}","user_code":"{USER_CODE}","verification_uri":"{VERIFICATION_URI}","expires_in":{expires_in}{interval}}}"#
        ),
    )
}

/// The same with [`ODD_CODE`].
pub fn odd_codes(interval: Option<u32>, expires_in: u32) -> HttpResponse {
    let HttpResponse { body, .. } = codes(interval, expires_in);
    reply(200, String::from_utf8(body).expect("text").replace(DEVICE_CODE, ODD_CODE))
}

/// Which of the `secrets` a text shows, as it is or percent-encoded.
pub fn shown<'a>(text: &str, secrets: &[&'a str]) -> Option<&'a str> {
    let decoded = decoded(text);
    secrets.iter().copied().find(|secret| text.contains(secret) || decoded.contains(secret))
}

/// A text without its percent-encoding.
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'%');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How hosts and servers repeat a form: as it was sent, in lower case, decoded, as JSON, with only some letters encoded.
pub fn repeated(form: &str, way: usize) -> String {
    let lower = form.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d");
    match way % 5 {
        0 => format!("No match for request {{\"method\":\"POST\",\"body\":\"{form}\"}}"),
        1 => format!("POST {lower}"),
        2 => format!("cannot send {}", decoded(form)),
        3 => serde_json::to_string(&decoded(form).split('&').collect::<Vec<_>>()).expect("a list"),
        _ => format!("what was sent is {}", form.replace("%2F", "/").replace("%3D", "=")),
    }
}

/// RFC 6749 §5.1.
pub fn tokens() -> HttpResponse {
    reply(
        200,
        format!(
            r#"{{"token_type":"Bearer","scope":"User.Read openid","expires_in":3600,"access_token":"{ACCESS_TOKEN}","refresh_token":"{REFRESH_TOKEN}","id_token":"{ID_TOKEN}"}}"#
        ),
    )
}

/// RFC 6749 §5.2, with the status that it asks for.
pub fn error(word: &str) -> HttpResponse {
    reply(400, format!(r#"{{"error":"{word}","error_description":"In the server's words."}}"#))
}

/// What comes from something before the server.
pub fn page(status: u16) -> HttpResponse {
    reply(status, "<!doctype html><title>Something is in the way</title>")
}

/// Discovery metadata of [`ISSUER`].
pub fn metadata() -> HttpResponse {
    reply(
        200,
        format!(
            r#"{{"issuer":"{ISSUER}","device_authorization_endpoint":"{ISSUER}/device","token_endpoint":"{ISSUER}/token","scopes_supported":["openid","offline_access"]}}"#
        ),
    )
}

/// What there is to know of an authority at `url`: its metadata, or Entra's word on [`PRIVATE`].
pub fn about(url: &str) -> HttpResponse {
    if url.contains("/discovery/instance?") {
        let cloud = r#"{"preferred_network":"login.private.example","preferred_cache":"sts.private.example","aliases":["login.private.example"]}"#;
        return reply(200, format!(r#"{{"tenant_discovery_endpoint":"{PRIVATE}/x","metadata":[{cloud}]}}"#));
    }
    if url.starts_with(PRIVATE) {
        return reply(200, format!(r#"{{"issuer":"{PRIVATE}/v2.0","token_endpoint":"{PRIVATE}/oauth2/v2.0/token"}}"#));
    }
    metadata()
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, counted day by day: slow, and nothing like the reader that it tests.
pub fn http_date(seconds: u64) -> String {
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let weekday = weekdays[usize::try_from(seconds / 86_400 % 7).expect("a weekday")];
    let (mut days, mut year, mut month) = (seconds / 86_400, 1970, 0);
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{weekday}, {:02} {} {year} {hour:02}:{minute:02}:{second:02} GMT", days + 1, names[month])
}
