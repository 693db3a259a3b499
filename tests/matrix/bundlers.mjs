// Four bundlers, each without a plugin and with no setting but the age of the engines: file → a function that writes it into out/.

import { join } from "node:path";

const file = (project, name) => join(project, name);

export const bundlers = {
  async esbuild(project) {
    const { build } = await import("esbuild");
    const [entry, outfile] = [file(project, "bundled.mjs"), file(project, "out/esbuild.js")];
    await build({ entryPoints: [entry], outfile, bundle: true, minify: true, target: "chrome64", logLevel: "error" });
  },

  async vite(project) {
    const { build } = await import("vite");
    await build({
      root: project,
      configFile: false,
      logLevel: "error",
      build: {
        target: "chrome64",
        outDir: "out",
        emptyOutDir: false,
        lib: { entry: file(project, "bundled.mjs"), formats: ["es"], fileName: () => "vite.js" },
      },
    });
  },

  async webpack(project) {
    const { default: webpack } = await import("webpack");
    const output = { path: file(project, "out"), filename: "webpack.js" };
    const options = { mode: "production", context: project, entry: "./bundled.mjs", target: ["web", "es2017"], output };
    const stats = await new Promise((resolve, reject) => webpack(options, (error, stats) => (error ? reject(error) : resolve(stats))));
    if (stats.hasErrors()) throw new Error(stats.toString());
  },

  async rollup(project) {
    const { rollup } = await import("rollup");
    const bundle = await rollup({ input: file(project, "bundled-by-path.mjs") });
    await bundle.write({ file: file(project, "out/rollup.js"), format: "es" });
    await bundle.close();
  },
};
