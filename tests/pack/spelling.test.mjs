// Which names of options are taken for misspellings (js/unknown-options.js): every small slip in one of ours, and no name that a program for
// msal-node may pass.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { project, tool } from "./tarball.mjs";

const { folder, installed } = project();
mkdirSync(join(folder, "node_modules/@azure"));
for (const name of ["msal-node", "msal-common"]) {
  symlinkSync(join(import.meta.dirname, "node_modules/@azure", name), join(folder, "node_modules/@azure", name), "dir");
}
const { PublicClientApplication } = await import(pathToFileURL(join(installed, "index.mjs")));
const good = { clientId: "c" };

/** How a configuration has the given members at a place. */
const PLACES = {
  configuration: (given) => ({ auth: good, ...given }),
  "configuration.auth": (given) => ({ auth: { ...good, ...given } }),
  "configuration.cache": (given) => ({ auth: good, cache: given }),
  "configuration.system": (given) => ({ auth: good, system: given }),
  "configuration.telemetry": (given) => ({ auth: good, telemetry: given }),
};
/** Both packages call the types alike. */
const typeOf = (place) => place.replace(/^c/, "C");
const REQUESTS = ["DeviceCodeRequest", "SilentFlowRequest"];

const ours = membersOf("device-code-flow");
const theirs = membersOf("@azure/msal-node");

/** A function that gives the names of a type's members, as the compiler knows them: it lists them when it refuses them. */
function membersOf(module) {
  const paths = [...Object.keys(PLACES), ...REQUESTS];
  const lines = paths.map((path, at) => {
    const [name, ...inside] = typeOf(path).split(".");
    const type = inside.reduce((outer, member) => `NonNullable<${outer}[${JSON.stringify(member)}]>`, name);
    return `declare const names${at}: keyof { [Name in keyof ${type} as \`=${at}=\${Name}\`]: 0 };\nexport const none${at}: never = names${at};`;
  });
  const imported = [...new Set(paths.map((path) => typeOf(path).split(".")[0]))].join(", ");
  writeFileSync(join(folder, "members.ts"), `import type { ${imported} } from ${JSON.stringify(module)};\n${lines.join("\n")}\n`);
  const options = ["--noEmit", "--strict", "--noErrorTruncation", "--target", "es2022", "--lib", "es2022,dom", "--types", "node", "--module", "nodenext", "--skipLibCheck"];
  const { stdout } = spawnSync("node", [tool("tsc"), "--ignoreConfig", ...options, "members.ts"], { cwd: folder, encoding: "utf8" });
  const found = paths.map((path, at) => [path, [...stdout.matchAll(new RegExp(`"=${at}=(\\w+)"`, "g"))].map(([, name]) => name)]);
  for (const [path, names] of found) assert.ok(names.length > 0, `${module}, ${path}: ${stdout}`);
  return (path) => found.find(([known]) => known === path)[1];
}

/** One letter less, one twice, one another, two changed round, another case. */
function slips(name) {
  const all = [name[0].toUpperCase() + name.slice(1), name.toUpperCase()];
  for (let at = 0; at < name.length; at++) {
    all.push(name.slice(0, at) + name.slice(at + 1), name.slice(0, at) + name[at] + name.slice(at), `${name.slice(0, at)}x${name.slice(at + 1)}`);
    if (at > 0) all.push(name.slice(0, at - 1) + name[at] + name[at - 1] + name.slice(at + 1));
  }
  return all;
}

async function messageOf(work) {
  try {
    await work();
    return "";
  } catch ({ message }) {
    return message;
  }
}

for (const [place, around] of Object.entries(PLACES)) {
  test(`${place}: every slip in a name is told, with the name that is meant`, async () => {
    const names = ours(place);
    assert.ok(names.length > 0);
    for (const name of names) {
      for (const slip of slips(name).filter((slip) => !names.includes(slip))) {
        assert.match(await messageOf(() => new PublicClientApplication(around({ [slip]: undefined }))), / is not known here: is .* meant\?$/, slip);
      }
    }
  });

  test(`${place}: what msal-node knows there and we do not is left alone`, async () => {
    for (const name of theirs(place).filter((name) => !ours(place).includes(name))) {
      assert.equal(await messageOf(() => new PublicClientApplication(around({ [name]: undefined }))), "", name);
    }
  });
}

test("requests: every slip in a name is told, and what msal-node knows is left alone", async () => {
  const app = new PublicClientApplication({ auth: { ...good, authority: "https://id.invalid" }, system: { fetch: async () => Promise.reject(new Error("down")) } });
  const call = (given) => messageOf(() => app.acquireTokenSilent({ scopes: ["a"], account: {}, ...given }));
  const names = REQUESTS.flatMap((name) => ours(name));
  for (const name of names) {
    for (const slip of slips(name).filter((slip) => !names.includes(slip))) {
      assert.match(await call({ [slip]: undefined }), / is not known here: is request\..* meant\?$/, slip);
    }
  }
  for (const name of REQUESTS.flatMap((name) => theirs(name))) assert.doesNotMatch(await call({ [name]: undefined }), /not known/, name);
});
