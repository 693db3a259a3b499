//! A text made of runs of another one, with what is new in between.
//!
//! For a cache of forty megabytes of which a sign-in changes four entries. Who has the other text needs only where its runs
//! begin and end, and can be JavaScript, which counts in UTF-16.

use crate::json::scanner::Span;

/// The text in the making.
pub struct Splice<'a> {
    base: &'a str,
    /// All that is new, one after the other.
    new: String,
    /// In their order, each with how much of the new stands before it.
    runs: Vec<(usize, Span)>,
}

impl<'a> Splice<'a> {
    /// Nothing yet, to be made of runs of `base`.
    #[must_use]
    pub fn of(base: &'a str) -> Self {
        Self { base, new: String::new(), runs: vec![(0, Span::default())] }
    }

    /// Adds what is new.
    pub fn push(&mut self, new: &str) {
        self.new.push_str(new);
    }

    /// Adds a part of the base. If it is what follows the last one there, but for white space and with the same in between,
    /// it becomes part of that run.
    pub fn keep(&mut self, part: Span) {
        if let Some((before, run)) = self.runs.last_mut() {
            let between = self.base.get(run.end..part.start).map(str::trim_ascii);
            if between.is_some() && between == self.new.get(*before..) {
                self.new.truncate(*before);
                run.end = part.end;
                return;
            }
        }
        self.runs.push((self.new.len(), part));
    }

    /// The text. For somebody who has the base, and counts in it so many `units` of UTF-16, not all of it: after each [`MARK`] in
    /// turn comes a run, as its first unit, a comma and the one after its last, or what is new again. If their base has another
    /// length, it is not this one, and nothing is left out.
    #[must_use]
    pub fn text(&self, units: Option<usize>) -> String {
        let ascii = units == Some(self.base.len());
        let known = ascii || units.is_some_and(|units| units == utf16(self.base));
        let base = |from: usize, to: usize| self.base.get(from..to).unwrap_or_default();
        let mut text = String::with_capacity(self.new.len() + if known { 0 } else { self.base.len() });
        // How far the new and the base have been gone through, the latter also in units.
        let (mut taken, mut passed, mut counted) = (0, 0, 0);
        let mut unit = |at: usize| {
            // Runs may stand in another order than in the base.
            if at < passed {
                (passed, counted) = (0, 0);
            }
            counted = if ascii { at } else { counted + utf16(base(passed, at)) };
            passed = at;
            counted.to_string()
        };
        for (before, run) in &self.runs {
            text.push_str(self.new.get(taken..*before).unwrap_or_default());
            taken = *before;
            if !known {
                text.push_str(base(run.start, run.end));
            } else if run.start < run.end {
                text.push_str(&[MARK, &unit(run.start), ",", &unit(run.end), MARK].concat());
            }
        }
        text.push_str(self.new.get(taken..).unwrap_or_default());
        text
    }
}

/// No JSON text has it.
pub const MARK: &str = "\0";

/// How many units of UTF-16 a text has: one for each character, and another for one beyond the first 65,536.
fn utf16(text: &str) -> usize {
    const EACH: u64 = u64::MAX / 255;
    let (eights, rest) = text.as_bytes().as_chunks::<8>();
    let mut units = text.len();
    for eight in eights {
        let word = u64::from_le_bytes(*eight);
        let (first, second) = (word >> 7, word >> 6);
        // Bytes that go on with a character begin with the bits 10, the first of those that take four with 1111.
        let further = first & !second & EACH;
        let long = first & second & (word >> 5) & (word >> 4) & EACH;
        units = units + long.count_ones() as usize - further.count_ones() as usize;
    }
    for byte in rest {
        units = units + usize::from(*byte >= 0xf0) - usize::from(byte & 0xc0 == 0x80);
    }
    units
}
