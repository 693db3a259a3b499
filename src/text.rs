//! Texts of others, made safe to print.

/// The longest text in bytes that messages and logs take over from others.
pub const MAX_BYTES: usize = 4000;

/// `text` without what is beyond [`MAX_BYTES`]: that is no sentence for a person, and would fill logs. It ends where a word ends.
#[must_use]
pub fn short(mut text: String) -> String {
    if let Some(start) = text.as_bytes().get(..MAX_BYTES) {
        let end = start.iter().rposition(|byte| *byte == b' ').unwrap_or_default();
        text.truncate(end);
        text += " (and more)";
    }
    text
}

/// The message about something that is beyond its limit, both in `unit`s.
#[must_use]
pub fn over_limit(place: &str, size: usize, unit: &str, max: usize) -> String {
    format!("{place} has {size} {unit}. The limit is {max}.")
}

/// `text` without characters that move a cursor, or hide or reorder what a person reads: control characters (line breaks and tabs
/// become spaces), format characters such as bidirectional controls, and characters that show nothing. `js/printable.js` is the same in
/// JavaScript.
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
            _ if character.is_control() || is_format(character) || is_invisible(character) => {}
            _ => out.push(character),
        }
    }
    out
}

/// Unicode's general categories Cf, Zl and Zp. The bidirectional controls, the tags and the line separators are among them.
fn is_format(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}')
        || matches!(character, '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}')
        || matches!(character, '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Characters of other categories that show nothing: Unicode's `Default_Ignorable_Code_Point`, with the variation selectors and the
/// fillers of Hangul, and the blank pattern of Braille.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}')
        || matches!(character, '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}')
}
