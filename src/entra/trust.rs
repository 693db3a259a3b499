//! What the caller has said about hosts: which are its own, which clouds there are besides Microsoft's, and whether
//! authorities are to be taken for Microsoft's at all.

use crate::entra::cloud;
use crate::error::{Code, Error};
use crate::json::Value;

/// The caller's word on hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// `system.protocolMode` is "OIDC": every authority is an issuer like any other.
    pub oidc: bool,
    /// `auth.knownAuthorities`: hosts, or addresses with a host, that need no validation.
    pub known: Vec<String>,
    /// `auth.cloudDiscoveryMetadata`: an answer to instance discovery, as JSON text.
    pub clouds: Option<String>,
}

/// A cloud as an authority needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The host that requests go to.
    pub network: String,
    /// The host under which accounts are cached.
    pub cache: String,
    /// Do its endpoints follow from its name?
    pub in_table: bool,
}

impl Trust {
    /// Has the caller named `host` as one of its own?
    #[must_use]
    pub fn knows(&self, host: &str) -> bool {
        self.known.iter().any(|known| host_of(known).eq_ignore_ascii_case(host))
    }

    /// The cloud that `host` belongs to, by the caller's word first, or by the table.
    ///
    /// # Errors
    /// [`Code::InvalidCloudMetadata`] where the caller's word is no answer to instance discovery.
    pub fn instance(&self, host: &str) -> Result<Option<Instance>, Error> {
        let table = cloud::of(host);
        if let Some(text) = &self.clouds {
            let answer = Value::parse(text).unwrap_or(Value::Null);
            if !matches!(answer.get("metadata"), Some(Value::Array(_))) {
                let message = "auth.cloudDiscoveryMetadata is not JSON with a list \"metadata\".";
                return Err(Code::InvalidCloudMetadata.error(message));
            }
            if let Some((network, cache)) = cloud::in_answer(&answer, host) {
                return Ok(Some(Instance { network, cache, in_table: table.is_some() }));
            }
        }
        let instance = |cloud: &cloud::Cloud| Instance {
            network: cloud.network().into(),
            cache: cloud.cache().into(),
            in_table: true,
        };
        Ok(table.map(instance))
    }
}

/// The host in what people write for one: `login.contoso.com`, `https://login.contoso.com/tenant`.
fn host_of(known: &str) -> &str {
    let host = known.split_once("://").map_or(known, |(_, after)| after);
    host.split('/').next().unwrap_or_default().trim_ascii()
}
