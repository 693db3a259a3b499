// Draws docs/bench.svg: each figure of the last `make bench` as a share of its limit. `node tests/bench/chart.mjs` copies
// target/bench.json to docs/bench.json and draws that. A test of tests/pack checks that the picture shows these figures.

import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { formatFigure } from "./table.mjs";

const top = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const figures = join(top, "docs/bench.json");
export const picture = join(top, "docs/bench.svg");

const [WIDTH, LEFT, ROW, MOST] = [900, 20, 54, 1.6];
const BAR = WIDTH - LEFT - 150;

/** The SVG text for `targets`, each { what, figure, limit, met }. */
export function chartOf({ targets, machine, node }) {
  const x = (share) => LEFT + (Math.min(share, MOST) / MOST) * BAR;
  const rows = targets.map(({ what, figure, limit, met }, index) => {
    const y = 76 + index * ROW;
    const share = figure / limit;
    const [shown, target] = formatFigure({ figure, limit });
    return `  <text x="${LEFT}" y="${y}" class="what">${escaped(what)}</text>
  <rect x="${LEFT}" y="${y + 8}" width="${(x(share) - LEFT).toFixed(1)}" height="16" rx="3" class="${met ? "met" : "missed"}"/>
  <text x="${(x(Math.max(share, 1)) + 10).toFixed(1)}" y="${y + 21}" class="figure">${shown} <tspan class="limit">of ${target}</tspan></text>`;
  });
  const height = 76 + targets.length * ROW + 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Figures of make bench beside their limits">
  <style>
    text { font: 15px system-ui, sans-serif; fill: #1b2430 }
    .head { font-size: 19px; font-weight: 600 } .small, .limit { fill: #566170; font-size: 13px } .figure { font-weight: 600 }
    .met { fill: #2f7d57 } .missed { fill: #b4552d } .target { stroke: #1b2430; stroke-width: 1.5; stroke-dasharray: 4 4 }
  </style>
  <rect width="${WIDTH}" height="${height}" fill="#fff"/>
  <text x="${LEFT}" y="30" class="head">Each figure as a share of its limit: shorter is better</text>
  <text x="${LEFT}" y="50" class="small">make bench, Node ${escaped(node)}, ${escaped(machine)}; the dashed line is the limit</text>
${rows.join("\n")}
  <line x1="${x(1)}" y1="62" x2="${x(1)}" y2="${height - 14}" class="target"/>
</svg>
`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const last = join(top, "target/bench.json");
  if (existsSync(last)) copyFileSync(last, figures);
  writeFileSync(picture, chartOf(JSON.parse(readFileSync(figures, "utf8"))));
}
