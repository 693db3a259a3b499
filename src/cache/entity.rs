//! MSAL's unified cache schema: the sections of a cache, what an entry says, and the key of a new entry.
//!
//! .NET, Java, Python, Go and Node differ in the keys that they write. They agree on the properties, so entries are found by
//! their properties; a key is opaque, and only made here for a new entry.

use crate::cache::field;
use crate::entra::cloud;
use crate::json::Value;
use crate::oauth::lenient;
use crate::time::UnixMillis;

/// The sections that MSAL defines. Others are written as they were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Access tokens.
    AccessToken,
    /// Refresh tokens.
    RefreshToken,
    /// ID tokens, as the server sent them.
    IdToken,
    /// Accounts of people.
    Account,
    /// Facts about clients: whether they belong to Microsoft's family.
    AppMetadata,
}

impl Section {
    /// All sections, in the order in which they are written.
    pub const ALL: [Self; 5] = [Self::AccessToken, Self::RefreshToken, Self::IdToken, Self::Account, Self::AppMetadata];

    /// The section's name in the text; also the `credential_type` of the tokens in it.
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
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }

    /// The property that names the owner of an entry: a person, or a client.
    #[must_use]
    pub fn owner_field(self) -> &'static str {
        match self {
            Self::AppMetadata => field::CLIENT_ID,
            _ => field::HOME_ACCOUNT_ID,
        }
    }

    /// The properties that identify an entry. An update never changes them, because the entry's key is made of them.
    #[must_use]
    pub fn identity_fields(self) -> &'static [&'static str] {
        match self {
            Self::AccessToken | Self::IdToken => {
                &[field::HOME_ACCOUNT_ID, field::ENVIRONMENT, field::CLIENT_ID, field::REALM]
            }
            Self::RefreshToken => &[field::HOME_ACCOUNT_ID, field::ENVIRONMENT, field::CLIENT_ID, field::FAMILY_ID],
            Self::Account => &[field::HOME_ACCOUNT_ID, field::ENVIRONMENT, field::REALM],
            Self::AppMetadata => &[field::ENVIRONMENT, field::CLIENT_ID],
        }
    }
}

/// One entry: a JSON object with all its properties, also those that only other libraries know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity(Value);

impl Entity {
    /// An entry without properties.
    #[must_use]
    pub fn new() -> Self {
        Self(Value::Object(Vec::new()))
    }

    /// Reads an entry. `None` if the text is no JSON object.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Value::parse(text).filter(|json| matches!(json, Value::Object(_))).map(Self)
    }

    /// The entry as JSON text.
    #[must_use]
    pub fn write(&self) -> String {
        self.0.to_json()
    }

    /// The text of a property; empty if the property is missing or no text.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.get_str(name).unwrap_or_default()
    }

    /// The moment of a property, which is in seconds since 1970.
    #[must_use]
    pub fn time(&self, name: &str) -> Option<UnixMillis> {
        self.0.get(name).and_then(lenient::whole_number).map(|seconds| UnixMillis(seconds.saturating_mul(1000)))
    }

    /// The texts of a property that is a list.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.0.get(name).map(Value::strings).unwrap_or_default()
    }

    /// Is the property there, and neither null, false nor empty?
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

    /// Sets a property, or removes it if there is no value.
    pub fn set(&mut self, name: &str, value: Option<Value>) {
        let Value::Object(members) = &mut self.0 else { return };
        let Some(value) = value else {
            members.retain(|(known, _)| known != name);
            return;
        };
        // Of two members with the same name the last one counts.
        match members.iter_mut().rfind(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => members.push((name.to_owned(), value)),
        }
    }

    /// Sets a property to a text.
    pub fn set_text(&mut self, name: &str, text: &str) {
        self.set(name, Some(text.into()));
    }

    /// Sets a property to a text, or removes it if there is none.
    pub fn set_optional_text(&mut self, name: &str, text: Option<&str>) {
        self.set(name, text.map(Value::from));
    }

    /// Sets a property to a moment, written as a text in seconds since 1970.
    pub fn set_time(&mut self, name: &str, moment: UnixMillis) {
        self.set_text(name, &(moment.0 / 1000).to_string());
    }

    /// Takes over every property of `newer` except those that identify the entry.
    pub fn update(&mut self, section: Section, newer: &Self) {
        for (name, value) in newer.members() {
            if !section.identity_fields().contains(&name.as_str()) {
                self.set(name, Some(value.clone()));
            }
        }
    }

    /// Takes over the properties of `other` that are missing here.
    pub fn add_missing(&mut self, other: &Self) {
        for (name, value) in other.members() {
            if self.0.get(name).is_none() {
                self.set(name, Some(value.clone()));
            }
        }
    }

    fn members(&self) -> &[(String, Value)] {
        match &self.0 {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// Is the property this text, in upper or lower case? A missing property is the empty text.
    #[must_use]
    pub fn text_is(&self, name: &str, text: &str) -> bool {
        self.text(name).eq_ignore_ascii_case(text)
    }

    /// Do both entries have the same text in a property, in upper or lower case?
    #[must_use]
    pub fn has_same(&self, name: &str, other: &Self) -> bool {
        self.text_is(name, other.text(name))
    }

    /// Is the entry in the cloud that has this host, under any of the cloud's host names?
    #[must_use]
    pub fn is_in(&self, environment: &str) -> bool {
        same_environment(self.text(field::ENVIRONMENT), environment)
    }

    /// The host that requests go to in this entry's cloud; outside Microsoft's clouds the entry's own host. In lower case.
    #[must_use]
    pub fn cloud_host(&self) -> String {
        let environment = self.text(field::ENVIRONMENT);
        cloud::of(environment).map_or(environment, |cloud| cloud.network()).to_ascii_lowercase()
    }

    /// Names the account that owns the entry. It is the same in all entries with the same home account id in the same cloud, under
    /// every host name of the cloud.
    #[must_use]
    pub fn account_key(&self) -> String {
        format!("{}\n{}", self.cloud_host(), self.text(field::HOME_ACCOUNT_ID))
    }

    /// The scopes of an access token.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.text(field::TARGET).split(' ').filter(|scope| !scope.is_empty())
    }

    /// Is this token more than a bearer token that a person signed in for? Such a token is bound to a key, an assertion or a path.
    /// The library that wrote it wants to find it unchanged.
    #[must_use]
    pub fn is_bound(&self, section: Section) -> bool {
        !self.text_is(field::CREDENTIAL_TYPE, section.name())
            || field::TOKEN_TYPES.iter().any(|name| self.has(name) && !self.text_is(name, BEARER))
            || field::BINDINGS.iter().any(|name| self.has(name))
    }

    /// The key of a new entry: its parts joined by dashes, in lower case. A missing part is empty.
    ///
    /// The key is as msal-node writes it, with a last part for the kind of token, which other libraries leave out with its dash.
    /// .NET makes its keys anew anyway, and Python uses other hosts. But msal-node drops an ID token that it finds under two keys.
    #[must_use]
    pub fn key(&self, section: Section) -> String {
        let text = |name| self.text(name);
        let parts: &[&str] = match section {
            Section::Account => &[text(field::HOME_ACCOUNT_ID), text(field::ENVIRONMENT), text(field::REALM)],
            Section::AppMetadata => &["appmetadata", text(field::ENVIRONMENT), text(field::CLIENT_ID)],
            Section::AccessToken | Section::RefreshToken | Section::IdToken => {
                let in_family = section == Section::RefreshToken && self.has(field::FAMILY_ID);
                let token_type = Some(text(field::TOKEN_TYPE)).filter(|kind| !kind.eq_ignore_ascii_case(BEARER));
                &[
                    text(field::HOME_ACCOUNT_ID),
                    text(field::ENVIRONMENT),
                    text(field::CREDENTIAL_TYPE),
                    text(if in_family { field::FAMILY_ID } else { field::CLIENT_ID }),
                    text(field::REALM),
                    text(field::TARGET),
                    token_type.unwrap_or_default(),
                ]
            }
        };
        parts.join("-").to_ascii_lowercase()
    }
}

impl Default for Entity {
    fn default() -> Self {
        Self::new()
    }
}

/// The usual `token_type` (RFC 6750).
const BEARER: &str = "Bearer";

/// Are both hosts names of one cloud? The libraries do not all write the same one.
#[must_use]
pub fn same_environment(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || cloud::of(one).is_some_and(|cloud| cloud.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(other)))
}
