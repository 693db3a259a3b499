//! Texts of others, made safe to print.

/// The longest text in bytes that messages and logs take over from others.
pub const LONGEST: usize = 4000;

/// `text` without what is beyond [`LONGEST`]: that is no sentence for a person, and would fill logs. It ends where a word ends.
#[must_use]
pub fn short(mut text: String) -> String {
    if let Some(start) = text.as_bytes().get(..LONGEST) {
        let end = start.iter().rposition(|byte| *byte == b' ').unwrap_or_default();
        text.truncate(end);
        text += " (and more)";
    }
    text
}

/// `text` without characters that move a cursor, or hide or reorder what a person reads: control characters (line breaks and tabs
/// become spaces), bidirectional overrides and invisible marks.
#[must_use]
pub fn printable(text: &str) -> String {
    // Nearly every text is visible ASCII.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            _ if character.is_control() || is_invisible(character) => {}
            _ => out.push(character),
        }
    }
    out
}

/// Characters that show nothing, or change the direction of what follows.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
