//! The caller's settings about hosts: those that need no validation, clouds besides Microsoft's, and whether authorities of Microsoft's
//! kinds are recognised at all.

use crate::entra::cloud;
use crate::error::{Code, Error};
use crate::json::Value;

/// The caller's settings about hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// `system.protocolMode` is "OIDC": every authority is an issuer like any other.
    pub oidc: bool,
    /// `auth.knownAuthorities`: hosts, or addresses with a host, that need no validation.
    pub known: Vec<String>,
    /// `auth.cloudDiscoveryMetadata`: an answer to instance discovery, as JSON text.
    pub clouds: Option<String>,
}

/// The hosts of a cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudHosts {
    /// The host that requests go to.
    pub network: String,
    /// The host under which accounts are cached.
    pub cache: String,
    /// Is it in the table, so that its endpoints follow from its address?
    pub is_in_table: bool,
}

impl Trust {
    /// Is `host` in `auth.knownAuthorities`?
    #[must_use]
    pub fn knows(&self, host: &str) -> bool {
        self.known.iter().any(|known| host_of(known).eq_ignore_ascii_case(host))
    }

    /// The cloud that `host` belongs to, by `auth.cloudDiscoveryMetadata` first, then by the table.
    ///
    /// # Errors
    /// [`Code::InvalidCloudMetadata`] where `auth.cloudDiscoveryMetadata` is no answer to instance discovery.
    pub fn cloud_hosts(&self, host: &str) -> Result<Option<CloudHosts>, Error> {
        let table = cloud::of(host);
        if let Some(text) = &self.clouds {
            let answer = Value::parse(text).unwrap_or(Value::Null);
            if !matches!(answer.get("metadata"), Some(Value::Array(_))) {
                let message = "auth.cloudDiscoveryMetadata is not JSON with a list \"metadata\".";
                return Err(Code::InvalidCloudMetadata.error(message));
            }
            if let Some((network, cache)) = cloud::in_answer(&answer, host) {
                return Ok(Some(CloudHosts { network, cache, is_in_table: table.is_some() }));
            }
        }
        let hosts = |cloud: &cloud::Cloud| CloudHosts {
            network: cloud.network().into(),
            cache: cloud.cache().into(),
            is_in_table: true,
        };
        Ok(table.map(hosts))
    }
}

/// The host in an entry of `auth.knownAuthorities`: `login.contoso.com`, `https://login.contoso.com/tenant`.
fn host_of(known: &str) -> &str {
    let host = known.split_once("://").map_or(known, |(_, after)| after);
    host.split('/').next().unwrap_or_default().trim_ascii()
}
