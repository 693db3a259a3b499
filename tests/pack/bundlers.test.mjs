// What a bundler makes of the package: who uses one function of an entry gets what that needs, and who imports an entry and uses
// nothing of it gets nothing. Which files do something by being loaded is `sideEffects` in js/package.json.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { project } from "./tarball.mjs";

const { folder, installed } = project();
const { sideEffects } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

/** Conditions of exports, by who sets them. */
const TARGETS = {
  "a page": { platform: "browser" },
  Node: { platform: "node" },
  Workers: { platform: "neutral", conditions: ["workerd"] },
};
const accounts = "new PublicClientApplication({ auth: { clientId: 'a' } }).getAllAccounts().then((all) => console.log(all.length));";
const token = "new DeviceCodeCredential({ disableAutomaticAuthentication: true }).getToken('a').catch(({ name }) => console.log(name));";
const started = `init(wasm()).then(() => { ${accounts} });`;
const sealed = "const it = encryption(new Uint8Array(32)); it.seal('text').then(it.open).then(console.log);";
const relayed = "console.log(typeof relayFetch('https://relay.example'));";

/** Entry → a program that uses one thing of it, and what that prints; `kept`: the files that it has even unused. */
const ENTRIES = {
  "device-code-flow": { name: "PublicClientApplication", uses: accounts, prints: "0", kept: ["core.mjs", "index.mjs"] },
  "device-code-flow/js": { name: "PublicClientApplication", uses: accounts, prints: "0", kept: ["core.mjs", "js.mjs"] },
  "device-code-flow/slim": { name: "init, PublicClientApplication", uses: started, prints: "0", kept: [] },
  "device-code-flow/credential": { name: "DeviceCodeCredential", uses: token, prints: "AuthenticationRequiredError", kept: [] },
  "device-code-flow/storage": { name: "encryption", uses: sealed, prints: "text", kept: [] },
  "device-code-flow/workers": { name: "relayFetch", uses: relayed, prints: "function", kept: [] },
};

for (const [target, options] of Object.entries(TARGETS)) {
  for (const [entry, { name, uses, prints, kept }] of Object.entries(ENTRIES)) {
    // The main entry of Workers has the module as a file.
    const files = target === "Workers" ? kept.map((file) => file.replace("index.mjs", "workerd.mjs")) : kept;

    test(`a bundle for ${target} that uses one thing of ${entry} runs`, async () => {
      const { text } = await bundled(`import { ${name} } from "${entry}"; ${uses}`, options);
      assert.equal(run(text, target), prints);
    });

    test(`a bundle for ${target} that uses nothing of ${entry} has ${files.join(" and ") || "nothing of it"}`, async () => {
      for (const line of [`import { ${name} } from "${entry}";`, `import * as all from "${entry}";`, `import "${entry}";`]) {
        const { text, inputs } = await bundled(line, options);
        assert.deepEqual(inputs, files, line);
        if (!files.length) assert.equal(text, "", line);
      }
    });
  }
}

test("a bundle that imports the classic script has its global", async () => {
  const program = `import "device-code-flow/iife"; const { PublicClientApplication } = deviceCodeFlow; ${accounts}`;
  const { text } = await bundled(program, TARGETS["a page"]);
  assert.equal(run(text, "a page"), "0");
});

test("what sideEffects names is there", () => {
  assert.ok(sideEffects.length > 0);
  for (const file of sideEffects) assert.ok(existsSync(join(installed, file)), file);
});

/** { text, inputs }: the bundle, and which files of the package are in it. */
async function bundled(contents, options) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "silent",
    external: ["node:*"],
    plugins: [compiledModule],
    ...options,
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const present = Object.entries(inputs).filter(([file, { bytesInOutput }]) => /node_modules.*js$/.test(file) && bytesInOutput > 0);
  return { text: outputFiles[0].text, inputs: present.map(([file]) => basename(file)).sort() };
}

/** An imported .wasm as Workers have it: compiled. */
const compiledModule = {
  name: "compiled-module",
  setup({ onLoad }) {
    onLoad({ filter: /\.wasm$/ }, () => ({ contents: "export default new WebAssembly.Module(wasm());" }));
  },
};

/** What a bundle prints in Node. One for Node does without the global WebCrypto, which Node 18 has not got: storage looks elsewhere. */
function run(text, target) {
  const wasm = JSON.stringify(join(installed, "device_code_flow.wasm"));
  const given = `import { readFileSync as read } from "node:fs"; globalThis.wasm = () => read(${wasm});\n`;
  const taken = target === "Node" ? "delete globalThis.crypto;\n" : "";
  const options = { input: given + taken + text, encoding: "utf8", cwd: folder };
  const { status, stdout, stderr } = spawnSync("node", ["--input-type=module"], options);
  // Node shows the line that has thrown, which here is all of the bundle; the error itself comes after it.
  assert.equal(status, 0, stderr.slice(-800));
  return stdout.trim();
}
