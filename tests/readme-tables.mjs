// Writes the README's two tables: `make readme-tables`, after `make test` and `make bench`.
//
// The figures are those of the last runs: target/runtime-matrix.json of tests/runtime/run.mjs, target/bench.json of
// tests/bench/run.mjs.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatFigure } from "./bench/table.mjs";

const top = join(dirname(fileURLToPath(import.meta.url)), "..");
const read = (file) => readFileSync(join(top, file), "utf8");

const runtimes = JSON.parse(read("target/runtime-matrix.json"));
const { targets } = JSON.parse(read("target/bench.json"));

let readme = read("README.md");
readme = filled(readme, "runtimes", [
  ["runtime", "version", "cases passed"],
  ...runtimes.map(({ host, version, passed, failed }) => [host, version, `${passed} of ${passed + failed}`]),
]);
readme = filled(readme, "bench", [
  ["figure", "measured", "limit", ""],
  ...targets.map((target) => {
    const [figure, limit] = formatFigure(target);
    return [target.what, figure, `≤ ${limit}`, target.met ? "met" : "missed"];
  }),
]);
writeFileSync(join(top, "README.md"), readme);

/** `text` with a table between the two comments called `name`. */
function filled(text, name, [head, ...rows]) {
  const line = (cells) => `| ${cells.join(" | ")} |\n`;
  const table = line(head) + line(head.map(() => "---")) + rows.map(line).join("");
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const before = text.slice(0, text.indexOf(start) + start.length);
  const after = text.slice(text.indexOf(end));
  return before + table + after;
}
