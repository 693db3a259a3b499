//! What is kept for a person: the access token that a request can use, the refresh tokens in the order to try them.

use crate::cache::account::home_tenant;
use crate::cache::document::{CacheDocument, Id};
use crate::cache::entity::{Entity, Section};
use crate::oauth::id_token::IdToken;
use crate::secret::Secret;
use crate::time::{Seconds, UnixMillis};

/// What tokens are looked for.
#[derive(Clone, Copy, Debug)]
pub struct TokenQuery<'a> {
    /// Whose.
    pub home_account_id: &'a str,
    /// In which cloud, by any of its names.
    pub environment: &'a str,
    /// Issued to whom.
    pub client_id: &'a str,
    /// In which tenant; empty for an authority that has none.
    pub tenant_id: &'a str,
    /// For what.
    pub scopes: &'a [String],
}

/// An access token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// `secret`
    pub secret: Secret,
    /// `target`
    pub scopes: Vec<String>,
    /// `expires_on`
    pub expires_on: UnixMillis,
    /// `extended_expires_on`
    pub ext_expires_on: Option<UnixMillis>,
    /// `refresh_on`
    pub refresh_on: Option<UnixMillis>,
    /// `cached_at`
    pub cached_at: UnixMillis,
}

/// A refresh token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// `secret`
    pub secret: Secret,
    /// It has a `family_id`: every client of the family may use it.
    pub of_family: bool,
    /// Larger is tried earlier: what kind it is, when it was written, whether that is known. Then its text decides, so that the
    /// order in the cache does not matter.
    rank: u64,
}

/// How good an access token is, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// To be used.
    Fresh,
    /// To be used, and renewed meanwhile.
    Due,
    /// To be renewed; until it expires it is better than none.
    Stale,
    /// Of no use.
    Expired,
}

impl AccessToken {
    /// Judged at `now`.
    #[must_use]
    pub fn freshness(&self, now: UnixMillis) -> Freshness {
        if self.expires_on <= now {
            Freshness::Expired
        } else if self.cached_at > now + APART || self.expires_on <= now + MARGIN {
            // Kept in the future: the clock was set back, and how long the token still lives cannot be known.
            Freshness::Stale
        } else if self.refresh_on.is_some_and(|moment| moment <= now) {
            Freshness::Due
        } else {
            Freshness::Fresh
        }
    }
}

impl CacheDocument {
    /// The access token that covers what is wanted; of several the one that lives longest.
    #[must_use]
    pub fn access_token(&self, wanted: &TokenQuery) -> Option<AccessToken> {
        let found = self.entities(Section::AccessToken, wanted.home_account_id);
        let mut best: Option<(&Entity, UnixMillis, UnixMillis)> = None;
        for (_, entity) in &found {
            let Some(expires_on) = entity.time("expires_on") else { continue };
            let cached_at = entity.time("cached_at").unwrap_or_default();
            let secret = entity.text("secret");
            // Of two that end together the text decides, not the order in which they stand.
            let is_better = best.is_none_or(|(known, ends, since)| {
                expires_on > ends
                    || expires_on == ends && (cached_at > since || cached_at == since && secret > known.text("secret"))
            });
            if is_better
                && is_for(entity, wanted)
                && is_of(entity, wanted.tenant_id)
                && !entity.is_bound(Section::AccessToken)
                && serves(&entity.scopes(), wanted.scopes)
                && !secret.is_empty()
            {
                best = Some((entity, expires_on, cached_at));
            }
        }
        let (entity, expires_on, cached_at) = best?;
        let mut scopes = Vec::new();
        for scope in entity.scopes() {
            scopes.push(scope.to_owned());
        }
        Some(AccessToken {
            secret: Secret::new(entity.text("secret")),
            scopes,
            expires_on,
            ext_expires_on: entity.time("extended_expires_on"),
            refresh_on: entity.time("refresh_on"),
            cached_at,
        })
    }

    /// The refresh tokens that a client may use for a person, the one to try first at the end: the family's where the client is
    /// known to belong to it, otherwise its own. Where it is known to be in none, its own and no other's: the server would refuse
    /// those. The same secret is there once.
    #[must_use]
    pub fn refresh_tokens(&self, wanted: &TokenQuery) -> Vec<RefreshToken> {
        let family = family(self, wanted.client_id, wanted.environment);
        let in_none = family.as_ref().is_some_and(String::is_empty);
        let family_first = family.is_some() && !in_none;
        let mut found: Vec<RefreshToken> = Vec::new();
        let mut granted = None;
        for (_, entity) in &self.entities(Section::RefreshToken, wanted.home_account_id) {
            let (secret, of_family) = (entity.text("secret"), entity.has("family_id"));
            let own = entity.says("client_id", wanted.client_id);
            let usable = entity.is_in(wanted.environment)
                && if of_family { !in_none } else { own }
                && !secret.is_empty()
                && !entity.is_bound(Section::RefreshToken)
                && found.len() < MOST;
            if !usable || found.iter().any(|known| known.secret.expose() == secret) {
                continue;
            }
            // Python says when it wrote it. Others write it together with an access token.
            let said = entity.time("last_modification_time");
            let written = said.unwrap_or_else(|| {
                let all = || self.entities(Section::AccessToken, wanted.home_account_id);
                latest_access_token(granted.get_or_insert_with(all), entity)
            });
            let rank = u64::from(of_family == family_first) << 63
                | written.0.min(u64::MAX >> 2) << 1
                | u64::from(said.is_some());
            let earlier =
                |known: &RefreshToken| known.rank > rank || known.rank == rank && known.secret.expose() < secret;
            let at = found.iter().position(earlier).unwrap_or(found.len());
            found.insert(at, RefreshToken { secret: Secret::new(secret), of_family, rank });
        }
        found
    }

    /// The ID token of a person in a tenant, and what it says.
    #[must_use]
    pub fn id_token(&self, wanted: &TokenQuery) -> Option<(Secret, IdToken)> {
        for (_, entity) in &self.entities(Section::IdToken, wanted.home_account_id) {
            let secret = entity.text("secret");
            if is_for(entity, wanted)
                && is_of(entity, wanted.tenant_id)
                && let Some(told) = IdToken::parse(secret)
            {
                return Some((Secret::new(secret), told));
            }
        }
        None
    }

    /// Takes a refresh token out that the server has called bad: the one with this very secret. Another process may have
    /// put a good one in its place.
    pub fn remove_refresh_token(&mut self, home_account_id: &str, bad: &Secret) {
        for (id, entity) in &self.entities(Section::RefreshToken, home_account_id) {
            if entity.text("secret") == bad.expose() {
                self.remove(*id);
            }
        }
    }
}

/// When the client of an entry was last given an access token under its very host.
fn latest_access_token(granted: &[(Id, Entity)], entity: &Entity) -> UnixMillis {
    let mut latest = UnixMillis::default();
    for (_, token) in granted {
        if token.agrees("client_id", entity) && token.agrees("environment", entity) {
            latest = latest.max(token.time("cached_at").unwrap_or_default());
        }
    }
    latest
}

/// What is known of a client's family: `None` where nothing is, empty where it has none. Of entries under several names of the
/// cloud one that names a family counts: a token too many costs a request, one too few a sign-in.
#[must_use]
pub fn family(store: &CacheDocument, client_id: &str, environment: &str) -> Option<String> {
    let mut known: Option<String> = None;
    for (_, entity) in &store.entities(Section::AppMetadata, client_id) {
        if entity.is_in(environment) && known.as_ref().is_none_or(String::is_empty) {
            known = Some(entity.text("family_id").into());
        }
    }
    known
}

/// The tenant of an entry. Java writes the authority's tenant, which may be none: then it is the person's own.
#[must_use]
pub fn realm_of(entity: &Entity) -> &str {
    match entity.text("realm") {
        "common" | "organizations" | "consumers" => home_tenant(entity.text("home_account_id")),
        realm => realm,
    }
}

/// Are all of `wanted` among the `granted` scopes?
#[must_use]
pub fn covers(granted: &[&str], wanted: &[&str]) -> bool {
    wanted.iter().all(|scope| granted.iter().any(|known| known.eq_ignore_ascii_case(scope)))
}

/// Have both a scope in common? The reserved ones are in nearly all, and are nothing in common unless neither has others.
#[must_use]
pub fn intersect(new: &[&str], old: &[&str]) -> bool {
    let only_reserved = covers(&RESERVED, new) && covers(&RESERVED, old);
    new.iter().any(|scope| (only_reserved || !is_reserved(scope)) && covers(old, &[scope]))
}

/// Is what is granted enough for these scopes? The reserved ones ask for the other tokens of a sign-in; where nothing else is
/// asked for, they count, but for the one that no access token has.
fn serves(granted: &[&str], scopes: &[String]) -> bool {
    let only_reserved = scopes.iter().all(|scope| is_reserved(scope));
    scopes.iter().all(|scope| {
        let counts = if only_reserved { !scope.eq_ignore_ascii_case("offline_access") } else { !is_reserved(scope) };
        !counts || covers(granted, &[scope])
    })
}

/// These ask for the other tokens of a sign-in.
const RESERVED: [&str; 4] = ["openid", "profile", "offline_access", "email"];

fn is_reserved(scope: &str) -> bool {
    covers(&RESERVED, &[scope])
}

fn is_for(entity: &Entity, wanted: &TokenQuery) -> bool {
    entity.says("client_id", wanted.client_id) && entity.is_in(wanted.environment)
}

/// An authority without tenants has entries with any realm: Node writes the first part of its path.
fn is_of(entity: &Entity, tenant_id: &str) -> bool {
    tenant_id.is_empty() || realm_of(entity).eq_ignore_ascii_case(tenant_id)
}

/// How many refresh tokens of a person are tried: each costs a request, and nobody has as many.
const MOST: usize = 64;

/// A token that ends within this time may have ended when it arrives.
const MARGIN: Seconds = Seconds(300);

/// So far two clocks may be apart, and msal-node rounds to the next second: that is no clock that was set back. Less than the
/// margin, so the token is good all the same.
const APART: Seconds = Seconds(30);
