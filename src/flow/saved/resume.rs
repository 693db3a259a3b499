//! What of a text counts for the application that resumes it. Its check detects damage and no forgery, so whatever follows from the
//! configuration, or from the name of the authority, is not taken from the text.

use crate::config::request::SignInRequest;
use crate::config::validate::{self, Identity};
use crate::entra::authority::{Authority, Standing};
use crate::entra::trust::Trust;
use crate::error::{Code, Error};
use crate::flow::FlowState;
use crate::flow::saved::read;
use crate::flow::session::Session;

/// Reads a text for the application that resumes it: the client that started it, configured for the same authority.
/// `configuration` is the JSON text that a request of this application would be part of. Its settings about hosts count, those in the
/// text do not.
///
/// # Errors
/// As [`read`]; [`Code::SavedFlowInvalid`] for endpoints that are not those of the authority; [`Code::SavedFlowMismatch`] for another
/// application's flow, and for one at a host that this configuration does not vouch for.
pub fn resume(text: &str, configuration: &str) -> Result<FlowState, Error> {
    let mut state = read(text)?;
    let session = match &mut state {
        FlowState::Waiting(waiting) => &mut waiting.session,
        FlowState::Polling(polling) => &mut polling.session,
        _ => return Err(Code::SavedFlowInvalid.error("The saved flow has no code yet.")),
    };
    configure(&mut session.request, validate::identity(configuration)?)?;
    check_endpoints(session)?;
    Ok(state)
}

/// Puts the settings of `application` into the place of those that the text has.
fn configure(request: &mut SignInRequest, application: Identity) -> Result<(), Error> {
    let Identity { client_id, configured, trust, authority_metadata } = application;
    if request.client_id != client_id {
        return Err(Code::SavedFlowMismatch.error("The saved flow was started by another client id."));
    }
    if request.configured.canonical() != configured.canonical() {
        return Err(Code::SavedFlowMismatch.error("The saved flow was started under another auth.authority."));
    }
    let authority = vouched_for(&request.authority, &trust)?;
    // The given metadata is the configured authority's.
    request.authority_metadata = authority_metadata.filter(|_| authority == configured);
    (request.authority, request.configured, request.trust) = (authority, configured, trust);
    Ok(())
}

/// The authority of the text, as this configuration knows it. Entra's word on an unknown host came to whoever started the flow: the
/// text alone does not prove it, nor under which name the host's accounts are cached.
fn vouched_for(saved: &Authority, trust: &Trust) -> Result<Authority, Error> {
    let name = saved.canonical();
    let other_settings = || {
        let settings = "auth.knownAuthorities, auth.cloudDiscoveryMetadata or system.protocolMode";
        Code::SavedFlowMismatch.error(format!("The saved flow was started under another {settings}: {name}."))
    };
    let own = Authority::parse(name, "auth.authority", trust).map_err(|_| other_settings())?;
    if own.kind != saved.kind || own.canonical() != name {
        return Err(other_settings());
    }
    if own.standing == Standing::Unknown {
        let message = format!(
            "The saved flow is one of {name}, and neither auth.knownAuthorities nor auth.cloudDiscoveryMetadata has that host."
        );
        return Err(Code::SavedFlowMismatch.error(message));
    }
    Ok(own)
}

/// The endpoints that need no request must be those of the text.
fn check_endpoints(Session { request, endpoints, .. }: &Session) -> Result<(), Error> {
    let Some(known) = request.known_endpoints()? else { return Ok(()) };
    let pairs = [
        ("deviceAuthorizationEndpoint", &endpoints.device_authorization, &known.device_authorization_endpoint),
        ("tokenEndpoint", &endpoints.token, &known.token_endpoint),
    ];
    let Some((name, ..)) = pairs.into_iter().find(|(_, saved, known)| saved != known) else { return Ok(()) };
    if request.authority_metadata.is_some() {
        return Err(
            Code::SavedFlowMismatch.error(format!("The saved flow's {name} is not that of auth.authorityMetadata."))
        );
    }
    let authority = request.authority.canonical();
    Err(Code::SavedFlowInvalid.error(format!("The saved flow's {name} is not that of {authority}.")))
}
