//! The parts of a saved flow that several states share, as derived structs. Everything is checked where it is read: whoever can write
//! the text chose its values.

use core::time::Duration;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::config::input::StringMap;
use crate::config::limits;
use crate::config::request::{Application, SignInRequest};
use crate::entra::authority::Authority;
use crate::entra::endpoints::Endpoints;
use crate::entra::trust::Trust;
use crate::flow::pace::Pace;
use crate::flow::retry::Retry;
use crate::flow::saved::{SavedText, wrong};
use crate::flow::session::{Prompt, Session};
use crate::flow::trouble::Trouble;
use crate::json;
use crate::oauth::address;
use crate::secret::Secret;
use crate::text::printable;
use crate::time::{self, UnixMillis};

/// Every state has these: what the caller asked for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedRequest<'a> {
    client_id: &'a str,
    configured_authority: &'a str,
    authority: &'a str,
    /// Version 1 has none: there it follows from the authority.
    #[serde(default)]
    environment: Option<&'a str>,
    oidc: bool,
    #[serde(default)]
    known_authorities: Cow<'a, [String]>,
    #[serde(default)]
    cloud_discovery_metadata: Option<&'a str>,
    #[serde(default)]
    authority_metadata: Option<&'a str>,
    scopes: Cow<'a, [String]>,
    #[serde(default)]
    claims: Option<&'a str>,
    #[serde(default)]
    extra_query_parameters: Option<StringMap>,
    correlation_id: &'a str,
    #[serde(default)]
    locale: Option<&'a str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account_hint: Option<&'a str>,
    #[serde(default)]
    timeout: Option<u64>,
    request_timeout: u64,
    #[serde(default)]
    app_name: Option<&'a str>,
    #[serde(default)]
    app_version: Option<&'a str>,
    #[serde(default)]
    keep_verification_uri: bool,
    /// Entra is being asked whether it knows the host ([`Discovering`](crate::flow::discovering::Discovering) writes this member).
    #[serde(default, skip_serializing)]
    instance: bool,
}

/// The states with a code have these.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedSession<'a> {
    /// Versions 1 and 2 have none. Every text of a later version is newer than those.
    #[serde(default)]
    revision: u64,
    device_code: &'a str,
    user_code: &'a str,
    verification_uri: &'a str,
    #[serde(default)]
    verification_uri_complete: Option<&'a str>,
    message: &'a str,
    expires: u64,
    expires_in: u64,
    #[serde(default)]
    patience: Option<u64>,
    interval: u64,
    misses: u64,
    polls: u64,
    code_unknown: bool,
    /// Versions 1 and 2 forget their lost answers.
    #[serde(default)]
    answer_lost: bool,
    #[serde(default)]
    trouble: Option<Trouble>,
}

const DEVICE_AUTHORIZATION_ENDPOINT: &str = "deviceAuthorizationEndpoint";
const TOKEN_ENDPOINT: &str = "tokenEndpoint";

/// Writing what several states share.
impl SavedText {
    /// Adds the counter of a request.
    #[must_use]
    pub fn retry(self, retry: &Retry) -> Self {
        self.member("attempts", u64::from(retry.attempts)).member("due", retry.due.0)
    }

    /// Adds the endpoints.
    #[must_use]
    pub fn endpoints(self, endpoints: &Endpoints) -> Self {
        let Endpoints { device_authorization, token } = endpoints;
        self.member(DEVICE_AUTHORIZATION_ENDPOINT, device_authorization.as_str()).member(TOKEN_ENDPOINT, token.as_str())
    }

    /// Adds what the caller asked for.
    #[must_use]
    pub fn request(self, request: &SignInRequest) -> Self {
        let SignInRequest { trust, application, .. } = request;
        self.part(&SavedRequest {
            client_id: &request.client_id,
            configured_authority: request.configured.canonical(),
            authority: request.authority.canonical(),
            environment: Some(request.authority.environment()),
            oidc: trust.oidc,
            known_authorities: Cow::from(&trust.known),
            cloud_discovery_metadata: trust.clouds.as_deref(),
            authority_metadata: request.authority_metadata.as_deref(),
            scopes: Cow::from(&request.scopes),
            claims: request.claims.as_deref(),
            extra_query_parameters: Some(StringMap(request.extra_query.clone())),
            correlation_id: &request.correlation_id,
            locale: request.locale.as_deref(),
            account_hint: request.account_hint.as_deref(),
            timeout: request.timeout.map(|timeout| timeout.as_secs()),
            request_timeout: time::millis(request.request_timeout),
            app_name: application.name.as_deref(),
            app_version: application.version.as_deref(),
            keep_verification_uri: request.keep_verification_uri,
            instance: false,
        })
    }

    /// Adds the code and its polling, with the endpoints and what the caller asked for.
    #[must_use]
    pub fn session(self, session: &Session) -> Self {
        let Session { prompt, pace, .. } = session;
        let part = SavedSession {
            revision: session.revision.into(),
            device_code: session.device_code.expose(),
            user_code: &prompt.user_code,
            verification_uri: &prompt.verification_uri,
            verification_uri_complete: prompt.verification_uri_complete.as_deref(),
            message: &prompt.message,
            expires: prompt.expires.0,
            expires_in: session.expires_in.as_secs(),
            patience: session.patience.map(|moment| moment.0),
            interval: pace.interval.as_secs(),
            misses: pace.misses.into(),
            polls: session.polls.into(),
            code_unknown: session.code_unknown,
            answer_lost: session.answer_lost,
            trouble: session.trouble.clone(),
        };
        self.part(&part).endpoints(&session.endpoints).request(&session.request)
    }
}

/// Reading what several states share.
impl SavedText {
    /// The counter of a request.
    ///
    /// # Errors
    /// As [`Self::read_part`], and so do the others.
    pub fn read_retry(&self) -> Result<Retry, json::Error> {
        let attempts: u64 = self.read_member("attempts")?;
        Ok(Retry { attempts: u8::try_from(attempts).unwrap_or(u8::MAX), due: UnixMillis(self.read_member("due")?) })
    }

    /// The endpoints.
    ///
    /// # Errors
    /// An address that metadata of `authority` may not name.
    pub fn read_endpoints(&self, authority: &Authority) -> Result<Endpoints, json::Error> {
        let endpoint = |name: &str| named_by(authority, name, self.read_member(name)?);
        Ok(Endpoints {
            device_authorization: endpoint(DEVICE_AUTHORIZATION_ENDPOINT)?,
            token: endpoint(TOKEN_ENDPOINT)?,
        })
    }

    /// What the caller asked for.
    ///
    /// # Errors
    /// An authority that would be refused in a request.
    pub fn read_request(&self) -> Result<Box<SignInRequest>, json::Error> {
        let saved: SavedRequest = self.read_part()?;
        let extra_query = saved.extra_query_parameters.map(|pairs| pairs.0).unwrap_or_default();
        limits::check_extra_query(&extra_query).map_err(|_| wrong("extraQueryParameters", "shorter"))?;
        let trust = Trust {
            oidc: saved.oidc,
            known: saved.known_authorities.into_owned(),
            clouds: saved.cloud_discovery_metadata.map(Into::into),
        };
        let authority =
            |name: &str, text: &str| Authority::parse(text, name, &trust).map_err(|_| wrong(name, "an authority"));
        Ok(Box::new(SignInRequest {
            configured: authority("configuredAuthority", saved.configured_authority)?,
            authority: authority("authority", saved.authority)?.as_saved(saved.environment, !saved.instance),
            trust,
            client_id: saved.client_id.into(),
            authority_metadata: saved.authority_metadata.map(Into::into),
            scopes: saved.scopes.into_owned(),
            claims: saved.claims.map(Into::into),
            extra_query,
            correlation_id: saved.correlation_id.into(),
            locale: saved.locale.map(Into::into),
            account_hint: saved.account_hint.map(Into::into),
            timeout: saved.timeout.map(at_least_one),
            request_timeout: Duration::from_millis(saved.request_timeout.max(1)),
            application: Application {
                name: saved.app_name.map(Into::into),
                version: saved.app_version.map(Into::into),
            },
            keep_verification_uri: saved.keep_verification_uri,
        }))
    }

    /// The code and its polling.
    ///
    /// # Errors
    /// No device code, an address that nobody should open, and as [`Self::read_endpoints`] and [`Self::read_request`].
    pub fn read_session(&self) -> Result<Box<Session>, json::Error> {
        let saved: SavedSession = self.read_part()?;
        if saved.device_code.is_empty() {
            return Err(wrong("deviceCode", "a device code"));
        }
        let request = self.read_request()?;
        let authority = &request.authority;
        Ok(Box::new(Session {
            endpoints: self.read_endpoints(authority)?,
            device_code: Secret::new(saved.device_code),
            prompt: Prompt {
                user_code: printable(saved.user_code),
                verification_uri: named_by(authority, "verificationUri", saved.verification_uri)?,
                verification_uri_complete: saved
                    .verification_uri_complete
                    .filter(|uri| address::may_name(authority.canonical(), uri))
                    .map(Into::into),
                message: printable(saved.message),
                expires: UnixMillis(saved.expires),
            },
            expires_in: at_least_one(saved.expires_in),
            patience: saved.patience.map(UnixMillis),
            pace: Pace {
                interval: at_least_one(saved.interval),
                misses: u8::try_from(saved.misses).unwrap_or(u8::MAX),
            },
            polls: u32::try_from(saved.polls).unwrap_or(u32::MAX),
            revision: u32::try_from(saved.revision).unwrap_or(u32::MAX),
            code_unknown: saved.code_unknown,
            answer_lost: saved.answer_lost,
            trouble: saved.trouble.map(Trouble::printable),
            request,
        }))
    }
}

/// The address in the member `name`, which the server of `authority` must be one to name.
fn named_by(authority: &Authority, name: &str, url: &str) -> Result<String, json::Error> {
    let may = address::may_name(authority.canonical(), url);
    if may { Ok(url.into()) } else { Err(wrong(name, "an https address that the authority may name")) }
}

/// As on the wire: with an interval of zero, polls that fail at once would follow each other at once.
fn at_least_one(seconds: u64) -> Duration {
    time::seconds(seconds.max(1))
}
