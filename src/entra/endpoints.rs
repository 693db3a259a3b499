//! The endpoints of an authority: from its address, or from its metadata.

use crate::entra::authority::{Authority, Kind};
use crate::entra::cloud;
use crate::entra::trust::Trust;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::oauth::address::Address;
use crate::oauth::metadata::{Document, Metadata};
use crate::text::{printable, short};

/// The path of Entra's metadata, after the authority.
pub const ENTRA_METADATA: &str = "v2.0/.well-known/openid-configuration";

/// Where the two requests of this flow go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// RFC 8628 §3.1
    pub device_authorization: String,
    /// RFC 6749 §3.2
    pub token: String,
}

/// The endpoints that follow from the address of a Microsoft authority. For an issuer none do.
#[must_use]
pub fn by_name(authority: &Authority) -> Option<Metadata> {
    let folder = match authority.kind {
        Kind::Entra | Kind::Ciam | Kind::Dsts => "oauth2/v2.0/",
        // AD FS has one version.
        Kind::Adfs => "oauth2/",
        Kind::Issuer => return None,
    };
    let at = |name: &str| format!("{}{folder}{name}", authority.canonical());
    Some(Metadata {
        device_authorization_endpoint: at("devicecode"),
        token_endpoint: at("token"),
        revocation_endpoint: None,
        scopes_supported: Vec::new(),
    })
}

/// The endpoints in the metadata of `authority`. Where a Microsoft authority's document lacks the device code endpoint, it is beside
/// the token endpoint.
///
/// # Errors
/// [`Code::OpenIdConfig`] for a document that lacks an endpoint, [`Code::InsecureAuthority`] for an endpoint that the authority may not
/// name, [`Code::IssuerMismatch`] for one of another issuer.
pub fn in_document(document: &Value, authority: &Authority) -> Result<Metadata, Error> {
    let name = authority.canonical();
    if !authority.is_entra() {
        return Metadata::parse(document, name);
    }
    let document = Document::parse(document);
    // The metadata of `common` speaks for every tenant.
    let in_tenant =
        |url: &str| url.replacen("{tenantid}", authority.tenant(), 1).replacen("{tenant}", authority.tenant(), 1);
    let token_endpoint = in_tenant(document.token_endpoint(name)?);
    let device_authorization_endpoint = match document.device_authorization_endpoint(name) {
        Ok(url) => in_tenant(url),
        Err(error) => match token_endpoint.strip_suffix("/token") {
            Some(folder) if error.code == Code::OpenIdConfig => format!("{folder}/devicecode"),
            _ => return Err(error),
        },
    };
    Ok(Metadata {
        device_authorization_endpoint,
        token_endpoint,
        revocation_endpoint: None,
        scopes_supported: Vec::new(),
    })
}

/// Checks the issuer in the metadata of a Microsoft authority. It may have the authority's host, a host of Microsoft's clouds or one in
/// `auth.knownAuthorities`, with any path: tenants are named by GUID there, and regions have their own hosts. The metadata of other
/// issuers is checked by [`Metadata::parse`].
///
/// # Errors
/// [`Code::IssuerMismatch`]
pub fn check_issuer(document: &Value, authority: &Authority, trust: &Trust) -> Result<(), Error> {
    if !authority.is_entra() {
        return Ok(());
    }
    let issuer = Document::parse(document).issuer;
    let own = Address::parse(authority.canonical());
    // The template braces of Entra's issuer are in the path.
    let fits = Address::parse(issuer).is_some_and(|issuer| {
        let host = issuer.host.to_ascii_lowercase();
        let same = own.is_some_and(|own| own.https == issuer.https && own.host == host);
        let microsoft = || cloud::of(&host).is_some() || cloud::is_region(&host) || host.ends_with(".ciamlogin.com");
        same || issuer.https && (microsoft() || trust.knows(&host))
    });
    if fits {
        return Ok(());
    }
    let message =
        format!("The metadata of {} names the issuer \"{}\".", authority.canonical(), short(printable(issuer)));
    Err(Code::IssuerMismatch.error(message))
}
