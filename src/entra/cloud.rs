//! Microsoft's clouds: the hosts of each, the one that requests go to, and the one that caches use.
//!
//! The clouds of [`CLOUDS`] need no request. For any other host there is *instance discovery*: Entra answers with the cloud that the
//! host belongs to, or that it does not know the host.

use serde::Deserialize;

use crate::json::{self, Value};
use crate::oauth::address::Address;
use crate::oauth::{form, lenient};

/// One cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// All of its hosts. Requests go to the first.
    pub aliases: &'static [&'static str],
    /// The host under which MSAL's caches keep its accounts, where it is not the first.
    other_cache: Option<&'static str>,
}

/// A cloud whose accounts are cached under the host that requests go to.
const fn cloud(aliases: &'static [&'static str]) -> Cloud {
    Cloud { aliases, other_cache: None }
}

/// The clouds that need no discovery request, as all the MSALs list them.
pub const CLOUDS: &[Cloud] = &[
    Cloud {
        aliases: &["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
        other_cache: Some("login.windows.net"),
    },
    cloud(&["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"]),
    cloud(&["login.microsoftonline.us", "login.usgovcloudapi.net"]),
    // Closed, but still in the table of every MSAL.
    cloud(&["login.microsoftonline.de"]),
    cloud(&["login-us.microsoftonline.com"]),
    cloud(&["login.sovcloud-identity.fr"]),
    cloud(&["login.sovcloud-identity.de"]),
    cloud(&["login.sovcloud-identity.sg"]),
    cloud(&["login.windows-ppe.net", "sts.windows-ppe.net", "login.microsoft-ppe.com"]),
];

impl Cloud {
    /// The host that requests go to.
    #[must_use]
    pub fn network(&self) -> &'static str {
        self.aliases.first().unwrap_or(&"")
    }

    /// The host under which MSAL's caches keep its accounts.
    #[must_use]
    pub fn cache(&self) -> &'static str {
        self.other_cache.unwrap_or_else(|| self.network())
    }
}

/// The cloud that has `host` among its names.
#[must_use]
pub fn of(host: &str) -> Option<&'static Cloud> {
    CLOUDS.iter().find(|cloud| cloud.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(host)))
}

/// Is `host` a region of a cloud, such as `westus.login.microsoft.com`?
#[must_use]
pub fn is_region(host: &str) -> bool {
    host.split_once('.').is_some_and(|(region, rest)| !region.is_empty() && of(rest).is_some())
}

/// The address where Entra answers which cloud the host of `authority` belongs to.
#[must_use]
pub fn instance_discovery(authority: &str) -> String {
    let endpoint = format!("{authority}oauth2/v2.0/authorize");
    let query = [("api-version", "1.1"), ("authorization_endpoint", endpoint.as_str())];
    form::with_query("https://login.microsoftonline.com/common/discovery/instance", &query)
}

/// The cloud of `host` in an answer to instance discovery: the host that requests go to, and the one that caches use.
#[must_use]
pub fn in_answer(answer: &Value, host: &str) -> Option<(String, String)> {
    let clouds = answer.get("metadata").and_then(|clouds| json::from_value::<Vec<ListedCloud>>(clouds).ok())?;
    let is_host_of = |cloud: &ListedCloud<'_>| cloud.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(host));
    let cloud = clouds.into_iter().find(is_host_of)?;
    // Nothing is sent to what is no plain host.
    let name = |name: &str| if is_host(name) { name.to_ascii_lowercase() } else { host.to_ascii_lowercase() };
    Some((name(cloud.preferred_network), name(cloud.preferred_cache)))
}

/// A cloud in an answer to instance discovery.
#[derive(Deserialize)]
struct ListedCloud<'a> {
    #[serde(default, deserialize_with = "lenient::strings")]
    aliases: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    preferred_network: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    preferred_cache: &'a str,
}

fn is_host(name: &str) -> bool {
    Address::parse(&format!("https://{name}")).is_some_and(|address| address.host == name)
}
