//! Who signed in, in MSAL's terms.

use crate::wire::id_token::{self, IdToken};
use crate::wire::json::Json;

/// A person at an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// `uid.utid` where Entra tells, otherwise the subject: the same in every tenant.
    pub home_account_id: String,
    /// The authority's host, by the name that caches use.
    pub environment: String,
    /// The tenant whose tokens these are; empty outside Entra.
    pub tenant_id: String,
    /// The name that the person signs in with.
    pub username: String,
    /// The person's id in this tenant.
    pub local_account_id: String,
    /// The person's name.
    pub name: Option<String>,
    /// `MSSTS` for Entra, `Generic` for other issuers.
    pub authority_type: &'static str,
}

impl Account {
    /// The account that an ID token and, from Entra, `client_info` describe.
    #[must_use]
    pub fn from_tokens(id_token: &IdToken, client_info: Option<&str>, environment: &str, entra: bool) -> Self {
        let email = match id_token.claims.get("emails") {
            Some(Json::List(items)) => items.first().and_then(Json::as_text),
            _ => None,
        };
        let username = match id_token.first(&["preferred_username", "upn"]) {
            "" => email.unwrap_or_else(|| id_token.text("email")),
            name => name,
        };
        let home = client_info.and_then(id_token::home_account_id);
        Self {
            // As in msal-node's results: of a guest the id in this tenant, not the one at home.
            local_account_id: id_token.first(&["oid", "sub"]).into(),
            home_account_id: home.unwrap_or_else(|| id_token.text("sub").into()),
            environment: environment.into(),
            tenant_id: id_token.text("tid").into(),
            username: username.into(),
            name: Some(id_token.text("name").into()).filter(|name: &String| !name.is_empty()),
            authority_type: if entra { "MSSTS" } else { "Generic" },
        }
    }
}
