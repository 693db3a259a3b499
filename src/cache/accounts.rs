//! The accounts in the cache: all of them, or those of one person; and how a person is removed.
//!
//! The work grows with the number of entries and not with its square, and what many accounts have in common is shared, not
//! copied: anybody who can write a cache can write a large one.

use std::rc::Rc;

use crate::cache::account::{Account, GENERIC, TenantProfile, home_tenant, is_kept_signed_in};
use crate::cache::document::{CacheDocument, Id};
use crate::cache::entity::{Entity, Section, same_environment};
use crate::cache::field;
use crate::cache::issuer::{AccountId, Ownership};
use crate::cache::lookup::realm_of;
use crate::cache::places::Places;
use crate::oauth::client_info::ClientInfo;
use crate::oauth::id_token::{IdToken, normalized_issuer};
use crate::secret::Secret;

/// A profile without a name takes that of the account entry, if it has no more bytes.
const MAX_NAME_BYTES: usize = 256;

/// The account of a person in one tenant.
#[derive(Clone)]
pub struct CachedAccount {
    /// The part that does not depend on the tenant. All tenants of one entry share it; its profile is empty.
    pub home: Rc<Account>,
    /// The profiles of the person in all tenants. Their accounts follow each other in the same order.
    pub profiles: Rc<Vec<TenantProfile>>,
    /// The place of this tenant in `profiles`.
    pub index: usize,
    /// The ID token for this tenant, if the client has one.
    pub id_token: Option<(Secret, IdToken)>,
}

impl CachedAccount {
    /// The account with the profile of this tenant.
    #[must_use]
    pub fn account(&self) -> Account {
        Account { profile: self.profile().clone(), kmsi: self.kmsi(), ..(*self.home).clone() }
    }

    /// The profile of this tenant.
    #[must_use]
    pub fn profile(&self) -> &TenantProfile {
        &self.profiles[self.index]
    }

    /// "Keep me signed in", as the ID token says.
    #[must_use]
    pub fn kmsi(&self) -> bool {
        self.id_token.as_ref().is_some_and(|(_, id_token)| is_kept_signed_in(id_token))
    }
}

impl CacheDocument {
    /// All accounts of an issuer, or with `None` those of Microsoft's authorities: one for each tenant of a person, in the order of the
    /// text. Names are taken from the ID tokens of `client_id` where it has some.
    #[must_use]
    pub fn accounts(&self, client_id: &str, issuer: Option<&str>) -> Vec<CachedAccount> {
        self.listed(|section| self.entities(section), client_id, issuer)
    }

    /// The accounts with this home account id, under any host.
    #[must_use]
    pub fn accounts_with_id(&self, home_account_id: &str, client_id: &str, issuer: Option<&str>) -> Vec<CachedAccount> {
        self.listed(|section| self.entities_of(section, home_account_id), client_id, issuer)
    }

    /// An account in each of its tenants.
    #[must_use]
    pub fn accounts_of(&self, account: &AccountId, client_id: &str) -> Vec<CachedAccount> {
        let mut accounts = self.accounts_with_id(account.home_account_id, client_id, account.issuer);
        accounts.retain(|cached| same_environment(&cached.home.environment, account.environment));
        accounts
    }

    /// Removes an account and its tokens of all clients, under every host name of its cloud. An entry of another library that may be this
    /// issuer's or another one's goes too: it is of use to neither, and must not be taken for the other's afterwards. The sections that
    /// only other programs have are searched as well.
    pub fn remove_account(&mut self, account: &AccountId) {
        // The ID tokens come last, because they may say whose the other entries are.
        for section in [Section::AccessToken, Section::RefreshToken, Section::Account, Section::IdToken] {
            for (id, _) in self.entities_owned(section, account, Ownership::Possible) {
                self.remove(id);
            }
        }
        let issuer = account.issuer.map(normalized_issuer);
        // There an entry that names no issuer may be this one's.
        self.remove_from_other_sections(|entity| {
            entity.text(field::HOME_ACCOUNT_ID) == account.home_account_id
                && entity.is_in(account.environment)
                && entity.noted_issuer(Section::AccessToken).is_none_or(|noted| Some(noted) == issuer.as_deref())
        });
    }

    fn listed(
        &self,
        entities: impl Fn(Section) -> Vec<(Id, Entity)>,
        client_id: &str,
        issuer: Option<&str>,
    ) -> Vec<CachedAccount> {
        let [mut account_entries, mut id_tokens] = [Section::Account, Section::IdToken].map(|section| {
            let mut entities = entities(section);
            self.retain_owned(&mut entities, section, issuer, Ownership::Certain);
            entities
        });
        if issuer.is_none() {
            account_entries.retain(|(_, entity)| !entity.text_is(field::AUTHORITY_TYPE, GENERIC));
        }
        id_tokens.retain(|(_, entity)| entity.is_of_client(client_id, issuer));
        accounts(&account_entries, &id_tokens, issuer)
    }
}

fn accounts(account_entries: &[(Id, Entity)], id_tokens: &[(Id, Entity)], issuer: Option<&str>) -> Vec<CachedAccount> {
    let mut people = People::default();
    for (_, entity) in account_entries {
        people.add_account(entity, issuer);
    }
    for (_, entity) in id_tokens {
        people.add_id_token(entity);
    }
    let mut accounts = Vec::new();
    for person in people.list {
        accounts.extend(person.into_accounts());
    }
    accounts
}

/// The people in a cache, in the order of their first entries.
#[derive(Default)]
struct People {
    list: Vec<Person>,
    /// The place in `list` of each person, by [`Entity::account_key`].
    places: Places,
}

/// The tenants of a person, in the order of the entries.
#[derive(Default)]
struct Person {
    tenants: Vec<Tenant>,
    /// The place in `tenants` of each tenant id in lower case.
    places: Places,
}

/// A person in one tenant.
struct Tenant {
    home: Rc<Account>,
    profile: TenantProfile,
    id_token: Option<(Secret, IdToken)>,
}

impl People {
    /// Adds the tenants of an account entry. An entry without a home account id belongs to nobody.
    fn add_account(&mut self, entity: &Entity, issuer: Option<&str>) {
        if entity.text(field::HOME_ACCOUNT_ID).is_empty() {
            return;
        }
        let place = self.places.of(entity.account_key());
        if place == self.list.len() {
            self.list.push(Person::default());
        }
        let home = Rc::new(home_account(entity, issuer));
        for profile in tenant_profiles(entity) {
            self.list[place].add_tenant(&home, profile);
        }
    }

    /// Adds an ID token to its tenant, and to a tenant without a name.
    fn add_id_token(&mut self, entity: &Entity) {
        let Some(place) = self.places.known(&entity.account_key()) else { return };
        let person = &mut self.list[place];
        for tenant_id in ["", realm_of(entity)] {
            let place = person.places.known(&tenant_id.to_ascii_lowercase());
            let tenant = place.map(|place| &mut person.tenants[place]);
            if let Some(tenant) = tenant.filter(|tenant| tenant.id_token.is_none()) {
                let secret = entity.text(field::SECRET);
                tenant.id_token = IdToken::parse(secret).map(|id_token| (Secret::new(secret), id_token));
            }
        }
    }
}

impl Person {
    /// Adds a tenant. If several entries have the same tenant, the first one counts.
    fn add_tenant(&mut self, home: &Rc<Account>, profile: TenantProfile) {
        if self.places.of(profile.tenant_id.to_ascii_lowercase()) == self.tenants.len() {
            self.tenants.push(Tenant { home: Rc::clone(home), profile, id_token: None });
        }
    }

    fn into_accounts(self) -> impl Iterator<Item = CachedAccount> {
        let profiles: Rc<Vec<TenantProfile>> = Rc::new(self.tenants.iter().map(Tenant::current_profile).collect());
        let accounts = self.tenants.into_iter().enumerate();
        accounts.map(move |(index, Tenant { home, id_token, .. })| CachedAccount {
            home,
            profiles: Rc::clone(&profiles),
            index,
            id_token,
        })
    }
}

impl Tenant {
    /// The profile, updated by the ID token.
    fn current_profile(&self) -> TenantProfile {
        let mut profile = self.profile.clone();
        if let Some((_, id_token)) = &self.id_token {
            profile.update(id_token);
        }
        profile
    }
}

/// The part of an account entry that does not depend on the tenant.
fn home_account(entity: &Entity, issuer: Option<&str>) -> Account {
    Account {
        home_account_id: entity.text(field::HOME_ACCOUNT_ID).into(),
        environment: entity.text(field::ENVIRONMENT).into(),
        issuer: issuer.map(String::from),
        authority_type: entity.text(field::AUTHORITY_TYPE).into(),
        data_boundary: ClientInfo::parse(entity.text(field::CLIENT_INFO)).and_then(|home| home.data_boundary),
        kmsi: false,
        profile: TenantProfile::default(),
    }
}

/// The profiles of an account entry. Only msal-node writes `tenantProfiles`; an entry of another library is itself the profile
/// for one tenant.
fn tenant_profiles(entity: &Entity) -> Vec<TenantProfile> {
    let texts = entity.texts(field::TENANT_PROFILES);
    let mut profiles: Vec<TenantProfile> =
        texts.iter().filter_map(|text| Entity::parse(text)).map(|it| TenantProfile::from_entity(&it)).collect();
    if profiles.is_empty() {
        profiles.push(TenantProfile {
            tenant_id: realm_of(entity).into(),
            local_account_id: entity.text(field::LOCAL_ACCOUNT_ID).into(),
            username: entity.text(field::USERNAME).into(),
            name: entity.text(field::NAME).into(),
            ..TenantProfile::default()
        });
    }
    let home_tenant = home_tenant(entity.text(field::HOME_ACCOUNT_ID));
    for profile in &mut profiles {
        for (text, name) in [(&mut profile.username, field::USERNAME), (&mut profile.name, field::NAME)] {
            let of_entry = entity.text(name);
            if text.is_empty() && of_entry.len() <= MAX_NAME_BYTES {
                of_entry.clone_into(text);
            }
        }
    }
    profiles.into_iter().map(|profile| profile.of_home(home_tenant)).collect()
}
