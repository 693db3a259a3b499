//! A text made of runs of another one: the same to whoever has the other one and to whoever has not.

use crate::support::cache::joined;
use device_code_flow::json::scanner::Span;
use device_code_flow::json::splice::{MARK, Splice};
use proptest::prelude::*;

/// What is added: a part of the base, by two places in it, or something new.
#[derive(Clone, Debug)]
enum Piece {
    Kept(usize, usize),
    New(String),
}

/// Any letters: of one to four bytes, and of one unit or two.
fn letters(length: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![any::<char>(), Just('é'), Just('😀'), Just(' '), Just(','), prop::char::range('a', 'z')],
        0..length,
    )
    .prop_map(|letters| letters.into_iter().filter(|letter| *letter != '\0').collect())
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let kept = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let piece = prop_oneof![
        kept.prop_map(|(one, other)| Piece::Kept(one.index(60), other.index(60))),
        letters(4).prop_map(Piece::New),
        Just(Piece::New(",".into())),
    ];
    prop::collection::vec(piece, 0..12)
}

/// The next place in the text where a letter begins.
fn place(base: &str, at: usize) -> usize {
    (at..=base.len()).find(|at| base.is_char_boundary(*at)).unwrap_or(base.len())
}

proptest! {
    #![proptest_config(crate::support::cases(500))]

    #[test]
    fn the_runs_and_what_is_new_make_the_text(base in letters(40), pieces in pieces()) {
        let mut splice = Splice::of(&base);
        let mut expected = String::new();
        for piece in &pieces {
            match piece {
                Piece::New(new) => {
                    splice.push(new);
                    expected.push_str(new);
                }
                Piece::Kept(one, other) => {
                    let (one, other) = (place(&base, *one), place(&base, *other));
                    let (start, end) = (one.min(other), one.max(other));
                    if start == end {
                        continue;
                    }
                    splice.keep(Span { start, end });
                    expected.push_str(&base[start..end]);
                }
            }
        }
        // Between runs there may be white space as it is in the base.
        let bare = |text: &str| text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect::<String>();
        let text = splice.text(None);
        prop_assert_eq!(bare(&text), bare(&expected));
        let units = base.encode_utf16().count();
        let marked = splice.text(Some(units));
        prop_assert_eq!(joined(&marked, &base), text.clone());
        prop_assert_eq!(splice.text(Some(units + base.len() + 1)), text, "another base than this");
    }
}

#[test]
fn what_stays_is_one_run_and_only_what_is_new_is_handed_over() {
    let base = r#"{"a": 1, "b": 2,
 "c": 3}"#;
    let mut splice = Splice::of(base);
    for (mark, start, end) in [("{", 1, 7), (",", 9, 15), (",", 18, 24)] {
        splice.push(mark);
        splice.keep(Span { start, end });
    }
    splice.push(r#","d":4}"#);
    assert_eq!(splice.text(Some(base.len())), [MARK, "0,24", MARK, ",\"d\":4}"].concat());
    assert_eq!(splice.text(None), "{\"a\": 1, \"b\": 2,\n \"c\": 3,\"d\":4}");
}
