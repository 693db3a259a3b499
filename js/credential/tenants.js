// Which tenant a call is for, and where that is: @azure/identity's rules, as addresses of authorities.
//
// A resource may name a tenant in its challenge, so the tenant of a call is not the program's word: a credential that has a
// tenant goes to others only if the program has listed them.

import { CredentialUnavailableError, wrong } from "./errors.js";
import { variable } from "./environment.js";

/**
 * @param options the credential's, and
 * - `authority`: of the configuration or the application; `isIssuer`: one that has no tenants
 * - `isTheirs`: it is an application's that was made elsewhere, so each request has to say the tenant; its
 *   `azureCloudOptions`, which come before any authority
 * - `defaultTenant`, `defaultHost`: where nothing is said
 */
export function tenantsOf(options) {
  const { tenantId, authorityHost, authority, azureCloudOptions, isIssuer, isTheirs, defaultTenant, defaultHost } = options;
  if (tenantId) checkTenant(tenantId, "options.tenantId");
  const listed = options.additionallyAllowedTenants || [];
  if (!Array.isArray(listed) || listed.some((tenant) => typeof tenant !== "string")) {
    wrong("options.additionallyAllowedTenants", "an array of strings");
  }
  const host = authorityHost || (authority ? originOf(authority) : defaultHost);
  const own = isTheirs || (authority && !tenantId && !authorityHost) ? authority : joined(host, tenantId || defaultTenant);
  const fixed = isIssuer || tenantId === "adfs";
  // Domain → tenant, as answers have said.
  const meant = new Map();
  return {
    tenantId: tenantId || undefined,
    authority: own,
    isVouchedFor: !!options.disableInstanceDiscovery || (tenantId === "adfs" && !!authorityHost),

    /** The tenant of a call that names one, or not. Throws CredentialUnavailableError for one that is not allowed. */
    allowed(asked) {
      const tenant = fixed || variable("AZURE_IDENTITY_DISABLE_MULTITENANTAUTH") ? tenantId : this.checked(asked);
      const isAllowed = !tenantId || same(tenant, tenantId) || listed.some((one) => one === "*" || same(one, tenant));
      if (!isAllowed) throw notAllowed(tenant);
      return tenant;
    },

    /** The same for a call of the program itself, which needs no list. */
    checked(asked) {
      if (asked) checkTenant(asked, "options.tenantId");
      return asked || tenantId || undefined;
    },

    /** What a request says to go to a tenant; nothing where it is the application's own. */
    placeOf(tenant) {
      if (!tenant || fixed || (!isTheirs && tenantId && same(tenant, tenantId))) return undefined;
      const isCloud = azureCloudOptions && azureCloudOptions.azureCloudInstance && azureCloudOptions.azureCloudInstance !== "none";
      const known = meant.get(tenant.toLowerCase()) || tenant;
      return isCloud ? { azureCloudOptions: { ...azureCloudOptions, tenant: known } } : { authority: joined(host, known) };
    },

    /** Is it a domain of whose tenant no answer has said yet? A cache has tokens by tenant, so it cannot be asked. */
    isUnknown(tenant) {
      return !TENANT.test(tenant) && !ALIASES.includes(tenant.toLowerCase()) && !meant.has(tenant.toLowerCase());
    },

    /** An answer has come for `tenant`: from this one. */
    learnt(tenant, from) {
      if (TENANT.test(from)) meant.set(tenant.toLowerCase(), from);
    },
  };
}

const TENANT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ALIASES = ["common", "organizations", "consumers"];

function checkTenant(tenant, name) {
  if (typeof tenant === "string" && /^[0-9a-zA-Z-.]+$/.test(tenant)) return;
  wrong(
    name,
    "a tenant. Invalid tenant id provided. You can locate your tenant id by following the instructions listed here: https://learn.microsoft.com/partner-center/find-ids-and-domain-names",
  );
}

function notAllowed(tenant) {
  // The sentences are @azure/identity's.
  const error = new CredentialUnavailableError(
    `The current credential is not configured to acquire tokens for tenant ${tenant}. To enable acquiring tokens for this tenant add it to the AdditionallyAllowedTenants on the credential options, or add "*" to AdditionallyAllowedTenants to allow acquiring tokens for any tenant.`,
  );
  error.hint = "List the tenant in additionallyAllowedTenants if your program means to go there; a resource may have named it.";
  return error;
}

/** A host may end in a slash, or in its tenant already. */
function joined(host, tenant) {
  const plain = String(host).replace(/\/+$/, "");
  return plain.toLowerCase().endsWith(`/${tenant.toLowerCase()}`) ? plain : `${plain}/${tenant}`;
}

/** What is no address, the application refuses by name. */
function originOf(authority) {
  try {
    return new URL(authority).origin;
  } catch {
    return authority;
  }
}

function same(one, other) {
  return String(one).toLowerCase() === String(other).toLowerCase();
}
