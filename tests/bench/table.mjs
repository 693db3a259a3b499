// A table in plain text, a figure beside its limit, and the middle of a list. No figure is made up here.

/** The first column to the left, the others to the right. */
export function table(head, rows) {
  const text = (cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell);
  const lines = [head, ...rows].map((row) => row.map(text));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const cells = (line) => line.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0])));
  return lines.map((line) => `  ${cells(line).join("  ")}`.trimEnd()).join("\n");
}

/** A figure and its limit as texts: with two digits, the smallest limits would be 0.01 and what meets them 0.00. */
export function besideLimit({ figure, limit }) {
  const digits = limit < 0.01 ? 4 : 2;
  return [figure.toFixed(digits), limit.toFixed(digits)];
}

/** Median and quartiles. */
export function middle(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (part) => {
    const place = (sorted.length - 1) * part;
    const below = Math.floor(place);
    return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}
