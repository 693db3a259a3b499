//! Who signed in, in MSAL's terms.

use crate::provider::authority::{Authority, Kind};
use crate::wire::client_info::ClientInfo;
use crate::wire::id_token::IdToken;
use crate::wire::json::Json;
use crate::wire::text::cut;

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

/// What a person is called in one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantProfile {
    /// The tenant; empty outside Entra.
    pub tenant_id: String,
    /// The person's id in this tenant.
    pub local_account_id: String,
    /// The name that the person signs in with.
    pub username: String,
    /// The person's name.
    pub name: Option<String>,
    /// `login_hint`: spares the person a choice at the next sign-in.
    pub login_hint: Option<String>,
    /// `upn`
    pub upn: Option<String>,
    /// Is this the tenant that the person is at home in?
    pub is_home_tenant: bool,
}

impl Account {
    /// The account that an ID token and, from Entra, `client_info` describe.
    #[must_use]
    pub fn from_tokens(id_token: &IdToken, client_info: Option<&str>, authority: &Authority) -> Self {
        let home = client_info.and_then(ClientInfo::parse);
        let home_account_id = home.as_ref().map_or(id_token.text("sub").into(), ClientInfo::home_account_id);
        Self {
            profile: TenantProfile::from_claims(id_token, &home_account_id),
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

    /// Takes over what an ID token for the same tenant says.
    pub fn tell(&mut self, id_token: &IdToken) {
        let told = TenantProfile::from_claims(id_token, &self.home_account_id);
        let profile = &mut self.profile;
        for (known, told) in
            [(&mut profile.username, told.username), (&mut profile.local_account_id, told.local_account_id)]
        {
            if !told.is_empty() {
                *known = told;
            }
        }
        profile.name = told.name.or(profile.name.take());
        profile.login_hint = told.login_hint.or(profile.login_hint.take());
        profile.upn = told.upn.or(profile.upn.take());
        self.kmsi = kept_signed_in(id_token);
    }
}

impl TenantProfile {
    /// The person that an ID token speaks of.
    #[must_use]
    pub fn from_claims(id_token: &IdToken, home_account_id: &str) -> Self {
        let email = match id_token.claims.get("emails") {
            Some(Json::List(items)) => items.first().and_then(Json::as_text),
            _ => None,
        };
        let username = match id_token.first(&["preferred_username", "upn"]) {
            "" => email.unwrap_or_else(|| id_token.text("email")),
            name => name,
        };
        let optional = |claim| Some(id_token.text(claim).into()).filter(|text: &String| !text.is_empty());
        // As MSAL: B2C names its policy where Entra names the tenant.
        let tenant_id = id_token.first(&["tid", "tfp", "acr"]);
        Self {
            tenant_id: tenant_id.into(),
            // As in msal-node's results: of a guest the id in this tenant, not the one at home.
            local_account_id: id_token.first(&["oid", "sub"]).into(),
            username: username.into(),
            name: optional("name"),
            login_hint: optional("login_hint"),
            upn: optional("upn"),
            is_home_tenant: !tenant_id.is_empty() && home_tenant(home_account_id) == tenant_id,
        }
    }
}

/// The second half of `uid.utid`; empty where there is none.
#[must_use]
pub fn home_tenant(home_account_id: &str) -> &str {
    cut(home_account_id, ".").1.unwrap_or_default()
}

/// Entra's `signin_state` says either of the two words for it.
fn kept_signed_in(id_token: &IdToken) -> bool {
    let states = id_token.claims.get("signin_state").map(Json::texts).unwrap_or_default();
    states.iter().any(|state| {
        let state = state.trim_ascii();
        state.eq_ignore_ascii_case("kmsi") || state.eq_ignore_ascii_case("dvc_dmjd")
    })
}
