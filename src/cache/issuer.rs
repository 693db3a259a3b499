//! The issuer of an account and of its tokens.
//!
//! MSAL's schema has the host of an entry and not its issuer. One host may have many issuers: the realms of a Keycloak, the
//! authorization servers of an Okta. Outside Microsoft's clouds an account is therefore an issuer and a subject (OpenID Connect Core
//! §5.7), and this library notes the issuer in every entry that it writes. An entry without the note, from another library or an
//! earlier release, belongs to the issuer that its ID token names. docs/adr/0013 has the reasons.

use crate::cache::document::{CacheDocument, Id};
use crate::cache::entity::{Entity, Section, same_environment};
use crate::cache::field;
use crate::cache::places::Places;
use crate::entra::authority::Authority;
use crate::oauth::id_token::{IdToken, normalized_issuer};

/// Who owns tokens: a person at a cloud of Microsoft's, or at an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountId<'a> {
    /// `home_account_id`
    pub home_account_id: &'a str,
    /// The cloud, by any of its host names, or the issuer's host.
    pub environment: &'a str,
    /// The issuer ([`Authority::issuer`]); `None` at Microsoft's authorities.
    pub issuer: Option<&'a str>,
}

impl<'a> AccountId<'a> {
    /// An account as an application at this authority names it. Without an issuer, under the authority's host, it is the account of
    /// the authority's issuer.
    #[must_use]
    pub fn at(
        authority: &'a Authority,
        home_account_id: &'a str,
        environment: &'a str,
        issuer: Option<&'a str>,
    ) -> Self {
        let is_here = same_environment(authority.environment(), environment);
        let issuer = issuer.filter(|issuer| !issuer.is_empty()).or_else(|| authority.issuer().filter(|_| is_here));
        Self { home_account_id, environment, issuer }
    }
}

/// The issuers that ID tokens name, by the account and the client ([`owner_key`]).
#[derive(Default)]
pub(super) struct IdTokenIssuers {
    owners: Places,
    /// The issuer of each of `owners`; `None` where several are named.
    only: Vec<Option<String>>,
    /// Each of `owners` with each of its issuers.
    named: Places,
}

/// Which entries belong to an issuer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ownership {
    /// Those that are this issuer's for certain.
    Certain,
    /// Also those that may be this issuer's or another one's. They are of use to neither.
    Possible,
}

impl Entity {
    /// The issuer that this library noted (`note`).
    #[must_use]
    pub fn noted_issuer(&self, section: Section) -> Option<&str> {
        self.noted(section, field::ISSUER)
    }

    /// The account that owns the entry.
    pub(super) fn account_id(&self, section: Section) -> AccountId<'_> {
        AccountId {
            home_account_id: self.text(field::HOME_ACCOUNT_ID),
            environment: self.text(field::ENVIRONMENT),
            issuer: self.noted_issuer(section),
        }
    }

    /// Is the entry issued to this client? OAuth's client ids are case-sensitive; Microsoft's are GUIDs, and the libraries differ in
    /// their case.
    pub(super) fn is_of_client(&self, client_id: &str, issuer: Option<&str>) -> bool {
        match issuer {
            Some(_) => self.text(field::CLIENT_ID) == client_id,
            None => self.text_is(field::CLIENT_ID, client_id),
        }
    }

    /// Notes the issuer.
    pub(super) fn note_issuer(&mut self, section: Section, issuer: &str) {
        self.note(section, field::ISSUER, &normalized_issuer(issuer));
    }
}

impl IdTokenIssuers {
    /// The issuers in these entries of [`Section::IdToken`].
    pub(super) fn of(id_tokens: &[(Id, Entity)]) -> Self {
        let mut issuers = Self::default();
        for (_, entity) in id_tokens {
            let Some(issuer) = id_token_issuer(entity) else { continue };
            for client_id in [entity.text(field::CLIENT_ID), ANY_CLIENT] {
                issuers.add(owner_key(entity, client_id), &issuer);
            }
        }
        issuers
    }

    fn add(&mut self, owner: String, issuer: &str) {
        self.named.of(issued_key(&owner, issuer));
        match self.only.get_mut(self.owners.of(owner)) {
            None => self.only.push(Some(issuer.into())),
            Some(only) => *only = only.take().filter(|known| known == issuer),
        }
    }

    /// Does an entry belong to this issuer, which is normalized?
    pub(super) fn owns(&self, issuer: &str, section: Section, entity: &Entity, ownership: Ownership) -> bool {
        // Another library may have written the account for another issuer and left our note.
        let is_contradicted = |named: &String| {
            let owner = owner_of(section, entity);
            section == Section::Account
                && self.owners.known(&owner).is_some()
                && self.named.known(&issued_key(&owner, named)).is_none()
        };
        match (named_issuer(section, entity).filter(|named| !is_contradicted(named)), ownership) {
            (Some(named), _) => named == issuer,
            (None, Ownership::Certain) => self.only_issuer(section, entity) == Some(issuer),
            (None, Ownership::Possible) => self.named.known(&issued_key(&owner_of(section, entity), issuer)).is_some(),
        }
    }

    /// The one issuer that an entry can belong to, which names none itself.
    fn only_issuer(&self, section: Section, entity: &Entity) -> Option<&str> {
        self.only[self.owners.known(&owner_of(section, entity))?].as_deref()
    }
}

impl CacheDocument {
    /// The entries of an account in a section: those under its host that its issuer issued.
    #[must_use]
    pub fn entities_of_account(&self, section: Section, account: &AccountId) -> Vec<(Id, Entity)> {
        self.entities_owned(section, account, Ownership::Certain)
    }

    pub(super) fn entities_owned(
        &self,
        section: Section,
        account: &AccountId,
        ownership: Ownership,
    ) -> Vec<(Id, Entity)> {
        let mut entities = self.entities_of(section, account.home_account_id);
        entities.retain(|(_, entity)| entity.is_in(account.environment));
        self.retain_owned(&mut entities, section, account.issuer, ownership);
        entities
    }

    /// Keeps the entries of `issuer`; without an issuer those in which none is noted.
    pub(super) fn retain_owned(
        &self,
        entities: &mut Vec<(Id, Entity)>,
        section: Section,
        issuer: Option<&str>,
        ownership: Ownership,
    ) {
        let Some(issuer) = issuer else {
            entities.retain(|(_, entity)| entity.noted_issuer(section).is_none());
            return;
        };
        let names_issuer = |(_, entity): &(Id, Entity)| named_issuer(section, entity).is_some();
        let id_tokens = match entities.as_slice() {
            entities if section != Section::Account && entities.iter().all(names_issuer) => Vec::new(),
            // One owner's entries need only that owner's ID tokens.
            [(_, first), rest @ ..] if rest.iter().all(|(_, entity)| has_owner_of(entity, first)) => {
                self.entities_of(Section::IdToken, first.text(field::HOME_ACCOUNT_ID))
            }
            _ => self.entities(Section::IdToken),
        };
        let (issuers, issuer) = (IdTokenIssuers::of(&id_tokens), normalized_issuer(issuer));
        entities.retain(|(_, entity)| issuers.owns(&issuer, section, entity, ownership));
    }

    /// Notes the issuer of every entry of a home account id, under this host, that only an ID token names so far. After a sign-in at
    /// another issuer of the host, the ID tokens alone would no longer tell.
    pub(super) fn note_issuers(&mut self, home_account_id: &str, environment: &str) {
        let issuers = IdTokenIssuers::of(&self.entities_of(Section::IdToken, home_account_id));
        for section in [Section::AccessToken, Section::RefreshToken, Section::Account] {
            for (id, mut entity) in self.entities_of(section, home_account_id) {
                if !entity.is_in(environment) || entity.noted_issuer(section).is_some() {
                    continue;
                }
                if let Some(issuer) = issuers.only_issuer(section, &entity) {
                    entity.note_issuer(section, issuer);
                    self.replace(id, &entity);
                }
            }
        }
    }
}

/// Stands for all clients: an account does not belong to one. No client id is empty.
const ANY_CLIENT: &str = "";

/// The account of an entry, and a client.
fn owner_key(entity: &Entity, client_id: &str) -> String {
    let client_id = client_id.to_ascii_lowercase();
    format!("{}\n{client_id}", entity.account_key())
}

/// The owner whose ID tokens tell the issuer of an entry.
fn owner_of(section: Section, entity: &Entity) -> String {
    let client_id = if section == Section::Account { ANY_CLIENT } else { entity.text(field::CLIENT_ID) };
    owner_key(entity, client_id)
}

fn issued_key(owner: &str, issuer: &str) -> String {
    format!("{owner}\n{issuer}")
}

fn has_owner_of(entity: &Entity, other: &Entity) -> bool {
    entity.text(field::HOME_ACCOUNT_ID) == other.text(field::HOME_ACCOUNT_ID)
}

/// The issuer that an entry names itself.
fn named_issuer(section: Section, entity: &Entity) -> Option<String> {
    match section {
        Section::IdToken => id_token_issuer(entity),
        _ => entity.noted_issuer(section).map(String::from),
    }
}

fn id_token_issuer(entity: &Entity) -> Option<String> {
    match entity.noted_issuer(Section::IdToken) {
        Some(noted) => Some(noted.into()),
        None => {
            IdToken::parse(entity.text(field::SECRET)).map(|id_token| id_token.issuer()).filter(|it| !it.is_empty())
        }
    }
}
