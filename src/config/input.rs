//! What JavaScript hands over, as one JSON object: the settings of the application and the fields of a request side by side.
//!
//! Only types are checked here. `null` counts as absent. What the values mean is for [`crate::config::validate`].

use core::fmt;

use serde::de::{Error as _, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::Value;
use crate::oauth::lenient;

/// The settings of the application, the fields of a request for tokens, and those of a request for tokens of a known account.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Input<'a> {
    /// `auth.clientId`
    #[serde(default)]
    pub client_id: Option<&'a str>,
    /// `auth.authority`
    #[serde(default)]
    pub authority: Option<&'a str>,
    /// `auth.azureCloudOptions`
    #[serde(borrow, default)]
    pub azure_cloud_options: Option<AzureCloudOptions<'a>>,
    /// `auth.authorityMetadata`
    #[serde(default)]
    pub authority_metadata: Option<&'a str>,
    /// `auth.knownAuthorities`
    #[serde(default)]
    pub known_authorities: Option<Vec<String>>,
    /// `auth.cloudDiscoveryMetadata`
    #[serde(default)]
    pub cloud_discovery_metadata: Option<&'a str>,
    /// `auth.clientCapabilities`
    #[serde(default)]
    pub client_capabilities: Option<Vec<String>>,
    /// `system.protocolMode`
    #[serde(default)]
    pub protocol_mode: Option<ProtocolMode>,
    /// `system.requestTimeout`, in milliseconds.
    #[serde(default, deserialize_with = "length")]
    pub request_timeout: Option<u64>,
    /// `system.keepVerificationUri`
    #[serde(default)]
    pub keep_verification_uri: Option<bool>,
    /// `telemetry.application.appName`
    #[serde(default)]
    pub app_name: Option<&'a str>,
    /// `telemetry.application.appVersion`
    #[serde(default)]
    pub app_version: Option<&'a str>,
    /// `request.scopes`
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// `request.authority`. It comes under a name of its own, beside the configured one.
    #[serde(default)]
    pub request_authority: Option<&'a str>,
    /// `request.azureCloudOptions`, in the same way.
    #[serde(borrow, default)]
    pub request_azure_cloud_options: Option<AzureCloudOptions<'a>>,
    /// `request.claims`
    #[serde(default)]
    pub claims: Option<&'a str>,
    /// `request.extraQueryParameters`
    #[serde(default)]
    pub extra_query_parameters: Option<StringMap>,
    /// `request.correlationId`
    #[serde(default)]
    pub correlation_id: Option<&'a str>,
    /// `request.locale`
    #[serde(default)]
    pub locale: Option<&'a str>,
    /// `request.accountHint`
    #[serde(default)]
    pub account_hint: Option<&'a str>,
    /// `request.timeout`, in seconds.
    #[serde(default, deserialize_with = "length")]
    pub timeout: Option<u64>,
    /// `request.account.homeAccountId`
    #[serde(default)]
    pub home_account_id: Option<&'a str>,
    /// `request.account.environment`
    #[serde(default)]
    pub environment: Option<&'a str>,
    /// `request.account.issuer`
    #[serde(default)]
    pub issuer: Option<&'a str>,
    /// `request.account.tenantId`
    #[serde(default)]
    pub tenant_id: Option<&'a str>,
    /// `request.forceRefresh`
    #[serde(default)]
    pub force_refresh: Option<bool>,
}

/// `azureCloudOptions`: a cloud and a tenant in it, instead of an authority.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AzureCloudOptions<'a> {
    /// The address of the cloud, or `none`.
    pub azure_cloud_instance: &'a str,
    /// The tenant; `common` where it is absent.
    #[serde(default)]
    pub tenant: Option<&'a str>,
}

/// `system.protocolMode`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum ProtocolMode {
    /// Authorities of Microsoft's kinds are recognised by their address.
    #[serde(rename = "AAD")]
    Aad,
    /// Every authority is an issuer like any other.
    #[serde(rename = "OIDC")]
    Oidc,
    /// As `AAD`: the encrypted authorize response of msal-browser has nothing to do with this flow.
    #[serde(rename = "EAR")]
    Ear,
}

/// The members of an object of strings, in its order, without those that are `null`.
pub struct StringMap(pub Vec<(String, String)>);

impl<'de> Deserialize<'de> for StringMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StringMapVisitor)
    }
}

impl Serialize for StringMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

struct StringMapVisitor;

impl<'de> Visitor<'de> for StringMapVisitor {
    type Value = StringMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<StringMap, A::Error> {
        let mut pairs = Vec::new();
        while let Some((name, value)) = access.next_entry::<String, Option<String>>()? {
            pairs.extend(value.map(|value| (name, value)));
        }
        Ok(StringMap(pairs))
    }
}

/// A length of time: a number that is not negative. A fraction is rounded up.
fn length<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::Number(text) if !text.starts_with('-') => match lenient::rounded_up(&Value::Number(text)) {
            Some(number) => Ok(Some(number)),
            None => Err(D::Error::invalid_type(Unexpected::Other("a number with an exponent"), &"a number")),
        },
        _ => Err(D::Error::invalid_type(Unexpected::Other("another value"), &"a number")),
    }
}
