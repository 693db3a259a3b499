// Writes the intended differences as the tables of docs/msal-node.md, from the tables of the tests beside this file. docs.test.mjs checks
// that the document equals what this script writes. So the document says exactly what the tests check.
//
//   node tests/interop/differences.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const here = new URL(".", import.meta.url);
export const document = new URL("../../docs/msal-node.md", here);

// A row is on one line: the field, msal-node's value, ours, the reason.
const ROW = /\["([\w.-]+)", .*, "([^"]+)"\]/;

/** The rows of a source between two lines. "as above" and the like are replaced by the reason that they refer to. */
function rows(file, from, to) {
  const lines = readFileSync(new URL(file, here), "utf8").split("\n");
  const start = lines.findIndex((line) => line.includes(from));
  const end = lines.findIndex((line, index) => index > start && line.startsWith(to));
  const reasons = new Map();
  const found = lines.slice(start, end).flatMap((line) => {
    const [, field, said] = ROW.exec(line) ?? [];
    if (!field || line.includes(".map(")) return [];
    const other = /^as (?:the )?(\w+)$/.exec(said)?.[1];
    const reason = reasons.get(other) ?? reasons.get(`form.${other}`) ?? (said === "as above" ? reasons.get(field) : undefined) ?? said;
    reasons.set(field, reason);
    return [[field, reason]];
  });
  if (!found.length) throw new Error(`${file} has no rows after ${from}`);
  return found;
}

const once = (found) => [...new Map(found.map(([field, reason]) => [`${field}: ${reason}`, [field, reason]])).values()];

function table(heads, found) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return `${[line(heads), line(heads.map(() => "---")), ...once(found).map(([field, reason]) => line([`\`${field}\``, reason]))].join("\n")}\n`;
}

/** The names of the tests in a file. A name says what happens. */
function names(file, pattern) {
  const text = readFileSync(new URL(file, here), "utf8");
  return `${[...text.matchAll(pattern)].map(([, name]) => `* ${name}`).join("\n")}\n`;
}

const parts = {
  requests: () => table(["field of a request", "why it differs"], rows("msal-node.test.mjs", "const REQUESTS", "};")),
  results: () => table(["field of the result", "why it differs"], rows("msal-node.test.mjs", "const RESULT", "];")),
  trouble: () => names("msal-node.test.mjs", /^ {2}test\("([^"]+: [^"]*(?:msal-node|there)[^"]*)"/gm),
  silentRequests: () => table(["field of a refresh", "why it differs"], rows("silent.test.mjs", "const requestTable", "];")),
  silentResults: () => table(["field of a silent result", "why it differs"], rows("silent.test.mjs", "const FOUND", "];")),
  silentTrouble: () => names("silent.test.mjs", /^ {2}test\("([^"]+: [^"]*(?:msal-node|there)[^"]*)"/gm),
  authorities: () => table(["at an authority", "why it differs"], rows("authorities.test.mjs", "const METADATA", "describe(")),
  apart: () => names("authorities-apart.test.mjs", /^ {4}name: "([^"]+: [^"]+)",$/gm),
};

/** The document as it should be. */
export function written(text) {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
    const [before, rest] = text.split(begin);
    const [, after] = rest?.split(end) ?? [];
    if (after === undefined) throw new Error(`docs/msal-node.md has no part ${name}`);
    return before + begin + part() + end + after;
  }, text);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(document, written(readFileSync(document, "utf8")));
}
