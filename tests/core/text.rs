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
