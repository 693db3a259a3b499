// One access by another process: `access.mjs FILE [TEXT]` loads, stores TEXT if there is one, and prints the result.
import * as storage from "device-code-flow/storage";
import { access } from "./cases.mjs";

const [file, text] = globalThis.Deno ? Deno.args : process.argv.slice(2);
try {
  const found = await access(storage.fileCache(file, { patience: 2000 }), text === undefined ? undefined : () => text.repeat(100));
  console.log(JSON.stringify({ found }));
} catch ({ errorCode, message, hint, cause }) {
  console.log(JSON.stringify({ errorCode, message, hint, cause: String(cause && (cause.code || cause)) }));
}
globalThis.process.exit(0);
