//! Web addresses, as far as this library must judge them: is it safe to send a credential, or a person, there?
//!
//! Not a URL parser: the host has one. This is a narrow gate that lets plain addresses through and nothing odd.

use crate::text::{cut, number, printable};

/// The parts of an `http` or `https` address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// Is it https?
    pub https: bool,
    /// Name and port, as written.
    pub host: &'a str,
    /// Path, query and fragment: empty, or beginning with `/`, `?` or `#`.
    pub rest: &'a str,
}

impl<'a> Address<'a> {
    /// Takes an address apart. `None` for other schemes, for user names in it (`https://login.example@evil.example`),
    /// and for white space, control characters, invisible marks, backslashes and quotes anywhere.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (scheme, after) = cut(text, ":");
        let after = after?.strip_prefix("//")?;
        let https = scheme.eq_ignore_ascii_case("https");
        if !https && !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let odd = |c: char| c.is_whitespace() || matches!(c, '\\' | '"' | '<' | '>' | '`');
        if after.chars().any(odd) || printable(after) != after {
            return None;
        }
        let (host, _) = cut(after, "/?#");
        let rest = after.get(host.len()..)?;
        if cut(host, ":").0.is_empty() || host.bytes().any(|byte| byte == b'@') {
            return None;
        }
        Some(Self { https, host, rest })
    }

    /// The host without its port.
    #[must_use]
    pub fn name(&self) -> &'a str {
        let (before, _) = cut(self.host, "]");
        if before.starts_with('[') {
            // With its closing bracket, where it has one.
            return self.host.get(..=before.len()).unwrap_or(before);
        }
        cut(self.host, ":").0
    }

    /// This very machine: `localhost`, `127.0.0.0/8`, `[::1]` (RFC 8252 §8.3).
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let name = self.name();
        if name.eq_ignore_ascii_case("localhost") || name == "[::1]" {
            return true;
        }
        let (first, mut rest) = cut(name, ".");
        let mut numbers = 1;
        while let Some(text) = rest {
            let (part, after) = cut(text, ".");
            if number(part).is_none_or(|number| number > 255) {
                return false;
            }
            numbers += 1;
            rest = after;
        }
        first == "127" && numbers == 4
    }

    /// https, or http on this very machine.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.https || self.is_loopback()
    }
}

/// Is `text` an address with https, or with http on loopback?
#[must_use]
pub fn is_secure(text: &str) -> bool {
    Address::parse(text).is_some_and(|address| address.is_secure())
}
