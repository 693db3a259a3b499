//! Authorization server metadata: OpenID Connect Discovery 1.0 §3–4 and RFC 8414.

use crate::error::{Code, Error};
use crate::json::Value;
use crate::oauth::address::{self, Address};
use crate::text::{between, cut, printable};

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
                [origin, "/.well-known/oauth-authorization-server", address.rest].concat()
            }
            _ => [issuer, "/.well-known/openid-configuration"].concat(),
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
    /// `revocation_endpoint` (RFC 7009), where the server has one that is safe to send a token to.
    pub revocation_endpoint: Option<String>,
    /// `scopes_supported`; empty where the server does not say.
    pub scopes_supported: Vec<String>,
}

impl Metadata {
    /// Reads a document that must speak for `issuer`.
    ///
    /// # Errors
    /// [`Code::IssuerMismatch`] where it speaks for another one, [`Code::OpenIdConfig`] where an endpoint is missing,
    /// [`Code::InsecureAuthority`] where one is neither https nor on loopback.
    pub fn parse(members: &Value, issuer: &str) -> Result<Self, Error> {
        let published = members.text("issuer").unwrap_or_default();
        if !is_named(issuer, published) {
            let message = ["The metadata of # names the issuer \"#\".", issuer, &printable(published)];
            return Err(Code::IssuerMismatch.because(&message));
        }
        let device_authorization_endpoint = endpoint(members, issuer, "device_authorization_endpoint")?;
        let token_endpoint = endpoint(members, issuer, "token_endpoint")?;
        Ok(Self {
            device_authorization_endpoint: device_authorization_endpoint.into(),
            token_endpoint: token_endpoint.into(),
            revocation_endpoint: endpoint(members, issuer, "revocation_endpoint").ok().map(Into::into),
            scopes_supported: members.get("scopes_supported").map(Value::texts).unwrap_or_default(),
        })
    }
}

/// The address of one endpoint in the metadata of `issuer`.
///
/// # Errors
/// [`Code::OpenIdConfig`] where it is missing, [`Code::InsecureAuthority`] where it is neither https nor on loopback.
pub fn endpoint<'a>(members: &'a Value, issuer: &str, name: &str) -> Result<&'a str, Error> {
    let url = members.text(name).unwrap_or_default();
    if url.is_empty() {
        return Err(Code::OpenIdConfig.because(&["The metadata of # has no #.", issuer, name]));
    }
    if !address::is_secure(url) {
        let message = ["The metadata of # names a # that is not https: ", issuer, name, &printable(url)];
        return Err(Code::InsecureAuthority.because(&message));
    }
    Ok(url)
}

/// Does the `published` issuer name the one that was asked? RFC 8414 §3.3: MUST be identical. Deviation: one slash at the
/// end may differ, because people copy issuers with and without it, and both forms lead to the same document. Deviation:
/// Entra's `common` publishes a template, in which `{tenantid}` stands for one segment.
fn is_named(issuer: &str, published: &str) -> bool {
    let [issuer, published] = [issuer, published].map(|text| text.strip_suffix('/').unwrap_or(text));
    let Some((before, after)) = between(published, "{tenantid}") else { return issuer == published };
    let tenant = issuer.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    tenant.is_some_and(|tenant| !tenant.is_empty() && cut(tenant, "/").1.is_none())
}
