//! The tokens that the cache has for a request: an access token, and the refresh tokens in the order to try them.

use core::time::Duration;

use crate::cache::account::home_tenant;
use crate::cache::document::{CacheDocument, Id};
use crate::cache::entity::{Entity, Section};
use crate::cache::field;
use crate::cache::issuer::AccountId;
use crate::oauth::id_token::IdToken;
use crate::secret::Secret;
use crate::time::UnixMillis;

/// The tokens to look for.
#[derive(Clone, Copy, Debug)]
pub struct TokenQuery<'a> {
    /// The owner of the tokens.
    pub account: AccountId<'a>,
    /// The client that the tokens were issued to.
    pub client_id: &'a str,
    /// The tenant; empty for an authority without tenants.
    pub tenant_id: &'a str,
    /// The scopes that the access token must have.
    pub scopes: &'a [String],
}

impl TokenQuery<'_> {
    /// Is the entry issued to this client?
    fn matches_client(&self, entity: &Entity) -> bool {
        entity.is_of_client(self.client_id, self.account.issuer)
    }

    /// Is the entry for this tenant? For an authority without tenants every entry is: msal-node writes the first part of the
    /// authority's path as the realm.
    fn matches_tenant(&self, entity: &Entity) -> bool {
        self.tenant_id.is_empty() || realm_of(entity).eq_ignore_ascii_case(self.tenant_id)
    }
}

/// A cached access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// `secret`
    pub secret: Secret,
    /// `target`
    pub scopes: Vec<String>,
    /// The scopes that it was requested with, where the entry notes them.
    pub requested_scopes: Option<Vec<String>>,
    /// `expires_on`. `None`: the server did not say (RFC 6749 §5.1), and the token is good until an API refuses it.
    pub expires_on: Option<UnixMillis>,
    /// `extended_expires_on`
    pub ext_expires_on: Option<UnixMillis>,
    /// `refresh_on`
    pub refresh_on: Option<UnixMillis>,
    /// `cached_at`
    pub cached_at: UnixMillis,
}

/// A cached refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// `secret`
    pub secret: Secret,
    /// It has a `family_id`: every client of the family may use it.
    pub of_family: bool,
    /// When the person signed in, where the account has no subject.
    pub signed_in: Option<UnixMillis>,
    rank: Rank,
}

/// The refresh token of the highest rank is tried first. If two have the same rank, their texts decide, so that the order of
/// the entries does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// Of the family, if the client belongs to it; of the client, if it does not.
    is_preferred_kind: bool,
    stored: UnixMillis,
    /// The entry itself says when it was stored.
    is_stored_known: bool,
}

/// How good an access token is, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// To be used.
    Fresh,
    /// To be used, and renewed in the background.
    Due,
    /// To be renewed. Until it expires, it can be used if the renewal fails.
    Stale,
    /// Of no use.
    Expired,
}

/// Whether a client belongs to Microsoft's family of clients, which share refresh tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FamilyMembership {
    /// No server has said so yet.
    Unknown,
    /// The client belongs to no family.
    NotMember,
    /// The client belongs to the family.
    Member,
}

impl AccessToken {
    /// `None` for an entry that is no bearer token of a person, or has no secret or no expiry. Only this library stores a token without
    /// an expiry on purpose, with a note.
    fn from_entity(entity: &Entity) -> Option<Self> {
        let secret = entity.text(field::SECRET);
        if secret.is_empty() || entity.is_bound(Section::AccessToken) {
            return None;
        }
        let requested = entity.noted(Section::AccessToken, field::REQUESTED);
        Some(Self {
            secret: Secret::new(secret),
            scopes: entity.scopes().map(String::from).collect(),
            requested_scopes: requested.map(|scopes| scopes.split_ascii_whitespace().map(String::from).collect()),
            expires_on: if requested.is_some() && entity.text(field::EXPIRES_ON).is_empty() {
                None
            } else {
                Some(entity.time(field::EXPIRES_ON)?)
            },
            ext_expires_on: entity.time(field::EXTENDED_EXPIRES_ON),
            refresh_on: entity.time(field::REFRESH_ON),
            cached_at: entity.time(field::CACHED_AT).unwrap_or_default(),
        })
    }

    /// How good the token is at `now`.
    #[must_use]
    pub fn freshness(&self, now: UnixMillis) -> Freshness {
        let expires_by = |moment| self.expires_on.is_some_and(|expires_on| expires_on <= moment);
        if expires_by(now) {
            Freshness::Expired
        } else if self.cached_at > now + CLOCK_SKEW || expires_by(now + EXPIRY_MARGIN) {
            // A token that was cached in the future: the clock was set back, and nobody knows how long the token still lives.
            Freshness::Stale
        } else if self.refresh_on.is_some_and(|moment| moment <= now) {
            Freshness::Due
        } else {
            Freshness::Fresh
        }
    }

    /// Does the token answer a request for these scopes? It does if it has them, and if the server gave it for just this request.
    fn answers(&self, requested: &[String]) -> bool {
        let is_same_request = |own: &Vec<String>| grants(own, requested) && grants(requested, own);
        self.requested_scopes.as_ref().is_some_and(is_same_request) || grants(&self.scopes, requested)
    }

    /// Orders tokens by their expiry. If it is the same, the rest decides, so that the order of the entries does not matter.
    fn preference(&self) -> (UnixMillis, UnixMillis, &str) {
        (self.expires_on.unwrap_or(UnixMillis(u64::MAX)), self.cached_at, self.secret.expose())
    }
}

impl CacheDocument {
    /// The access token that has the scopes of the query. If there are several, the one that expires last.
    #[must_use]
    pub fn access_token(&self, query: &TokenQuery) -> Option<AccessToken> {
        let entities = self.entities_of_account(Section::AccessToken, &query.account);
        entities
            .iter()
            .map(|(_, entity)| entity)
            .filter(|entity| query.matches_client(entity) && query.matches_tenant(entity))
            .filter_map(AccessToken::from_entity)
            .filter(|token| token.answers(query.scopes))
            .reduce(|best, token| if token.preference() > best.preference() { token } else { best })
    }

    /// The refresh tokens that a client may use for a person. The one to try first is the last. Tokens of the family come first
    /// if the client belongs to it, otherwise the client's own. A client that is known to belong to no family gets only its
    /// own, because the server would refuse the others. The same secret is listed once.
    #[must_use]
    pub fn refresh_tokens(&self, query: &TokenQuery) -> Vec<RefreshToken> {
        let AccountId { home_account_id, environment, issuer } = query.account;
        let membership = self.family_membership(query.client_id, environment);
        let may_use = |entity: &Entity| {
            // Microsoft's clients alone have a family.
            let may_client = if entity.has(field::FAMILY_ID) && issuer.is_none() {
                membership != FamilyMembership::NotMember
            } else {
                query.matches_client(entity)
            };
            may_client && !entity.text(field::SECRET).is_empty() && !entity.is_bound(Section::RefreshToken)
        };
        let entities = self.entities_of_account(Section::RefreshToken, &query.account);
        let mut usable: Vec<&Entity> = Vec::new();
        for entity in entities.iter().map(|(_, entity)| entity).filter(|entity| may_use(entity)) {
            let secret = entity.text(field::SECRET);
            if usable.len() < MAX_REFRESH_TOKENS && usable.iter().all(|known| known.text(field::SECRET) != secret) {
                usable.push(entity);
            }
        }
        if usable.is_empty() {
            return Vec::new();
        }
        let access_tokens = self.entities_of(Section::AccessToken, home_account_id);
        let refresh_token = |entity: &Entity| {
            let of_family = entity.has(field::FAMILY_ID);
            // Only Python writes when it stored a refresh token. The others store an access token with it.
            let said = entity.time(field::LAST_MODIFICATION_TIME);
            let granted = || last_grant(&access_tokens, entity);
            let rank = Rank {
                is_preferred_kind: of_family == (membership == FamilyMembership::Member),
                stored: said.or_else(granted).unwrap_or_default(),
                is_stored_known: said.is_some(),
            };
            RefreshToken {
                secret: Secret::new(entity.text(field::SECRET)),
                of_family,
                signed_in: entity.signed_in(Section::RefreshToken),
                rank,
            }
        };
        let mut tokens: Vec<RefreshToken> = usable.into_iter().map(refresh_token).collect();
        tokens.sort_by(|one, other| {
            one.rank.cmp(&other.rank).then_with(|| other.secret.expose().cmp(one.secret.expose()))
        });
        tokens
    }

    /// The ID token of a person in a tenant, as text and decoded.
    #[must_use]
    pub fn id_token(&self, query: &TokenQuery) -> Option<(Secret, IdToken)> {
        self.entities_of_account(Section::IdToken, &query.account)
            .iter()
            .map(|(_, entity)| entity)
            .filter(|entity| query.matches_client(entity) && query.matches_tenant(entity))
            .map(|entity| entity.text(field::SECRET))
            .find_map(|secret| Some((Secret::new(secret), IdToken::parse(secret)?)))
    }

    /// Whether a client belongs to the family. The cache may have several entries for it, under several host names of the
    /// cloud: one that names a family is enough, because a token too many costs a request, and one too few a sign-in.
    #[must_use]
    pub fn family_membership(&self, client_id: &str, environment: &str) -> FamilyMembership {
        self.entities_of(Section::AppMetadata, client_id)
            .iter()
            .filter(|(_, entity)| entity.is_in(environment))
            .map(|(_, entity)| entity.text(field::FAMILY_ID).is_empty())
            .fold(FamilyMembership::Unknown, |known, is_empty| match (known, is_empty) {
                (FamilyMembership::Member, _) | (_, false) => FamilyMembership::Member,
                (_, true) => FamilyMembership::NotMember,
            })
    }

    /// Removes a refresh token that the server has rejected. Only this very secret is removed: another process may have stored
    /// a good one in its place.
    pub fn remove_refresh_token(&mut self, account: &AccountId, rejected: &Secret) {
        for (id, entity) in self.entities_of_account(Section::RefreshToken, account) {
            if entity.text(field::SECRET) == rejected.expose() {
                self.remove(id);
            }
        }
    }
}

/// When the client of a refresh token was last given an access token under the same host.
fn last_grant(access_tokens: &[(Id, Entity)], refresh_token: &Entity) -> Option<UnixMillis> {
    let is_of_client = |token: &Entity| {
        token.has_same(field::CLIENT_ID, refresh_token) && token.has_same(field::ENVIRONMENT, refresh_token)
    };
    let tokens = access_tokens.iter().map(|(_, token)| token).filter(|token| is_of_client(token));
    tokens.filter_map(|token| token.time(field::CACHED_AT)).max()
}

/// The tenant of an entry. Java writes the tenant of the authority. If that is none, it is the person's home tenant.
#[must_use]
pub fn realm_of(entity: &Entity) -> &str {
    match entity.text(field::REALM) {
        "common" | "organizations" | "consumers" => home_tenant(entity.text(field::HOME_ACCOUNT_ID)),
        realm => realm,
    }
}

/// Is each of the scopes `wanted` among those that are `granted`, in upper or lower case?
#[must_use]
pub fn covers(granted: &[impl AsRef<str>], wanted: &[impl AsRef<str>]) -> bool {
    wanted.iter().all(|scope| contains(granted, scope.as_ref()))
}

/// Do both lists have a scope in common? A reserved scope counts only if neither list has any other, because nearly all
/// lists have the reserved ones.
#[must_use]
pub fn intersect(new: &[&str], old: &[&str]) -> bool {
    let only_reserved = covers(&RESERVED, new) && covers(&RESERVED, old);
    new.iter().any(|scope| (only_reserved || !contains(&RESERVED, scope)) && contains(old, scope))
}

/// Are the `granted` scopes enough for a request of these? Reserved scopes are ignored if the request has others. If it has only
/// reserved scopes, the token must have one of them, and all but `offline_access`. A request without scopes asks for `openid` and
/// `profile`, as in msal-node.
fn grants(granted: &[String], requested: &[String]) -> bool {
    let has_all_but = |ignored: &[&str]| {
        requested.iter().filter(|scope| !contains(ignored, scope)).all(|scope| contains(granted, scope))
    };
    match requested {
        [] => covers(granted, &DEFAULT),
        _ if covers(&RESERVED, requested) => {
            RESERVED.iter().any(|scope| contains(granted, scope)) && has_all_but(&[OFFLINE_ACCESS])
        }
        _ => has_all_but(&RESERVED),
    }
}

fn contains(scopes: &[impl AsRef<str>], scope: &str) -> bool {
    scopes.iter().any(|known| known.as_ref().eq_ignore_ascii_case(scope))
}

/// Asks for a refresh token (OpenID Connect Core §11).
const OFFLINE_ACCESS: &str = "offline_access";

/// The scopes that ask for other tokens and claims (OpenID Connect Core §5.4, §11).
const RESERVED: [&str; 4] = ["openid", "profile", OFFLINE_ACCESS, "email"];

/// What msal-node looks for when no scope is requested: its default scopes without `offline_access`.
const DEFAULT: [&str; 2] = ["openid", "profile"];

/// How many refresh tokens of a person are tried. Each try is a request, and nobody has as many.
const MAX_REFRESH_TOKENS: usize = 64;

/// A token that expires this soon may have expired when it arrives at the API.
const EXPIRY_MARGIN: Duration = Duration::from_secs(5 * 60);

/// How far two clocks may differ without one having been set back. msal-node also rounds to the next second. It is less than
/// [`EXPIRY_MARGIN`], so the token is good anyway.
const CLOCK_SKEW: Duration = Duration::from_secs(30);
