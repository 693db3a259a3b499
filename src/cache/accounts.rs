//! The people in the cache: everybody, or one of them; and how one leaves.

use crate::cache::account::{Account, TOLD, TenantProfile, profile};
use crate::cache::lookup::{Wanted, realm_of};
use crate::cache::schema::{Entity, Section};
use crate::cache::store::{Id, Store};
use crate::wire::client_info::ClientInfo;
use crate::wire::id_token::IdToken;
use crate::wire::secret::Secret;

/// A person in one tenant, as the cache knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct CachedAccount {
    /// The person, in this tenant.
    pub account: Account,
    /// In every tenant that is known.
    pub profiles: Vec<TenantProfile>,
    /// The ID token of this tenant, where the client has one.
    pub id_token: Option<(Secret, IdToken)>,
}

impl Store {
    /// Everybody, once for each of their tenants, in the order of the text. Names come from the ID tokens of `client_id` where it has some.
    #[must_use]
    pub fn accounts(&self, client_id: &str) -> Vec<CachedAccount> {
        self.people(&self.all(Section::Account), client_id)
    }

    /// The same of one person.
    #[must_use]
    pub fn accounts_of(&self, home_account_id: &str, client_id: &str) -> Vec<CachedAccount> {
        self.people(&self.entities(Section::Account, home_account_id), client_id)
    }

    /// An entry that does not say whose it is, is nobody's.
    fn people(&self, entities: &[(Id, Entity)], client_id: &str) -> Vec<CachedAccount> {
        let mut people: Vec<CachedAccount> = Vec::new();
        for (id, entity) in entities {
            let first = people.len();
            let home_account_id = entity.text("home_account_id");
            for (at, same) in &self.entities(Section::Account, home_account_id) {
                if home_account_id.is_empty() || !same.is_in(entity.text("environment")) {
                    continue;
                }
                if at < id {
                    // This one was seen with the first entry of the same person.
                    break;
                }
                for told in &profiles(same) {
                    if !people.iter().skip(first).any(|known| known.account.profile.agrees("tenantId", told)) {
                        people.push(self.cached(same, told, client_id));
                    }
                }
            }
            // What the ID tokens say is part of what is known of every tenant.
            let of = people.get_mut(first..).unwrap_or_default();
            let mut profiles = Vec::new();
            for cached in &*of {
                profiles.push(cached.account.profile.clone());
            }
            for cached in of {
                cached.profiles.extend_from_slice(&profiles);
            }
        }
        people
    }

    fn cached(&self, entity: &Entity, told: &Entity, client_id: &str) -> CachedAccount {
        let (home_account_id, environment) = (entity.text("home_account_id"), entity.text("environment"));
        let mut texts = TOLD.map(|name| told.text(name));
        for (text, name) in [(2, "username"), (3, "name")] {
            if texts[text].is_empty() {
                texts[text] = entity.text(name);
            }
        }
        let wanted = Wanted { home_account_id, environment, client_id, tenant_id: texts[0], scopes: &[] };
        let id_token = self.id_token(&wanted);
        let mut account = Account {
            home_account_id: home_account_id.into(),
            environment: environment.into(),
            authority_type: entity.text("authority_type").into(),
            data_boundary: ClientInfo::parse(entity.text("client_info")).and_then(|home| home.data_boundary),
            kmsi: false,
            profile: profile(home_account_id, &texts),
        };
        if let Some((_, told)) = &id_token {
            account.tell(told);
        }
        CachedAccount { account, profiles: Vec::new(), id_token }
    }

    /// Takes a person out of this cloud, under whichever of its names: every token of every client, and the account itself.
    pub fn remove_account(&mut self, home_account_id: &str, environment: &str) {
        for section in &[Section::AccessToken, Section::RefreshToken, Section::IdToken, Section::Account] {
            for (id, entity) in &self.entities(*section, home_account_id) {
                if entity.is_in(environment) {
                    self.remove(*id);
                }
            }
        }
    }
}

/// What an entry tells of its person in each tenant. Only Node writes profiles; elsewhere the entry is itself one.
fn profiles(entity: &Entity) -> Vec<Entity> {
    let mut profiles = Vec::new();
    for text in &entity.texts("tenantProfiles") {
        if let Some(told) = Entity::parse(text) {
            profiles.push(told);
        }
    }
    if profiles.is_empty() {
        let mut own = Entity::new();
        own.set_text("tenantId", realm_of(entity));
        own.copy("localAccountId", entity, "local_account_id");
        profiles.push(own);
    }
    profiles
}
