//! How the tokens of a sign-in or a refresh are stored beside the entries that the cache has already.
//!
//! An existing entry is found by its properties, under all host names of its cloud. It keeps its key and the properties that the
//! new one does not have. Its twins, which other libraries wrote under another host or key, are removed. In the end all entries
//! of a grant have one host, that of the refresh token, because MSAL for Python looks under one host only once it has found
//! something there.

use crate::cache::accounts::CachedAccount;
use crate::cache::document::{CacheDocument, Id};
use crate::cache::entity::{Entity, Section};
use crate::cache::field;
use crate::cache::grant::app_metadata;
use crate::cache::issuer::AccountId;
use crate::cache::lookup::FamilyMembership;
use crate::cache::places::Places;
use crate::cache::twins::Matches;
use crate::error::Error;
use crate::json::Value;
use crate::secret::Secret;
use crate::time::UnixMillis;

pub use crate::cache::grant::Grant;

/// What a refresh has found out about the tokens that it tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefreshFindings {
    /// The home account id of the person whose tokens they are.
    pub home_account_id: String,
    /// The cloud, by one of its host names.
    pub environment: String,
    /// The issuer, outside Microsoft's clouds.
    pub issuer: Option<String>,
    /// The client that tried them.
    pub client_id: String,
    /// The refresh tokens that the server has rejected for good.
    pub bad: Vec<Secret>,
    /// The server has said that the client belongs to no family (`client_mismatch`).
    pub in_no_family: bool,
}

impl RefreshFindings {
    /// Has the refresh found out nothing?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bad.is_empty() && !self.in_no_family
    }

    fn account(&self) -> AccountId<'_> {
        let Self { home_account_id, environment, issuer, .. } = self;
        AccountId { home_account_id, environment, issuer: issuer.as_deref() }
    }
}

/// Whether an update moves an entry to another host of its cloud.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    /// The entry gets the host of the new one.
    Move,
    /// The entry stays under the host that it has.
    Keep,
}

impl CacheDocument {
    /// Stores what a refresh has found out: removes rejected refresh tokens, and notes that the client belongs to no family.
    pub fn apply(&mut self, findings: &RefreshFindings) {
        for secret in &findings.bad {
            self.remove_refresh_token(&findings.account(), secret);
        }
        if findings.in_no_family {
            self.leave_family(&findings.client_id, &findings.environment);
        }
        self.compact();
    }

    /// Does the cache have an entry or a refresh token of this account?
    #[must_use]
    pub fn is_signed_in(&self, account: &AccountId) -> bool {
        [Section::Account, Section::RefreshToken]
            .into_iter()
            .any(|section| !self.entities_of_account(section, account).is_empty())
    }

    /// Stores what was granted at `now`. A grant without a home account id is not stored: nobody could look for its tokens, and
    /// to other MSALs an entry without one belongs to the application itself.
    pub fn save(&mut self, grant: &Grant, now: UnixMillis) {
        if grant.account.home_account_id.is_empty() {
            return;
        }
        if grant.account.issuer.is_some() {
            self.note_issuers(&grant.account.home_account_id, &grant.account.environment);
        }
        let environment = &self.environment_of(grant);
        self.put(Section::Account, &grant.account(self, environment), Host::Move);
        if let Some(id_token) = grant.id_token(environment) {
            self.put(Section::IdToken, &id_token, Host::Move);
        }
        self.put(Section::AccessToken, &grant.access_token(environment, now), Host::Move);
        if let Some(refresh_token) = grant.refresh_token(environment) {
            self.put(Section::RefreshToken, &refresh_token, Host::Move);
        }
        // The answer says whether the client belongs to a family. That it belongs to none is worth an entry only if there is one.
        let family_id = grant.tokens.family_id.as_deref();
        if family_id.is_some() || self.family_membership(grant.client_id, environment) != FamilyMembership::Unknown {
            let metadata = app_metadata(grant.client_id, environment, family_id.unwrap_or_default());
            self.put(Section::AppMetadata, &metadata, Host::Move);
        }
        self.compact();
    }

    /// The account, as `client_id` knows it, that signed in by the saved flow with this mark. A process that died after it had stored
    /// the tokens, and before it had removed the flow's text, leaves this mark in the access token; other libraries keep it like
    /// every property that they do not know.
    #[must_use]
    pub fn account_signed_in_by(&self, mark: &str, client_id: &str) -> Option<CachedAccount> {
        if mark.is_empty() {
            return None;
        }
        let entities = self.entities(Section::AccessToken);
        let marked = entities.iter().map(|(_, entity)| entity).find(|entity| entity.text(field::FLOW_MARK) == mark)?;
        self.accounts_of(&marked.account_id(Section::AccessToken), client_id).into_iter().next()
    }

    /// Stores the unsaved entries of another cache.
    pub fn merge_unsaved(&mut self, other: &Self) {
        for (id, entity) in other.unsaved_entities() {
            self.put(other.section(id), &entity, Host::Keep);
        }
        self.compact();
    }

    /// The unsaved entries as the text of a cache of their own.
    #[must_use]
    pub fn unsaved_text(&self) -> String {
        let mut unsaved = Self::default();
        unsaved.merge_unsaved(self);
        unsaved.serialize()
    }

    /// Takes up the unsaved entries of a cache that is lost, from the text that [`CacheDocument::unsaved_text`] gave.
    ///
    /// # Errors
    /// As [`CacheDocument::parse`]; the cache is unchanged then.
    pub fn recover(&mut self, unsaved_text: String) -> Result<(), Error> {
        let unsaved = Self::parse(unsaved_text)?;
        for (id, entity) in unsaved.all_entities() {
            // An entry that is the same here is unsaved all the same.
            if let Some(stored) = self.put(unsaved.section(id), &entity, Host::Keep) {
                self.mark_unsaved(stored);
            }
        }
        // The lost cache may have had entries removed, which are in no text.
        self.mark_changed();
        Ok(())
    }

    /// Reads the text again, which another process may have changed. Unsaved entries are merged into it.
    ///
    /// # Errors
    /// As [`CacheDocument::parse`]; the cache is unchanged then.
    pub fn reload(&mut self, text: String) -> Result<(), Error> {
        let mut reloaded = Self::parse(text)?;
        reloaded.merge_unsaved(self);
        *self = reloaded;
        Ok(())
    }

    /// Notes that a client belongs to no family: from now on it is offered none of the family's tokens.
    pub fn leave_family(&mut self, client_id: &str, environment: &str) {
        self.put(Section::AppMetadata, &app_metadata(client_id, environment, ""), Host::Keep);
    }

    /// Removes what the client of a token has of earlier sign-ins of its account, which has no subject. `false`: a later sign-in is
    /// there, so that the token itself is of an earlier one.
    fn remove_earlier_sign_ins(&mut self, section: Section, token: &Entity, signed_in: UnixMillis) -> bool {
        let account = token.account_id(section);
        let mut earlier = Vec::new();
        for section in [Section::AccessToken, Section::RefreshToken, Section::IdToken] {
            for (id, other) in self.entities_of_account(section, &account) {
                if !other.is_of_client(token.text(field::CLIENT_ID), account.issuer) {
                    continue;
                }
                match other.signed_in(section) {
                    Some(moment) if moment > signed_in => return false,
                    Some(moment) if moment == signed_in => {}
                    _ => earlier.push(id),
                }
            }
        }
        for id in earlier {
            self.remove(id);
        }
        true
    }

    /// The host under which the entries of a grant are stored: that of the refresh token which the grant updates.
    fn environment_of(&self, grant: &Grant) -> String {
        let environment = &grant.account.environment;
        [grant.tokens.family_id.as_deref(), None]
            .into_iter()
            .find_map(|family_id| {
                let refresh_token = grant.refresh_token_of(environment, "", family_id);
                let (_, twin) = self.matches(Section::RefreshToken, &refresh_token).twin?;
                Some(twin.text(field::ENVIRONMENT).to_owned())
            })
            .unwrap_or_else(|| environment.clone())
    }

    /// Updates the entry that is the same as this one, or adds a new entry. `None`: it is of an earlier sign-in than what is there.
    fn put(&mut self, section: Section, entity: &Entity, host: Host) -> Option<Id> {
        if let Some(signed_in) = entity.signed_in(section)
            && !self.remove_earlier_sign_ins(section, entity, signed_in)
        {
            return None;
        }
        let Matches { twin, obsolete } = self.matches(section, entity);
        for id in obsolete {
            self.remove(id);
        }
        let Some((id, twin)) = twin else { return Some(self.insert(section, entity)) };
        let mut updated = updated(section, &twin, entity);
        if host == Host::Move && !updated.has_same(field::ENVIRONMENT, entity) {
            updated.set_text(field::ENVIRONMENT, entity.text(field::ENVIRONMENT));
            self.remove(id);
            return Some(self.insert(section, &updated));
        }
        self.replace(id, &updated);
        Some(id)
    }
}

/// An entry with the properties of a newer one.
fn updated(section: Section, old: &Entity, new: &Entity) -> Entity {
    let mut entity = old.clone();
    entity.update(section, new);
    if new.has(field::TENANT_PROFILES) {
        entity.set(field::TENANT_PROFILES, Some(merged_profiles(old, new)));
    }
    // Properties that describe the token, and not the entry, must not outlive it.
    for name in [field::REFRESH_ON, field::EXPIRES_ON, field::EXTENDED_EXPIRES_ON, field::REQUESTED, field::SIGNED_IN] {
        if !new.has(name) {
            entity.set(name, None);
        }
    }
    if section == Section::RefreshToken && !new.has(field::LAST_MODIFICATION_TIME) {
        entity.set(field::LAST_MODIFICATION_TIME, None);
    }
    if let Some(issuer) = new.noted_issuer(section) {
        entity.note_issuer(section, issuer);
    }
    if entity.has(field::EXT_EXPIRES_ON) {
        let extended = new.text(field::EXTENDED_EXPIRES_ON);
        entity.set_optional_text(field::EXT_EXPIRES_ON, Some(extended).filter(|time| !time.is_empty()));
    }
    entity
}

/// The tenant profiles of both entries. Of the same tenant the newer one counts; properties that only the older one has stay.
fn merged_profiles(old: &Entity, new: &Entity) -> Value {
    let tenant_id = |profile: &Entity| profile.text(field::profile::TENANT_ID).to_ascii_lowercase();
    let mut newer: Vec<Entity> = Vec::new();
    let mut places = Places::default();
    for profile in new.texts(field::TENANT_PROFILES).iter().filter_map(|text| Entity::parse(text)) {
        match newer.get_mut(places.of(tenant_id(&profile))) {
            Some(known) => known.update(Section::Account, &profile),
            None => newer.push(profile),
        }
    }
    let mut is_known = vec![false; newer.len()];
    let mut texts = old.texts(field::TENANT_PROFILES);
    for text in &mut texts {
        let Some(mut profile) = Entity::parse(text) else { continue };
        if let Some(place) = places.known(&tenant_id(&profile)) {
            profile.update(Section::Account, &newer[place]);
            *text = profile.write();
            is_known[place] = true;
        }
    }
    let added = newer.iter().zip(is_known).filter(|(_, is_known)| !is_known);
    texts.extend(added.map(|(profile, _)| profile.write()));
    Value::Array(texts.into_iter().map(Value::String).collect())
}
