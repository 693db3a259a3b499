//! Saved texts as their forger would write them.

use serde_json::Value;

/// A text with these members, in whichever order, and a check that is right.
pub fn checked(members: &Value) -> String {
    let mut members = members.clone();
    members.as_object_mut().expect("an object").remove("check");
    let text = members.to_string();
    let body = text.strip_suffix('}').expect("an object");
    format!("{body},\"check\":\"{}\"}}", hash(body))
}

/// The hash of a body.
pub fn hash(body: &str) -> String {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", body.bytes().fold(0xcbf2_9ce4_8422_2325_u64, step))
}
