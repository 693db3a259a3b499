//! Texts of others, made safe to print.

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

/// `text` before the first of `marks`, which are ASCII, and what follows the mark, where there is one.
#[must_use]
pub fn cut<'a>(text: &'a str, marks: &str) -> (&'a str, Option<&'a str>) {
    let at = text.bytes().position(|byte| marks.bytes().any(|mark| mark == byte));
    match at.and_then(|at| text.split_at_checked(at)) {
        Some((before, from)) => (before, from.get(1..)),
        None => (text, None),
    }
}

/// What stands before and after the first `mark` in `text`, where it is there.
#[must_use]
pub fn between<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let at = text.as_bytes().windows(mark.len()).position(|window| window == mark.as_bytes())?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// The number that `text` is in decimal digits, and nothing but digits; a larger one than fits is the largest.
#[must_use]
pub fn number(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let mut number = 0_u64;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
    }
    Some(number)
}

/// Characters that show nothing, or change the direction of what follows.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A number in decimal digits. The standard library's `to_string` would bring its whole formatting machinery along.
#[must_use]
pub fn decimal(number: impl Into<u64>) -> String {
    digits(number.into())
}

fn digits(mut rest: u64) -> String {
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
