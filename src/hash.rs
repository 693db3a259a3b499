//! FNV-1a, 64 bits: tells texts apart that nobody has made to look alike. No signature, and no secret's keeper.

/// Where a hash begins.
pub const START: u64 = 0xcbf2_9ce4_8422_2325;

/// `hash`, with `text` after what it is of.
#[must_use]
pub fn fnv(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The hash of several texts, which a byte between them keeps apart that none of them has.
#[must_use]
pub fn of_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
    texts.into_iter().fold(START, |hash, text| fnv(fnv(hash, text), "\0"))
}

/// Sixteen hexadecimal digits.
#[must_use]
pub fn hexadecimal(hash: u64) -> String {
    (0..16).rev().filter_map(|nibble| char::from_digit((hash >> (nibble * 4) & 15) as u32, 16)).collect()
}
