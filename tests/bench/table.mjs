// Statistics and plain-text tables for the parts of `make bench`.

/** A table as text. The first column is aligned to the left, the others to the right. */
export function table(head, rows) {
  const text = (cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell);
  const lines = [head, ...rows].map((row) => row.map(text));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const cells = (line) => line.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0])));
  return lines.map((line) => `  ${cells(line).join("  ")}`.trimEnd()).join("\n");
}

/** A figure and its limit as texts, with four digits where the limit is below 0.01 and two elsewhere. */
export function formatFigure({ figure, limit }) {
  const digits = limit < 0.01 ? 4 : 2;
  return [figure.toFixed(digits), limit.toFixed(digits)];
}

/** The text "median (lower quartile–upper quartile)". */
export function formatQuartiles({ median, low, high }, digits) {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

/** The median and the quartiles: `{ median, low, high }`. */
export function quartiles(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (part) => {
    const place = (sorted.length - 1) * part;
    const below = Math.floor(place);
    return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/**
 * The median and the quartiles of `values[n] / base[n]`. The two values of a round were measured one after the other, so a
 * busy moment disturbs both and mostly cancels out.
 */
export function ratioQuartiles(values, base) {
  return quartiles(values.map((value, round) => value / base[round]));
}
