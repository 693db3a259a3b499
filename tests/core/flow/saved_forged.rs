//! Saved texts that somebody has forged, with a check that is right: what follows from the configuration, or from the name of the
//! authority, is never taken from a text.

use crate::support::replies::{DEVICE_CODE, ISSUER, PRIVATE, reply};
use crate::support::saved::checked;
use crate::support::scenario::{Scenario, Scene, quoted};
use device_code_flow::entra::authority::{Authority, Standing};
use device_code_flow::entra::trust::Trust;
use device_code_flow::flow::{FlowState, saved};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Entra's answer about a cloud: the host of the name, cached under another.
fn cloud(host: &str) -> String {
    json!({ "tenant_discovery_endpoint": format!("https://{host}/x"), "metadata": [
        { "preferred_network": host, "preferred_cache": "sts.private.example", "aliases": [host] },
    ] })
    .to_string()
}

fn metadata(issuer: &str) -> String {
    json!({ "issuer": issuer, "device_authorization_endpoint": format!("{issuer}/d"), "token_endpoint": format!("{issuer}/t") })
        .to_string()
}

/// An authority, and the settings about hosts that it takes: one of each kind that can be resumed.
fn settings() -> Vec<Value> {
    let clouds = cloud("login.private.example");
    vec![
        json!({ "authority": "https://login.microsoftonline.com/common" }),
        json!({ "authority": "https://LOGIN.windows.net/contoso.example/v2.0" }),
        json!({ "authority": "https://login.chinacloudapi.cn/aaaabbbb-0000-cccc-1111-dddd2222eeee" }),
        json!({ "authority": "https://contoso.ciamlogin.com" }),
        json!({ "authority": "https://fs.contoso.example/adfs", "knownAuthorities": ["fs.contoso.example"] }),
        json!({ "authority": "https://dsts.contoso.example/dstsv2/common", "knownAuthorities": ["dsts.contoso.example"] }),
        json!({ "authority": PRIVATE, "knownAuthorities": ["login.private.example"] }),
        json!({ "authority": PRIVATE, "cloudDiscoveryMetadata": clouds }),
        json!({ "authority": PRIVATE, "cloudDiscoveryMetadata": clouds, "authorityMetadata": metadata(PRIVATE) }),
        json!({ "authority": ISSUER }),
        json!({ "authority": ISSUER, "authorityMetadata": metadata(ISSUER) }),
        json!({ "authority": "https://login.microsoftonline.com/x/v2.0", "protocolMode": "OIDC" }),
        json!({ "authority": "http://127.0.0.1:8080/realms/x" }),
    ]
}

/// The person has the code.
fn waiting(settings: &Value) -> Scene {
    let mut scenario = Scenario::at("");
    let names = ["authority", "knownAuthorities", "cloudDiscoveryMetadata", "authorityMetadata", "protocolMode"];
    for name in names {
        if let Some(value) = settings.get(name) {
            scenario = scenario.with(name, &value.to_string());
        }
    }
    let mut scene = scenario.started();
    if let FlowState::Discovering(discovering) = &scene.step.state {
        let issuer = discovering.request.authority.canonical().to_owned();
        scene.respond(reply(200, metadata(&issuer)));
    }
    scene.respond(crate::support::replies::codes(Some(5), 900));
    scene
}

fn text(state: &FlowState) -> Value {
    serde_json::from_str(&saved::write(state).expect("a text")).expect("JSON")
}

fn configuration(settings: &Value) -> String {
    let mut configuration = settings.clone();
    configuration["clientId"] = "tv-app".into();
    configuration.to_string()
}

#[test]
fn an_honest_flow_is_resumed_as_it_was_at_every_kind_of_authority() {
    for settings in settings() {
        let mut polling = waiting(&settings);
        polling.tick();
        for state in [waiting(&settings).step.state, polling.step.state] {
            assert_eq!(state.session().expect("a code").device_code.expose(), DEVICE_CODE);
            let text = saved::write(&state).expect("a text");
            assert_eq!(saved::resume(&text, &configuration(&settings)).as_ref(), Ok(&state), "{settings}");
        }
    }
}

#[test]
fn endpoints_that_are_known_without_a_question_are_not_taken_from_a_text() {
    for settings in settings() {
        let honest = text(&waiting(&settings).step.state);
        let known = saved::read(&checked(&honest)).expect("a flow").session().expect("a code").request.clone();
        let known = known.known_endpoints().expect("metadata").is_some();
        for name in ["deviceAuthorizationEndpoint", "tokenEndpoint"] {
            let own = honest[name].as_str().expect("an address").to_owned();
            for other in
                ["https://evil.example/t".into(), format!("{own}/"), own.to_uppercase(), own.replace("//", "//a.")]
            {
                let mut forged = honest.clone();
                forged[name] = other.as_str().into();
                let resumed = saved::resume(&checked(&forged), &configuration(&settings));
                // The endpoints of an issuer without `authorityMetadata` are known to its metadata alone.
                let Err(error) = resumed else {
                    assert!(!known, "{name} {other} of {settings}");
                    continue;
                };
                assert!(error.message.contains(name), "{}", error.message);
            }
        }
    }
}

#[test]
fn an_address_that_no_metadata_may_name_is_not_taken_from_a_text() {
    for settings in settings().into_iter().filter(|settings| !settings["authority"].to_string().contains("127.0.0.1")) {
        let honest = text(&waiting(&settings).step.state);
        for name in ["deviceAuthorizationEndpoint", "tokenEndpoint", "verificationUri", "verificationUriComplete"] {
            for bad in
                ["http://127.0.0.1/x", "http://a.example/x", "https://localhost/x", "https://[::1]/x", "https://127.1/"]
            {
                let mut forged = honest.clone();
                forged[name] = bad.into();
                match saved::resume(&checked(&forged), &configuration(&settings)) {
                    Ok(state) => {
                        assert_eq!(name, "verificationUriComplete", "{bad} of {settings}");
                        assert_eq!(state.session().expect("a code").prompt.verification_uri_complete, None);
                    }
                    Err(error) => {
                        assert_eq!(error.code.text(), "saved_flow_invalid");
                        assert!(error.message.contains(name), "{}", error.message);
                    }
                }
            }
        }
    }
}

/// Entra's word came to the process that started the flow.
#[test]
fn a_flow_at_a_private_cloud_is_resumed_where_the_configuration_has_the_host() {
    let mut scene = Scenario::at(PRIVATE).started();
    scene.respond(reply(200, cloud("login.private.example"))).respond(reply(200, metadata(PRIVATE)));
    scene.respond(crate::support::replies::codes(Some(5), 900));
    let text = saved::write(&scene.step.state).expect("a text");
    let error = saved::resume(&text, &configuration(&json!({ "authority": PRIVATE }))).expect_err("an unknown host");
    assert_eq!(error.code.text(), "saved_flow_mismatch");
    assert!(error.message.contains(PRIVATE) && error.message.contains("auth.knownAuthorities"), "{}", error.message);
    for vouching in [
        json!({ "authority": PRIVATE, "knownAuthorities": ["login.private.example"] }),
        json!({ "authority": PRIVATE, "cloudDiscoveryMetadata": cloud("login.private.example") }),
    ] {
        assert!(saved::resume(&text, &configuration(&vouching)).is_ok(), "{vouching}");
    }
}

#[test]
fn a_flow_at_a_host_that_only_the_text_vouches_for_is_refused() {
    for started in settings() {
        let mut bare = started.clone();
        let members = bare.as_object_mut().expect("an object");
        let had = members.len();
        members.retain(|name, _| name == "authority");
        let resumed = saved::resume(&checked(&text(&waiting(&started).step.state)), &configuration(&bare));
        let needs_none = had == 1 || started.get("authorityMetadata").is_some() && started["authority"] == ISSUER;
        assert_eq!(resumed.is_ok(), needs_none, "{started}");
        if let Err(error) = resumed {
            assert!(["saved_flow_mismatch", "untrusted_authority"].contains(&error.code.text()), "{}", error.message);
        }
    }
}

fn any_of(values: Vec<Value>) -> impl Strategy<Value = Value> {
    prop::sample::select(values)
}

/// What a forger writes into a text.
fn any_members() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let authorities: Vec<Value> = settings().into_iter().map(|settings| settings["authority"].clone()).collect();
    let hosts = [
        "login.windows.net",
        "evil.example",
        "login.private.example",
        "login.microsoftonline.com",
        "fs.contoso.example",
    ];
    let endpoints =
        ["https://evil.example/t", "https://login.microsoftonline.com/common/oauth2/v2.0/token", "http://localhost/t"];
    let known = json!(hosts);
    let member = prop_oneof![
        3 => any_of(authorities).prop_map(|value| ("authority", value)),
        1 => any_of(vec![json!("https://evil.example"), json!("https://evil.example/common/")]).prop_map(|value| ("authority", value)),
        2 => any_of(hosts.map(Value::from).to_vec()).prop_map(|value| ("environment", value)),
        1 => any::<bool>().prop_map(|oidc| ("oidc", oidc.into())),
        2 => any_of(vec![known, json!([])]).prop_map(|value| ("knownAuthorities", value)),
        2 => any_of(hosts.map(|host| Value::from(cloud(host))).to_vec()).prop_map(|value| ("cloudDiscoveryMetadata", value)),
        2 => any_of(vec![metadata(ISSUER).into(), metadata("https://evil.example").into(), Value::Null])
            .prop_map(|value| ("authorityMetadata", value)),
        2 => any_of(endpoints.map(Value::from).to_vec()).prop_map(|value| ("tokenEndpoint", value)),
        1 => any_of(endpoints.map(Value::from).to_vec()).prop_map(|value| ("deviceAuthorizationEndpoint", value)),
    ];
    prop::collection::vec(member, 1..6)
}

proptest! {
    #![proptest_config(crate::support::cases(2_000))]

    /// The settings are those of the application, the authority is what they make of its name, and its endpoints are its own.
    #[test]
    fn no_forged_text_widens_what_the_configuration_says_about_hosts(at in 0..settings().len(), members in any_members()) {
        let settings = &settings()[at];
        let mut forged = text(&waiting(settings).step.state);
        for (name, value) in members {
            forged[name] = value;
        }
        let Ok(state) = saved::resume(&checked(&forged), &configuration(settings)) else { return Ok(()) };
        let session = state.session().expect("a code");
        let request = &session.request;
        let known = settings.get("knownAuthorities").and_then(Value::as_array).cloned().unwrap_or_default();
        let trust = Trust {
            oidc: settings.get("protocolMode").is_some(),
            known: known.iter().filter_map(Value::as_str).map(String::from).collect(),
            clouds: settings.get("cloudDiscoveryMetadata").and_then(Value::as_str).map(String::from),
        };
        prop_assert_eq!(&request.trust, &trust);
        let own = Authority::parse(request.authority.canonical(), "", &trust).expect("an authority");
        prop_assert!(own.standing != Standing::Unknown);
        prop_assert_eq!(&request.authority, &own);
        let given = settings.get("authorityMetadata").and_then(Value::as_str);
        prop_assert_eq!(request.authority_metadata.as_deref(), given.filter(|_| own == request.configured));
        if let Some(known) = request.known_endpoints().expect("metadata") {
            prop_assert_eq!(&session.endpoints.token, &known.token_endpoint);
            prop_assert_eq!(&session.endpoints.device_authorization, &known.device_authorization_endpoint);
        }
    }
}

/// What a request of its own authority left in the text is believed: the name alone tells its endpoints.
#[test]
fn a_flow_of_a_requests_own_authority_is_resumed() {
    let own = quoted("https://login.microsoftonline.us/contoso.example");
    let state = Scenario::entra().with("requestAuthority", &own).to_waiting().step.state;
    let resumed = saved::resume(
        &saved::write(&state).expect("a text"),
        &configuration(&json!({ "authority": "https://login.microsoftonline.com/common" })),
    );
    assert_eq!(resumed, Ok(state));
}
