// Options that are nearly, or elsewhere, what they should be: `autority` would send everybody to another tenant, and a cachePlugin
// one level too high would keep nothing, both in silence.
//
// Not a list of what is allowed. Programs of msal-node pass what this flow has no use for, and that is left alone.

import { ClientConfigurationError } from "./errors.js";

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
    "scopes authority azureCloudOptions claims extraQueryParameters locale timeout correlationId deviceCodeCallback signal cancel account forceRefresh waitUntil revoke",
  options: "signal save",
};

/** Throws for a member of `given`, which stands at `where`, if another name must be meant. */
export function checkNames(given, where) {
  const known = namesOf(where);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const near = known.find((other) => isNear(name, other));
    const place = near ? where : elsewhere(where, name);
    if (!place) continue;
    throw new ClientConfigurationError(
      "invalid_argument",
      `${where}.${name} is not known here: is ${place}.${near || name} meant?`,
      "Correct the name, or leave it out.",
    );
  }
}

function namesOf(place) {
  return (NAMES[place] || "").split(" ");
}

/** Which other section has an option of that name. */
function elsewhere(where, name) {
  const section = /^configuration\b/;
  return section.test(where) ? Object.keys(NAMES).find((place) => section.test(place) && namesOf(place).includes(name)) : undefined;
}

/** The same but for case, or for two letters in one place: one too many, one missing, two changed round. */
function isNear(given, known) {
  const [one, other] = [given.toLowerCase(), known.toLowerCase()];
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return start + end > 1 && Math.max(one.length, other.length) - start - end <= 2;
}
