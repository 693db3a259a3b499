// What is typed: the options, and what is wrong with them in words of our own. parseArgs speaks to whoever calls it.
//
// Not what the values mean: the library judges those, and words.js translates what it says.

import { parseArgs } from "node:util";

const command = "sign-in";
const text = { type: "string" };
const texts = { type: "string", multiple: true };
const flag = { type: "boolean" };

const options = {
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
  help: { type: "boolean", short: "h" },
};

/** { values } of a sign-in, or of a wish for help or the version; or { problem }. */
export function readArguments(args) {
  const { values, tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  // Whoever is lost enough to ask need not have the rest right.
  if (values.help || values.version) return { values };
  const problem = tokens.map((token) => wrongIn(token, args)).find(Boolean) || wrongWord(tokens) || wrongAmong(values);
  return problem ? { problem } : { values };
}

/** What is wrong with one word, if anything is. */
function wrongIn({ kind, name, rawName, value, inlineValue, index }, args) {
  if (kind !== "option") return undefined;
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  // -scope is the options -s, -c and so on; nobody means that.
  if (!option || (option.short && ![`-${option.short}`, `--${name}`].includes(rawName))) return unknown(args[index].replace(/=[^]*/, ""));
  const typed = `--${name}`;
  if (option === flag || option.short) return value === undefined ? undefined : `${typed} takes no value.`;
  if (value === undefined) return `${typed} needs a value.`;
  // As in a script whose variable is not set. Left out in silence, it would be another sign-in than was asked for.
  if (!value.trim()) return `${typed} has an empty value. Is the variable set that it comes from?`;
  if (inlineValue || !/^-./.test(value)) return undefined;
  const follows = value.replace(/=[^]*/, "");
  if (known(follows)) return `${typed} needs a value, but the option ${follows} follows.`;
  return `${typed} needs a value. If that is "${value}", write ${typed}=${value}`;
}

/** What is wrong with the words that are neither options nor their values: the command is the only one. */
function wrongWord(tokens) {
  const isWord = ({ kind }) => kind === "positional";
  const words = tokens.filter(isWord);
  if (!words.length) return `Name a command: ${command}.`;
  const named = words.find(({ value }) => value === command);
  const stray = words.find((word) => word !== named);
  if (!named) return `There is no command "${stray.value}".${meant(nearest(stray.value, [command]))}`;
  if (!stray) return undefined;
  const before = tokens[tokens.indexOf(stray) - 1];
  const alone = `"${stray.value}" stands alone.`;
  if (before.kind !== "option" || before.value === undefined) return `${alone} After ${command} come options.`;
  // The quotes that were left out, or that a shell has taken away.
  if (before.name !== "scope") return `${alone} A value with spaces is written in quotes: --${before.name} "…"`;
  const rest = tokens.slice(tokens.indexOf(stray));
  const end = rest.findIndex((token) => !isWord(token) || token === named);
  const scopes = [before, ...rest.slice(0, end < 0 ? rest.length : end)].map(({ value }) => value);
  return `${alone} Several scopes: --scope "${scopes.join(" ")}"\nor ${scopes.map((scope) => `--scope ${scope}`).join(" ")}`;
}

function wrongAmong(values) {
  const missing = ["client-id", "scope"].filter((name) => !values[name]).map((name) => `--${name}`);
  if (missing.length) return `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing.`;
  if (values.once && !values.state) return "--once goes with --state.";
  const { timeout } = values;
  if (timeout !== undefined && !/^\d+(\.\d+)?$/.test(timeout)) return `--timeout must be a number of seconds, not "${timeout}".`;
  return undefined;
}

function known(word) {
  return word === "-h" || (word.startsWith("--") && Object.hasOwn(options, word.slice(2)));
}

function unknown(word) {
  const near = nearest(word.replace(/^-+/, ""), Object.keys(options));
  return `There is no option ${word}.${meant(near && `--${near}`)}`;
}

function meant(name) {
  return name ? ` Did you mean ${name}?` : "";
}

/** The name that was probably meant: its beginning was typed, or it with few letters changed. */
function nearest(word, names) {
  const begun = (name) => word.length > 2 && name.startsWith(word);
  const all = names.map((name) => ({ name, far: begun(name) ? 0 : distance(word, name) }));
  const { name, far } = all.reduce((best, other) => (other.far < best.far ? other : best));
  return far <= Math.max(1, Math.floor(name.length / 4)) ? name : undefined;
}

/** How many letters are to be changed, left out or added to make one word of the other (Levenshtein). */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let at = 0; at < other.length; at++) {
      next.push(Math.min(row[at] + (letter === other[at] ? 0 : 1), row[at + 1] + 1, next[at] + 1));
    }
    row = next;
  }
  return row[other.length];
}
