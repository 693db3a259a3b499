//! Authorization server metadata: OpenID Connect Discovery 1.0 §3–4 and RFC 8414.

use serde::Deserialize;

use crate::error::{Code, Error};
use crate::json::{self, Value};
use crate::oauth::address::{self, Address};
use crate::oauth::lenient;
use crate::text::{printable, short};

/// Where a server publishes its metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WellKnown {
    /// OpenID Connect Discovery §4: appended to the issuer.
    OpenId,
    /// RFC 8414 §3: between the issuer's host and its path.
    OAuth,
}

impl WellKnown {
    /// The address of the document for `issuer`.
    #[must_use]
    pub fn url(self, issuer: &str) -> String {
        let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
        match (self, Address::parse(issuer)) {
            (Self::OAuth, Some(address)) => {
                let origin = issuer.strip_suffix(address.rest).unwrap_or(issuer);
                format!("{origin}/.well-known/oauth-authorization-server{}", address.rest)
            }
            _ => format!("{issuer}/.well-known/openid-configuration"),
        }
    }
}

/// What this library needs to know of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// `device_authorization_endpoint` (RFC 8628 §4)
    pub device_authorization_endpoint: String,
    /// `token_endpoint`
    pub token_endpoint: String,
    /// `revocation_endpoint` (RFC 7009), where the server has one that it may name.
    pub revocation_endpoint: Option<String>,
    /// `scopes_supported`; empty where the server does not say.
    pub scopes_supported: Vec<String>,
}

impl Metadata {
    /// Reads a document that must speak for `issuer`.
    ///
    /// # Errors
    /// [`Code::IssuerMismatch`] where it speaks for another one, [`Code::OpenIdConfig`] where an endpoint is missing,
    /// [`Code::InsecureAuthority`] where one is an address that the issuer may not name.
    pub fn parse(document: &Value, issuer: &str) -> Result<Self, Error> {
        let document = Document::parse(document);
        if !is_named(issuer, document.issuer) {
            let message =
                format!("The metadata of {issuer} names the issuer \"{}\".", short(printable(document.issuer)));
            return Err(Code::IssuerMismatch.error(message));
        }
        Ok(Self {
            device_authorization_endpoint: document.device_authorization_endpoint(issuer)?.into(),
            token_endpoint: document.token_endpoint(issuer)?.into(),
            revocation_endpoint: Some(document.revocation_endpoint)
                .filter(|url| address::may_name(issuer, url))
                .map(Into::into),
            scopes_supported: document.scopes_supported,
        })
    }
}

/// The members of a metadata document, as they are. What is absent is empty.
#[derive(Default, Deserialize)]
pub struct Document<'a> {
    /// `issuer`
    #[serde(default, deserialize_with = "lenient::text")]
    pub issuer: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    device_authorization_endpoint: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    token_endpoint: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    revocation_endpoint: &'a str,
    #[serde(default, deserialize_with = "lenient::strings")]
    scopes_supported: Vec<String>,
}

impl<'a> Document<'a> {
    /// Reads the members.
    #[must_use]
    pub fn parse(document: &'a Value) -> Self {
        json::from_value(document).unwrap_or_default()
    }

    /// `token_endpoint` in the metadata of `issuer`.
    ///
    /// # Errors
    /// [`Code::OpenIdConfig`] where it is missing, [`Code::InsecureAuthority`] where the issuer may not name it.
    pub fn token_endpoint(&self, issuer: &str) -> Result<&'a str, Error> {
        endpoint(self.token_endpoint, "token_endpoint", issuer)
    }

    /// `device_authorization_endpoint` in the metadata of `issuer`.
    ///
    /// # Errors
    /// [`Code::OpenIdConfig`] where it is missing, [`Code::InsecureAuthority`] where the issuer may not name it.
    pub fn device_authorization_endpoint(&self, issuer: &str) -> Result<&'a str, Error> {
        endpoint(self.device_authorization_endpoint, "device_authorization_endpoint", issuer)
    }
}

fn endpoint<'a>(url: &'a str, name: &str, issuer: &str) -> Result<&'a str, Error> {
    if url.is_empty() {
        return Err(Code::OpenIdConfig.error(format!("The metadata of {issuer} has no {name}.")));
    }
    if address::may_name(issuer, url) {
        return Ok(url);
    }
    let what = if address::is_secure(url) { "on this machine" } else { "that is not https" };
    let message = format!("The metadata of {issuer} names a {name} {what}: {}", short(printable(url)));
    Err(Code::InsecureAuthority.error(message))
}

/// Does the `published` issuer name the one that was asked? RFC 8414 §3.3: MUST be identical. Deviation: one slash at the
/// end may differ, because people copy issuers with and without it, and both forms lead to the same document. Deviation:
/// Entra's `common` publishes a template, in which `{tenantid}` stands for one segment.
#[must_use]
pub fn is_named(issuer: &str, published: &str) -> bool {
    let [issuer, published] = [issuer, published].map(|text| text.strip_suffix('/').unwrap_or(text));
    let Some((before, after)) = published.split_once("{tenantid}") else { return issuer == published };
    let tenant = issuer.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    tenant.is_some_and(|tenant| !tenant.is_empty() && !tenant.contains('/'))
}
