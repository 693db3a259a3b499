// The same sign-in in a terminal: `device-code-flow sign-in --authority URL --client-id ID --scope S`.
//
// What a person reads goes to standard error, what a program reads to standard output. Exit codes: 0 signed in, 1 refused,
// expired or failed, 2 wrong usage, 3 not yet (with --state), 128 and its number where a signal ended it (130: Ctrl-C).

import { AuthError, ClientConfigurationError, PublicClientApplication, version } from "device-code-flow";
import { readArguments } from "./options.js";
import { print, tell, Unwritten } from "./output.js";
import { differing } from "./settings.js";
import { alone, AnotherRun, read, remove, write } from "./state.js";
import { asJson, describeError, describeFlow, describeProblem, describeResult, help } from "./texts.js";
import { inOptions } from "./words.js";

// Without these, the system would end the process over its lock, and in the middle of a request.
const signals = { SIGINT: { said: "Cancelled.", code: 130 }, SIGTERM: { said: "Terminated.", code: 143 } };

process.exitCode = await main(process.argv.slice(2)).catch(unwritten);

async function main(args) {
  const { problem, values } = readArguments(args);
  if (problem) {
    await tell(describeProblem(problem));
    return 2;
  }
  if (values.help || values.version) {
    await print(values.help ? help : `${version}\n`);
    return 0;
  }
  return told(values, values.state ? fromFile : atOnce);
}

/** Runs `signIn`, and tells how it ended. */
async function told({ authority, "client-id": clientId, scope, claims, locale, timeout, json, ...values }, signIn) {
  const controller = new AbortController();
  const stop = (reason) => controller.abort(reason);
  for (const [name, reason] of Object.entries(signals)) process.once(name, () => stop(reason));
  try {
    const auth = { clientId, authority, knownAuthorities: values["known-authority"] };
    const app = new PublicClientApplication({ auth, system: { protocolMode: values["protocol-mode"] } });
    const request = {
      // One option with spaces or several options: both are how people write scopes.
      scopes: scope.flatMap((text) => text.split(/[\s,]+/)).filter(Boolean),
      claims,
      locale,
      timeout: timeout === undefined ? undefined : Number(timeout),
    };
    return await signIn(app, request, { ...values, json, signal: controller.signal, stop });
  } catch (error) {
    if (Object.values(signals).includes(error)) {
      await say(error.said);
      return error.code;
    }
    if (error instanceof AnotherRun) {
      await say(error.message);
      return 3;
    }
    if (error.code && error.syscall) return failedFile(values.state, error);
    if (!(error instanceof AuthError)) throw error;
    inOptions(error);
    await Promise.all([json && print(asJson({ error: { name: error.name, ...error } })), tell(describeError(error))]);
    return error instanceof ClientConfigurationError && error.status === undefined ? 2 : 1;
  }
}

async function atOnce(app, request, { json, signal }) {
  const result = await app.acquireTokenByDeviceCode({ ...request, signal, deviceCodeCallback: ({ message }) => say(message) });
  await print(json ? asJson(result) : describeResult(result));
  return 0;
}

/** One run of several: the first starts and leaves, the next ones go on with what the file has. */
async function fromFile(app, request, options) {
  const { state: file, stop } = options;
  return alone(file, stop, async () => {
    const text = await read(file);
    return text === undefined ? begun(app, request, options) : resumed(app, request, options, text);
  });
}

async function begun(app, request, { state: file, json, signal }) {
  const flow = await app.startDeviceCode({ ...request, signal });
  await write(file, flow.save());
  return notYet(flow, json);
}

async function resumed(app, request, options, text) {
  const { state: file, once, json, signal } = options;
  const flow = await app.resumeDeviceCode(text).catch((error) => {
    // What is in the file is somebody's, and stays.
    if (error instanceof AuthError) error.errorMessage = `${file}: ${error.errorMessage}`;
    throw error;
  });
  const difference = differing(text, request, options);
  if (difference) {
    await say(`${file}: The sign-in in it ${difference}.\nGo on with its options, or remove the file: the next run then starts anew.`);
    return 2;
  }
  const saving = { signal, save: (text) => write(file, text) };
  try {
    if (!once) await say(flow.message);
    const { status, result } = once ? await flow.poll(saving) : { status: "completed", result: await flow.wait(saving) };
    if (status === "pending") return notYet(flow, json);
    // Whoever reads it has it before the file is gone.
    const failed = await print(json ? asJson(result) : describeResult(result)).catch((error) => error);
    // A code is good for tokens once: where they could not be printed, the file leads to nothing either.
    await remove(file);
    if (!failed) return 0;
    await say(`${failed.message}\nThe tokens are lost and ${file} is removed: run this again for a new sign-in.`);
    return 1;
  } catch (error) {
    if (flow.status !== "failed") throw error;
    await remove(file);
    if (error.errorCode !== "tokens_lost") throw error;
    await tell(describeError(inOptions(error)));
    const code = await begun(app, request, options);
    return once ? code : resumed(app, request, options, await read(file));
  }
}

async function notYet(flow, json) {
  await Promise.all([json && print(asJson(describeFlow(flow))), say(flow.message)]);
  return 3;
}

async function failedFile(file, { message }) {
  await say(`The file of --state, ${file}: ${message}`);
  return 1;
}

/** A stream took nothing more. If it is standard error, there is nobody to tell. */
async function unwritten(error) {
  if (!(error instanceof Unwritten)) throw error;
  if (!error.isReaderGone) await say(error.message).catch(() => {});
  return 1;
}

function say(text) {
  return tell(`${text}\n`);
}
