//! `client_info`: what Entra says beside the tokens about whose they are. Asked for with `client_info=1`; no RFC has it.

use crate::json::Value;
use crate::oauth::id_token::decode_object;

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

impl ClientInfo {
    /// Decodes base64url JSON. `None` if it does not name a home in full.
    #[must_use]
    pub fn parse(client_info: &str) -> Option<Self> {
        let members = decode_object(client_info)?;
        let part = |name| members.text(name).filter(|text| !text.is_empty());
        Some(Self {
            uid: part("uid")?.into(),
            utid: part("utid")?.into(),
            data_boundary: members.get("xms_tdbr").map(boundary),
        })
    }

    /// `uid.utid`: the same in every tenant.
    #[must_use]
    pub fn home_account_id(&self) -> String {
        [&self.uid, ".", &self.utid].concat()
    }
}

fn boundary(region: &Value) -> &'static str {
    if region.as_text() == Some("EU") { "EU" } else { "None" }
}
