//! The account of a person who has signed in, in MSAL's terms.

use core::fmt;

use serde::Serialize;

use crate::cache::entity::Entity;
use crate::cache::field;
use crate::cache::issuer::AccountId;
use crate::entra::authority::{Authority, Kind};
use crate::json::{self, Value};
use crate::oauth::client_info::ClientInfo;
use crate::oauth::id_token::IdToken;

/// The authority type of accounts outside Microsoft's clouds.
pub(super) const GENERIC: &str = "Generic";

/// Begins the home account id of an account that no subject names. No subject of an ID token may begin so.
pub const WITHOUT_SUBJECT: &str = "local:";

/// A person at an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// `uid.utid` where Entra sends them, otherwise the subject. It is the same in every tenant.
    pub home_account_id: String,
    /// The host of the authority, by the name under which MSAL's caches store it.
    pub environment: String,
    /// The issuer, outside Microsoft's clouds.
    pub issuer: Option<String>,
    /// `MSSTS` for Entra, `ADFS`, `Generic` for other issuers. From a cache: the text that the entry has.
    pub authority_type: String,
    /// `EU` or `None`, where Entra sends it.
    pub data_boundary: Option<&'static str>,
    /// "Keep me signed in": the person has chosen it, or the device is joined to the tenant.
    pub kmsi: bool,
    /// The person in the tenant that issued the tokens.
    pub profile: TenantProfile,
}

/// The person in one tenant: the object that msal-node stores in `tenantProfiles` and that programs get. A field that is not
/// known is empty; of these, the object lacks the last three.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantProfile {
    /// `tenantId`
    pub tenant_id: String,
    /// `localAccountId`: the id of the person in this tenant.
    pub local_account_id: String,
    /// `username`
    pub username: String,
    /// `name`: the name to display.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// `loginHint`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub login_hint: String,
    /// `upn`
    #[serde(skip_serializing_if = "String::is_empty")]
    pub upn: String,
    /// `isHomeTenant`
    pub is_home_tenant: bool,
}

/// A profile is personal data: a debug print shows nothing of it.
impl fmt::Debug for TenantProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TenantProfile([redacted])")
    }
}

impl Account {
    /// Whose tokens are its own.
    #[must_use]
    pub fn id(&self) -> AccountId<'_> {
        let Self { home_account_id, environment, issuer, .. } = self;
        AccountId { home_account_id, environment, issuer: issuer.as_deref() }
    }

    /// The account that an ID token and, from Entra, `client_info` describe. `None` where they name no subject.
    #[must_use]
    pub fn from_tokens(id_token: &IdToken, client_info: Option<&str>, authority: &Authority) -> Option<Self> {
        let home = client_info.and_then(ClientInfo::parse);
        let home_account_id = home.as_ref().map_or(id_token.subject().into(), ClientInfo::home_account_id);
        if home_account_id.is_empty() {
            return None;
        }
        let profile = TenantProfile::from_claims(id_token).of_home(home_tenant(&home_account_id));
        Some(Self {
            data_boundary: home.and_then(|home| home.data_boundary),
            kmsi: is_kept_signed_in(id_token),
            ..Self::at(authority, home_account_id, profile)
        })
    }

    /// The account of tokens that came without a subject: one for each `name` that the caller gives, otherwise one for each client.
    #[must_use]
    pub fn without_subject(name: Option<&str>, client_id: &str, authority: &Authority) -> Self {
        let id = match name {
            Some(name) => format!("{WITHOUT_SUBJECT}:{name}"),
            None => format!("{WITHOUT_SUBJECT}{client_id}"),
        };
        let profile = TenantProfile {
            local_account_id: id.clone(),
            username: name.unwrap_or_default().into(),
            tenant_id: authority.realm().unwrap_or_default().into(),
            ..TenantProfile::default()
        };
        Self::at(authority, id, profile)
    }

    /// Has this account come without a subject?
    #[must_use]
    pub fn has_no_subject(&self) -> bool {
        self.home_account_id.starts_with(WITHOUT_SUBJECT)
    }

    fn at(authority: &Authority, home_account_id: String, profile: TenantProfile) -> Self {
        Self {
            home_account_id,
            environment: authority.environment().into(),
            issuer: authority.issuer().map(String::from),
            authority_type: match authority.kind {
                Kind::Entra | Kind::Ciam | Kind::Dsts => "MSSTS",
                Kind::Adfs => "ADFS",
                Kind::Issuer => GENERIC,
            }
            .into(),
            data_boundary: None,
            kmsi: false,
            profile,
        }
    }
}

impl TenantProfile {
    /// The profile of a person of whom only the tenants are known.
    #[must_use]
    pub fn in_tenant(tenant_id: &str, home_tenant: &str) -> Self {
        Self { tenant_id: tenant_id.into(), ..Self::default() }.of_home(home_tenant)
    }

    /// Reads one of the objects in `tenantProfiles`. Whether it is the home tenant is not read.
    pub(super) fn from_entity(profile: &Entity) -> Self {
        let text = |name| profile.text(name).to_owned();
        Self {
            tenant_id: text(field::profile::TENANT_ID),
            local_account_id: text(field::profile::LOCAL_ACCOUNT_ID),
            username: text(field::profile::USERNAME),
            name: text(field::profile::NAME),
            login_hint: text(field::profile::LOGIN_HINT),
            upn: text(field::profile::UPN),
            is_home_tenant: false,
        }
    }

    /// The person that an ID token describes.
    fn from_claims(id_token: &IdToken) -> Self {
        let email = match id_token.claims.get("emails") {
            Some(Value::Array(items)) => items.first().and_then(Value::as_str),
            _ => None,
        };
        let username = match id_token.first(&["preferred_username", "upn"]) {
            "" => email.unwrap_or_else(|| id_token.text("email")),
            name => name,
        };
        Self {
            // As in MSAL: B2C sends the name of its policy where Entra sends the tenant.
            tenant_id: id_token.first(&["tid", "tfp", "acr"]).into(),
            // As in msal-node's results: a guest's id in this tenant, not the one in the home tenant.
            local_account_id: id_token.person().into(),
            username: username.into(),
            name: id_token.text("name").into(),
            login_hint: id_token.text("login_hint").into(),
            upn: id_token.text("upn").into(),
            is_home_tenant: false,
        }
    }

    /// The same profile of a person whose home tenant this is.
    pub(super) fn of_home(mut self, home_tenant: &str) -> Self {
        self.is_home_tenant = !self.tenant_id.is_empty() && self.tenant_id == home_tenant;
        self
    }

    /// Takes over what an ID token for the same tenant says.
    pub(super) fn update(&mut self, id_token: &IdToken) {
        let newer = Self::from_claims(id_token);
        for (old, new) in [
            (&mut self.tenant_id, newer.tenant_id),
            (&mut self.local_account_id, newer.local_account_id),
            (&mut self.username, newer.username),
            (&mut self.name, newer.name),
            (&mut self.login_hint, newer.login_hint),
            (&mut self.upn, newer.upn),
        ] {
            if !new.is_empty() {
                *old = new;
            }
        }
    }

    /// The profile as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        // Texts and flags cannot fail.
        json::to_value(self).unwrap_or(Value::Null)
    }
}

/// The tenant in a home account id `uid.utid`; empty if there is none.
#[must_use]
pub fn home_tenant(home_account_id: &str) -> &str {
    home_account_id.split_once('.').map_or("", |(_, tenant)| tenant)
}

/// Does `signin_state` in Entra's ID token have one of the two values that mean "keep me signed in"?
#[must_use]
pub fn is_kept_signed_in(id_token: &IdToken) -> bool {
    let states = id_token.claims.get("signin_state").map(Value::strings).unwrap_or_default();
    states
        .iter()
        .map(|state| state.trim_ascii())
        .any(|state| state.eq_ignore_ascii_case("kmsi") || state.eq_ignore_ascii_case("dvc_dmjd"))
}
