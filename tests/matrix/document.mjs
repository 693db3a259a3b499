// Writes docs/runtimes.md from docs/matrix.json: `node tests/matrix/document.mjs`. It first copies target/matrix.json of the last
// `make test-matrix` to docs/matrix.json, if there is one. A test in tests/pack compares the document with the table. sections.mjs has the
// text of each section.

import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { REASONS, SECTIONS } from "./sections.mjs";

const top = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const table = join(top, "docs/matrix.json");
export const text = join(top, "docs/runtimes.md");

/** The document for these rows. */
export function documentOf(rows) {
  const parts = SECTIONS.map((section) => sectionOf(section, rows.filter(({ host }) => section.rows.test(host))));
  const passed = rows.reduce((sum, row) => sum + row.passed, 0);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  return `# Runtimes

\`make test-matrix\` runs one suite on the packed tarball in many hosts ([\`tests/runtime/suite.mjs\`](../tests/runtime/suite.mjs)). The
suite covers sign-ins, silent calls, saved flows, aborts, errors, network failures, and hosts that lack a feature. The last run: ${rows.length} hosts,
${passed.toLocaleString("en")} cases passed, ${failed} failed. [\`tests/matrix/document.mjs\`](../tests/matrix/document.mjs) writes this page from
[\`matrix.json\`](matrix.json).

A case is left out on a host that lacks the feature it needs. It is then named below the table, with the reason.
${tarballsOf(rows)}
${parts.join("\n\n")}
`;
}

/** The SHA-256 of the tarball. Old rows do not have it. */
function tarballsOf(rows) {
  const sums = [...new Set(rows.map(({ sha256 }) => sha256))];
  if (sums.every((sum) => !sum)) return "";
  const count = (sum) => (sums.length === 1 ? "" : `, ${rows.filter(({ sha256 }) => sha256 === sum).length} rows`);
  const lines = sums.map((sum) => `* ${sum ? `\`${sum}\`` : "not recorded"}${count(sum)}`);
  return `\nThe SHA-256 of the tarball:\n\n${lines.join("\n")}\n`;
}

function sectionOf({ title, import: how, needs, notes }, rows) {
  const lines = rows.map(({ host, version, passed, failed, leftOut }) => {
    return `| ${host} | ${version} | ${passed} of ${passed + failed} | ${leftOut.length || ""} |`;
  });
  const names = [...new Set(rows.flatMap(({ leftOut }) => leftOut))];
  const left = names.length ? `\n\nLeft out:\n\n${names.map((name) => `* ${name} (${REASONS[name]})`).join("\n")}` : "";
  return [
    `## ${title}`,
    `### How to import it\n\n${how}`,
    `### What it needs\n\n${needs}`,
    `### What was run\n\n| host | version | cases passed | left out |\n| --- | --- | --- | --- |\n${lines.join("\n")}${left}`,
    `### Notes\n\n${notes}`,
  ].join("\n\n");
}

/** Rows without a section, sections without a row, and left-out cases without a reason. There must be none. */
export function strangers(rows) {
  const unplaced = rows.filter(({ host }) => !SECTIONS.some(({ rows }) => rows.test(host)));
  const empty = SECTIONS.filter(({ rows: pattern }) => !rows.some(({ host }) => pattern.test(host)));
  const unexplained = rows.flatMap(({ leftOut }) => leftOut).filter((name) => !REASONS[name]);
  return [...unplaced.map(({ host }) => host), ...empty.map(({ title }) => title), ...unexplained];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const last = join(top, "target/matrix.json");
  if (existsSync(last)) copyFileSync(last, table);
  writeFileSync(text, documentOf(JSON.parse(readFileSync(table, "utf8"))));
}
