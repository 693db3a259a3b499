//! Web addresses, as far as this library judges them: is it safe to send a credential, or a person, there?
//!
//! This is no URL parser; the host has one. It accepts plain addresses and refuses everything unusual.

use core::net::Ipv4Addr;

use crate::text::printable;

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
        let (scheme, after) = text.split_once("://")?;
        let https = scheme.eq_ignore_ascii_case("https");
        if !https && !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let odd = |c: char| c.is_whitespace() || matches!(c, '\\' | '"' | '<' | '>' | '`');
        if after.chars().any(odd) || printable(after) != after {
            return None;
        }
        let (host, rest) = after.split_at(after.find(['/', '?', '#']).unwrap_or(after.len()));
        if host.is_empty() || host.starts_with(':') || host.contains('@') {
            return None;
        }
        Some(Self { https, host, rest })
    }

    /// The host without its port.
    #[must_use]
    pub fn name(&self) -> &'a str {
        let name = match self.host.find(']') {
            // With its closing bracket.
            Some(end) if self.host.starts_with('[') => self.host.get(..=end),
            _ => self.host.split(':').next(),
        };
        name.unwrap_or(self.host)
    }

    /// Is it this machine: `localhost`, `127.0.0.0/8`, `[::1]` (RFC 8252 §8.3)?
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let name = self.name();
        name.eq_ignore_ascii_case("localhost")
            || name == "[::1]"
            || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
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
