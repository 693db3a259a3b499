//! The authority: whom the person signs in with, and where its endpoints are.
//!
//! Two kinds so far. Microsoft Entra ID on a known cloud is a template: its endpoints follow from host and tenant
//! without a request. Everything else is an issuer that publishes its metadata.

use crate::failure::{Code, Failure};
use crate::provider::cloud;
use crate::wire::address::Address;
use crate::wire::fields::Fields;
use crate::wire::metadata::Metadata;
use crate::wire::text::cut;

/// The scopes of OpenID Connect that make a sign-in: who, by which name, and for longer than an hour.
const RESERVED_SCOPES: [&str; 3] = ["openid", "profile", "offline_access"];

/// First segments of a path that mean another kind of Microsoft authority, none of which is known here yet.
const OTHER_KINDS: [&str; 3] = ["adfs", "dstsv2", "tfp"];

/// Whom the person signs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Microsoft Entra ID.
    Entra {
        /// The host of its cloud that requests go to.
        host: String,
        /// GUID, domain, `common`, `organizations` or `consumers`.
        tenant: String,
    },
    /// Any server that publishes its metadata; without a slash at its end.
    Issuer(String),
}

/// Where the two requests of this flow go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// RFC 8628 §3.1
    pub device_authorization: String,
    /// RFC 6749 §3.2
    pub token: String,
}

impl Authority {
    /// Reads an authority that the caller gave as `place`. With `oidc` a Microsoft host is an issuer like any other.
    ///
    /// # Errors
    /// [`Code::UrlParse`] for what is no plain address, [`Code::InsecureAuthority`] for http beyond loopback.
    pub fn parse(text: &str, place: &str, oidc: bool) -> Result<Self, Failure> {
        let text = text.trim_ascii();
        let wrong = |code: Code, what: &str| {
            // A password in the address is why it is wrong, and no reason to repeat it.
            let quoted = if cut(text, "@").1.is_some() { "(not shown: it holds a user name)" } else { text };
            Err(code.because(&[place, what, quoted]))
        };
        let Some(address) = Address::parse(text) else {
            return wrong(Code::UrlParse, " is not an https:// address: ");
        };
        if !address.is_secure() {
            return wrong(Code::InsecureAuthority, " is not https: ");
        }
        if cut(address.rest, "?#").1.is_some() {
            return wrong(Code::UrlParse, " must have no query and no fragment: ");
        }
        let host = address.host.strip_suffix(":443").unwrap_or(address.host);
        let Some(cloud) = cloud::of(host).filter(|_| !oidc) else {
            return Ok(Self::Issuer(text.strip_suffix('/').unwrap_or(text).into()));
        };
        let path = address.rest.strip_prefix('/').unwrap_or(address.rest);
        let path = path.strip_suffix('/').unwrap_or(path);
        // People copy Entra's issuer, which ends in /v2.0.
        let tenant = if path.is_empty() { "common" } else { path.strip_suffix("/v2.0").unwrap_or(path) };
        let plain = tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        if tenant.is_empty() || !plain || OTHER_KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(tenant)) {
            return wrong(Code::UrlParse, " does not have a tenant alone in its path: ");
        }
        Ok(Self::Entra { host: cloud.network.into(), tenant: tenant.to_ascii_lowercase() })
    }

    /// The same as one of several fields that are being read: what is wrong with it is remembered there.
    #[must_use]
    pub fn read(text: &str, place: &str, oidc: bool, fields: &Fields) -> Self {
        Self::parse(text, place, oidc).unwrap_or_else(|failure| {
            fields.refuse(failure);
            Self::Issuer(String::new())
        })
    }

    /// The one spelling of this authority: what results and saved flows carry.
    #[must_use]
    pub fn canonical(&self) -> String {
        match self {
            Self::Entra { host, tenant } => ["https://", host, "/", tenant, "/"].concat(),
            Self::Issuer(issuer) => issuer.clone(),
        }
    }

    /// The endpoints that follow from the name alone; `None` where the metadata must be asked for.
    #[must_use]
    pub fn endpoints(&self) -> Option<Endpoints> {
        let Self::Entra { .. } = self else { return None };
        let base = self.canonical();
        Some(Endpoints {
            device_authorization: [&base, "oauth2/v2.0/devicecode"].concat(),
            token: [&base, "oauth2/v2.0/token"].concat(),
        })
    }

    /// Is it Microsoft's, with Microsoft's extensions?
    #[must_use]
    pub fn is_entra(&self) -> bool {
        matches!(self, Self::Entra { .. })
    }

    /// The host that accounts of this authority belong to, by the name that caches use.
    #[must_use]
    pub fn environment(&self) -> &str {
        match self {
            Self::Entra { host, .. } => cloud::of(host).map_or(host, |cloud| cloud.cache),
            Self::Issuer(issuer) => Address::parse(issuer).map_or("", |address| address.host),
        }
    }

    /// `asked`, and the reserved scopes that this authority is known to grant: all of them for Entra, for others
    /// those that the metadata lists. (Google and GitHub refuse or ignore what they do not list.)
    #[must_use]
    pub fn scopes(&self, asked: &[String], metadata: Option<&Metadata>) -> Vec<String> {
        let granted = |scope: &str| match metadata {
            Some(metadata) => metadata.scopes_supported.iter().any(|known| known == scope),
            None => self.is_entra(),
        };
        let mut scopes = asked.to_vec();
        for scope in RESERVED_SCOPES {
            if granted(scope) && !scopes.iter().any(|known| known.eq_ignore_ascii_case(scope)) {
                scopes.push(scope.into());
            }
        }
        scopes
    }
}

impl From<&Metadata> for Endpoints {
    fn from(metadata: &Metadata) -> Self {
        Self {
            device_authorization: metadata.device_authorization_endpoint.clone(),
            token: metadata.token_endpoint.clone(),
        }
    }
}
