//! Texts for people: a server's, made safe to print, and our own numbers in them.

/// `text` without what could move a cursor, hide or reorder what a person reads: control characters (line breaks
/// and tabs become spaces), bidirectional overrides and invisible marks.
#[must_use]
pub fn printable(text: &str) -> String {
    // Nearly every text, and the one that every poll brings, needs no look at its letters.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.into();
    }
    text.chars()
        .filter_map(|character| match character {
            '\n' | '\r' | '\t' => Some(' '),
            _ if character.is_control() || is_invisible(character) => None,
            _ => Some(character),
        })
        .collect()
}

/// Characters that show nothing, or turn the direction of what follows.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A number in decimal digits. The standard library's `to_string` would bring its whole formatting machinery along.
#[must_use]
pub fn decimal(number: impl Into<u64>) -> String {
    let mut rest = number.into();
    let mut digits = Vec::new();
    loop {
        digits.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}
