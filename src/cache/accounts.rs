//! The people in the cache: everybody, or one of them; and how one leaves.

use crate::cache::account::{Account, TenantProfile, home_tenant};
use crate::cache::lookup::{Wanted, realm_of};
use crate::cache::schema::{Entity, Section, same_environment};
use crate::cache::store::Store;
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
        let mut accounts = Vec::new();
        for (id, entity) in self.all(Section::Account) {
            let same = self.same_person(&entity);
            // Other entries of the same person were seen with the first one.
            if same.first().is_some_and(|(first, _)| *first == id) {
                self.profiles_of(&same, client_id, &mut accounts);
            }
        }
        accounts
    }

    /// The same of one person.
    #[must_use]
    pub fn accounts_of(&self, home_account_id: &str, client_id: &str) -> Vec<CachedAccount> {
        let mut accounts = Vec::new();
        for (id, entity) in self.entities(Section::Account, home_account_id) {
            let same = self.same_person(&entity);
            if same.first().is_some_and(|(first, _)| *first == id) {
                self.profiles_of(&same, client_id, &mut accounts);
            }
        }
        accounts
    }

    /// Takes a person out of this cloud, under whichever of its names: every token of every client, and the account itself.
    pub fn remove_account(&mut self, home_account_id: &str, environment: &str) {
        for section in [Section::AccessToken, Section::RefreshToken, Section::IdToken, Section::Account] {
            for (id, entity) in self.entities(section, home_account_id) {
                if same_environment(entity.text("environment"), environment) {
                    self.remove(id);
                }
            }
        }
    }

    /// The entries of the same person. An entry that does not say whose it is, is nobody's.
    fn same_person(&self, entity: &Entity) -> Vec<(usize, Entity)> {
        let home_account_id = entity.text("home_account_id");
        let mut same = self.entities(Section::Account, home_account_id);
        same.retain(|(_, other)| {
            !home_account_id.is_empty() && same_environment(entity.text("environment"), other.text("environment"))
        });
        same
    }

    fn profiles_of(&self, entities: &[(usize, Entity)], client_id: &str, accounts: &mut Vec<CachedAccount>) {
        let mut found: Vec<(&Entity, TenantProfile)> = Vec::new();
        for (_, entity) in entities {
            for profile in profiles(entity) {
                if !found.iter().any(|(_, known)| known.tenant_id.eq_ignore_ascii_case(&profile.tenant_id)) {
                    found.push((entity, profile));
                }
            }
        }
        let first = accounts.len();
        for (entity, profile) in &found {
            let wanted = Wanted {
                home_account_id: entity.text("home_account_id"),
                environment: entity.text("environment"),
                client_id,
                tenant_id: &profile.tenant_id,
                scopes: &[],
            };
            let id_token = self.id_token(&wanted).and_then(|secret| Some((IdToken::parse(secret.expose())?, secret)));
            accounts.push(cached(entity, profile, id_token.map(|(decoded, secret)| (secret, decoded))));
        }
        // What the ID tokens say is part of what is known of every tenant.
        let of = accounts.get_mut(first..).unwrap_or_default();
        let profiles: Vec<TenantProfile> = of.iter().map(|cached| cached.account.profile.clone()).collect();
        for cached in of {
            cached.profiles.clone_from(&profiles);
        }
    }
}

fn cached(entity: &Entity, profile: &TenantProfile, id_token: Option<(Secret, IdToken)>) -> CachedAccount {
    let home_account_id = entity.text("home_account_id");
    let mut account = Account {
        home_account_id: home_account_id.into(),
        environment: entity.text("environment").into(),
        authority_type: entity.text("authority_type").into(),
        data_boundary: ClientInfo::parse(entity.text("client_info")).and_then(|home| home.data_boundary),
        kmsi: false,
        profile: profile.clone(),
    };
    if let Some((_, decoded)) = &id_token {
        account.tell(decoded);
    }
    CachedAccount { account, profiles: Vec::new(), id_token }
}

/// What an entry tells of its person in each tenant. Only Node writes profiles; elsewhere the entry is itself one.
fn profiles(entity: &Entity) -> Vec<TenantProfile> {
    let home_account_id = entity.text("home_account_id");
    let optional = |entity: &Entity, name| Some(String::from(entity.text(name))).filter(|text| !text.is_empty());
    let mut profiles: Vec<TenantProfile> = Vec::new();
    for text in entity.texts("tenantProfiles") {
        let Some(profile) = Entity::parse(&text) else { continue };
        let tenant_id = profile.text("tenantId");
        profiles.push(TenantProfile {
            tenant_id: tenant_id.into(),
            local_account_id: profile.text("localAccountId").into(),
            username: optional(&profile, "username").unwrap_or_else(|| entity.text("username").into()),
            name: optional(&profile, "name").or_else(|| optional(entity, "name")),
            login_hint: optional(&profile, "loginHint"),
            upn: optional(&profile, "upn"),
            is_home_tenant: is_home(home_account_id, tenant_id),
        });
    }
    if profiles.is_empty() {
        profiles.push(TenantProfile {
            tenant_id: realm_of(entity).into(),
            local_account_id: entity.text("local_account_id").into(),
            username: entity.text("username").into(),
            name: optional(entity, "name"),
            login_hint: None,
            upn: None,
            is_home_tenant: is_home(home_account_id, realm_of(entity)),
        });
    }
    profiles
}

fn is_home(home_account_id: &str, tenant_id: &str) -> bool {
    !tenant_id.is_empty() && home_tenant(home_account_id) == tenant_id
}
