//! The people in the cache: everybody, or one of them; and how one leaves.
//!
//! Nothing here looks at every entry for every other one, and nothing that many accounts have in common is copied into each.

use core::cmp::Ordering;
use std::rc::Rc;

use crate::cache::account::{Account, TOLD, TenantProfile, home_tenant, kept_signed_in, profile, tell};
use crate::cache::document::{CacheDocument, Id};
use crate::cache::entity::{Entity, Section};
use crate::cache::lookup::realm_of;
use crate::cache::order::{cased, place, sorted};
use crate::cache::sections::END;
use crate::entra::cloud;
use crate::oauth::client_info::ClientInfo;
use crate::oauth::id_token::IdToken;
use crate::secret::Secret;

/// A person in one tenant, as the cache knows them.
#[derive(Clone)]
pub struct CachedAccount {
    /// As far as no tenant is concerned: the same in all that their entry tells of.
    pub home: Rc<Account>,
    /// The person in every tenant that is known: one account of each follows the other.
    pub profiles: Rc<Vec<TenantProfile>>,
    /// Which of them this is.
    pub at: usize,
    /// The ID token of this tenant, where the client has one.
    pub id_token: Option<(Secret, IdToken)>,
}

impl CachedAccount {
    /// The person, in this tenant.
    #[must_use]
    pub fn account(&self) -> Account {
        let mut account = (*self.home).clone();
        account.profile = self.profile().clone();
        account.kmsi = self.kmsi();
        account
    }

    /// What they are called in it.
    #[must_use]
    pub fn profile(&self) -> &TenantProfile {
        &self.profiles[self.at]
    }

    /// Do they want to be kept signed in?
    #[must_use]
    pub fn kmsi(&self) -> bool {
        self.id_token.as_ref().is_some_and(|(_, told)| kept_signed_in(told))
    }
}

impl CacheDocument {
    /// Everybody, once for each of their tenants, in the order of the text. Names come from the ID tokens of `client_id` where it has some.
    #[must_use]
    pub fn accounts(&self, client_id: &str) -> Vec<CachedAccount> {
        self.people(None, client_id)
    }

    /// The same of one person.
    #[must_use]
    pub fn accounts_of(&self, home_account_id: &str, client_id: &str) -> Vec<CachedAccount> {
        self.people(Some(home_account_id), client_id)
    }

    fn people(&self, owner: Option<&str>, client_id: &str) -> Vec<CachedAccount> {
        let of = |section| owner.map_or_else(|| self.all(section), |owner| self.entities(section, owner));
        let entries = of(Section::Account);
        let mut told = told(&entries);
        // Of each tenant of each person what was told first.
        let mut tenants: Vec<usize> = Vec::new();
        for at in sorted(told.len(), &|one, other| told[one].compared(&told[other])) {
            if tenants.last().is_none_or(|known| told[*known].compared(&told[at]) == Ordering::Less) {
                tenants.push(at);
            }
        }
        for (_, token) in &of(Section::IdToken) {
            if !token.says("client_id", client_id) {
                continue;
            }
            // It tells of its tenant, and of one without a name.
            for tenant in &["", realm_of(token)] {
                let compared = |at: usize| {
                    let told = &told[at];
                    compared(told.entity, token).then_with(|| cased(told.profile.text("tenantId"), tenant))
                };
                let at = tenants.get(place(&tenants, &|at| compared(at) == Ordering::Less)).copied();
                if let Some(at) = at.filter(|at| compared(*at) == Ordering::Equal && told[*at].id_token.is_none()) {
                    let secret = token.text("secret");
                    told[at].id_token = IdToken::parse(secret).map(|claims| (Secret::new(secret), claims));
                }
            }
        }
        let order = sorted(tenants.len(), &|one, other| {
            let (one, other) = (tenants[one], tenants[other]);
            told[one].first.cmp(&told[other].first).then(one.cmp(&other))
        });
        let mut people: Vec<CachedAccount> = Vec::new();
        let (mut start, mut entry) = (0, END);
        while let Some(at) = order.get(start) {
            let person = told[tenants[*at]].person;
            let (mut end, mut profiles) = (start, Vec::new());
            while let Some(at) = order.get(end)
                && let told = &told[tenants[*at]]
                && told.person == person
            {
                profiles.push(named(told));
                end += 1;
            }
            let profiles = Rc::new(profiles);
            for at in start..end {
                let told = &mut told[tenants[order[at]]];
                let home = match people.last() {
                    Some(CachedAccount { home, .. }) if told.entry == entry => Rc::clone(home),
                    _ => Rc::new(home(told.entity)),
                };
                entry = told.entry;
                let (profiles, id_token) = (Rc::clone(&profiles), told.id_token.take());
                people.push(CachedAccount { home, profiles, at: at - start, id_token });
            }
            start = end;
        }
        people
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

/// What an entry tells of its person in one tenant.
struct Told<'a> {
    entity: &'a Entity,
    profile: Entity,
    id_token: Option<(Secret, IdToken)>,
    /// Where the entry is.
    entry: usize,
    /// Where the first entry of the same person is.
    first: usize,
    /// Which person this is, in the order of [`compared`].
    person: usize,
}

impl Told<'_> {
    fn compared(&self, other: &Self) -> Ordering {
        let tenants = || cased(self.profile.text("tenantId"), other.profile.text("tenantId"));
        self.person.cmp(&other.person).then_with(tenants)
    }
}

/// What entries tell, in their order.
fn told(entries: &[(Id, Entity)]) -> Vec<Told<'_>> {
    let mut people = vec![(0, 0); entries.len()];
    let mut last = (END, 0);
    for at in sorted(entries.len(), &|one, other| compared(&entries[one].1, &entries[other].1)) {
        let known = entries.get(last.0).is_some_and(|(_, known)| compared(known, &entries[at].1) == Ordering::Equal);
        if !known {
            last = (at, last.1 + 1);
        }
        people[at] = last;
    }
    let mut told = Vec::new();
    for (entry, (_, entity)) in entries.iter().enumerate() {
        // An entry that does not say whose it is, is nobody's.
        if entity.text("home_account_id").is_empty() {
            continue;
        }
        let (first, person) = people[entry];
        for profile in profiles(entity) {
            told.push(Told { entity, profile, id_token: None, entry, first, person });
        }
    }
    told
}

/// By whose they are and in which cloud.
fn compared(one: &Entity, other: &Entity) -> Ordering {
    one.text("home_account_id").cmp(other.text("home_account_id")).then_with(|| cased(cloud_of(one), cloud_of(other)))
}

/// One name for all of a cloud's.
fn cloud_of(entity: &Entity) -> &str {
    let environment = entity.text("environment");
    cloud::of(environment).map_or(environment, |cloud| cloud.network())
}

/// The account of an entry, as far as no tenant is concerned.
fn home(entity: &Entity) -> Account {
    Account {
        home_account_id: entity.text("home_account_id").into(),
        environment: entity.text("environment").into(),
        authority_type: entity.text("authority_type").into(),
        data_boundary: ClientInfo::parse(entity.text("client_info")).and_then(|home| home.data_boundary),
        kmsi: false,
        profile: Entity::new(),
    }
}

/// What a person is called in a tenant, as far as anything says.
fn named(told: &Told) -> TenantProfile {
    let Told { entity, profile: said, id_token, .. } = told;
    let mut texts = TOLD.map(|name| said.text(name));
    for (text, name) in [(2, "username"), (3, "name")] {
        let other = entity.text(name);
        if texts[text].is_empty() && other.len() <= LONGEST_NAME {
            texts[text] = other;
        }
    }
    let home = home_tenant(entity.text("home_account_id"));
    let mut named = profile(home, &texts);
    if let Some((_, claims)) = id_token {
        tell(&mut named, home, claims);
    }
    named
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
        own.copy("username", entity, "username");
        own.copy("name", entity, "name");
        profiles.push(own);
    }
    profiles
}

/// A longer name of the entry is not taken for that in every tenant which has none of its own.
const LONGEST_NAME: usize = 256;
