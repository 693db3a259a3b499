//! Who signed in, in MSAL's terms.

use crate::cache::entity::Entity;
use crate::entra::authority::{Authority, Kind};
use crate::json::Value;
use crate::oauth::client_info::ClientInfo;
use crate::oauth::id_token::IdToken;
use crate::text::cut;

/// A person at an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// `uid.utid` where Entra tells, otherwise the subject: the same in every tenant.
    pub home_account_id: String,
    /// The authority's host, by the name that caches use.
    pub environment: String,
    /// `MSSTS` for Entra, `ADFS`, `Generic` for other issuers; in a cache whatever its writer calls it.
    pub authority_type: String,
    /// `EU` or `None`, where Entra tells.
    pub data_boundary: Option<&'static str>,
    /// The person asked to be kept signed in, or the device is joined to the tenant: the tokens may be kept on it.
    pub kmsi: bool,
    /// The person in the tenant whose tokens these are.
    pub profile: TenantProfile,
}

/// What a person is called in one tenant: the object that msal-node keeps of it and programs get, with the names of [`TOLD`]
/// and `isHomeTenant`.
pub type TenantProfile = Entity;

/// The texts of a profile. The first three are always there, the others where there is something to tell.
pub const TOLD: [&str; 6] = ["tenantId", "localAccountId", "username", "name", "loginHint", "upn"];

impl Account {
    /// The account that an ID token and, from Entra, `client_info` describe.
    #[must_use]
    pub fn from_tokens(id_token: &IdToken, client_info: Option<&str>, authority: &Authority) -> Self {
        let home = client_info.and_then(ClientInfo::parse);
        let home_account_id = home.as_ref().map_or(id_token.text("sub").into(), ClientInfo::home_account_id);
        Self {
            profile: claimed(id_token, home_tenant(&home_account_id)),
            home_account_id,
            environment: authority.environment().into(),
            authority_type: match authority.kind {
                Kind::Entra | Kind::Ciam | Kind::Dsts => "MSSTS",
                Kind::Adfs => "ADFS",
                Kind::Issuer => "Generic",
            }
            .into(),
            data_boundary: home.and_then(|home| home.data_boundary),
            kmsi: kept_signed_in(id_token),
        }
    }
}

/// Takes over what an ID token for the same tenant says of somebody whose `home` this tenant is.
pub fn tell(profile: &mut TenantProfile, home: &str, id_token: &IdToken) {
    let told = claimed(id_token, home);
    for name in &TOLD {
        if told.has(name) {
            profile.copy(name, &told, name);
        }
    }
}

/// A profile that says this, in the order of [`TOLD`], of somebody at home in the tenant `home`.
#[must_use]
pub fn profile(home: &str, texts: &[&str; 6]) -> TenantProfile {
    let mut profile = Entity::new();
    for (index, name) in TOLD.iter().enumerate() {
        if index < 3 || !texts[index].is_empty() {
            profile.set_text(name, texts[index]);
        }
    }
    let tenant_id = texts[0];
    let is_home = !tenant_id.is_empty() && home == tenant_id;
    profile.set("isHomeTenant", Some(Value::Bool(is_home)));
    profile
}

/// The person that an ID token speaks of.
fn claimed(id_token: &IdToken, home: &str) -> TenantProfile {
    let email = match id_token.claims.get("emails") {
        Some(Value::Array(items)) => items.first().and_then(Value::as_str),
        _ => None,
    };
    let username = match id_token.first(&["preferred_username", "upn"]) {
        "" => email.unwrap_or_else(|| id_token.text("email")),
        name => name,
    };
    // As MSAL: B2C names its policy where Entra names the tenant.
    let tenant_id = id_token.first(&["tid", "tfp", "acr"]);
    // As in msal-node's results: of a guest the id in this tenant, not the one at home.
    let local_account_id = id_token.first(&["oid", "sub"]);
    let text = |claim| id_token.text(claim);
    let texts = [tenant_id, local_account_id, username, text("name"), text("login_hint"), text("upn")];
    profile(home, &texts)
}

/// The second half of `uid.utid`; empty where there is none.
#[must_use]
pub fn home_tenant(home_account_id: &str) -> &str {
    cut(home_account_id, ".").1.unwrap_or_default()
}

/// Entra's `signin_state` says either of the two words for it.
#[must_use]
pub fn kept_signed_in(id_token: &IdToken) -> bool {
    let states = id_token.claims.get("signin_state").map(Value::strings).unwrap_or_default();
    states.iter().any(|state| {
        let state = state.trim_ascii();
        state.eq_ignore_ascii_case("kmsi") || state.eq_ignore_ascii_case("dvc_dmjd")
    })
}
