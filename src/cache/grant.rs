//! The tokens that a server has granted, and the cache entries that are made of them.

use crate::cache::account::Account;
use crate::cache::document::CacheDocument;
use crate::cache::entity::{Entity, Section};
use crate::cache::field;
use crate::cache::lookup::{covers, realm_of};
use crate::json::Value;
use crate::oauth::address::Address;
use crate::oauth::client_info::ClientInfo;
use crate::oauth::token::TokenResponse;
use crate::time::UnixMillis;

/// A token response with what the cache needs to know about it.
pub struct Grant<'a> {
    /// The client that the tokens were issued to.
    pub client_id: &'a str,
    /// The person whose tokens they are.
    pub account: &'a Account,
    /// The tokens, as they came.
    pub tokens: &'a TokenResponse,
    /// The scopes of the access token.
    pub scopes: &'a [String],
    /// The scopes that were requested.
    pub requested_scopes: &'a [String],
    /// When the access token expires.
    pub expires_on: Option<UnixMillis>,
    /// When it expires while the provider is out of order.
    pub ext_expires_on: Option<UnixMillis>,
    /// When it should be renewed.
    pub refresh_on: Option<UnixMillis>,
    /// When the person signed in, for an account without a subject. The tokens of a later sign-in take the place of all that the client
    /// has of an earlier one, which may be another person's.
    pub signed_in: Option<UnixMillis>,
    /// The mark of the saved flow that brought the tokens: see [`CacheDocument::account_signed_in_by`].
    pub mark: Option<&'a str>,
}

impl Grant<'_> {
    pub(super) fn id_token(&self, environment: &str) -> Option<Entity> {
        let secret = self.tokens.id_token.as_ref()?;
        let mut entity = self.credential(Section::IdToken, environment, secret.expose());
        entity.set_text(field::REALM, &self.account.profile.tenant_id);
        Some(entity)
    }

    /// RFC 6749 §6: if the server sends no new refresh token, the old one stays valid.
    pub(super) fn refresh_token(&self, environment: &str) -> Option<Entity> {
        let secret = self.tokens.refresh_token.as_ref()?;
        Some(self.refresh_token_of(environment, secret.expose(), self.tokens.family_id.as_deref()))
    }

    /// A refresh token of the client, or of its family.
    pub(super) fn refresh_token_of(&self, environment: &str, secret: &str, family_id: Option<&str>) -> Entity {
        let mut entity = self.credential(Section::RefreshToken, environment, secret);
        entity.set_optional_text(field::FAMILY_ID, family_id);
        entity
    }

    pub(super) fn access_token(&self, environment: &str, now: UnixMillis) -> Entity {
        let section = Section::AccessToken;
        let mut entity = self.credential(section, environment, self.tokens.access_token.expose());
        entity.set_text(field::REALM, &self.access_token_realm());
        entity.set_text(field::TARGET, &self.scopes.join(" "));
        entity.set_text(field::TOKEN_TYPE, &self.tokens.token_type);
        entity.set_time(field::CACHED_AT, now);
        if let Some(expires_on) = self.expires_on {
            entity.set_time(field::EXPIRES_ON, expires_on);
            entity.set_time(field::EXTENDED_EXPIRES_ON, self.ext_expires_on.unwrap_or(expires_on));
        }
        // Some servers spell the granted scopes otherwise than the requested ones (Google, AD FS).
        if self.expires_on.is_none() || !covers(self.scopes, self.requested_scopes) {
            entity.note(section, field::REQUESTED, &self.requested_scopes.join(" "));
        }
        if let Some(refresh_on) = self.refresh_on {
            entity.set_time(field::REFRESH_ON, refresh_on);
        }
        entity.set_optional_text(field::FLOW_MARK, self.mark);
        if entity.is_bound(section) {
            entity.set_text(field::CREDENTIAL_TYPE, "AccessToken_With_AuthScheme");
        }
        entity
    }

    /// The tenant. Where there is none, msal-node looks under the last part of the issuer's path in lower case.
    fn access_token_realm(&self) -> String {
        let Account { profile, issuer, .. } = self.account;
        match (profile.tenant_id.as_str(), issuer.as_deref().and_then(Address::parse)) {
            ("", Some(issuer)) => issuer.rest.rsplit('/').next().unwrap_or_default().to_ascii_lowercase(),
            (tenant_id, _) => tenant_id.into(),
        }
    }

    /// The account as msal-node stores it: one entry in the home tenant, with a profile for each tenant. If the cache has no
    /// entry in the home tenant but one in the tenant of the grant, as .NET writes them, that one is updated.
    pub(super) fn account(&self, document: &CacheDocument, environment: &str) -> Entity {
        let Account { home_account_id, authority_type, profile, .. } = self.account;
        let client_info = self.tokens.client_info.as_deref();
        let home = client_info.and_then(ClientInfo::parse);
        let (home_local_id, home_tenant) =
            home.as_ref().map_or((&profile.local_account_id, &profile.tenant_id), |home| (&home.uid, &home.utid));
        let entities = document.entities_of_account(Section::Account, &self.account.id());
        let in_tenant = |tenant_id: &String| {
            entities.iter().map(|(_, entity)| entity).find(|entity| realm_of(entity).eq_ignore_ascii_case(tenant_id))
        };
        let existing = in_tenant(home_tenant).or_else(|| in_tenant(&profile.tenant_id));
        let mut entity = Entity::new();
        entity.set_text(field::HOME_ACCOUNT_ID, home_account_id);
        entity.set_text(field::ENVIRONMENT, environment);
        entity.set_text(field::REALM, existing.map_or(home_tenant.as_str(), |existing| existing.text(field::REALM)));
        entity.set_text(field::AUTHORITY_TYPE, authority_type);
        entity.set_optional_text(field::CLIENT_INFO, client_info);
        // msal-node writes each profile as a JSON text within the JSON text.
        let profiles = Value::Array(vec![Value::String(profile.to_json().to_json())]);
        entity.set(field::TENANT_PROFILES, Some(profiles));
        // The names of a guest do not replace those in the home tenant.
        let names_entry = |existing: &Entity| !existing.has(field::USERNAME) || realm_of(existing) == profile.tenant_id;
        if existing.is_none_or(names_entry) {
            let is_home = home_tenant.eq_ignore_ascii_case(realm_of(&entity));
            let local_account_id = if is_home { home_local_id } else { &profile.local_account_id };
            entity.set_text(field::LOCAL_ACCOUNT_ID, local_account_id);
            entity.set_text(field::USERNAME, &profile.username);
            entity.set_text(field::NAME, &profile.name);
        }
        self.note_issuer(&mut entity, Section::Account);
        entity
    }

    fn credential(&self, section: Section, environment: &str, secret: &str) -> Entity {
        let mut entity = issued(self.client_id, environment);
        entity.set_text(field::HOME_ACCOUNT_ID, &self.account.home_account_id);
        entity.set_text(field::CREDENTIAL_TYPE, section.name());
        entity.set_text(field::SECRET, secret);
        self.note_issuer(&mut entity, section);
        if let Some(signed_in) = self.signed_in {
            entity.note(section, field::SIGNED_IN, &signed_in.0.to_string());
        }
        entity
    }

    fn note_issuer(&self, entity: &mut Entity, section: Section) {
        if let Some(issuer) = &self.account.issuer {
            entity.note_issuer(section, issuer);
        }
    }
}

/// Facts about a client. An empty family id: the client belongs to no family.
pub(super) fn app_metadata(client_id: &str, environment: &str, family_id: &str) -> Entity {
    let mut entity = issued(client_id, environment);
    entity.set_text(field::FAMILY_ID, family_id);
    entity
}

fn issued(client_id: &str, environment: &str) -> Entity {
    let mut entity = Entity::new();
    entity.set_text(field::CLIENT_ID, client_id);
    entity.set_text(field::ENVIRONMENT, environment);
    entity
}
