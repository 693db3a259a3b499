//! Web addresses, as far as this library judges them: is it safe to send a credential, or a person, there?
//!
//! This is no URL parser; the host has one. It accepts plain addresses and refuses everything unusual.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::text::printable;

/// What the name of a host tells about where it leads. Other names may lead to this machine too. The operator of a resolver is
/// responsible for its answers, and that of a private network for its hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// This machine, by each name that leads to it on any system. Not all of them may be used with http ([`Address::is_loopback`]).
    Loopback,
    /// A URL parser makes another name of it (WHATWG URL §3.5), and that may be one of this machine's: `127.1`, `0x7f.1`, `%31`,
    /// letters beyond ASCII.
    Unclear,
    /// Not this machine, as far as the name tells.
    Elsewhere,
}

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

    /// Is it certainly this machine: `localhost`, `127.0.0.0/8`, `[::1]` (RFC 8252 §8.3)? To these http may be used. The other names of
    /// [`Reach::Loopback`] lead to this machine on some systems only. Elsewhere a resolver or a router would take a credential to another
    /// machine, so http is refused there.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let name = self.name();
        name.eq_ignore_ascii_case("localhost")
            || name == "[::1]"
            || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// https, or http to a host that [is certainly](Self::is_loopback) this machine.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.https || self.is_loopback()
    }

    /// Where the host leads.
    #[must_use]
    pub fn reach(&self) -> Reach {
        let name = self.name().trim_end_matches('.').to_ascii_lowercase();
        if let Some(address) = name.strip_prefix('[') {
            return address.strip_suffix(']').and_then(|text| text.parse().ok()).map_or(Reach::Unclear, reach_of_v6);
        }
        if let Ok(address) = name.parse() {
            return reach_of_v4(address);
        }
        let last = name.rsplit('.').next().unwrap_or_default();
        let is_number = last.starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
        match last {
            "localhost" => Reach::Loopback,
            _ if is_number || !name.is_ascii() || name.contains('%') => Reach::Unclear,
            _ => Reach::Elsewhere,
        }
    }

    /// May the server at this address name `other`, for requests or for a person to open? `other` must be https. Only a server on this
    /// machine may name an address on this machine, and there http too.
    #[must_use]
    pub fn may_name(&self, other: &Address<'_>) -> bool {
        other.is_secure()
            && match other.reach() {
                Reach::Elsewhere => true,
                Reach::Loopback => self.reach() == Reach::Loopback,
                Reach::Unclear => self.name().eq_ignore_ascii_case(other.name()),
            }
    }

    /// Have both the same scheme, host and port?
    #[must_use]
    pub fn has_origin_of(&self, other: &Address<'_>) -> bool {
        let host = |address: &Address<'_>| {
            let port = if address.https { ":443" } else { ":80" };
            address.host.strip_suffix(port).unwrap_or(address.host).to_ascii_lowercase()
        };
        self.https == other.https && host(self) == host(other)
    }
}

/// The first eight bits of zero are "this host on this network" (RFC 1122 §3.2.1.3): systems connect to themselves.
fn reach_of_v4(address: Ipv4Addr) -> Reach {
    let is_this_machine = address.is_loopback() || address.octets()[0] == 0;
    if is_this_machine { Reach::Loopback } else { Reach::Elsewhere }
}

/// An IPv4 address inside an IPv6 address counts as itself (RFC 4291 §2.5.5).
fn reach_of_v6(address: Ipv6Addr) -> Reach {
    if address.is_loopback() {
        return Reach::Loopback;
    }
    address.to_ipv4().map_or(Reach::Elsewhere, reach_of_v4)
}

/// Is `text` an address with https, or with http on loopback?
#[must_use]
pub fn is_secure(text: &str) -> bool {
    Address::parse(text).is_some_and(|address| address.is_secure())
}

/// May `server`, an address, name `other`? See [`Address::may_name`].
#[must_use]
pub fn may_name(server: &str, other: &str) -> bool {
    match (Address::parse(server), Address::parse(other)) {
        (Some(server), Some(other)) => server.may_name(&other),
        _ => false,
    }
}
