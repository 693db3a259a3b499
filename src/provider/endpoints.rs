//! Where the two requests of this flow go: by the authority's name, or by its metadata.

use crate::failure::{Code, Failure};
use crate::provider::authority::{Authority, Kind};
use crate::provider::cloud;
use crate::provider::trust::Trust;
use crate::wire::address::Address;
use crate::wire::json::Json;
use crate::wire::metadata::{self, Metadata};
use crate::wire::text::{between, printable};

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

impl Endpoints {
    /// The endpoints that follow from the name of a Microsoft authority; for an issuer there are none.
    #[must_use]
    pub fn by_name(authority: &Authority) -> Option<Self> {
        let folder = match authority.kind {
            Kind::Entra | Kind::Ciam | Kind::Dsts => "oauth2/v2.0/",
            // AD FS has one version.
            Kind::Adfs => "oauth2/",
            Kind::Issuer => return None,
        };
        let at = |name| [authority.canonical(), folder, name].concat();
        Some(Self { device_authorization: at("devicecode"), token: at("token") })
    }

    /// The endpoints in the metadata of a Microsoft authority. Its device code endpoint is not in every document; then it is
    /// beside the token endpoint.
    ///
    /// # Errors
    /// [`Code::OpenIdConfig`] for a document without a token endpoint, [`Code::InsecureAuthority`] for one that is neither
    /// https nor on loopback.
    pub fn of_microsoft(document: &Json, authority: &Authority) -> Result<Self, Failure> {
        let name = authority.canonical();
        let here = |url: &str| {
            // The metadata of `common` speaks for every tenant.
            ["{tenantid}", "{tenant}"].iter().fold(url.to_owned(), |url, mark| match between(&url, mark) {
                Some((before, after)) => [before, authority.tenant(), after].concat(),
                None => url,
            })
        };
        let token = here(metadata::endpoint(document, name, "token_endpoint")?);
        let device_authorization = match metadata::endpoint(document, name, "device_authorization_endpoint") {
            Ok(url) => here(url),
            Err(failure) if failure.code != Code::OpenIdConfig.text() => return Err(failure),
            Err(failure) => match token.strip_suffix("/token") {
                Some(folder) => [folder, "/devicecode"].concat(),
                None => return Err(failure),
            },
        };
        Ok(Self { device_authorization, token })
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

/// May the metadata of a Microsoft authority name this issuer? Its own host may, and any of Microsoft's or of the caller's:
/// tenants are named by GUID there, and regions have hosts of their own.
///
/// # Errors
/// [`Code::IssuerMismatch`]
pub fn check_issuer(document: &Json, authority: &Authority, trust: &Trust) -> Result<(), Failure> {
    let issuer = document.text("issuer").unwrap_or_default();
    let own = Address::parse(authority.canonical());
    // Braces are no part of an address, and Entra's are in the path.
    let fits = Address::parse(issuer).is_some_and(|issuer| {
        let host = issuer.host.to_ascii_lowercase();
        let same = own.is_some_and(|own| own.https == issuer.https && own.host == host);
        let microsoft = || cloud::of(&host).is_some() || cloud::is_region(&host) || host.ends_with(".ciamlogin.com");
        same || issuer.https && (microsoft() || trust.knows(&host))
    });
    if fits {
        return Ok(());
    }
    Err(Code::IssuerMismatch.because(&[
        "The metadata of # names the issuer \"#\".",
        authority.canonical(),
        &printable(issuer),
    ]))
}
