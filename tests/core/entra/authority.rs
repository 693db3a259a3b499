//! Authorities: what kind each is, where its endpoints are, and which need to be asked about first.

use crate::support::replies::{page, reply};
use crate::support::scenario::{Scenario, Scene, quoted};
use device_code_flow::entra::authority::{Authority, Kind, Standing};
use device_code_flow::entra::cloud::CLOUDS;
use device_code_flow::entra::trust::Trust;
use device_code_flow::error::Error;
use device_code_flow::flow::FlowState;
use device_code_flow::flow::Input;
use device_code_flow::oauth::http::NoResponse;

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

fn parsed(text: &str, known: &[&str]) -> Result<Authority, Error> {
    let known = known.iter().map(|host| (*host).to_owned()).collect();
    Authority::parse(text, "auth.authority", &Trust { known, ..Trust::default() })
}

fn authority(text: &str) -> Authority {
    parsed(text, &[]).unwrap_or_else(|failure| panic!("{text}: {failure:?}"))
}

fn refused(text: &str, code: &str) -> Error {
    let failure = parsed(text, &[]).map(|authority| panic!("{text} is {authority:?}")).unwrap_err();
    assert_eq!(failure.code.text(), code, "{text}");
    assert!(failure.message.starts_with("auth.authority "), "{}", failure.message);
    failure
}

#[test]
fn microsofts_hosts_are_one_cloud_each_whatever_their_name() {
    for (text, canonical) in [
        (
            "https://login.microsoftonline.com/Contoso.onmicrosoft.com",
            "https://login.microsoftonline.com/contoso.onmicrosoft.com/",
        ),
        ("https://login.windows.net/common/", "https://login.microsoftonline.com/common/"),
        ("https://sts.windows.net", "https://login.microsoftonline.com/common/"),
        ("https://LOGIN.chinacloudapi.cn/organizations", "https://login.partner.microsoftonline.cn/organizations/"),
        (" https://login.microsoftonline.us:443/t/v2.0 ", "https://login.microsoftonline.us/t/"),
        ("https://login.microsoftonline.com//Consumers//", "https://login.microsoftonline.com/consumers/"),
    ] {
        assert_eq!((authority(text).kind, authority(text).canonical()), (Kind::Entra, canonical));
    }
}

#[test]
fn a_known_cloud_needs_no_request_and_is_cached_under_its_one_name() {
    for cloud in CLOUDS {
        for alias in cloud.aliases {
            let authority = authority(&format!("https://{alias}/{TENANT}"));
            assert_eq!((authority.standing, authority.environment()), (Standing::Known, cloud.cache()), "{alias}");
            assert_eq!(authority.canonical(), format!("https://{}/{TENANT}/", cloud.network()));
        }
    }
    assert_eq!(authority("https://login.microsoftonline.com/x").environment(), "login.windows.net");
}

#[test]
fn every_kind_has_its_endpoints_by_name() {
    for (text, kind, device, token) in [
        (
            "https://login.microsoftonline.us/contoso.example",
            Kind::Entra,
            "https://login.microsoftonline.us/contoso.example/oauth2/v2.0/devicecode",
            "https://login.microsoftonline.us/contoso.example/oauth2/v2.0/token",
        ),
        (
            "https://Contoso.ciamlogin.com",
            Kind::Ciam,
            "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/oauth2/v2.0/devicecode",
            "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
        ),
        (
            "https://contoso.ciamlogin.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0",
            Kind::Ciam,
            "https://contoso.ciamlogin.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/oauth2/v2.0/devicecode",
            "https://contoso.ciamlogin.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/oauth2/v2.0/token",
        ),
        (
            "https://fs.contoso.example/ADFS",
            Kind::Adfs,
            "https://fs.contoso.example/adfs/oauth2/devicecode",
            "https://fs.contoso.example/adfs/oauth2/token",
        ),
        (
            "https://dsts.contoso.example/dstsv2/7a433bfc-2514-4697-b467-e0933190487f/",
            Kind::Dsts,
            "https://dsts.contoso.example/dstsv2/7a433bfc-2514-4697-b467-e0933190487f/oauth2/v2.0/devicecode",
            "https://dsts.contoso.example/dstsv2/7a433bfc-2514-4697-b467-e0933190487f/oauth2/v2.0/token",
        ),
    ] {
        let known = r#"["FS.contoso.example","https://dsts.contoso.example/dstsv2"]"#;
        let scenario = Scenario::at(text).with("knownAuthorities", known);
        assert_eq!(scenario.to_requesting().request().url, device);
        let polling = scenario.to_polling();
        assert_eq!((polling.request().url.as_str(), polling.session().request.authority.kind), (token, kind));
    }
}

#[test]
fn protocol_mode_oidc_makes_every_authority_an_issuer_like_any_other() {
    for text in [
        "https://login.microsoftonline.com/t/v2.0",
        "https://fs.contoso.example/adfs",
        "https://a.ciamlogin.com/t",
        "https://a.b2clogin.com/tfp/t/p",
    ] {
        let oidc =
            Authority::parse(text, "auth.authority", &Trust { oidc: true, ..Trust::default() }).expect("an authority");
        assert_eq!((oidc.kind, oidc.canonical(), oidc.standing), (Kind::Issuer, text, Standing::Trusted));
    }
}

#[test]
fn a_host_of_nobodys_is_entras_only_with_a_tenant_alone_in_its_path() {
    for tenant in [TENANT, "contoso.example", "common", "Organizations", "consumers"] {
        let authority = authority(&format!("https://login.private.example/{tenant}"));
        assert_eq!((authority.kind, authority.standing), (Kind::Entra, Standing::Unknown), "{tenant}");
    }
    for other in ["", "/dex", "/login/oauth", "/realms/tv", "/Realm/", "/oauth2/contoso.example", "/0-1-2-3-4"] {
        let text = format!("https://login.private.example{other}");
        let authority = authority(&text);
        assert_eq!((authority.kind, authority.canonical()), (Kind::Issuer, text.strip_suffix('/').unwrap_or(&text)));
    }
    // This very machine is nobody's cloud, unless the caller says so.
    let loopback = "http://127.0.0.1:8080/contoso.example";
    assert_eq!(authority(loopback).kind, Kind::Issuer);
    let known = parsed(loopback, &["127.0.0.1:8080"]).expect("an authority");
    assert_eq!((known.kind, known.standing, known.environment()), (Kind::Entra, Standing::Trusted, "127.0.0.1:8080"));
}

#[test]
fn an_authority_that_is_more_or_less_than_a_tenant_is_refused() {
    for path in ["/contoso/oauth2", "/v2.0/v2.0/x", "/a%20b", "/cont_oso", "/ä", "/contoso/v1.0"] {
        refused(&format!("https://login.microsoftonline.com{path}"), "url_parse_error");
    }
    refused("https://a.ciamlogin.com/t/policy", "url_parse_error");
    for text in ["https://login.example/adfs/ls", "https://login.example/dstsv2", "https://login.example/dstsv2/a/b"] {
        assert_eq!(parsed(text, &["login.example"]).expect_err(text).code.text(), "url_parse_error");
    }
}

#[test]
fn what_only_the_caller_can_vouch_for_is_refused_until_it_does() {
    for text in [
        "https://fs.contoso.example/adfs",
        "https://dsts.contoso.example/dstsv2/t",
        "https://login.microsoftonline.com/adfs",
    ] {
        let failure = refused(text, "untrusted_authority");
        assert!(failure.message.contains("auth.knownAuthorities") && failure.hint.contains("auth.knownAuthorities"));
    }
}

#[test]
fn b2c_is_refused_with_the_reason() {
    for text in [
        "https://contoso.b2clogin.com/tfp/contoso.onmicrosoft.com/policy",
        "https://contoso.b2clogin.com/contoso.onmicrosoft.com/policy",
        "https://login.microsoftonline.com/tfp/contoso.onmicrosoft.com/policy",
        "https://login.example/TFP/t/p",
    ] {
        let failure = refused(text, "b2c_authority_unsupported");
        assert!(failure.message.contains("B2C") && failure.hint.contains("does not offer the device code flow"));
    }
}

#[test]
fn an_authority_with_a_password_is_refused_and_not_repeated() {
    let failure = refused("https://u:hunter2@login.example", "url_parse_error");
    assert!(!failure.message.contains("hunter2"), "{}", failure.message);
}

#[test]
fn cloud_options_come_before_authorities() {
    let options = |tenant: &str| format!(r#"{{"azureCloudInstance":"https://login.microsoftonline.us"{tenant}}}"#);
    let url = |scenario: &Scenario| scenario.to_requesting().request().url.clone();
    let configured = Scenario::entra().with("azureCloudOptions", &options(""));
    assert_eq!(url(&configured), "https://login.microsoftonline.us/common/oauth2/v2.0/devicecode");
    let own = Scenario::entra().with("requestAzureCloudOptions", &options(r#","tenant":"contoso.example""#));
    assert_eq!(url(&own), "https://login.microsoftonline.us/contoso.example/oauth2/v2.0/devicecode");
    let both = configured.with("requestAuthority", &quoted("https://login.microsoftonline.com/other.example"));
    assert_eq!(url(&both), "https://login.microsoftonline.us/common/oauth2/v2.0/devicecode");
    let none = Scenario::entra().with("azureCloudOptions", r#"{"azureCloudInstance":"none","tenant":"x"}"#);
    assert_eq!(url(&none), "https://login.microsoftonline.com/common/oauth2/v2.0/devicecode");
    for (wrong, message) in [
        ("{}", "auth.azureCloudOptions.azureCloudInstance must be one of AzureCloudInstance."),
        (r#"{"azureCloudInstance":7}"#, "auth.azureCloudOptions.azureCloudInstance must be one of AzureCloudInstance."),
        (r#"{"azureCloudInstance":"none","tenant":7}"#, "auth.azureCloudOptions.tenant must be a string."),
        (r#""AzurePublic""#, "auth.azureCloudOptions must be an object."),
    ] {
        let failure = Scenario::entra().with("azureCloudOptions", wrong).begin().expect_err(wrong);
        assert_eq!(failure.message, message);
    }
}

// ── a private cloud: asked about first ──

const PRIVATE: &str = "https://login.private.example/contoso.example";

fn instance(network: &str, cache: &str) -> String {
    format!(
        r#"{{"tenant_discovery_endpoint":"https://login.private.example/x","api-version":"1.1","metadata":[{{"preferred_network":"login.other.example","preferred_cache":"c","aliases":["login.other.example"]}},{{"preferred_network":"{network}","preferred_cache":"{cache}","aliases":["login.private.example","sts.private.example"]}}]}}"#
    )
}

fn document(issuer: &str, more: &str) -> String {
    format!(
        r#"{{"issuer":"{issuer}","token_endpoint":"https://login.private.example/{{tenantid}}/oauth2/v2.0/token"{more}}}"#
    )
}

fn vouched() -> Scene {
    let mut scene = Scenario::at(PRIVATE).started();
    scene.respond(reply(200, instance("login.private.example", "sts.private.example")));
    scene
}

#[test]
fn entra_is_asked_about_a_host_before_any_code_is_asked_for() {
    let scene = Scenario::at(PRIVATE).started();
    assert_eq!(
        scene.request().url,
        "https://login.microsoftonline.com/common/discovery/instance?api-version=1.1&authorization_endpoint=https%3A%2F%2Flogin.private.example%2Fcontoso.example%2Foauth2%2Fv2.0%2Fauthorize"
    );
    assert!(scene.request().form.is_none());
}

#[test]
fn one_correlation_id_goes_along_from_the_first_request_to_the_last() {
    let mut scene = Scenario::at(PRIVATE).with("correlationId", &quoted("c-1")).started();
    let goes_along = |scene: &Scene| scene.request().url.ends_with("client-request-id=c-1");
    assert!(goes_along(&scene), "{}", scene.request().url);
    scene.respond(reply(200, instance("login.private.example", "sts.private.example")));
    assert!(goes_along(&scene), "{}", scene.request().url);
    scene.respond(reply(200, document("https://login.private.example/x", "")));
    assert!(goes_along(&scene), "{}", scene.request().url);
    scene.respond(crate::support::replies::codes(Some(5), 900)).tick();
    assert!(goes_along(&scene), "{}", scene.request().url);
    let issuer = Scenario::issuer().with("correlationId", &quoted("c-1")).started();
    assert!(!issuer.request().url.contains("c-1"), "it is Microsoft's");
}

#[test]
fn a_host_that_entra_does_not_know_is_refused_with_its_words() {
    let words = r#"{"error":"invalid_instance","error_description":"AADSTS50049: Unknown or invalid instance.","error_codes":[50049],"trace_id":"t-1"}"#;
    for status in [400, 200] {
        let mut scene = Scenario::at(PRIVATE).started();
        let failure = scene.respond(reply(status, words)).failure();
        assert_eq!((failure.code.text(), failure.evidence.status), ("untrusted_authority", Some(status)));
        let evidence = &failure.evidence;
        assert_eq!((evidence.error_codes.as_slice(), evidence.trace_id.as_str()), ([50049].as_slice(), "t-1"));
    }
}

#[test]
fn another_error_is_not_taken_for_entras_no() {
    let words = r#"{"error":"invalid_request","error_description":"AADSTS900144: The request must contain x.","error_codes":[900144]}"#;
    for (body, code) in [
        (words, "invalid_request"),
        ("{}", "invalid_server_response"),
        (r#"{"metadata":[]}"#, "invalid_server_response"),
    ] {
        for status in [200, 400] {
            let mut scene = Scenario::at(PRIVATE).started();
            assert_eq!(scene.respond(reply(status, body)).failure().code.text(), code);
        }
    }
}

#[test]
fn that_entra_cannot_be_asked_is_no_yes() {
    for answer in [page(404), page(200), page(302)] {
        assert_ne!(Scenario::at(PRIVATE).started().respond(answer).failure().code.text(), "untrusted_authority");
    }
    let mut scene = Scenario::at(PRIVATE).started();
    for _ in 0..2 {
        scene.input(Input::NoResponse(NoResponse::TimedOut)).tick();
    }
    assert_eq!(scene.input(Input::NoResponse(NoResponse::TimedOut)).failure().code.text(), "network_error");
}

#[test]
fn a_vouched_host_is_asked_for_its_metadata_and_goes_by_its_clouds_names() {
    let mut scene = Scenario::at(PRIVATE).started();
    scene.respond(reply(200, instance("login2.private.example", "sts.private.example")));
    assert_eq!(
        scene.request().url,
        "https://login2.private.example/contoso.example/v2.0/.well-known/openid-configuration"
    );
    scene.respond(reply(200, document("https://login2.private.example/{tenantid}/v2.0", "")));
    assert_eq!(scene.request().url, "https://login.private.example/contoso.example/oauth2/v2.0/devicecode");
    let FlowState::Requesting(requesting) = &scene.step.state else { panic!("{:?}", scene.step) };
    assert_eq!(requesting.request.authority.environment(), "sts.private.example");
    assert_eq!(requesting.request.configured.environment(), "login.private.example");
}

#[test]
fn a_cloud_that_names_no_plain_host_is_not_followed() {
    for odd in ["", "evil.example/x", "a@evil.example", "evil.example?", "evil .example"] {
        let mut scene = Scenario::at(PRIVATE).started();
        scene.respond(reply(200, instance(odd, odd)));
        assert!(scene.request().url.starts_with("https://login.private.example/contoso.example/"), "{odd}");
    }
}

#[test]
fn the_published_device_endpoint_comes_before_the_one_beside_the_token_endpoint() {
    let mut scene = vouched();
    let more = r#","device_authorization_endpoint":"https://login.private.example/{tenantid}/dev""#;
    scene.respond(reply(200, document("https://login.private.example/{tenantid}/v2.0", more)));
    assert_eq!(scene.request().url, "https://login.private.example/contoso.example/dev");
    for (token, code) in [
        ("https://login.private.example/x", "openid_config_error"),
        ("http://login.private.example/token", "authority_uri_insecure"),
    ] {
        let body = format!(r#"{{"issuer":"https://login.private.example/x","token_endpoint":"{token}"}}"#);
        assert_eq!(vouched().respond(reply(200, body)).failure().code.text(), code);
    }
}

#[test]
fn the_metadata_may_name_an_issuer_of_its_own_host_of_microsofts_or_of_the_callers() {
    let named = |issuer: &str| {
        let mut scene = Scenario::at(PRIVATE)
            .with("knownAuthorities", r#"["login.private.example","sts.contoso.example"]"#)
            .started();
        scene.respond(reply(200, document(issuer, "")));
        scene.sends()
    };
    for good in [
        "https://login.private.example/anything",
        "https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/",
        "https://westus.login.microsoft.com/t/v2.0",
        "https://contoso.ciamlogin.com/t/v2.0",
        "https://sts.contoso.example/t",
    ] {
        assert!(named(good), "{good}");
    }
    for bad in [
        "",
        "http://login.private.example/x",
        "https://evil.example/x",
        "http://sts.windows.net/x",
        "https://a.b.login.microsoft.com/",
        "https://evilciamlogin.com/",
    ] {
        assert!(!named(bad), "{bad}");
    }
}

#[test]
fn the_callers_word_spares_entras() {
    let metadata = format!("{PRIVATE}/v2.0/.well-known/openid-configuration");
    let known = Scenario::at(PRIVATE).with("knownAuthorities", r#"["login.private.example"]"#);
    assert_eq!(known.started().request().url, metadata);
    let clouds = instance("login.private.example", "sts.private.example");
    let listed = Scenario::at(PRIVATE).with("cloudDiscoveryMetadata", &quoted(&clouds));
    assert_eq!(listed.started().request().url, metadata);
    let elsewhere = Scenario::at("https://login.elsewhere.example/contoso.example")
        .with("cloudDiscoveryMetadata", &quoted(&clouds));
    assert!(elsewhere.started().request().url.contains("/discovery/instance?"));
    let given = known.with("authorityMetadata", &quoted(&document("https://any.example", "")));
    assert_eq!(given.started().request().url, "https://login.private.example/contoso.example/oauth2/v2.0/devicecode");
    for wrong in ["{", "{}", r#"{"metadata":7}"#] {
        let failure = Scenario::at(PRIVATE).with("cloudDiscoveryMetadata", &quoted(wrong)).begin().expect_err(wrong);
        assert_eq!(failure.code.text(), "invalid_cloud_discovery_metadata");
    }
}

#[test]
fn given_metadata_serves_a_microsoft_authority_too() {
    let text = document(
        "https://login.microsoftonline.com/{tenantid}/v2.0",
        r#","device_authorization_endpoint":"https://login.private.example/d""#,
    );
    let scenario = Scenario::entra().with("authorityMetadata", &quoted(&text));
    assert_eq!(scenario.to_requesting().request().url, "https://login.private.example/d");
    assert_eq!(scenario.to_polling().request().url, "https://login.private.example/common/oauth2/v2.0/token");
    let other = scenario.with("requestAuthority", &quoted("https://login.microsoftonline.com/contoso.example"));
    let url = other.to_requesting().request().url.clone();
    assert_eq!(
        url, "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/devicecode",
        "it is the configured authority's"
    );
}

#[test]
fn people_of_a_ciam_tenant_are_sent_to_their_own_page() {
    let codes = |uri: &str| {
        reply(
            200,
            format!(
                r#"{{"device_code":"d","user_code":"ABC","verification_uri":"{uri}","verification_uri_complete":"{uri}?otc=ABC","message":"Open {uri} and enter ABC.","expires_in":900}}"#
            ),
        )
    };
    let at = |authority: &str, uri: &str| Scenario::at(authority).codes(codes(uri));
    let own = "https://contoso.ciamlogin.com/common/oauth2/deviceauth";
    for wrong in [
        "https://microsoft.com/devicelogin",
        "https://login.microsoft.com/device",
        "https://www.microsoft.com/link",
        "https://login.microsoftonline.com/common/oauth2/deviceauth",
    ] {
        let scene = at("https://contoso.ciamlogin.com/", wrong).to_waiting();
        let prompt = &scene.session().prompt;
        assert_eq!(
            (prompt.verification_uri.as_str(), prompt.message.clone()),
            (own, format!("Open {own} and enter ABC."))
        );
        assert_eq!(prompt.verification_uri_complete, None);
        let kept = at("https://contoso.ciamlogin.com/", wrong).with("keepVerificationUri", "true").to_waiting();
        assert_eq!(kept.session().prompt.verification_uri, wrong);
        let entra = at("https://login.microsoftonline.com/common", wrong).to_waiting();
        assert_eq!(entra.session().prompt.verification_uri, wrong);
    }
    for right in [own, "https://login.contoso.example/device"] {
        assert_eq!(at("https://contoso.ciamlogin.com/", right).to_waiting().session().prompt.verification_uri, right);
    }
}
