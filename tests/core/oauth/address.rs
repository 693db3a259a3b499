//! Addresses: where a credential, or a person, may be sent.

use device_code_flow::oauth::address::{Address, is_secure};
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
