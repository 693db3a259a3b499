//! What Microsoft Entra's AADSTS numbers mean, as data: of which kind each is, and what to do about it.
//!
//! Not what the machine does at one (`flow/server_error.rs`, `flow/polling.rs`), and not a second source of truth: Microsoft asks
//! that programs branch on the error word of RFC 6749 §5.2. A number gives the hint, and decides only where the word says
//! too little. An unknown number is treated like an error of any other provider.

#![expect(clippy::unreadable_literal, reason = "they are names: this is how people search for them")]

/// What sort of trouble a number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// None: the person is not done yet.
    Pending,
    /// The code's life is over.
    Expired,
    /// The code is good for nothing any more.
    Restart,
    /// A person has to sign in (again), or to say yes.
    Person,
    /// The program or its registration is set up wrongly.
    Configuration,
    /// An administrator decided so, or has to decide.
    Administrator,
    /// It passes by itself.
    Transient,
    /// Too many requests of the same kind: Entra asks for minutes of silence.
    Loop,
}

/// What is known of a number.
#[derive(Debug, PartialEq, Eq)]
pub struct Advice {
    /// The numbers that share it.
    pub numbers: &'static [u32],
    /// Their kind.
    pub kind: Kind,
    /// What to do, one sentence.
    pub hint: &'static str,
}

/// The advice on a number.
#[must_use]
pub fn advice(number: u32) -> Option<&'static Advice> {
    ADVICE.iter().find(|advice| advice.numbers.contains(&number))
}

/// Builds both tables from one list. The meanings are for docs/errors.md; the module has no use for them.
macro_rules! numbers {
    ($($kind:ident $hint:literal { $($number:literal $meaning:literal)+ })+) => {
        /// All of it, by hint.
        pub const ADVICE: &[Advice] = &[$(Advice { numbers: &[$($number),+], kind: Kind::$kind, hint: $hint }),+];

        /// Every number with what it stands for.
        #[cfg(not(target_arch = "wasm32"))]
        pub const MEANINGS: &[(u32, &str)] = &[$($(($number, $meaning)),+),+];
    };
}

numbers! {
    Pending "Go on polling: the person has not finished signing in." {
        70016 "The person has not finished signing in."
    }
    Expired "Ask for a new code when the person is there to use it." {
        70019 "The code has expired."
        70020 "The code has expired."
    }
    Restart "The provider does not know this code (any more): start a new sign-in." {
        70018 "The code is not known: mistyped, cut off, or long gone."
    }
    Restart "Start a new sign-in: this code was already used, was declined, or has expired." {
        90119 "The user code is wrong or has expired."
        90120 "The code was already approved or declined."
    }
    Restart "Start a new sign-in with auth.authority set to the tenant that the person belongs to." {
        50134 "The person signed in at another data center than the one that issued the code."
    }
    Person "The code was already used, revoked or not accepted: start a new sign-in." {
        70000 "The grant is not valid: already redeemed, revoked, or of another client. `suberror` says more."
    }
    Person "Let the person sign in again: the earlier sign-in has expired or was revoked." {
        50132 "The session ended with a password change or expiry."
        50133 "The session was revoked with a password change or expiry."
        50173 "The grant was revoked: the password was changed or reset."
        70008 "The refresh token has expired, or was not used for too long."
        70043 "The refresh token has reached the sign-in frequency that a Conditional Access policy sets."
        700082 "The refresh token was not used for 90 days."
        700084 "The refresh token of a single-page application has reached its 24 hours."
    }
    Person "Start a new sign-in with this error's claims as request.claims: the person has to prove more (such as \
        MFA)." {
        50072 "The person has to enrol for multi-factor authentication."
        50074 "Multi-factor authentication is required and was not passed."
        50076 "Multi-factor authentication is required."
        50078 "The multi-factor authentication of before has expired."
        50079 "The person has to register for multi-factor authentication."
        50158 "Another service has to be satisfied first: a second factor of another vendor, terms of use."
    }
    Person "Start a new sign-in, in which the person chooses one account." {
        16000 "There are several sessions, and the person has to choose an account."
    }
    Person "Let the person sign in with an account of the tenant in auth.authority, or ask its administrator for an \
        invitation." {
        50020 "The account belongs to another tenant or provider and is no guest here."
    }
    Person "Let the person, or whoever administers the account, see to it: it is unknown, locked, disabled or its \
        password has expired." {
        50034 "There is no such account in the tenant."
        50053 "The account is locked: too many wrong attempts, or a suspicious address."
        50055 "The password has expired."
        50057 "The account is disabled."
    }
    Person "Let the person consent to request.scopes in a new sign-in, or ask an administrator to consent for the \
        tenant." {
        65001 "Nobody has consented to the permissions that the program asks for."
    }
    Person "The person declined; ask again only when the person wants to." {
        65004 "The person declined to consent."
    }
    Administrator "An administrator's Conditional Access policy blocks this sign-in, often every device code flow: \
        ask the administrator to exclude this application or person from it (authentication flows)." {
        53003 "A Conditional Access policy blocks the sign-in; often the one that blocks device code flow."
    }
    Administrator "An administrator admits managed devices only, which a sign-in on another device cannot prove: \
        ask the administrator to exclude this application from that Conditional Access policy." {
        50097 "The device has to authenticate itself."
        53000 "The device has to be compliant."
        53001 "The device has to be joined to the domain."
        530003 "The device has to be managed."
    }
    Administrator "An administrator's security policy (security defaults, MFA registration, risk) blocks this \
        sign-in: ask the administrator to look up the trace id in the sign-in logs and to allow it." {
        53004 "The person has to register for multi-factor authentication, and may not from here: it looks risky."
        530032 "A security policy of the tenant blocks the sign-in."
        530035 "The tenant's security defaults block the sign-in."
    }
    Administrator "Ask an administrator to assign the person, or a group of theirs, to this application (Enterprise \
        applications, Users and groups)." {
        50105 "The person is not assigned to the application, which requires it."
    }
    Administrator "Ask an administrator to consent to request.scopes for the tenant." {
        90094 "Only an administrator can consent to these permissions."
        90095 "Only an administrator can consent to these permissions; a request for it can be sent."
    }
    Administrator "Ask an administrator to enable the application in the tenant (Enterprise applications, \
        Properties)." {
        7000112 "The application is disabled."
    }
    Configuration "Set auth.clientId to a registration of your own: Microsoft's own applications may ask only for \
        what Microsoft has granted them." {
        65002 "One of Microsoft's own applications asks for an API that has not authorized it beforehand."
    }
    Configuration "Check auth.clientId and the tenant in auth.authority: the application is not there." {
        70001 "The application is not supported in the tenant."
        700011 "The application is not in the tenant."
        700016 "The application was not found in the tenant."
    }
    Configuration "Set \"Allow public client flows\" to Yes in the registration (Authentication): this flow has no \
        client secret." {
        7000218 "A client secret is asked for: the registration is not one of a public client."
    }
    Configuration "Check auth.clientId, and that the registration allows public client flows (no client secret)." {
        70002 "The client is not valid, or could not be authenticated."
    }
    Configuration "Send no client secret: take it out of request.extraQueryParameters, or of what changes the \
        request on its way." {
        700025 "A public client sent a secret."
        7000215 "The client secret is wrong."
        7000222 "The client secret has expired."
    }
    Configuration "Set auth.authority to https://login.microsoftonline.com/{tenant} with the registration's own \
        tenant, or make the registration multitenant." {
        50059 "No tenant is named, and none follows from the request."
        50128 "No tenant is named, and none follows from the request."
        50194 "The registration is for one tenant and cannot be used with common."
    }
    Configuration "Check the tenant in auth.authority, and that its host is that of the tenant's cloud." {
        90002 "There is no such tenant in this cloud."
        90038 "The tenant is in another, national cloud."
    }
    Configuration "Set auth.authority to https://login.microsoftonline.com/organizations or to a tenant: not for \
        personal accounts." {
        90124 "The resource cannot be used with common or consumers."
        90130 "The application cannot be used with common or consumers."
        90133 "Device code flow cannot be used with common or consumers."
        9001023 "The grant cannot be used with common or consumers."
        9002332 "The registration is for work and school accounts only, and consumers was asked."
    }
    Configuration "Set auth.authority to https://login.microsoftonline.com/consumers: the registration is for \
        personal accounts only." {
        9002331 "The registration is for personal accounts only, and another authority was asked."
    }
    Configuration "Send people to https://{name}.ciamlogin.com/common/oauth2/deviceauth, with {name} from \
        auth.authority: the page shown does not know customers." {
        500208 "The page is one where the customers of an external tenant cannot sign in."
    }
    Configuration "Add the API that request.scopes names to the registration (API permissions), and have it \
        consented to in the tenant." {
        500011 "The resource is not in the tenant."
        650057 "The resource is not among the registration's API permissions."
    }
    Configuration "Correct request.scopes: each must be one that its API has, and all must be of one API." {
        28002 "A scope is not valid."
        28003 "The scopes are empty."
        70011 "A scope is not valid."
        700022 "The scopes are of more than one API."
    }
    Configuration "Check request.extraQueryParameters and system.fetch; if neither changes the request, this is a \
        bug in device-code-flow: please report it." {
        90014 "A required parameter is missing."
        900144 "A required parameter is missing in the body."
        9002313 "The request is malformed."
    }
    Configuration "Check the host in auth.authority: Microsoft does not know it; if it is yours, name it in \
        auth.knownAuthorities." {
        50049 "The host of the authority is not one of Microsoft's."
    }
    Transient "Try again in a while; the provider could not answer just now." {
        50087 "Something failed that passes by itself."
        90006 "Something failed that passes by itself."
        90024 "Too many requests, or an overloaded service."
        90033 "Something failed that passes by itself."
        90055 "Too many requests."
    }
    Transient "Let the person confirm in the browser that this is the application they want to sign in to." {
        50199 "The person has to confirm in the browser that they want to sign in to this application."
    }
    Loop "Wait at least five minutes, and look for what asks so often: a token is to be kept and used until it \
        expires." {
        50196 "Too many requests of the same kind: the client seems to be in a loop."
    }
}
