//! Microsoft's clouds: which hosts are theirs, and under which name each is reached and cached.

/// One cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// The host that requests go to.
    pub network: &'static str,
    /// The host under which MSAL's caches keep its accounts.
    pub cache: &'static str,
    /// Every name of it.
    pub aliases: &'static [&'static str],
}

/// The clouds that need no discovery request.
pub const CLOUDS: &[Cloud] = &[
    Cloud {
        network: "login.microsoftonline.com",
        cache: "login.windows.net",
        aliases: &["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
    },
    Cloud {
        network: "login.partner.microsoftonline.cn",
        cache: "login.partner.microsoftonline.cn",
        aliases: &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
    },
    Cloud {
        network: "login.microsoftonline.us",
        cache: "login.microsoftonline.us",
        aliases: &["login.microsoftonline.us", "login.usgovcloudapi.net"],
    },
];

/// The cloud that has `host` among its names.
#[must_use]
pub fn of(host: &str) -> Option<&'static Cloud> {
    CLOUDS.iter().find(|cloud| cloud.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(host)))
}
