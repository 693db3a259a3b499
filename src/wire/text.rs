//! Texts of a server that will stand on a screen or in a terminal.

/// `text` without what could move a cursor, hide or reorder what a person reads: control characters (line breaks
/// and tabs become spaces), bidirectional overrides and invisible marks.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .filter_map(|character| match character {
            '\n' | '\r' | '\t' => Some(' '),
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
            _ if character.is_control() => None,
            _ => Some(character),
        })
        .collect()
}
