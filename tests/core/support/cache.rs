//! Caches as the libraries write them, and sign-ins that are merged in.

use std::fs;
use std::time::Duration;

use device_code_flow::cache::account::Account;
use device_code_flow::cache::document::CacheDocument;
use device_code_flow::cache::issuer::AccountId;
use device_code_flow::cache::lookup::{AccessToken, TokenQuery};
use device_code_flow::cache::save::Grant;
use device_code_flow::entra::authority::Authority;
use device_code_flow::entra::trust::Trust;
use device_code_flow::oauth::id_token::IdToken;
use device_code_flow::oauth::token::{TokenReply, TokenResponse};
use device_code_flow::time::UnixMillis;
use serde_json::{Value, json};

use super::{START, replies};

pub const CLIENT: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
pub const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
pub const UID: &str = "0c0c0c0c-66f3-4332-8ca7-ea81ea81ea81";
/// Where Node, .NET, Java and Go say the accounts of Microsoft's public cloud are.
pub const PREFERRED: &str = "login.windows.net";
/// Where Python says they are.
pub const CONFIGURED: &str = "login.microsoftonline.com";

/// `uid.utid` of somebody at home in [`TENANT`].
pub fn home() -> String {
    format!("{UID}.{TENANT}")
}

/// base64url without padding.
pub fn encoded(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = text.bytes().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let letter = |six: &[u8]| ALPHABET[(0..6).fold(0, |sum, bit| sum * 2 + usize::from(*six.get(bit).unwrap_or(&0)))];
    bits.chunks(6).map(|six| char::from(letter(six))).collect()
}

/// An unsigned ID token.
pub fn jwt(claims: &Value) -> String {
    format!("{}.{}.c2ln", encoded(r#"{"alg":"none"}"#), encoded(&claims.to_string()))
}

/// What somebody is granted.
pub struct Granted {
    pub client: String,
    pub scopes: Vec<String>,
    pub tokens: Box<TokenResponse>,
    pub account: Account,
    pub at: UnixMillis,
    pub mark: Option<String>,
    pub signed_in: Option<UnixMillis>,
    pub requested_scopes: Option<Vec<String>>,
}

/// Ada signs in: at home, unless told otherwise. `name` is part of every token.
pub fn ada(name: &str) -> Granted {
    Granted::to(UID, TENANT, TENANT, name)
}

impl Granted {
    /// `uid`, at home in the tenant `home`, signs in to `tenant`.
    pub fn to(uid: &str, home: &str, tenant: &str, name: &str) -> Self {
        let oid = if home == tenant { uid.to_owned() } else { format!("guest-{uid}") };
        let claims =
            json!({ "oid": oid, "sub": "s", "tid": tenant, "preferred_username": "ada@contoso.com", "name": "Ada" });
        Self::new(&json!({
            "access_token": format!("at-{name}"), "refresh_token": format!("rt-{name}"), "id_token": jwt(&claims),
            "client_info": encoded(&json!({ "uid": uid, "utid": home }).to_string()), "expires_in": 3600, "ext_expires_in": 7200,
        }))
    }

    /// Whoever the token response speaks of.
    pub fn new(response: &Value) -> Self {
        let TokenReply::Tokens(tokens) = TokenReply::parse(&replies::reply(200, response.to_string()), &[], START)
        else {
            panic!("no tokens: {response}")
        };
        let id_token = IdToken::parse(tokens.id_token.as_ref().expect("an ID token").expose()).expect("a JWT");
        let account = Account::from_tokens(&id_token, tokens.client_info.as_deref(), &entra()).expect("a subject");
        Self {
            client: CLIENT.into(),
            scopes: scopes("User.Read openid profile"),
            tokens,
            account,
            at: START,
            mark: None,
            signed_in: None,
            requested_scopes: None,
        }
    }

    /// For other scopes.
    pub fn scopes(mut self, text: &str) -> Self {
        self.scopes = scopes(text);
        self
    }

    /// To another client.
    pub fn client(mut self, client: &str) -> Self {
        self.client = client.into();
        self
    }

    /// To a client of Microsoft's family.
    pub fn family(mut self) -> Self {
        self.tokens.family_id = Some("1".into());
        self
    }

    /// Without a new refresh token.
    pub fn no_refresh_token(mut self) -> Self {
        self.tokens.refresh_token = None;
        self
    }

    /// So many seconds later.
    pub fn after(mut self, seconds: u64) -> Self {
        self.at = UnixMillis(self.at.0 + seconds * 1000);
        self
    }

    /// By the saved flow of this mark.
    pub fn marked(mut self, mark: &str) -> Self {
        self.mark = Some(mark.into());
        self
    }

    /// Merged into a cache.
    pub fn into(self, store: &mut CacheDocument) {
        let until = |seconds: Option<Duration>| seconds.map(|seconds| self.at + seconds);
        let grant = Grant {
            client_id: &self.client,
            account: &self.account,
            tokens: &self.tokens,
            scopes: &self.scopes,
            requested_scopes: self.requested_scopes.as_ref().unwrap_or(&self.scopes),
            expires_on: until(self.tokens.expires_in),
            ext_expires_on: until(self.tokens.ext_expires_in),
            refresh_on: until(self.tokens.refresh_in),
            signed_in: self.signed_in,
            mark: self.mark.as_deref(),
        };
        store.save(&grant, self.at);
    }
}

pub fn scopes(text: &str) -> Vec<String> {
    text.split_whitespace().map(String::from).collect()
}

#[allow(clippy::needless_pass_by_value, reason = "texts and values alike, made on the spot")]
pub fn store(text: impl ToString) -> CacheDocument {
    CacheDocument::parse(text.to_string()).expect("a cache")
}

/// The text that a cache is written as, read by another reader.
pub fn written(store: &CacheDocument) -> Value {
    serde_json::from_str(&store.serialize()).expect("JSON")
}

/// The keys of a section.
pub fn keys(cache: &Value, section: &str) -> Vec<String> {
    cache[section].as_object().expect("a section").keys().cloned().collect()
}

/// The secrets of a section, sorted.
pub fn secrets(cache: &Value, section: &str) -> Vec<String> {
    let entries = cache[section].as_object().expect("a section").values();
    let mut secrets: Vec<String> = entries.map(|entry| entry["secret"].as_str().expect("a secret").into()).collect();
    secrets.sort();
    secrets
}

/// Ada's access token for these scopes.
pub fn token(store: &CacheDocument, text: &str) -> Option<AccessToken> {
    token_of(store, &home(), TENANT, text)
}

pub fn token_of(store: &CacheDocument, home_account_id: &str, tenant_id: &str, text: &str) -> Option<AccessToken> {
    store.access_token(&wanted(home_account_id, tenant_id, &scopes(text)))
}

pub fn wanted<'a>(home_account_id: &'a str, tenant_id: &'a str, scopes: &'a [String]) -> TokenQuery<'a> {
    TokenQuery { account: entra_account(home_account_id, CONFIGURED), client_id: CLIENT, tenant_id, scopes }
}

/// An account of Microsoft's.
pub fn entra_account<'a>(home_account_id: &'a str, environment: &'a str) -> AccountId<'a> {
    AccountId { home_account_id, environment, issuer: None }
}

/// Ada's refresh tokens, in the order to try them.
pub fn refresh_tokens(store: &CacheDocument) -> Vec<String> {
    let tokens = store.refresh_tokens(&wanted(&home(), TENANT, &[]));
    tokens.iter().rev().map(|token| token.secret.expose().into()).collect()
}

/// Ada as Node writes her, with the dashes that it adds to its keys.
pub fn by_node() -> Value {
    let (home, profile) = (
        home(),
        json!({ "tenantId": TENANT, "localAccountId": UID, "name": "Ada", "username": "ada@contoso.com", "isHomeTenant": true }),
    );
    json!({
        "Account": { format!("{home}-{PREFERRED}-{TENANT}"): {
            "home_account_id": home, "environment": PREFERRED, "realm": TENANT, "local_account_id": UID, "username": "ada@contoso.com",
            "authority_type": "MSSTS", "name": "Ada", "client_info": "e30", "tenantProfiles": [profile.to_string()] } },
        "IdToken": { format!("{home}-{PREFERRED}-idtoken-{CLIENT}-{TENANT}--"): {
            "home_account_id": home, "environment": PREFERRED, "credential_type": "IdToken", "client_id": CLIENT, "realm": TENANT,
            "secret": jwt(&json!({ "oid": UID, "tid": TENANT, "preferred_username": "ada@contoso.com", "name": "Ada" })) } },
        "AccessToken": { format!("{home}-{PREFERRED}-accesstoken-{CLIENT}-{TENANT}-user.read openid profile-"): access_token(PREFERRED, "at-node") },
        "RefreshToken": { format!("{home}-{PREFERRED}-refreshtoken-{CLIENT}---"): refresh_token(PREFERRED, "rt-node") },
        "AppMetadata": {},
    })
}

/// Ada as Python writes her: at the configured host, with the scopes in the key of the refresh token.
pub fn by_python() -> Value {
    let home = home();
    let (target, mut refresh_token) = ("User.Read openid profile", refresh_token(CONFIGURED, "rt-python"));
    refresh_token["target"] = target.into();
    refresh_token["last_modification_time"] = "1799990000".into();
    json!({
        "AccessToken": { format!("{home}-{CONFIGURED}-accesstoken-{CLIENT}-{TENANT}-user.read openid profile"): access_token(CONFIGURED, "at-python") },
        "RefreshToken": { format!("{home}-{CONFIGURED}-refreshtoken-{CLIENT}--user.read openid profile"): refresh_token },
        "Account": { format!("{home}-{CONFIGURED}-{TENANT}"): {
            "home_account_id": home, "environment": CONFIGURED, "realm": TENANT, "local_account_id": UID, "username": "ada@contoso.com",
            "authority_type": "MSSTS", "account_source": "urn:ietf:params:oauth:grant-type:device_code" } },
        "AppMetadata": { format!("appmetadata-{CONFIGURED}-{CLIENT}"): { "client_id": CLIENT, "environment": CONFIGURED } },
    })
}

/// Ada as .NET writes her: the key of the account in its own case, two extended times, no token type, a section of its own.
pub fn by_net() -> Value {
    let home = home();
    let mut at = access_token(PREFERRED, "at-net");
    at["ext_expires_on"] = at["extended_expires_on"].clone();
    at.as_object_mut().expect("an object").remove("token_type");
    json!({
        "AccessToken": { format!("{home}-{PREFERRED}-accesstoken-{CLIENT}-{TENANT}-openid profile user.read"): at },
        "RefreshToken": { format!("{home}-{PREFERRED}-refreshtoken-{CLIENT}--"): refresh_token(PREFERRED, "rt-net") },
        "Account": { format!("{}-{PREFERRED}-{TENANT}", home.to_uppercase()): {
            "home_account_id": home, "environment": PREFERRED, "realm": TENANT, "local_account_id": UID, "username": "ada@contoso.com",
            "authority_type": "MSSTS", "wam_account_ids": { CLIENT: "w" } } },
        "AppMetadata": { format!("appmetadata-{PREFERRED}-{CLIENT}"): { "client_id": CLIENT, "environment": PREFERRED, "family_id": "" } },
        "unknown_section": { "kept": [1, 2.50, null] },
    })
}

/// Ada as Java may write her: the tenant is what the authority said.
pub fn by_java() -> Value {
    let home = home();
    let mut at = access_token(CONFIGURED, "at-java");
    at["realm"] = "common".into();
    json!({
        "AccessToken": { format!("{home}-{CONFIGURED}-accesstoken-{CLIENT}-common-user.read openid profile"): at },
        "RefreshToken": { format!("{home}-{CONFIGURED}-refreshtoken-{CLIENT}--"): refresh_token(CONFIGURED, "rt-java") },
        "Account": { format!("{home}-{CONFIGURED}-common"): {
            "home_account_id": home, "environment": CONFIGURED, "realm": "common", "local_account_id": UID, "username": "ada@contoso.com",
            "name": "Ada", "authority_type": "MSSTS" } },
    })
}

/// Ada by each of them.
pub fn by_all() -> Vec<(&'static str, Value)> {
    vec![("Node", by_node()), ("Python", by_python()), (".NET", by_net()), ("Java", by_java())]
}

/// An access token for an hour from [`START`].
pub fn access_token(environment: &str, secret: &str) -> Value {
    let start = START.0 / 1000;
    json!({
        "home_account_id": home(), "environment": environment, "credential_type": "AccessToken", "client_id": CLIENT, "secret": secret,
        "realm": TENANT, "target": "User.Read openid profile", "token_type": "Bearer", "cached_at": start.to_string(),
        "expires_on": (start + 3600).to_string(), "extended_expires_on": (start + 7200).to_string(),
    })
}

pub fn refresh_token(environment: &str, secret: &str) -> Value {
    json!({ "home_account_id": home(), "environment": environment, "credential_type": "RefreshToken", "client_id": CLIENT, "secret": secret })
}

/// What msal-node stores of the person with this subject at an issuer: nothing but the ID token names the issuer.
pub fn at_issuer(issuer: &str, subject: &str, refresh_tokens: &[(&str, Value)]) -> Value {
    let host = issuer.strip_prefix("https://").and_then(|rest| rest.split('/').next()).expect("https");
    let id_token = json!({ "iss": issuer, "aud": CLIENT, "sub": subject });
    let entries = refresh_tokens.iter().map(|(key, entry)| ((*key).to_owned(), entry.clone()));
    let mut cache = json!({
        "RefreshToken": Value::Object(entries.collect()),
        "IdToken": { format!("{subject}-{host}-idtoken-{CLIENT}---"): {
            "home_account_id": subject, "environment": host, "credential_type": "IdToken", "client_id": CLIENT, "realm": "",
            "secret": jwt(&id_token) } },
    });
    for (_, entry) in cache["RefreshToken"].as_object_mut().expect("a section") {
        entry["home_account_id"] = subject.into();
        entry["environment"] = host.into();
    }
    cache
}

/// A file among the data that the MSAL projects publish, which stands beside the repository and not in it. `None` where it does not.
pub fn published(name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("../shared/fixtures/msal-cache/{name}")).ok();
    if text.is_none() {
        println!("skipped: {name} is not beside the repository");
    }
    text
}

/// The public cloud, whose accounts are cached under [`PREFERRED`].
fn entra() -> Authority {
    Authority::parse("https://login.microsoftonline.com/common", "auth.authority", &Trust::default())
        .expect("an authority")
}
