// @ts-check
// Refuses a member of a configuration, a request or options whose name must be a mistake: nearly the name of an option, or the name of
// an option that stands in another section (docs/adr/0009). `autority` would send everybody to another tenant without a word, and a
// `cachePlugin` one level too high would store nothing.
//
// This is no list of what is allowed: programs written for msal-node pass what this flow has no use for, and that is passed over.

import { ClientConfigurationError } from "./errors.js";

/**
 * The options of each place.
 *
 * @type {Record<string, string>}
 */
const NAMES = {
  configuration: "auth broker cache system telemetry",
  "configuration.auth": "clientId authority authorityMetadata knownAuthorities clientCapabilities cloudDiscoveryMetadata azureCloudOptions isMcp",
  "configuration.cache": "cachePlugin",
  "configuration.system": "fetch networkClient protocolMode requestTimeout keepVerificationUri loggerOptions disableInternalRetries",
  "configuration.telemetry": "application",
  "auth.azureCloudOptions": "azureCloudInstance tenant",
  "system.loggerOptions": "loggerCallback logLevel piiLoggingEnabled",
  "telemetry.application": "appName appVersion",
  request:
    "scopes authority azureCloudOptions claims extraQueryParameters locale accountHint timeout correlationId deviceCodeCallback signal cancel account forceRefresh waitUntil revoke",
  options: "signal save",
  filter: "authority azureCloudOptions",
  "filter.azureCloudOptions": "azureCloudInstance tenant",
};

/**
 * Throws for a member of `given` whose name must be a mistake.
 *
 * @param {object} given what the caller passed
 * @param {string} place where it stands: `configuration.auth`, `request`
 */
export function refuseMistakenNames(given, place) {
  const options = optionsOf(place);
  for (const name of Object.keys(given)) {
    if (options.includes(name)) continue;
    const near = options.find((option) => isNear(name, option));
    const section = near ? place : sectionOf(place, name);
    if (!section) continue;
    throw new ClientConfigurationError(
      "invalid_argument",
      `${place}.${name} is not known here: is ${section}.${near || name} meant?`,
      "Correct the name, or leave it out.",
    );
  }
}

/** @param {string} place */
function optionsOf(place) {
  return (NAMES[place] || "").split(" ");
}

/**
 * The other section of the configuration that has an option of this name.
 *
 * @param {string} place
 * @param {string} name
 */
function sectionOf(place, name) {
  const isSection = (/** @type {string} */ other) => /^configuration\b/.test(other);
  return isSection(place) ? Object.keys(NAMES).find((other) => isSection(other) && optionsOf(other).includes(name)) : undefined;
}

/**
 * Are both names the same but for case, or but for two letters in one place: one too many, one missing, two in the wrong order?
 *
 * @param {string} given
 * @param {string} option
 */
function isNear(given, option) {
  const [one, other] = [given.toLowerCase(), option.toLowerCase()];
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return start + end > 1 && Math.max(one.length, other.length) - start - end <= 2;
}
