// Who answers at an address: the authorities that the stand-in plays, told apart by host and path as Microsoft does.
//
// Not what they answer: answers.mjs and discovery.mjs have that.

/** The tenant of Contoso, of its customers (CIAM), and the one that all personal accounts are in. */
export const TENANT = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
export const CIAM_TENANT = "bbbbcccc-1111-dddd-2222-eeee3333ffff";
export const PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** Another name of TENANT. */
export const DOMAIN = "contoso.onmicrosoft.com";

const own = (host, more) => ({ preferred_network: host, preferred_cache: host, aliases: [host], ...more });
const sovereign = (land) => own(`login.sovcloud-identity.${land}`);

/** Microsoft's clouds as instance discovery lists them, and where a person enters the code. */
export const CLOUDS = [
  {
    preferred_network: "login.microsoftonline.com",
    preferred_cache: "login.windows.net",
    aliases: ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
    page: "https://login.microsoft.com/device",
  },
  {
    ...own("login.partner.microsoftonline.cn", { page: "https://microsoft.com/deviceloginchina" }),
    aliases: ["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
  },
  own("login.microsoftonline.de"),
  {
    ...own("login.microsoftonline.us", { page: "https://microsoft.com/deviceloginus" }),
    aliases: ["login.microsoftonline.us", "login.usgovcloudapi.net"],
  },
  own("login-us.microsoftonline.com"),
  ...["fr", "de", "sg"].map(sovereign),
  {
    // Microsoft's own, for trying things out: the public cloud does not tell of it.
    ...own("login.windows-ppe.net", { unlisted: true }),
    aliases: ["login.windows-ppe.net", "sts.windows-ppe.net", "login.microsoft-ppe.com"],
  },
];

/**
 * Everybody who answers.
 *
 * @param settings
 * - `tenants`: the ones that exist on every cloud, as they are called in a path
 * - `privateClouds`: more clouds, in the spelling of instance discovery
 * - `customDomains`: hosts that instance discovery knows, but that are in none of its clouds
 * - `ciam`: tenants of customers by the name before .ciamlogin.com; `adfs`, `dsts`: hosts
 * - `issuers`: see discovery.mjs
 */
export function worldOf({
  tenants = [TENANT, DOMAIN, "common", "organizations", "consumers"],
  privateClouds = [],
  customDomains = [],
  ciam = { contoso: CIAM_TENANT },
  adfs = ["adfs.contoso.com"],
  dsts = ["dsts.contoso.com"],
  issuers = [],
} = {}) {
  const custom = customDomains.map((host) => own(host, { unlisted: true, custom: true }));
  return { clouds: [...CLOUDS, ...privateClouds, ...custom], tenants, ciam, adfs, dsts, issuers };
}

/** The cloud that has `host` among its names. */
export function cloudOf(host, { clouds }) {
  return clouds.find(({ aliases }) => aliases.includes(host));
}

/**
 * Who is at `url`, and what is asked of it: `devicecode`, `token`, `revocation`, `metadata`, `instances`, or nothing that is there.
 * `undefined` where there is no such host.
 */
export function authorityAt(url, world) {
  const loopback = /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname);
  const issuer = issuerAt(url, world);
  if (issuer) return issuer;
  const [first, second] = url.pathname.toLowerCase().split("/").slice(1);
  const { origin, host } = url;
  const [, customers] = /^([^.]+)\.ciamlogin\.com$/.exec(host) ?? [];
  if (customers) {
    const [name, guid] = Object.entries(world.ciam).find((names) => names.includes(customers)) ?? [];
    if (!guid) return undefined;
    return asked(url, { kind: "ciam", origin, base: `/${first}/`, tenant: first, guid, name, network: host });
  }
  if (world.adfs.includes(host) || (loopback && first === "adfs")) {
    return asked(url, { kind: "adfs", origin, base: "/adfs/", network: host });
  }
  if (world.dsts.includes(host) || (loopback && first === "dstsv2")) {
    return asked(url, { kind: "dsts", origin, base: `/dstsv2/${second}/`, tenant: second, guid: guidOf(second), network: host });
  }
  const cloud = cloudOf(host, world) ?? (loopback && own(host, { custom: true }));
  if (!cloud) return undefined;
  const network = cloud.preferred_network;
  const home = cloud.custom ? origin : `https://${network}`;
  return asked(url, { kind: "entra", origin: home, base: `/${first}/`, tenant: first, guid: guidOf(first), network, cloud });
}

/** Does this authority have the tenant that it is asked for? One without tenants has every one. */
export function hasTenant({ kind, tenant, guid, name }, { tenants }) {
  if (kind === "ciam") return [guid, name, `${name}.onmicrosoft.com`].includes(tenant);
  if (kind !== "entra" && kind !== "dsts") return true;
  return tenants.includes(tenant) || (tenant === PERSONAL_TENANT && tenants.includes("consumers"));
}

/** The GUID behind a name; `undefined` for the names that stand for many tenants. */
function guidOf(tenant) {
  if (tenant === "common" || tenant === "organizations") return undefined;
  if (tenant === "consumers") return PERSONAL_TENANT;
  return /^[0-9a-f]{8}-/.test(tenant) ? tenant : TENANT;
}

const VERSIONED = {
  "oauth2/v2.0/devicecode": "devicecode",
  "oauth2/v2.0/token": "token",
  "v2.0/.well-known/openid-configuration": "metadata",
};
const UNVERSIONED = {
  "oauth2/devicecode": "devicecode",
  "oauth2/token": "token",
  ".well-known/openid-configuration": "metadata",
};

function asked(url, authority) {
  const path = url.pathname.toLowerCase().replace(/\/$/, "");
  if (authority.kind === "entra" && path === "/common/discovery/instance") return { ...authority, endpoint: "instances" };
  if (!path.startsWith(authority.base)) return authority;
  const endpoints = authority.kind === "adfs" ? UNVERSIONED : VERSIONED;
  return { ...authority, endpoint: endpoints[path.slice(authority.base.length)] };
}

/** An issuer may be a path alone: then it is at every host, so at the loopback server's. */
function issuerAt(url, { issuers }) {
  for (const { issuer, openid = true, oauth = false, paths, published } of issuers) {
    const { origin, pathname } = new URL(issuer, url.origin);
    const path = pathname.replace(/\/$/, "");
    const places = { devicecode: "/device_authorization", token: "/token", revocation: "/revocation", ...paths };
    const endpoints = {
      [path + places.devicecode]: "devicecode",
      [path + places.token]: "token",
      [path + places.revocation]: "revocation",
      ...(openid && { [`${path}/.well-known/openid-configuration`]: "metadata" }),
      // RFC 8414 §3.1: between the host and the path.
      ...(oauth && { [`/.well-known/oauth-authorization-server${path}`]: "metadata" }),
    };
    const endpoint = endpoints[url.pathname];
    if (origin === url.origin && (endpoint || url.pathname.startsWith(`${path}/`))) {
      return { kind: "issuer", origin, issuer: origin + path, network: origin + path, places, published, endpoint };
    }
  }
  return undefined;
}
