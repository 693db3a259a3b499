// @ts-check
// Reads the arguments and describes what is wrong with them. The messages of util.parseArgs are written for programmers, so this
// file has its own.
//
// The library checks the values of the options; translate-error.js translates its messages.

import { parseArgs } from "node:util";
import { printable } from "./printable.js";
import { findSimilarName } from "./similar-name.js";

const COMMAND = "sign-in";
/** @type {{ type: "string" }} */
const text = { type: "string" };
/** @type {{ type: "string", multiple: true }} */
const texts = { type: "string", multiple: true };
/** @type {{ type: "boolean" }} */
const flag = { type: "boolean" };
/** @type {{ type: "boolean", short: string }} */
const helpFlag = { type: "boolean", short: "h" };

const OPTIONS = {
  authority: text,
  "client-id": text,
  scope: texts,
  "known-authority": texts,
  "protocol-mode": text,
  claims: text,
  locale: text,
  timeout: text,
  state: text,
  once: flag,
  json: flag,
  version: flag,
  help: helpFlag,
};

/**
 * The values of the options, by name.
 * @typedef {object} Options
 * @property {string} [authority]
 * @property {string} client-id
 * @property {string[]} scope
 * @property {string[]} [known-authority]
 * @property {string} [protocol-mode]
 * @property {string} [claims]
 * @property {string} [locale]
 * @property {string} [timeout]
 * @property {string} [state]
 * @property {boolean} [once]
 * @property {boolean} [json]
 * @property {boolean} [version]
 * @property {boolean} [help]
 */

/**
 * What to sign in with, from the options.
 * @typedef {object} SignInRequest
 * @property {string[]} scopes
 * @property {string} [claims]
 * @property {string} [locale]
 * @property {number} [timeout] in seconds
 */

/** @typedef {{ kind: "positional", index: number, value: string }} Word an argument that is neither an option nor its value */
/** @typedef {{ kind: "option", index: number, name: string, rawName: string, value?: string, inlineValue?: boolean }} OptionToken */
/** @typedef {{ kind: "option-terminator", index: number }} Terminator */
/** @typedef {Word | OptionToken | Terminator} Token */

/**
 * The options, or the problem with the arguments.
 * @param {string[]} args
 * @returns {{ options: Options, problem?: undefined } | { options?: undefined, problem: string }}
 */
export function readArguments(args) {
  const { values, tokens } = parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: false, tokens: true });
  // With strict: false parseArgs does not promise the types of the values. They are checked below.
  const options = /** @type {Options} */ (/** @type {unknown} */ (values));
  // A person who asks for help need not have the other arguments right.
  if (options.help || options.version) return { options };
  const problem = problemOfTokens(tokens, args) || problemOfWords(tokens) || problemOfOptions(options);
  return problem ? { problem } : { options };
}

/**
 * @param {Token[]} tokens
 * @param {string[]} args
 */
function problemOfTokens(tokens, args) {
  for (const token of tokens) {
    const problem = token.kind === "option" ? problemOfToken(token, args) : undefined;
    if (problem) return problem;
  }
  return undefined;
}

/**
 * @param {OptionToken} token
 * @param {string[]} args
 */
function problemOfToken(token, args) {
  const { name, rawName, value } = token;
  // Node reads -scope as the options -s, -c and so on. Nobody means that.
  const isShort = !rawName.startsWith("--") && rawName !== "-h";
  if (!isOptionName(name) || isShort) return describeUnknownOption(args[token.index].replace(/=[^]*/, ""));
  if (OPTIONS[name].type === "string") return problemOfValue(`--${name}`, token);
  return value === undefined ? undefined : `--${name} takes no value.`;
}

/**
 * @param {string} option
 * @param {OptionToken} token
 */
function problemOfValue(option, { value, inlineValue }) {
  if (value === undefined) return `${option} needs a value.`;
  // A script may use a variable that is not set. Without this the command would start another sign-in than was asked for.
  if (!value.trim()) return `${option} has an empty value. Is the variable set that it comes from?`;
  if (inlineValue || !/^-./.test(value)) return undefined;
  const next = value.replace(/=[^]*/, "");
  if (isOption(next)) return `${option} needs a value, but the option ${next} follows.`;
  return `${option} needs a value. If that is "${printable(value)}", write ${option}=${printable(value)}`;
}

/**
 * Describes an argument that is neither an option nor its value. The only one that is allowed is the command.
 * @param {Token[]} tokens
 */
function problemOfWords(tokens) {
  const words = tokens.filter(isWord);
  if (!words.length) return `Name a command: ${COMMAND}.`;
  const command = words.find(({ value }) => value === COMMAND);
  const stray = words.find((word) => word !== command);
  if (!stray) return undefined;
  if (!command) return `There is no command "${printable(stray.value)}".${suggestion(findSimilarName(stray.value, [COMMAND]))}`;
  return describeStrayWord(stray, command, tokens);
}

/**
 * @param {Word} stray
 * @param {Word} command
 * @param {Token[]} tokens
 */
function describeStrayWord(stray, command, tokens) {
  const start = `"${printable(stray.value)}" is unexpected.`;
  const previous = tokens[tokens.indexOf(stray) - 1];
  if (previous.kind !== "option" || previous.value === undefined) return `${start} Only options can follow ${COMMAND}.`;
  // The quotes were left out, or a shell has removed them.
  if (previous.name !== "scope") return `${start} A value with spaces is written in quotes: --${previous.name} "…"`;
  const scopes = [previous.value, ...wordsFrom(stray, command, tokens)].map(printable);
  return `${start} Several scopes: --scope "${scopes.join(" ")}"\nor ${scopes.map((scope) => `--scope ${scope}`).join(" ")}`;
}

/**
 * The words from `first` on, up to the next option or the command.
 * @param {Word} first
 * @param {Word} command
 * @param {Token[]} tokens
 */
function wordsFrom(first, command, tokens) {
  const words = [];
  for (const token of tokens.slice(tokens.indexOf(first))) {
    if (!isWord(token) || token === command) break;
    words.push(token.value);
  }
  return words;
}

/**
 * @param {Token} token
 * @returns {token is Word}
 */
function isWord(token) {
  return token.kind === "positional";
}

/** @param {Options} options */
function problemOfOptions(options) {
  /** @type {("client-id" | "scope")[]} */
  const required = ["client-id", "scope"];
  const missing = required.filter((name) => !options[name]).map((name) => `--${name}`);
  if (missing.length) return `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing.`;
  if (options.once && !options.state) return "--once needs --state.";
  const { timeout } = options;
  if (timeout !== undefined && !/^\d+(\.\d+)?$/.test(timeout)) return `--timeout must be a number of seconds, not "${printable(timeout)}".`;
  return undefined;
}

/** @param {string} argument */
function isOption(argument) {
  return argument === "-h" || (argument.startsWith("--") && isOptionName(argument.slice(2)));
}

/**
 * @param {string} name
 * @returns {name is keyof typeof OPTIONS}
 */
function isOptionName(name) {
  return Object.hasOwn(OPTIONS, name);
}

/** @param {string} argument */
function describeUnknownOption(argument) {
  const name = findSimilarName(argument.replace(/^-+/, ""), Object.keys(OPTIONS));
  return `There is no option ${printable(argument)}.${suggestion(name && `--${name}`)}`;
}

/** @param {string | undefined} name */
function suggestion(name) {
  return name ? ` Did you mean ${name}?` : "";
}
