// Node: tokens in files, flows in a custom store. node.mjs SETTINGS, which name a folder.

import * as library from "device-code-flow";
import * as storage from "device-code-flow/storage";
import * as workers from "device-code-flow/workers";
import { disturbable } from "./files.mjs";
import { check } from "./property.mjs";
import { flowStores, tokenStores } from "./stores.mjs";

const { folder, ...settings } = JSON.parse(process.argv[2]);
const texts = new Map();
const drawer = { get: async (key) => texts.get(key) ?? null, set: async (key, text) => void texts.set(key, text) };
const flows = flowStores({ ...workers, ...storage }, { drawer });
await check({ ...library, ...workers }, { ...settings, flows, tokens: tokenStores(storage, { files: disturbable(folder) }), print: console.log });
process.exit(0);
