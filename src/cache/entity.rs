//! MSAL's unified cache schema: its sections, what an entry says, and the key that a new one gets.
//!
//! .NET, Java, Python, Go and Node write it each in their own way. What they agree on is the fields, so those are what
//! entries are found by; a key is opaque, and only made here for an entry that is new.

use crate::entra::cloud;
use crate::json::Value;
use crate::oauth::lenient;
use crate::text::{decimal, words};
use crate::time::UnixMillis;

/// The sections that MSAL defines. Others are kept as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Access tokens.
    AccessToken,
    /// Refresh tokens.
    RefreshToken,
    /// ID tokens, as they came.
    IdToken,
    /// People.
    Account,
    /// What is known of clients: whether they belong to Microsoft's family.
    AppMetadata,
}

impl Section {
    /// In the order in which they are written.
    pub const ALL: [Self; 5] = [Self::AccessToken, Self::RefreshToken, Self::IdToken, Self::Account, Self::AppMetadata];

    /// Its name in the text, and the `credential_type` of what is in it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "AccessToken",
            Self::RefreshToken => "RefreshToken",
            Self::IdToken => "IdToken",
            Self::Account => "Account",
            Self::AppMetadata => "AppMetadata",
        }
    }

    /// The section of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|section| section.name() == name)
    }

    /// The property that says whose an entry is: a person's, or a client's.
    #[must_use]
    pub fn owner(self) -> &'static str {
        if self == Self::AppMetadata { "client_id" } else { "home_account_id" }
    }

    /// The properties that an entry is found by. A matched entry keeps them: its key is made of them.
    #[must_use]
    pub fn identity(self) -> &'static [&'static str] {
        match self {
            Self::AccessToken | Self::IdToken => &["home_account_id", "environment", "client_id", "realm"],
            Self::RefreshToken => &["home_account_id", "environment", "client_id", "family_id"],
            Self::Account => &["home_account_id", "environment", "realm"],
            Self::AppMetadata => &["environment", "client_id"],
        }
    }
}

/// May a property of this name have a value that begins with this letter? Asked of those without which an entry is of no use;
/// of others any may.
#[must_use]
pub fn fits(section: Section, name: &str, first: u8) -> bool {
    // Nearly all are texts, and nearly all may be.
    if matches!(first, b'"' | b'n') && name != "tenantProfiles" {
        return true;
    }
    for (known, firsts) in KINDS {
        if *known == name {
            return firsts.bytes().any(|byte| byte == first);
        }
    }
    !section.identity().contains(&name)
}

/// With what values of these may begin. Some libraries have written times as numbers.
const KINDS: &[(&str, &str)] = &[
    ("tenantProfiles", "[n"),
    ("secret", ""),
    ("target", ""),
    ("credential_type", ""),
    ("cached_at", "-0123456789"),
    ("expires_on", "-0123456789"),
];

/// One entry, with everything that whoever wrote it knows of and we may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity(Value);

impl Entity {
    /// An entry that says nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Value::Object(Vec::new()))
    }

    /// Reads an entry; `None` for what is no object.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Value::parse(text).filter(|json| matches!(json, Value::Object(_))).map(Self)
    }

    /// The entry as JSON text.
    #[must_use]
    pub fn write(&self) -> String {
        self.0.to_json()
    }

    /// A property that is a text; empty where it is not there.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.get_str(name).unwrap_or_default()
    }

    /// The entry as it is.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// A moment, which the text counts in seconds.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<UnixMillis> {
        self.0.get(name).and_then(lenient::whole_number).map(|seconds| UnixMillis(seconds.saturating_mul(1000)))
    }

    /// Sets a moment: a text, in seconds.
    pub fn set_time(&mut self, name: &str, moment: UnixMillis) {
        self.set_text(name, &decimal(moment.0 / 1000));
    }

    /// The texts of a property that is a list.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.0.get(name).map(Value::strings).unwrap_or_default()
    }

    /// Is the property there, with something in it?
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| match value {
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
            Value::Bool(true) | Value::Number(_) => true,
        })
    }

    /// Sets a property; `None` takes it away.
    pub fn set(&mut self, name: &str, value: Option<Value>) {
        let Value::Object(members) = &mut self.0 else { return };
        match (members.iter().rposition(|(known, _)| known == name), value) {
            (Some(at), Some(value)) => {
                if let Some(member) = members.get_mut(at) {
                    member.1 = value;
                }
            }
            (Some(at), None) => {
                members.remove(at);
                // It may be there twice.
                self.set(name, None);
            }
            (None, Some(value)) => members.push((name.into(), value)),
            (None, None) => {}
        }
    }

    /// Sets a property that is a text.
    pub fn set_text(&mut self, name: &str, text: &str) {
        self.set(name, Some(text.into()));
    }

    /// Sets a property to the text that another entry has under a name.
    pub fn copy(&mut self, name: &str, from: &Self, named: &str) {
        self.set_text(name, from.text(named));
    }

    /// Sets a property that is a text, where there is one.
    pub fn set_optional(&mut self, name: &str, text: Option<&str>) {
        self.set(name, text.map(Value::from));
    }

    /// Takes over what `newer` says, except of what the entry is found by.
    pub fn overlay(&mut self, section: Section, newer: &Self) {
        let Value::Object(members) = &newer.0 else { return };
        for (name, value) in members {
            if !section.identity().contains(&name.as_str()) {
                self.set(name, Some(value.clone()));
            }
        }
    }

    /// Takes over what only `twin` says.
    pub fn complete(&mut self, twin: &Self) {
        let Value::Object(members) = &twin.0 else { return };
        for (name, value) in members {
            if self.0.get(name).is_none() {
                self.set(name, Some(value.clone()));
            }
        }
    }

    /// Does a property say this, as far as case goes?
    #[must_use]
    pub fn says(&self, name: &str, text: &str) -> bool {
        self.text(name).eq_ignore_ascii_case(text)
    }

    /// Is it in this cloud, under whichever of its names?
    #[must_use]
    pub fn is_in(&self, environment: &str) -> bool {
        same_environment(self.text("environment"), environment)
    }

    /// Do both properties say the same, as far as case goes?
    #[must_use]
    pub fn agrees(&self, name: &str, other: &Self) -> bool {
        self.says(name, other.text(name))
    }

    /// The scopes of an access token.
    #[must_use]
    pub fn scopes(&self) -> Vec<&str> {
        words(self.text("target"), " ")
    }

    /// Is it for another use than a bearer token that a person signed in for? Such an entry is bound to a key, an
    /// assertion or a path, and whoever wrote it wants it back unchanged.
    #[must_use]
    pub fn is_bound(&self, section: Section) -> bool {
        let bearer = |name| !self.has(name) || self.says(name, "bearer");
        !self.says("credential_type", section.name())
            || !bearer("token_type")
            || !bearer("tokenType")
            || BINDINGS.iter().any(|name| self.has(name))
    }

    /// The key of a new entry: its parts, where a missing one is empty, joined by dashes, in lower case.
    ///
    /// As Node writes it, with a last part for the kind of token, which others leave out with its dash. .NET makes its keys anew
    /// anyway and Python has hosts of its own, but msal-node, if it finds the same ID token under two keys, drops both.
    #[must_use]
    pub fn key(&self, section: Section) -> String {
        let (begin, parts): (&str, &[&str]) = match section {
            Section::Account => ("", &["home_account_id", "environment", "realm"]),
            Section::AppMetadata => ("appmetadata-", &["environment", "client_id"]),
            _ => ("", CREDENTIAL),
        };
        let in_family = section == Section::RefreshToken && self.has("family_id");
        let mut key = String::from(begin);
        for (index, name) in parts.iter().enumerate() {
            let part = match *name {
                "client_id" if in_family => self.text("family_id"),
                name => self.text(name),
            };
            if index > 0 {
                key.push('-');
            }
            if *name != "token_type" || !part.eq_ignore_ascii_case("bearer") {
                key.push_str(part);
            }
        }
        key.make_ascii_lowercase();
        key
    }
}

/// What the key of a token is made of.
const CREDENTIAL: &[&str] =
    &["home_account_id", "environment", "credential_type", "client_id", "realm", "target", "token_type"];

impl Default for Entity {
    fn default() -> Self {
        Self::new()
    }
}

/// What binds a token: keys (Node, .NET, Go), on-behalf-of assertions, and further key components, of federated
/// identities for example, in the spellings of all libraries.
const BINDINGS: [&str; 9] = [
    "key_id",
    "keyId",
    "kid",
    "keyid",
    "user_assertion_hash",
    "userAssertionHash",
    "ext",
    "ext_cache_key",
    "additionalCacheKeyComponents",
];

/// Are these two hosts names of one cloud? Libraries write different ones of them.
#[must_use]
pub fn same_environment(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || cloud::of(one).is_some_and(|cloud| cloud.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(other)))
}
