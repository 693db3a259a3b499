// @ts-check
// The tenant of a call, and the authority of that tenant, by @azure/identity's rules.
//
// A resource may name a tenant in its challenge, so the program did not necessarily choose the tenant of a call. A credential that has a
// tenant uses other tenants only if the program has listed them.

import { readVariable } from "./environment.js";
import { CredentialUnavailableError, throwWrongArgument } from "./errors.js";

/** @typedef {import("device-code-flow").AzureCloudOptions} AzureCloudOptions */
/** @typedef {{ authority?: string, azureCloudOptions?: AzureCloudOptions }} RequestAuthority */

/**
 * @typedef {object} TenantSettings
 * @property {string} [tenantId] of the credential
 * @property {string} [authorityHost] of the credential
 * @property {string[]} [additionallyAllowedTenants]
 * @property {boolean} [disableInstanceDiscovery]
 * @property {string} [authority] of the configuration, or of an application that the program made
 * @property {AzureCloudOptions} [azureCloudOptions] of such an application. They take precedence over the authority
 * @property {boolean} isIssuer the authority has no tenants
 * @property {boolean} isOwnApplication the program made the application, so each request has to name the tenant
 * @property {string} defaultTenant
 * @property {string} defaultHost
 */

const TENANT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ALIASES = ["common", "organizations", "consumers"];

export class Tenants {
  /**
   * The tenant of the credential.
   * @type {string | undefined}
   */
  tenantId;
  /**
   * The authority of the credential.
   * @type {string}
   */
  authority;
  /**
   * The host is trusted without instance discovery.
   * @type {boolean}
   */
  isTrusted;
  /**
   * The authority has one tenant or none, so calls cannot choose.
   * @type {boolean}
   */
  hasFixedTenant;
  /** @type {TenantSettings} */
  settings;
  /**
   * The host of the authorities of other tenants.
   * @type {string}
   */
  host;
  /** @type {string[]} */
  allowedTenants;
  /**
   * Domain in lower case → tenant id, as answers have shown.
   * @type {Map<string, string>}
   */
  tenantIds = new Map();

  /** @param {TenantSettings} settings */
  constructor(settings) {
    const { tenantId, authorityHost, authority, isOwnApplication, defaultTenant, defaultHost } = settings;
    const allowedTenants = settings.additionallyAllowedTenants || [];
    if (tenantId) checkTenant(tenantId, "options.tenantId");
    if (!isTextArray(allowedTenants)) throwWrongArgument("options.additionallyAllowedTenants", "an array of strings");
    const isAsConfigured = isOwnApplication || (!tenantId && !authorityHost);
    this.settings = settings;
    this.host = authorityHost || (authority ? originOf(authority) : defaultHost);
    this.tenantId = tenantId || undefined;
    this.authority = authority && isAsConfigured ? authority : authorityOf(this.host, tenantId || defaultTenant);
    this.isTrusted = Boolean(settings.disableInstanceDiscovery) || (tenantId === "adfs" && Boolean(authorityHost));
    this.hasFixedTenant = settings.isIssuer || tenantId === "adfs";
    this.allowedTenants = allowedTenants;
  }

  /**
   * The tenant of a call of getToken.
   * @param {string | undefined} requested
   * @throws {CredentialUnavailableError} the tenant is not allowed
   */
  forToken(requested) {
    const isFixed = this.hasFixedTenant || Boolean(readVariable("AZURE_IDENTITY_DISABLE_MULTITENANTAUTH"));
    const tenant = isFixed ? this.tenantId : this.forAuthentication(requested);
    if (this.tenantId && !this.isAllowed(tenant)) throw tenantNotAllowed(tenant);
    return tenant;
  }

  /**
   * The tenant of a call of authenticate. The program itself makes such a call, so the list does not apply.
   * @param {string | undefined} requested
   */
  forAuthentication(requested) {
    if (requested) checkTenant(requested, "options.tenantId");
    return requested || this.tenantId;
  }

  /** @param {string | undefined} tenant */
  isAllowed(tenant) {
    return isSame(tenant, this.tenantId) || this.allowedTenants.some((allowed) => allowed === "*" || isSame(allowed, tenant));
  }

  /**
   * The fields of a request that name the tenant; undefined if the tenant is that of the application.
   * @param {string | undefined} tenant
   * @returns {RequestAuthority | undefined}
   */
  authorityForRequest(tenant) {
    const { isOwnApplication, azureCloudOptions } = this.settings;
    const isApplicationsTenant = !isOwnApplication && this.tenantId && isSame(tenant, this.tenantId);
    if (!tenant || this.hasFixedTenant || isApplicationsTenant) return undefined;
    const name = this.tenantIds.get(tenant.toLowerCase()) || tenant;
    if (azureCloudOptions && isCloud(azureCloudOptions)) return { azureCloudOptions: { ...azureCloudOptions, tenant: name } };
    return { authority: authorityOf(this.host, name) };
  }

  /**
   * Is it a domain whose tenant id is unknown? The cache has tokens by tenant id, so it cannot be used.
   * @param {string} tenant
   */
  isUnknownDomain(tenant) {
    return !TENANT_ID.test(tenant) && !ALIASES.includes(tenant.toLowerCase()) && !this.tenantIds.has(tenant.toLowerCase());
  }

  /**
   * Remembers the tenant id of an answer for `tenant`.
   * @param {string} tenant
   * @param {string} tenantId
   */
  remember(tenant, tenantId) {
    if (TENANT_ID.test(tenantId)) this.tenantIds.set(tenant.toLowerCase(), tenantId);
  }
}

/** @param {AzureCloudOptions} options */
function isCloud({ azureCloudInstance }) {
  return Boolean(azureCloudInstance) && azureCloudInstance !== "none";
}

/** @param {unknown} value */
function isTextArray(value) {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

/**
 * @param {string} tenant
 * @param {string} name of the option
 */
function checkTenant(tenant, name) {
  if (typeof tenant === "string" && /^[0-9a-zA-Z-.]+$/.test(tenant)) return;
  throwWrongArgument(
    name,
    "a tenant. Invalid tenant id provided. You can locate your tenant id by following the instructions listed here: https://learn.microsoft.com/partner-center/find-ids-and-domain-names",
  );
}

/** @param {string | undefined} tenant */
function tenantNotAllowed(tenant) {
  // The sentences are @azure/identity's.
  const error = new CredentialUnavailableError(
    `The current credential is not configured to acquire tokens for tenant ${tenant}. To enable acquiring tokens for this tenant add it to the AdditionallyAllowedTenants on the credential options, or add "*" to AdditionallyAllowedTenants to allow acquiring tokens for any tenant.`,
  );
  error.hint = "List the tenant in additionallyAllowedTenants if your program means to use it; a resource may have named it.";
  return error;
}

/**
 * The host may end in a slash, or in its tenant already.
 * @param {string} host
 * @param {string} tenant
 */
function authorityOf(host, tenant) {
  const address = String(host).replace(/\/+$/, "");
  return address.toLowerCase().endsWith(`/${tenant.toLowerCase()}`) ? address : `${address}/${tenant}`;
}

/**
 * The application refuses an authority that is not an address, and names the option.
 * @param {string} authority
 */
function originOf(authority) {
  try {
    return new URL(authority).origin;
  } catch {
    return authority;
  }
}

/**
 * @param {string | undefined} one
 * @param {string | undefined} other
 */
function isSame(one, other) {
  return String(one).toLowerCase() === String(other).toLowerCase();
}
