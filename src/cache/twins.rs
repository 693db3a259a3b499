//! The entries that a new entry replaces: its twins, which are the same by their properties, and those that it supersedes.

use crate::cache::document::{CacheDocument, Id};
use crate::cache::entity::{Entity, Section};
use crate::cache::field;
use crate::cache::lookup::{covers, intersect};

/// What the cache has for a new entry.
#[derive(Default)]
pub struct Matches {
    /// The entry to update, completed by what only other twins say.
    pub twin: Option<(Id, Entity)>,
    /// The other twins, and the entries that are of no use beside the new one: to be removed.
    pub obsolete: Vec<Id>,
}

/// How an entry relates to a new one of the same owner in the same cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// Both stay.
    Unrelated,
    /// It is the same entry.
    Twin,
    /// It is another entry, and of no use beside the new one.
    Superseded,
}

impl CacheDocument {
    /// Finds the twins of an entry, and those that it supersedes.
    pub(super) fn matches(&self, section: Section, entity: &Entity) -> Matches {
        let mut matches = Matches::default();
        // A bound access token is not one that a person signed in for, and replaces none.
        if section == Section::AccessToken && entity.is_bound(section) {
            return matches;
        }
        let mut twins = Vec::new();
        for (id, other) in self.entities_of_same_account(section, entity) {
            match relation(section, entity, &other) {
                Relation::Unrelated => {}
                Relation::Superseded => matches.obsolete.push(id),
                Relation::Twin => twins.push((id, other)),
            }
        }
        // Which twin stays does not depend on their order in the text. One under the key that msal-node would write is better
        // than others, because msal-node would write a second entry beside them.
        let key = entity.key(section);
        twins.sort_by_cached_key(|(id, twin)| {
            let twin_key = self.key(*id);
            (!twin.has_same(field::ENVIRONMENT, entity), twin_key != key, twin_key.to_owned())
        });
        let mut twins = twins.into_iter();
        matches.twin = twins.next();
        if let Some((_, twin)) = &mut matches.twin {
            for (id, other) in twins {
                twin.add_missing(&other);
                matches.obsolete.push(id);
            }
        }
        matches
    }
}

impl CacheDocument {
    /// The entries of a section that belong to whom a new entry belongs to: an account, or a client in a cloud.
    fn entities_of_same_account(&self, section: Section, entity: &Entity) -> Vec<(Id, Entity)> {
        if section == Section::AppMetadata {
            let mut entities = self.entities_of(section, entity.text(section.owner_field()));
            entities.retain(|(_, other)| other.is_in(entity.text(field::ENVIRONMENT)));
            return entities;
        }
        self.entities_of_account(section, &entity.account_id(section))
    }
}

fn relation(section: Section, new: &Entity, old: &Entity) -> Relation {
    // The owner and the cloud are the same already.
    let compared = |name: &&&str| **name != section.owner_field() && **name != field::ENVIRONMENT;
    // Outside Microsoft's clouds client ids are case-sensitive, and the libraries differ in the realm of an access token.
    let is_of_issuer = new.noted_issuer(section).is_some();
    let has_same = |name: &&str| match *name {
        field::REALM if is_of_issuer && section == Section::AccessToken => true,
        name if is_of_issuer => new.text(name) == old.text(name),
        name => new.has_same(name, old),
    };
    let is_same = || section.identity_fields().iter().filter(compared).all(has_same);
    match section {
        Section::AccessToken | Section::RefreshToken if old.is_bound(section) => Relation::Unrelated,
        Section::AccessToken if is_same() => {
            let (new, old): (Vec<&str>, Vec<&str>) = (new.scopes().collect(), old.scopes().collect());
            if covers(&new, &old) && covers(&old, &new) {
                Relation::Twin
            } else if intersect(&new, &old) {
                Relation::Superseded
            } else {
                Relation::Unrelated
            }
        }
        Section::RefreshToken if new.has(field::FAMILY_ID) => {
            if new.has_same(field::FAMILY_ID, old) {
                Relation::Twin
            } else if new.has_same(field::CLIENT_ID, old) && !old.has(field::FAMILY_ID) {
                // The client has joined the family: its own token is older.
                Relation::Superseded
            } else {
                Relation::Unrelated
            }
        }
        Section::AccessToken => Relation::Unrelated,
        _ if is_same() => Relation::Twin,
        _ => Relation::Unrelated,
    }
}
