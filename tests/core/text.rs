//! Bytes that should be a text.

use device_code_flow::text::lossy;
use proptest::collection::vec;
use proptest::prelude::*;

/// Bytes that begin, go on with, and break characters of every length.
fn broken() -> impl Strategy<Value = Vec<u8>> {
    let edges = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed];
    let more = [0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xff];
    vec(prop::sample::select([edges.as_slice(), &more].concat()), 0..12)
}

proptest! {
    #![proptest_config(crate::support::cases(4000))]

    #[test]
    fn what_is_not_utf_8_becomes_the_replacement_character_as_often_as_in_every_host(bytes in broken()) {
        prop_assert_eq!(lossy(&bytes), String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn what_is_utf_8_stays_as_it_is(text in any::<String>()) {
        prop_assert_eq!(lossy(text.as_bytes()), text);
    }
}
