//! What a sign-in or a refresh brings, merged into what is there.
//!
//! An entry is found by its fields across the names of its cloud. The one found keeps its key and whatever else it says;
//! twins of it, that another library wrote under another host or key, go. All that a grant writes stands under one host in
//! the end, the refresh token's: Python looks no further where it finds one.

use crate::cache::account::Account;
use crate::cache::document::{CacheDocument, Id};
use crate::cache::entity::{Entity, Section};
use crate::cache::lookup::{self, realm_of};
use crate::error::Error;
use crate::json::Value;
use crate::oauth::client_info::ClientInfo;
use crate::oauth::token::TokenResponse;
use crate::secret::Secret;
use crate::text::spaced;
use crate::time::UnixMillis;

/// The field of an access token that names the saved flow by which it came.
const MARK: &str = "device_code_flow";

/// What a token response gives to keep.
pub struct Grant<'a> {
    /// Whom the tokens were issued to.
    pub client_id: &'a str,
    /// Whose they are.
    pub account: &'a Account,
    /// As they came.
    pub tokens: &'a TokenResponse,
    /// What the access token is good for.
    pub scopes: &'a [String],
    /// Until when.
    pub expires_on: Option<UnixMillis>,
    /// Until when while the provider is out.
    pub ext_expires_on: Option<UnixMillis>,
    /// From when on to renew it.
    pub refresh_on: Option<UnixMillis>,
    /// Which saved flow brought them: see [`CacheDocument::compact`].
    pub mark: Option<&'a str>,
}

/// What a refresh has taught about the tokens that it tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefreshFindings {
    /// Whose tokens they are.
    pub home_account_id: String,
    /// Where.
    pub environment: String,
    /// Who tried.
    pub client_id: String,
    /// The server has called them bad: nobody is to try them again.
    pub bad: Vec<Secret>,
    /// The server has said that the client is in no family.
    pub in_no_family: bool,
}

impl RefreshFindings {
    /// Was nothing learnt?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bad.is_empty() && !self.in_no_family
    }
}

impl CacheDocument {
    /// Keeps what was learnt. What another process has put in the place of a bad token stays.
    pub fn apply(&mut self, findings: &RefreshFindings) {
        for secret in &findings.bad {
            self.remove_refresh_token(&findings.home_account_id, secret);
        }
        if findings.in_no_family {
            self.leave_family(&findings.client_id, &findings.environment);
        }
        self.compact();
    }

    /// Is there anything of this person?
    #[must_use]
    pub fn is_signed_in(&self, home_account_id: &str) -> bool {
        let has = |section| !self.entities(section, home_account_id).is_empty();
        has(Section::Account) || has(Section::RefreshToken)
    }

    /// Keeps what was granted at `now`. Nothing without a home account id: nobody could ask for it again, and to other MSALs an
    /// entry without one is the application's own.
    pub fn save(&mut self, grant: &Grant, now: UnixMillis) {
        if grant.account.home_account_id.is_empty() {
            return;
        }
        let environment = &self.host(grant);
        let profile = &grant.account.profile;
        self.put(Section::Account, &account_entry(self, grant, environment), true);
        if let Some(secret) = &grant.tokens.id_token {
            let mut id_token = credential(Section::IdToken, grant, environment, secret.expose());
            id_token.copy("realm", profile, "tenantId");
            self.put(Section::IdToken, &id_token, true);
        }
        self.put(Section::AccessToken, &access_token(grant, environment, now), true);
        let family = grant.tokens.family_id.as_deref();
        // RFC 6749 §6: a server that sends no new refresh token means the old one to be used again.
        if let Some(secret) = &grant.tokens.refresh_token {
            let mut refresh_token = credential(Section::RefreshToken, grant, environment, secret.expose());
            refresh_token.set_optional("family_id", family);
            self.put(Section::RefreshToken, &refresh_token, true);
        }
        // The family of the client, as far as the answer tells: it is in one, or it is in none any more.
        if family.is_some() || lookup::family(self, grant.client_id, environment).is_some() {
            let metadata = app_metadata(grant.client_id, environment, family.unwrap_or_default());
            self.put(Section::AppMetadata, &metadata, true);
        }
        self.compact();
    }

    /// Who signed in by the flow of this mark. A process that died after the tokens were stored, and before the flow's text
    /// was removed, leaves this trace; other libraries keep it like any field that they do not know.
    #[must_use]
    pub fn account_signed_in_by(&self, mark: &str) -> Option<String> {
        let all = self.all(Section::AccessToken);
        let marked = all.iter().find(|(_, entity)| !mark.is_empty() && entity.text(MARK) == mark);
        marked.map(|(_, entity)| entity.text("home_account_id").into())
    }

    /// Takes over what was written to `before` and not handed out for good.
    pub fn merge_unsaved(&mut self, before: &Self) {
        for (id, entity) in &before.unsaved() {
            self.put(before.section(*id), entity, false);
        }
        self.compact();
    }

    /// What was written and not handed out for good, as a text of its own.
    #[must_use]
    pub fn unsaved_text(&self) -> String {
        let mut rest = Self::default();
        rest.merge_unsaved(self);
        rest.write()
    }

    /// Takes over such a text of a cache that is gone.
    ///
    /// # Errors
    /// As [`CacheDocument::parse`]; then everything stays as it was.
    pub fn recover(&mut self, rest: String) -> Result<(), Error> {
        let rest = Self::parse(rest)?;
        for (id, entity) in &rest.picked(&|_| true) {
            let mine = self.put(rest.section(*id), entity, false);
            // Also what this text has already: it is not where it is kept.
            self.mark_unsaved(mine);
        }
        // What was only taken out has left no entry.
        self.changed();
        Ok(())
    }

    /// The same text again, as somebody else may have changed it meanwhile: what was not handed out for good is kept.
    ///
    /// # Errors
    /// As [`CacheDocument::parse`]; then everything stays as it was.
    pub fn reload(&mut self, text: String) -> Result<(), Error> {
        let mut read = Self::parse(text)?;
        read.merge_unsaved(self);
        *self = read;
        Ok(())
    }

    /// Under which host the person's entries stand: that of the refresh token that this client uses.
    fn host(&self, grant: &Grant) -> String {
        let known = &grant.account.environment;
        let mut probe = credential(Section::RefreshToken, grant, known, "");
        for family in &[grant.tokens.family_id.as_deref(), None] {
            probe.set_optional("family_id", *family);
            if let (Some((_, twin)), _) = self.others(Section::RefreshToken, &probe) {
                return twin.text("environment").into();
            }
        }
        known.clone()
    }

    /// `moves`: an entry under another host comes under this one's.
    fn put(&mut self, section: Section, entity: &Entity, moves: bool) -> Id {
        let (twin, obsolete) = self.others(section, entity);
        for id in &obsolete {
            self.remove(*id);
        }
        let Some((id, mut kept)) = twin else { return self.insert(section, entity) };
        let profiles = merged(&kept, entity);
        kept.overlay(section, entity);
        if entity.has("tenantProfiles") {
            kept.set("tenantProfiles", Some(profiles));
        }
        follow(section, &mut kept, entity);
        if moves && !kept.agrees("environment", entity) {
            kept.copy("environment", entity, "environment");
            self.remove(id);
            return self.insert(section, &kept);
        }
        self.replace(id, &kept);
        id
    }

    /// The entry that is the same by its fields, with what its twins say and it does not; and those that are of no use beside
    /// it or the new one.
    fn others(&self, section: Section, entity: &Entity) -> (Option<(Id, Entity)>, Vec<Id>) {
        let mut twins: Vec<(String, Id)> = Vec::new();
        let mut obsolete = Vec::new();
        let bound = section == Section::AccessToken && entity.is_bound(section);
        let environment = entity.text("environment");
        for (id, other) in &self.entities(section, entity.text(section.owner())) {
            if bound || !other.is_in(environment) {
                continue;
            }
            match kinship(section, entity, other) {
                Kinship::None => {}
                Kinship::Superseded => obsolete.push(*id),
                Kinship::Twin => {
                    // Which one stays does not depend on the order in the text. Under msal-node's key, which is ours: it
                    // would write a twin beside any other.
                    let (mine, key) = (entity.key(section), self.key(*id));
                    let here = if other.agrees("environment", entity) { "0" } else { "1" };
                    let rank = [here, if mine == key { "0" } else { "1" }, key].concat();
                    let at = twins.iter().position(|(known, _)| rank < *known).unwrap_or(twins.len());
                    twins.insert(at, (rank, *id));
                }
            }
        }
        let mut kept: Option<(Id, Entity)> = None;
        for (_, id) in &twins {
            let Some(twin) = self.entity(*id) else { continue };
            if let Some((_, kept)) = &mut kept {
                kept.complete(&twin);
                obsolete.push(*id);
            } else {
                kept = Some((*id, twin));
            }
        }
        (kept, obsolete)
    }

    /// A server has said that the client is in no family (`client_mismatch`): from now on it is offered none of its tokens.
    pub fn leave_family(&mut self, client_id: &str, environment: &str) {
        self.put(Section::AppMetadata, &app_metadata(client_id, environment, ""), false);
    }
}

enum Kinship {
    None,
    /// The same entry.
    Twin,
    /// Another one, that is of no use beside this.
    Superseded,
}

fn kinship(section: Section, new: &Entity, old: &Entity) -> Kinship {
    // Of whom and in which cloud they are has been looked at.
    let same = section.identity().iter().skip(2).all(|name| new.agrees(name, old));
    let with_key = section == Section::AccessToken || section == Section::RefreshToken;
    if with_key && old.is_bound(section) {
        return Kinship::None;
    }
    let family = section == Section::RefreshToken && new.has("family_id");
    let (twin, superseded) = match section {
        Section::AccessToken => {
            let (new, old) = (new.scopes(), old.scopes());
            (same && lookup::covers(&new, &old) && lookup::covers(&old, &new), same && lookup::intersect(&new, &old))
        }
        // The client has joined the family: its own token is the older one.
        Section::RefreshToken if family => {
            (new.agrees("family_id", old), new.agrees("client_id", old) && !old.has("family_id"))
        }
        _ => (same, false),
    };
    if twin {
        Kinship::Twin
    } else if superseded {
        Kinship::Superseded
    } else {
        Kinship::None
    }
}

/// What a library keeps beside a field, and must not contradict it.
fn follow(section: Section, kept: &mut Entity, new: &Entity) {
    if !new.has("refresh_on") {
        kept.set("refresh_on", None);
    }
    // Python's, of the token that was there.
    if section == Section::RefreshToken && !new.has("last_modification_time") {
        kept.set("last_modification_time", None);
    }
    // .NET writes this time twice.
    if kept.has("ext_expires_on") {
        kept.copy("ext_expires_on", new, "extended_expires_on");
    }
}

fn credential(section: Section, grant: &Grant, environment: &str, secret: &str) -> Entity {
    let mut entity = issued(grant.client_id, environment);
    entity.set_text("home_account_id", &grant.account.home_account_id);
    entity.set_text("credential_type", section.name());
    entity.set_text("secret", secret);
    entity
}

fn app_metadata(client_id: &str, environment: &str, family: &str) -> Entity {
    let mut entity = issued(client_id, environment);
    entity.set_text("family_id", family);
    entity
}

fn issued(client_id: &str, environment: &str) -> Entity {
    let mut entity = Entity::new();
    entity.set_text("client_id", client_id);
    entity.set_text("environment", environment);
    entity
}

fn access_token(grant: &Grant, environment: &str, now: UnixMillis) -> Entity {
    let section = Section::AccessToken;
    let mut entity = credential(section, grant, environment, grant.tokens.access_token.expose());
    entity.copy("realm", &grant.account.profile, "tenantId");
    entity.set_text("target", &spaced(grant.scopes));
    entity.set_text("token_type", &grant.tokens.token_type);
    // A token of unknown life counts as expired, as in msal-node.
    let expires_on = grant.expires_on.unwrap_or(now);
    entity.set_time("cached_at", now);
    entity.set_time("expires_on", expires_on);
    entity.set_time("extended_expires_on", grant.ext_expires_on.unwrap_or(expires_on));
    if let Some(refresh_on) = grant.refresh_on {
        entity.set_time("refresh_on", refresh_on);
    }
    entity.set_optional(MARK, grant.mark);
    if entity.is_bound(section) {
        entity.set_text("credential_type", "AccessToken_With_AuthScheme");
    }
    entity
}

/// As msal-node keeps a person: one entry in the home tenant, with a profile for each tenant. One that .NET keeps for this
/// very tenant is taken instead where there is none at home.
fn account_entry(store: &CacheDocument, grant: &Grant, environment: &str) -> Entity {
    let Account { home_account_id, profile, .. } = grant.account;
    let client_info = grant.tokens.client_info.as_deref();
    let home = client_info.and_then(ClientInfo::parse);
    let (local, tenant) = (profile.text("localAccountId"), profile.text("tenantId"));
    let (user, realm) = home.as_ref().map_or((local, tenant), |home| (&home.uid, &home.utid));
    let known = store.entities(Section::Account, home_account_id);
    let mut base = None;
    for tenant in &[realm, tenant] {
        for (_, entity) in &known {
            let fits = entity.is_in(environment) && realm_of(entity).eq_ignore_ascii_case(tenant);
            if fits && base.is_none() {
                base = Some(entity);
            }
        }
    }
    let mut entity = Entity::new();
    entity.set_text("home_account_id", home_account_id);
    entity.set_text("environment", environment);
    entity.set_text("realm", base.map_or(realm, |base| base.text("realm")));
    entity.set_text("authority_type", &grant.account.authority_type);
    entity.set_optional("client_info", client_info);
    // A JSON text within the JSON text: so msal-node writes it.
    entity.set("tenantProfiles", Some(Value::Array(vec![Value::String(profile.write())])));
    // What a guest is called is not what the person is called at home.
    if base.is_none_or(|base| !base.has("username") || realm_of(base) == tenant) {
        let is_home = realm.eq_ignore_ascii_case(realm_of(&entity));
        entity.set_text("local_account_id", if is_home { user } else { local });
        entity.copy("username", profile, "username");
        entity.copy("name", profile, "name");
    }
    entity
}

/// The profiles of both, of a tenant the newer one; it keeps what only the older one said.
fn merged(old: &Entity, new: &Entity) -> Value {
    let mut profiles = old.texts("tenantProfiles");
    for text in &new.texts("tenantProfiles") {
        let Some(newer) = Entity::parse(text) else { continue };
        let mut is_known = false;
        for old in &mut profiles {
            let Some(mut profile) = Entity::parse(old) else { continue };
            if profile.agrees("tenantId", &newer) {
                profile.overlay(Section::Account, &newer);
                *old = profile.write();
                is_known = true;
            }
        }
        if !is_known {
            profiles.push(text.clone());
        }
    }
    let mut list = Vec::new();
    for text in profiles {
        list.push(Value::String(text));
    }
    Value::Array(list)
}
