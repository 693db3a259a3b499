//! The authority: the server, and for Microsoft's the tenant, that people sign in with.
//!
//! Its kind follows from its address, as in every MSAL. The endpoints of Microsoft's kinds follow from the address too
//! ([`crate::entra::endpoints`]). Every other authority is an issuer that publishes its metadata.

use crate::entra::cloud;
use crate::entra::trust::Trust;
use crate::error::{Code, Error};
use crate::json::Value;
use crate::oauth::address::Address;
use crate::oauth::id_token::normalized_issuer;
use crate::oauth::metadata::is_named;

/// The scopes of OpenID Connect that make a sign-in: an ID token, the person's name, a refresh token.
const RESERVED_SCOPES: [&str; 3] = ["openid", "profile", "offline_access"];
/// The end of the hosts of Entra External ID for customers.
const CIAM_HOST: &str = ".ciamlogin.com";
/// The end of the hosts of Azure AD B2C. Paths that begin with `tfp` are B2C's too.
const B2C_HOST: &str = ".b2clogin.com";

/// Entra's words for people of more than one tenant.
const FOR_MANY: [&str; 3] = ["common", "organizations", "consumers"];

/// What is wrong with an authority.
#[derive(Clone, Copy, Debug)]
pub struct AuthorityProblem {
    /// Its name in js/fields.js. The constructor in JavaScript looks for the problems that the address alone shows.
    pub key: &'static str,
    /// The code of the error.
    pub code: Code,
    /// The message, after the name of the field.
    pub problem: &'static str,
}

const fn problem(key: &'static str, code: Code, problem: &'static str) -> AuthorityProblem {
    AuthorityProblem { key, code, problem }
}

const NOT_URL: AuthorityProblem = problem("notUrl", Code::UrlParse, "is not a URL");
const NOT_PLAIN: AuthorityProblem =
    problem("notPlain", Code::UrlParse, "must have no user name, no query and no fragment");
const NOT_HTTPS: AuthorityProblem = problem("notHttps", Code::InsecureAuthority, "is not https");
const B2C: AuthorityProblem =
    problem("b2c", Code::B2cUnsupported, "is an Azure AD B2C authority, which has no device code flow");
const UNTRUSTED: AuthorityProblem =
    problem("untrusted", Code::UntrustedAuthority, "is a server that only auth.knownAuthorities can vouch for");
const NOT_A_TENANT: AuthorityProblem =
    problem("notATenant", Code::UrlParse, "does not have a tenant alone in its path");

/// The problems that the address alone shows.
#[cfg(not(target_arch = "wasm32"))]
pub const ADDRESS_PROBLEMS: [AuthorityProblem; 4] = [NOT_URL, NOT_PLAIN, NOT_HTTPS, B2C];

/// What kind of server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Microsoft Entra ID, or a private cloud of its make: `https://{host}/{tenant}/`
    Entra,
    /// Entra External ID for customers: `https://{name}.ciamlogin.com/{tenant}/`
    Ciam,
    /// Microsoft's own servers' dSTS: `https://{host}/dstsv2/{tenant}/`
    Dsts,
    /// Active Directory Federation Services 2019 and later: `https://{host}/adfs/`
    Adfs,
    /// Any server that publishes its metadata.
    Issuer,
}

/// The discovery requests before the device authorization request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// None: the endpoints follow from the address.
    Known,
    /// Its metadata.
    Trusted,
    /// Instance discovery, because nobody has vouched for the host; then the metadata.
    Unknown,
}

/// The server that people sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// What kind of server it is.
    pub kind: Kind,
    /// The discovery requests that it takes.
    pub standing: Standing,
    /// Microsoft's kinds: in lower case, with a slash at the end. Issuers: as given, without it.
    canonical: String,
    /// See [`Authority::environment`].
    environment: String,
}

impl Authority {
    /// Reads an authority that the caller gave as `place`.
    ///
    /// # Errors
    /// [`Code::UrlParse`] for what is no plain address, [`Code::InsecureAuthority`] for http beyond loopback,
    /// [`Code::B2cUnsupported`], and [`Code::UntrustedAuthority`] for a server of Microsoft's make that nobody can vouch for
    /// but the caller, who has not.
    pub fn parse(text: &str, place: &str, trust: &Trust) -> Result<Self, Error> {
        let text = text.trim_ascii();
        let wrong = |problem: &AuthorityProblem| {
            // A password in the address is not repeated.
            let shown = if text.contains('@') { "(not shown: it holds a user name)" } else { text };
            Err(problem.code.error(format!("{place} {}: \"{shown}\".", problem.problem)))
        };
        let Some(address) = Address::parse(text) else {
            return wrong(&NOT_URL);
        };
        if !address.is_secure() {
            return wrong(&NOT_HTTPS);
        }
        if address.rest.contains(['?', '#']) {
            return wrong(&NOT_PLAIN);
        }
        if trust.oidc {
            return Ok(Self::of_issuer(text, &address));
        }
        let host = address.host.to_ascii_lowercase();
        let host = host.strip_suffix(":443").unwrap_or(&host);
        let path = address.rest.to_ascii_lowercase();
        let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let first = segments.first().copied().unwrap_or_default();
        if first == "tfp" || host.ends_with(B2C_HOST) {
            return wrong(&B2C);
        }
        let kind = match first {
            _ if host.ends_with(CIAM_HOST) => Kind::Ciam,
            "adfs" => Kind::Adfs,
            "dstsv2" => Kind::Dsts,
            _ => Kind::Entra,
        };
        // The issuer of Entra, which people copy, ends in /v2.0.
        if kind != Kind::Adfs && segments.len() > 1 && segments.last() == Some(&"v2.0") {
            segments.pop();
        }
        let cloud = trust.cloud_hosts(host)?;
        let known = trust.knows(host);
        let standing = match kind {
            Kind::Entra => match &cloud {
                Some(cloud) if cloud.is_in_table => Standing::Known,
                Some(_) => Standing::Trusted,
                None if known => Standing::Trusted,
                None => Standing::Unknown,
            },
            // Entra's instance discovery knows none of these hosts.
            Kind::Adfs | Kind::Dsts if !known => {
                return wrong(&UNTRUSTED);
            }
            _ => Standing::Known,
        };
        // An unknown host with a tenant alone in the path may be a private cloud of Entra. Others are issuers.
        let alone = |segments: &[&str]| matches!(segments, [tenant] if is_tenant(tenant));
        if kind == Kind::Entra && cloud.is_none() && !(alone(&segments) && (known || !address.is_loopback())) {
            return Ok(Self::of_issuer(text, &address));
        }
        let own_tenant = format!("{}.onmicrosoft.com", host.strip_suffix(CIAM_HOST).unwrap_or_default());
        if segments.is_empty() {
            segments.push(if kind == Kind::Ciam { &own_tenant } else { "common" });
        }
        let length = if kind == Kind::Dsts { 2 } else { 1 };
        if segments.len() != length || !segments.iter().all(|segment| segment.bytes().all(is_plain)) {
            return wrong(&NOT_A_TENANT);
        }
        let network = cloud.as_ref().map_or(host, |cloud| &cloud.network);
        let scheme = if address.https { "https://" } else { "http://" };
        let canonical = format!("{scheme}{network}/{}/", segments.join("/"));
        Ok(Self { kind, standing, canonical, environment: cloud.as_ref().map_or(host, |cloud| &cloud.cache).into() })
    }

    fn of_issuer(text: &str, address: &Address) -> Self {
        let canonical = text.strip_suffix('/').unwrap_or(text).into();
        Self { kind: Kind::Issuer, standing: Standing::Trusted, canonical, environment: address.host.into() }
    }

    /// The canonical address of this authority, which results and saved flows contain.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The last segment of the path: GUID, domain, `common`, `organizations` or `consumers`; for AD FS `adfs`.
    #[must_use]
    pub fn tenant(&self) -> &str {
        let path = self.canonical.strip_suffix('/').unwrap_or(&self.canonical);
        path.rsplit_once('/').map_or("", |(_, segment)| segment)
    }

    /// The tenant under which caches store the tokens of this authority: empty where it has none, `None` where its address does not
    /// tell, because it is for many tenants or has a domain in place of the tenant's GUID.
    #[must_use]
    pub fn realm(&self) -> Option<&str> {
        match self.kind {
            Kind::Adfs | Kind::Issuer => Some(""),
            _ => Some(self.tenant()).filter(|tenant| is_guid(tenant)),
        }
    }

    /// The same authority for people of `tenant` alone, where it is one for many tenants.
    #[must_use]
    pub fn in_tenant(&self, tenant: &str) -> Self {
        let mut own = self.clone();
        let plain = !tenant.is_empty() && tenant.bytes().all(is_plain);
        if self.is_entra() && is_for_many(self.tenant()) && plain {
            let folder = self.canonical.strip_suffix('/').and_then(|path| path.strip_suffix(self.tenant()));
            own.canonical = format!("{}{tenant}/", folder.unwrap_or_default());
        }
        own
    }

    /// Is it a server of Microsoft's, with Microsoft's extensions?
    #[must_use]
    pub fn is_entra(&self) -> bool {
        self.kind != Kind::Issuer
    }

    /// The issuer whose people sign in here. `None` at Microsoft's authorities, which caches tell apart by cloud and tenant.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        (self.kind == Kind::Issuer).then_some(&self.canonical)
    }

    /// Does an ID token with this `issuer` ([`IdToken::issuer`](crate::oauth::id_token::IdToken::issuer)) come from this issuer?
    /// Deviation: an authority of Entra's for many tenants that is used as an issuer (`protocolMode: "OIDC"`) sends the person's
    /// tenant in the place of `common`.
    #[must_use]
    pub fn issues(&self, issuer: &str) -> bool {
        let own = normalized_issuer(&self.canonical);
        let of_tenant = || {
            let templates = FOR_MANY.iter().map(|word| own.replacen(&format!("/{word}/"), "/{tenantid}/", 1));
            cloud::of(&self.environment).is_some() && templates.into_iter().any(|template| is_named(issuer, &template))
        };
        issuer == own || of_tenant()
    }

    /// The host under which caches store the accounts of this authority.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The authority of a saved flow: with the environment from instance discovery, and vouched for or not.
    #[must_use]
    pub fn as_saved(mut self, environment: Option<&str>, vouched: bool) -> Self {
        if let Some(environment) = environment {
            self.environment = environment.into();
        }
        if vouched && self.standing == Standing::Unknown {
            self.standing = Standing::Trusted;
        }
        self
    }

    /// The authority once Entra has vouched for its host, with the hosts that the `answer` to instance discovery lists for its cloud. A
    /// host that is not listed is a customer's own domain and stays.
    #[must_use]
    pub fn vouched_for(mut self, answer: &Value) -> Self {
        self.standing = Standing::Trusted;
        if let Some((network, cache)) = cloud::in_answer(answer, &self.environment) {
            if cloud::of(&network).is_some() {
                self.standing = Standing::Known;
            }
            self.canonical = format!("https://{network}/{}/", self.tenant());
            self.environment = cache;
        }
        self
    }

    /// The address where people of a CIAM tenant enter the code, if the one that was sent is wrong. Deviation: the service sends them to
    /// the page for workforce tenants, which refuses them (AADSTS500208).
    #[must_use]
    pub fn mended_verification_uri(&self, sent: &str) -> Option<String> {
        let wrong = Address::parse(sent).is_some_and(|sent| {
            let host = sent.host.to_ascii_lowercase();
            host == "microsoft.com" || host.ends_with(".microsoft.com") || cloud::of(&host).is_some()
        });
        if self.kind != Kind::Ciam || !wrong {
            return None;
        }
        Some(format!("https://{}/common/oauth2/deviceauth", self.environment))
    }

    /// `asked`, and the reserved scopes that this authority grants: all of them for Microsoft's, for others those that it lists as
    /// `supported`. (Google and GitHub refuse or ignore what they do not list.)
    #[must_use]
    pub fn scopes(&self, asked: &[String], supported: &[String]) -> Vec<String> {
        let granted = |scope: &str| self.is_entra() || supported.iter().any(|known| known == scope);
        let mut scopes = asked.to_vec();
        for scope in RESERVED_SCOPES {
            if granted(scope) && !scopes.iter().any(|known| known.eq_ignore_ascii_case(scope)) {
                scopes.push(scope.into());
            }
        }
        scopes
    }
}

/// Does it look like a tenant: a domain, a GUID, or one of Entra's three words for many tenants?
fn is_tenant(segment: &str) -> bool {
    segment.contains('.') || is_guid(segment) || is_for_many(segment)
}

fn is_guid(segment: &str) -> bool {
    let dashes = segment.bytes().filter(|byte| *byte == b'-').count();
    segment.len() == 36 && dashes == 4 && segment.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn is_for_many(segment: &str) -> bool {
    FOR_MANY.contains(&segment)
}

/// May the byte stand in the name of a tenant?
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}
