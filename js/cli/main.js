// @ts-check
// The command: `device-code-flow sign-in --authority URL --client-id ID --scope SCOPE`.
//
// Texts for people go to standard error, texts for programs to standard output. Exit codes: 0 signed in, 1 refused, expired or
// failed, 2 wrong usage, 3 not signed in yet (with --state), 128 and the number of the signal that ended it (130: Ctrl-C).

import { AuthError, ClientConfigurationError, PublicClientApplication, version } from "device-code-flow";
import { readArguments } from "./options.js";
import { UnsafeFileError } from "./own-file.js";
import { WriteError, writeMessage, writeOutput } from "./output.js";
import { printable } from "./printable.js";
import { nextRestart, pauseOf, waitFor } from "./restarts.js";
import { describeDifference } from "./saved-options.js";
import { AnotherRunError, parseState, read, remove, stateText, withLock, write } from "./state.js";
import { asJson, describeError, describeFlow, describeProblem, describeResult, HELP } from "./texts.js";
import { translateError } from "./translate-error.js";

/** @typedef {import("device-code-flow").AuthenticationResult} AuthenticationResult */
/** @typedef {import("device-code-flow").DeviceCodeFlow} DeviceCodeFlow */
/** @typedef {import("./options.js").Options} Options */
/** @typedef {import("./restarts.js").Restarting} Restarting */
/** @typedef {import("./options.js").SignInRequest} SignInRequest */

/**
 * One sign-in of this run.
 * @typedef {object} SignIn
 * @property {PublicClientApplication} app
 * @property {SignInRequest} request
 * @property {Options} options
 * @property {AbortController} controller ends the run early
 */

/** @typedef {SignIn & { file: string }} StoredSignIn a sign-in with --state */

/** The process received a signal. */
class SignalError extends Error {
  /** @type {number} */
  exitCode;

  /**
   * @param {string} message
   * @param {number} exitCode
   */
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

// Without a listener the system would end the process in the middle of a request, and the lock would stay.
const SIGNALS = {
  SIGINT: new SignalError("Cancelled.", 130),
  SIGTERM: new SignalError("Terminated.", 143),
};

process.exitCode = await main(process.argv.slice(2)).catch(reportLastError);

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function main(args) {
  const { options, problem } = readArguments(args);
  if (!options) {
    await writeMessage(describeProblem(problem));
    return 2;
  }
  if (options.help || options.version) {
    await writeOutput(options.help ? HELP : `${version}\n`);
    return 0;
  }
  try {
    return await signIn(options);
  } catch (error) {
    return reportError(error, options);
  }
}

/** @param {Options} options */
async function signIn(options) {
  const controller = new AbortController();
  for (const [name, error] of Object.entries(SIGNALS)) process.once(name, () => controller.abort(error));
  const app = new PublicClientApplication({
    auth: { clientId: options["client-id"], authority: options.authority, knownAuthorities: options["known-authority"] },
    // The library checks the protocol mode.
    system: { protocolMode: /** @type {any} */ (options["protocol-mode"]) },
  });
  const run = { app, request: requestOf(options), options, controller };
  return options.state === undefined ? signInAtOnce(run) : signInWithFile({ ...run, file: options.state });
}

/**
 * @param {Options} options
 * @returns {SignInRequest}
 */
function requestOf({ scope, claims, locale, timeout }) {
  return {
    // People write several scopes in one option, with spaces or commas, or in several options.
    scopes: scope.flatMap((text) => text.split(/[\s,]+/)).filter(Boolean),
    claims,
    locale,
    timeout: timeout === undefined ? undefined : Number(timeout),
  };
}

/** @param {SignIn} run */
async function signInAtOnce({ app, request, options, controller }) {
  const result = await app.acquireTokenByDeviceCode({
    ...request,
    signal: controller.signal,
    deviceCodeCallback: ({ message }) => writeLine(printable(message)),
  });
  await writeResult(result, options);
  return 0;
}

/**
 * One run of several. The first run starts the sign-in and ends; the next runs continue the sign-in that is in the file.
 * @param {StoredSignIn} run
 */
async function signInWithFile(run) {
  return withLock(run.file, (error) => run.controller.abort(error), async () => {
    const text = await read(run.file);
    if (text === undefined) return startFlow(run);
    const { flow, before } = parseState(text);
    return before && !flow ? restartFlow(run, before) : resumeFlow(run, flow, before);
  });
}

/**
 * @param {StoredSignIn} run
 * @param {Restarting} [before]
 */
async function startFlow({ app, request, options, file, controller }, before) {
  const flow = await app.startDeviceCode({ ...request, signal: controller.signal });
  await write(file, stateText(flow.save(), before));
  return reportPending(flow, options);
}

/**
 * @param {StoredSignIn} run
 * @param {string} text of the saved flow
 * @param {Restarting} [before]
 * @returns {Promise<number>}
 */
async function resumeFlow(run, text, before) {
  const { request, options, file } = run;
  const flow = await flowOf(run, text);
  const difference = describeDifference(text, request, options);
  if (difference) {
    await writeLine(
      `${printable(file)}: The sign-in in the file ${difference}.\nRun with the options of that sign-in, or remove the file: the next run then starts a new sign-in.`,
    );
    return 2;
  }
  try {
    const result = await resultOf(run, flow, before);
    return result ? await reportResult(run, result) : await reportPending(flow, options);
  } catch (error) {
    if (flow.status !== "failed") throw error;
    // The provider gave tokens that never arrived. Only a new sign-in helps.
    const areTokensLost = error instanceof AuthError && !error.isServerCode && error.errorCode === "tokens_lost";
    const next = areTokensLost ? nextRestart(before) : undefined;
    if (!next) {
      await remove(file);
      throw error;
    }
    await write(file, stateText("", next));
    await writeMessage(describeError(translateError(/** @type {AuthError} */ (error))));
    return restartFlow(run, next);
  }
}

/**
 * The flow of a saved text. A text that is refused stays in the file.
 * @param {StoredSignIn} run
 * @param {string} text
 */
async function flowOf({ app, file }, text) {
  try {
    return await app.resumeDeviceCode(text);
  } catch (error) {
    if (error instanceof AuthError) error.errorMessage = `${file}: ${error.errorMessage}`;
    throw error;
  }
}

/**
 * The result of the flow; undefined if one poll did not bring it.
 * @param {StoredSignIn} run
 * @param {DeviceCodeFlow} flow
 * @param {Restarting} [before]
 * @returns {Promise<AuthenticationResult | undefined>}
 */
async function resultOf({ options, file, controller }, flow, before) {
  const save = (/** @type {string} */ text) => write(file, stateText(text, before));
  const pollOptions = { signal: controller.signal, save };
  if (options.once) {
    const step = await flow.poll(pollOptions);
    return step.status === "completed" ? step.result : undefined;
  }
  await writeLine(printable(flow.message));
  return flow.wait(pollOptions);
}

/**
 * Prints the result and then removes the file. The provider gives tokens for a code only once: if the result cannot be printed,
 * the file is useless as well.
 * @param {StoredSignIn} run
 * @param {AuthenticationResult} result
 */
async function reportResult({ options, file }, result) {
  const writeError = await writeResult(result, options).catch((error) => error);
  await remove(file);
  if (!writeError) return 0;
  await writeLine(`${writeError.message}\nThe tokens are lost and ${printable(file)} is removed: run this again for a new sign-in.`);
  return 1;
}

/**
 * Starts the sign-in that replaces one whose tokens were lost, after a pause if it is not the first one.
 * @param {StoredSignIn} run
 * @param {Restarting} before
 * @returns {Promise<number>}
 */
async function restartFlow(run, before) {
  const { options, controller, file } = run;
  const pause = pauseOf(before);
  if (options.once && pause > 0) {
    const nextPollOn = new Date(Date.now() + pause);
    const line = `The next code is asked for in ${Math.ceil(pause / 1000)} s.`;
    await Promise.all([options.json && writeOutput(asJson({ status: "none", nextPollOn })), writeLine(line)]);
    return 3;
  }
  await waitFor(pause, controller.signal);
  const exitCode = await startFlow(run, before);
  if (options.once) return exitCode;
  return resumeFlow(run, parseState(/** @type {string} */ (await read(file))).flow, before);
}

/**
 * @param {DeviceCodeFlow} flow
 * @param {Options} options
 */
async function reportPending(flow, { json }) {
  await Promise.all([json && writeOutput(asJson(describeFlow(flow))), writeLine(printable(flow.message))]);
  return 3;
}

/**
 * @param {AuthenticationResult} result
 * @param {Options} options
 */
function writeResult(result, { json }) {
  return writeOutput(json ? asJson(result) : describeResult(result));
}

/**
 * Reports an error of a sign-in and gives the exit code. An error that nobody expects is thrown again.
 * @param {unknown} error
 * @param {Options} options
 */
async function reportError(error, options) {
  if (error instanceof SignalError) {
    await writeLine(error.message);
    return error.exitCode;
  }
  if (error instanceof AnotherRunError) {
    await writeLine(error.message);
    return 3;
  }
  if (error instanceof UnsafeFileError) {
    await writeLine(error.message);
    return 1;
  }
  if (error instanceof AuthError) return reportAuthError(error, options);
  if (error instanceof Error && "syscall" in error) {
    await writeLine(printable(`The file of --state, ${options.state}: ${error.message}`));
    return 1;
  }
  throw error;
}

/**
 * @param {AuthError} error
 * @param {Options} options
 */
async function reportAuthError(error, { json }) {
  translateError(error);
  await Promise.all([json && writeOutput(asJson({ error: Object.assign({ name: error.name }, error) })), writeMessage(describeError(error))]);
  return error instanceof ClientConfigurationError && error.status === undefined ? 2 : 1;
}

/**
 * The end of a run that could not report its own: a stream took no more text, which cannot be reported if it is standard error, or the
 * error is one that nobody expects. Node itself would print that one with every character in it.
 * @param {unknown} error
 */
async function reportLastError(error) {
  const text = error instanceof WriteError ? error.message : String(Object(error).stack || error);
  const isReaderGone = error instanceof WriteError && error.isReaderGone;
  if (!isReaderGone) await writeLine(text).catch(() => {});
  return 1;
}

/**
 * Writes a line for people.
 * @param {string} text
 */
function writeLine(text) {
  return writeMessage(`${text}\n`);
}
