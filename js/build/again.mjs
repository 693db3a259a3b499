// A second pass over what esbuild has bundled: terser drops and joins more, and its names are shorter under brotli.
//
// Not for wasm2js's JavaScript: that is 0.2 % smaller then, and takes as long as everything else together.

import { minify } from "terser";

/** Text and source map of a bundle, smaller. No syntax is newer afterwards than it was. */
export async function minifiedAgain(text, map, format) {
  const [, body, exported] = text.match(/^([^]*?)(0&&\(module\.exports=\{[^{}]*\}\);\s*)?$/);
  const { code, map: again } = await minify(body, {
    ecma: 2015,
    module: format === "esm",
    toplevel: true,
    // What is used once stays where it is: a program's bundler that minifies once more would make more of it, not less.
    compress: { passes: 3, reduce_vars: false },
    // Node shows the line in which an error was made when nobody catches it: that must not be the whole file.
    format: { semicolons: false, max_line_len: 500 },
    sourceMap: { content: map, includeSources: true, asObject: true },
  });
  // Dead code to a minifier; Node reads from it which names a CommonJS file exports.
  return { text: `${code}\n${exported || ""}`, map: JSON.stringify(again) };
}
