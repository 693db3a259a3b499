//! A flow as a text, and back: version 4. Versions 1 to 3 are read as well.
//!
//! A text is one JSON object. The parts of a flow (its state, its session, its request) are derived structs whose members stand side
//! by side in it. All times are absolute. The text holds the device code, so it is a credential. `check`, the last member, is the
//! FNV-1a hash of everything before it. It reveals damage and edits; it is no signature, and whoever can write the text can also
//! sign in.
//!
//! * Version 2 added private clouds and the program's name, version 3 `revision` and the lost answers.
//! * Version 4 has [`Trouble`] as a value. The versions before it have an English sentence in its place, and the names `unheard` and
//!   `unrecognised` for `answerLost` and `codeUnknown`.

mod parts;
mod resume;

pub use resume::resume;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error};
use crate::flow::FlowState;
use crate::flow::discovering::Discovering;
use crate::flow::polling::Polling;
use crate::flow::requesting::Requesting;
use crate::flow::trouble::Trouble;
use crate::flow::waiting::Waiting;
use crate::hash;
use crate::json::{self, Problem, Value};
use crate::oauth::lenient;

/// The version that this release writes.
const VERSION: u64 = 4;
/// The longest text in bytes: more than all limits of a request and of an answer allow.
pub const LONGEST: usize = 1 << 20;
/// What distinguishes these texts from others.
const KIND: &str = "device-code-flow";
/// Comes before the hash, last in the text.
const CHECK: &str = ",\"check\":\"";

/// The object of a text: while it is written, and once it is read.
pub struct SavedText(Value);

impl SavedText {
    /// The text of the state of this name.
    #[must_use]
    pub fn new(state: &str) -> Self {
        Self(Value::Object(Vec::new())).member("kind", KIND).member("version", VERSION).member("state", state)
    }

    /// Adds one member.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Value::Object(members) = &mut self.0 {
            members.push((name.into(), value.into()));
        }
        self
    }

    /// Adds the members of a derived struct.
    #[must_use]
    pub fn part(mut self, part: &impl Serialize) -> Self {
        if let (Value::Object(all), Ok(Value::Object(members))) = (&mut self.0, json::to_value(part)) {
            all.extend(members);
        }
        self
    }

    /// Reads one member.
    ///
    /// # Errors
    /// It is missing, or not what it must be.
    pub fn read_member<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<T, json::Error> {
        let value = self.0.get(name).ok_or_else(|| json::Error::new(Problem::Missing));
        value.and_then(json::from_value).map_err(|error| error.in_member(name))
    }

    /// Reads the members of a derived struct.
    ///
    /// # Errors
    /// The first member that is missing or not what it must be.
    pub fn read_part<'a, T: Deserialize<'a>>(&'a self) -> Result<T, json::Error> {
        json::from_value(&self.0)
    }
}

/// Writes a state. `None`: the flow is over, or it asks for no code, so that there is nothing to resume.
#[must_use]
pub fn write(state: &FlowState) -> Option<String> {
    let SavedText(value) = state.state()?.save()?;
    let mut text = value.to_json();
    text.pop();
    let end = end(&text);
    Some(text + &end)
}

/// Reads a text that [`write()`] wrote, in this or an earlier release.
///
/// # Errors
/// [`Code::SavedFlowVersion`] for a newer release's text, [`Code::SavedFlowInvalid`] for everything else.
pub fn read(text: &str) -> Result<FlowState, Error> {
    let invalid = |what: &str| Code::SavedFlowInvalid.error(format!("The saved flow {what}."));
    if text.len() > LONGEST {
        return Err(invalid(&format!("has {} bytes. The limit is {LONGEST}", text.len())));
    }
    // Editors and shells add a line break, and some of them a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_ascii();
    let value = Value::parse(text).ok_or_else(|| invalid("is not JSON, or was cut short"))?;
    if value.get_str("kind") != Some(KIND) {
        return Err(invalid("was not written by device-code-flow"));
    }
    match value.get("version").and_then(lenient::whole_number).unwrap_or_default() {
        0 => return Err(invalid("has no version")),
        1..=VERSION => {}
        _ => return Err(Code::SavedFlowVersion.error("The saved flow was written by a newer release.")),
    }
    if !is_intact(text) {
        return Err(invalid("was changed after it was saved"));
    }
    read_state(value).map_err(|error| invalid(&format!("has a wrong field: {error}")))
}

/// The id of a flow, for stores that must not know its device code: a hash of it. `None` before there is a code.
#[must_use]
pub fn flow_id(state: &FlowState) -> Option<String> {
    state.session().map(|session| check(session.device_code.expose()))
}

fn read_state(value: Value) -> Result<FlowState, json::Error> {
    let text = upgrade(SavedText(value))?;
    match text.read_member("state")? {
        "discovering" => Discovering::restore(&text),
        "requesting" => Requesting::restore(&text),
        "waiting" => Waiting::restore(&text),
        "polling" => Polling::restore(&text),
        _ => Err(wrong("state", "a state")),
    }
}

/// Changes the members of an earlier version into those of this one.
fn upgrade(mut text: SavedText) -> Result<SavedText, json::Error> {
    let version: u64 = text.read_member("version")?;
    if version < VERSION
        && let Value::Object(members) = &mut text.0
    {
        for (name, value) in members {
            match (name.as_str(), &value) {
                ("unrecognised", _) => *name = "codeUnknown".into(),
                ("unheard", _) => *name = "answerLost".into(),
                ("trouble", Value::String(sentence)) => *value = json::to_value(&Trouble::from_sentence(sentence))?,
                _ => {}
            }
        }
    }
    Ok(text)
}

/// The end of the text after `body`: its hash.
fn end(body: &str) -> String {
    format!("{CHECK}{}\"}}", check(body))
}

fn is_intact(text: &str) -> bool {
    let body_length = text.len().saturating_sub(end("").len());
    text.split_at_checked(body_length).is_some_and(|(body, rest)| rest == end(body))
}

fn check(text: &str) -> String {
    hash::hexadecimal(hash::fnv(hash::START, text))
}

/// The member `name` must be something else.
fn wrong(name: &str, expected: &str) -> json::Error {
    json::Error::new(Problem::Expected(expected.into())).in_member(name)
}
