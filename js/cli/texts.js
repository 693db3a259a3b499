// @ts-check
// The texts that the command prints. This file makes no decisions and does no I/O.

import { escaped, printable } from "./printable.js";

/** @typedef {import("device-code-flow").AuthenticationResult} AuthenticationResult */

const USAGE = "Usage: device-code-flow sign-in --client-id ID --scope SCOPE [options]\n";

// Lines have at most 80 columns, which every terminal has.
export const HELP = `${USAGE}
Signs a person in on another device: prints an address and a code, waits, and
prints who signed in. Needs Node 18.3 or newer.

  --client-id ID          the application (client) id of a public client
  --scope SCOPE           the scope to ask for; several in quotes, or each with
                          its own --scope
  --authority URL         the authority to sign in with: any issuer, or
                          https://login.microsoftonline.com/TENANT
                          (default: the TENANT common)
  --known-authority HOST  a host that you trust: AD FS, a private cloud; may be
                          given several times
  --protocol-mode MODE    OIDC treats the authority as an issuer like any
                          other, even on a host of Microsoft's; AAD (the
                          default) and EAR do not
  --claims JSON           the claims parameter, as in a claims challenge
  --locale TAG            language of Microsoft's message, for example fr-FR
  --timeout SECONDS       how long to wait for the person, if shorter than the
                          lifetime of the code; 0 is no limit but that
  --state FILE            for scripts that stop and start: the first run prints
                          the code, saves the sign-in in FILE and ends; the
                          next run waits for the person. FILE is a credential
                          (mode 0600), and is refused if others can write it
                          or its folder. It is removed when the sign-in ends
  --once                  with --state: poll once, if a poll is due, and end
  --json                  print the whole result, tokens included, as JSON on
                          standard output
  --version               the version
  -h, --help              this text

Exit codes:
    0  signed in
    1  refused, expired or failed
    2  wrong usage
    3  not signed in yet, or another run uses FILE (with --state): run it again
  130  cancelled by Ctrl-C; 143 by SIGTERM
`;

/**
 * Describes a mistake in the arguments. The problem comes last, so that it is visible in a terminal of any height.
 * @param {string} problem
 */
export function describeProblem(problem) {
  return `${USAGE}\n${problem}\n--help lists all options.\n`;
}

/** @param {AuthenticationResult} result */
export function describeResult({ account, scopes, expiresOn }) {
  const expiry = expiresOn ? `, until ${expiresOn.toISOString()}` : "";
  return `Signed in as ${printable(describeAccount(account))}\nScopes: ${printable(scopes.join(" "))}${expiry}\n`;
}

/** @param {AuthenticationResult["account"]} account */
function describeAccount(account) {
  // The type allows null as msal-node's does.
  if (!account) return "an unknown account";
  const names = [account.name, account.username && `<${account.username}>`].filter(Boolean);
  if (!names.length && account.homeAccountId.startsWith("local:")) return "the account of this client (the provider sent no ID token)";
  return names.join(" ") || account.homeAccountId;
}

/**
 * What a script may show to a person: everything but the device code.
 * @param {import("device-code-flow").DeviceCodeFlow} flow
 */
export function describeFlow({ userCode, verificationUri, verificationUriComplete, message, expiresOn }) {
  return { status: "pending", userCode, verificationUri, verificationUriComplete, message, expiresOn };
}

/** @param {import("device-code-flow").AuthError} error */
export function describeError({ errorCode, errorMessage, hint, traceId, correlationId }) {
  const lines = [`${errorCode}: ${errorMessage}`];
  if (hint) lines.push(hint);
  if (traceId) lines.push(`Trace id ${traceId}, correlation id ${correlationId}`);
  return `${lines.map(printable).join("\n")}\n`;
}

/**
 * The JSON text of a result or an error, as visible characters. JSON has no maps, so they become objects.
 * @param {unknown} value
 */
export function asJson(value) {
  const mapToObject = (/** @type {string} */ _, /** @type {unknown} */ member) => (member instanceof Map ? Object.fromEntries(member) : member);
  return `${escaped(JSON.stringify(value, mapToObject, 2))}\n`;
}
