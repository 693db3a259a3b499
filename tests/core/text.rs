//! What a server sends, made safe to print.

use device_code_flow::text::printable;
use proptest::prelude::*;

proptest! {
    #![proptest_config(crate::support::cases(1000))]

    #[test]
    fn no_control_character_comes_through_and_what_is_safe_stays(text in any::<String>()) {
        let shown = printable(&text);
        prop_assert!(!shown.chars().any(char::is_control), "{:?}", shown);
        prop_assert_eq!(printable(&shown), shown);
    }

    #[test]
    fn visible_ascii_stays_as_it_is(text in "[ -~]*") {
        prop_assert_eq!(printable(&text), text);
    }
}

#[test]
fn lines_become_spaces_and_invisible_marks_nothing() {
    assert_eq!(printable("a\r\nb\tc"), "a  b c");
    assert_eq!(printable("a\u{200b}\u{202e}b\u{feff}c\u{ad}\u{1b}[2Jd"), "abc[2Jd");
}

proptest! {
    #![proptest_config(crate::support::cases(2000))]

    /// Unicode's own classes. js/printable.js is compared with them character by character.
    #[test]
    fn nothing_invisible_of_any_class_comes_through(
        text in r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}]{1,30}",
    ) {
        let shown = printable(&text);
        prop_assert!(shown.trim().is_empty(), "{:?} of {:?}", shown, text);
    }
}

#[test]
fn each_character_that_hides_or_reorders_is_removed() {
    let ranges = [
        ('\u{0}', '\u{8}'),
        ('\u{7f}', '\u{9f}'),
        ('\u{115f}', '\u{1160}'),
        ('\u{180b}', '\u{180f}'),
        ('\u{2028}', '\u{202e}'),
        ('\u{2066}', '\u{2069}'),
        ('\u{2800}', '\u{2800}'),
        ('\u{3164}', '\u{3164}'),
        ('\u{fe00}', '\u{fe0f}'),
        ('\u{ffa0}', '\u{ffa0}'),
        ('\u{fff9}', '\u{fffb}'),
        ('\u{e0000}', '\u{e01ef}'),
    ];
    for character in ranges.into_iter().flat_map(|(first, last)| first..=last) {
        assert_eq!(printable(&format!("a{character}b")), "ab", "{:x}", u32::from(character));
    }
}

#[test]
fn visible_text_of_any_script_stays() {
    for text in ["Zoë Ångström", "阿达", "أدا", "Ада", "एडा", "👩🏽💻 🗝", "a\u{301}"] {
        assert_eq!(printable(text), text);
    }
}
