#!/usr/bin/env node
// The same sign-in in a terminal: `device-code-flow sign-in --authority URL --client-id ID --scope S`.
//
// What a person reads goes to standard error, what a program reads to standard output. Exit codes: 0 signed in, 1 refused,
// expired or failed, 2 wrong usage, 130 cancelled by Ctrl-C.

import { parseArgs } from "node:util";
import { AuthError, ClientConfigurationError, PublicClientApplication } from "device-code-flow";
import { asJson, describeError, describeResult, usage } from "./texts.js";

const options = {
  authority: { type: "string" },
  "client-id": { type: "string" },
  scope: { type: "string", multiple: true },
  "known-authority": { type: "string", multiple: true },
  "protocol-mode": { type: "string" },
  claims: { type: "string" },
  locale: { type: "string" },
  timeout: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  let values, positionals;
  try {
    ({ values, positionals } = parseArgs({ args, options, allowPositionals: true }));
  } catch (error) {
    return wrongUsage(error.message);
  }
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (positionals.length !== 1 || positionals[0] !== "sign-in") {
    return wrongUsage(positionals.length ? `There is no command "${positionals.join(" ")}".` : "Name a command.");
  }
  if (!values["client-id"]) return wrongUsage("--client-id is missing.");
  if (!values.scope) return wrongUsage("--scope is missing.");
  return signIn(values);
}

async function signIn({ authority, "client-id": clientId, scope, claims, locale, timeout, json, ...values }) {
  const controller = new AbortController();
  const interrupted = Symbol("interrupted");
  process.once("SIGINT", () => controller.abort(interrupted));
  try {
    const auth = { clientId, authority, knownAuthorities: values["known-authority"] };
    const app = new PublicClientApplication({ auth, system: { protocolMode: values["protocol-mode"] } });
    const result = await app.acquireTokenByDeviceCode({
      // One option with spaces or several options: both are how people write scopes.
      scopes: scope.flatMap((text) => text.split(/[\s,]+/)).filter(Boolean),
      claims,
      locale,
      timeout: timeout === undefined ? undefined : Number(timeout),
      signal: controller.signal,
      deviceCodeCallback: ({ message }) => void process.stderr.write(`${message}\n`),
    });
    process.stdout.write(json ? asJson(result) : describeResult(result));
    return 0;
  } catch (error) {
    if (error === interrupted) {
      process.stderr.write("Cancelled.\n");
      return 130;
    }
    if (!(error instanceof AuthError)) throw error;
    if (json) process.stdout.write(asJson({ error: { name: error.name, ...error } }));
    process.stderr.write(describeError(error));
    return error instanceof ClientConfigurationError && error.status === undefined ? 2 : 1;
  }
}

function wrongUsage(problem) {
  process.stderr.write(`${problem}\n\n${usage}`);
  return 2;
}
