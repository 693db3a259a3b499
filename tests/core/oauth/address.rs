//! Addresses: where a credential, or a person, may be sent.

use device_code_flow::oauth::address::{Address, Reach, is_secure, may_name};
use proptest::prelude::*;

#[test]
fn https_anywhere_and_http_on_this_machine_are_secure() {
    for text in [
        "https://login.example",
        "HTTPS://LOGIN.EXAMPLE:8443/a?b#c",
        "https://münchen.example/gerät",
        "http://localhost",
        "http://LOCALHOST:8080/x",
        "http://127.0.0.1/",
        "http://127.255.1.2:1/",
        "http://[::1]:3000/x",
    ] {
        assert!(is_secure(text), "{text}");
    }
}

#[test]
fn everything_else_is_not() {
    for text in [
        "",
        "https:",
        "https://",
        "https:///path",
        "https://:443/",
        "login.example",
        "//login.example",
        "http://login.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.evil",
        "http://localhost.evil.example",
        "http://128.0.0.1",
        "http://[::2]",
        "http://[::1",
        "http://127.1",
        "ftp://login.example",
        "javascript://%0aalert(1)",
        "https://user@login.example",
        "https://login.example@evil.example",
        "http://localhost@evil.example",
        "https://evil.example\\@login.example",
        "https://login.example/a b",
        "https://login.example/\u{0}",
        "https://login.example/\n",
        "https://login.example/\"",
        "https://login.example/<x>",
        "https://login.example/\u{200b}",
        "https://login.example/\u{202e}",
        " https://login.example",
        "data:text/html,https://login.example",
    ] {
        assert!(!is_secure(text), "{text:?}");
    }
}

#[test]
fn an_address_is_taken_apart() {
    let address = Address::parse("https://[::1]:8443?x=1").expect("an address");
    assert_eq!((address.host, address.name(), address.rest), ("[::1]:8443", "[::1]", "?x=1"));
    let address = Address::parse("http://a.example:80/b#c").expect("an address");
    assert_eq!(
        (address.host, address.name(), address.rest, address.https),
        ("a.example:80", "a.example", "/b#c", false)
    );
}

proptest! {
    #![proptest_config(crate::support::cases(400))]

    #[test]
    fn any_text_is_an_address_without_oddities_or_none(text in "(https?://)?\\PC{0,20}") {
        if let Some(address) = Address::parse(&text) {
            prop_assert!(!address.host.is_empty() && !address.host.contains(['@', '/', '\\', ' ']));
            prop_assert!(text.ends_with(address.rest));
            let _ = (address.name(), address.is_loopback());
        }
    }
}

/// Names of this machine, by which URL parsers and resolvers reach it.
const LOOPBACK: [&str; 16] = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "login.example.LocalHost..",
    "127.0.0.1",
    "127.255.1.2",
    "127.0.0.1.",
    "0.0.0.0",
    "0.1.2.3",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::FFFF:7f00:1]",
    "[::127.0.0.1]",
];
/// Names that a URL parser makes another name of.
const UNCLEAR: [&str; 13] = [
    "127.1",
    "127.0.1.",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0x7F.0.0.1",
    "0177.0.0.1",
    "127.0.0.01",
    "a.example.1",
    "%6cocalhost",
    "\u{ff4c}ocalhost",
    "\u{2460}27.0.0.1",
    "[::1%25lo]",
];
const ELSEWHERE: [&str; 8] = [
    "login.example",
    "localhost.example",
    "localhosts",
    "1.example",
    "10.0.0.1",
    "127.0.0.1.example",
    "[2001:db8::1]",
    "[::ffff:10.0.0.1]",
];

fn any_port() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), (1..65_536_u32).prop_map(|port| format!(":{port}"))]
}

fn any_of(names: &'static [&'static str]) -> impl Strategy<Value = (&'static str, String)> {
    (prop::sample::select(names.to_vec()), any_port(), "(/[a-z]{0,3}){0,2}")
        .prop_map(|(name, port, path)| (name, format!("{name}{port}{path}")))
}

proptest! {
    #![proptest_config(crate::support::cases(400))]

    #[test]
    fn a_server_elsewhere_names_no_address_on_this_machine((_, server) in any_of(&ELSEWHERE), (_, other) in any_of(&LOOPBACK)) {
        let server = format!("https://{server}");
        for other in [format!("http://{other}"), format!("https://{other}")] {
            prop_assert!(!may_name(&server, &other), "{} {}", server, other);
        }
    }

    #[test]
    fn a_server_anywhere_names_an_unclear_host_only_if_it_is_its_own((_, server) in any_of(&ELSEWHERE), (name, other) in any_of(&UNCLEAR)) {
        let other = format!("https://{other}");
        for server in [format!("https://{server}"), "http://localhost".into(), "https://[::1]:8".into()] {
            prop_assert!(!may_name(&server, &other), "{} {}", server, other);
        }
        if Address::parse(&other).is_some() {
            let own = format!("https://{name}:7/x");
            prop_assert!(may_name(&own, &other), "{}", other);
            prop_assert_eq!(Address::parse(&other).map(|address| address.reach()), Some(Reach::Unclear));
        }
    }

    #[test]
    fn a_server_elsewhere_names_https_elsewhere_and_never_http((_, server) in any_of(&ELSEWHERE), (_, other) in any_of(&ELSEWHERE)) {
        let [server, https, http] = [format!("https://{server}"), format!("https://{other}"), format!("http://{other}")];
        prop_assert!(may_name(&server, &https));
        prop_assert!(!may_name(&server, &http));
    }

    #[test]
    fn a_server_on_this_machine_names_addresses_on_this_machine((_, server) in any_of(&LOOPBACK), (_, other) in any_of(&LOOPBACK)) {
        let [server, https, http] = [format!("https://{server}"), format!("https://{other}"), format!("http://{other}")];
        prop_assert!(may_name(&server, &https));
        prop_assert_eq!(may_name(&server, &http), is_secure(&http));
    }
}

#[test]
fn http_is_for_the_names_that_are_this_machine_on_every_system() {
    for name in ["a.localhost", "localhost.", "0.0.0.0", "0.1.2.3", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]"] {
        let address = format!("http://{name}:8080/x");
        assert_eq!(Address::parse(&address).map(|address| address.reach()), Some(Reach::Loopback), "{name}");
        assert!(!is_secure(&address) && !may_name("http://localhost", &address), "{name}");
    }
}

#[test]
fn an_origin_is_scheme_host_and_port_in_any_spelling() {
    let same = |one: &str, other: &str| {
        Address::parse(one).expect("an address").has_origin_of(&Address::parse(other).expect("an address"))
    };
    assert!(same("https://a.example/x?y#z", "HTTPS://A.example:443"));
    assert!(same("http://localhost:80", "http://LOCALHOST/x"));
    for other in ["http://a.example", "https://a.example:8443", "https://b.example", "https://a.example.b"] {
        assert!(!same("https://a.example", other), "{other}");
    }
}
