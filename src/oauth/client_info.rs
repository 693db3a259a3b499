//! `client_info`: what Entra says beside the tokens about the account that owns them. Asked for with `client_info=1`; no RFC has it.

use serde::{Deserialize, Deserializer};

use crate::json::{self, Value};
use crate::oauth::id_token::decode_object;
use crate::oauth::lenient;

/// The account's home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInfo {
    /// `uid`: the person's id in the home tenant.
    pub uid: String,
    /// `utid`: the home tenant.
    pub utid: String,
    /// `xms_tdbr`: the boundary that the tenant's data stay within, as MSAL names it.
    pub data_boundary: Option<&'static str>,
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(default, deserialize_with = "lenient::text")]
    uid: &'a str,
    #[serde(default, deserialize_with = "lenient::text")]
    utid: &'a str,
    #[serde(default, deserialize_with = "present")]
    xms_tdbr: Option<Value>,
}

impl ClientInfo {
    /// Decodes base64url JSON. `None` if it does not name a home in full.
    #[must_use]
    pub fn parse(client_info: &str) -> Option<Self> {
        let object = decode_object(client_info)?;
        let Members { uid, utid, xms_tdbr } = json::from_value(&object).ok()?;
        let data_boundary = xms_tdbr.map(|region| if region.as_str() == Some("EU") { "EU" } else { "None" });
        (!uid.is_empty() && !utid.is_empty()).then(|| Self { uid: uid.into(), utid: utid.into(), data_boundary })
    }

    /// `uid.utid`: the same in every tenant.
    #[must_use]
    pub fn home_account_id(&self) -> String {
        format!("{}.{}", self.uid, self.utid)
    }
}

/// The tenant in `uid.utid`; empty where there is none.
#[must_use]
pub fn home_tenant(home_account_id: &str) -> &str {
    home_account_id.split_once('.').map_or("", |(_, tenant)| tenant)
}

/// A member that is there, if only as `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
