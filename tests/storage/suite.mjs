// Runs the cases for each store of a host, one after the other, and prints a line for each. The last line is "N passed, N failed".

import { encryptedStores, encryptionItself, everyStore, lockingStores, storesOfValues } from "./cases.mjs";
import { equal } from "./tools.mjs";

const PATIENCE = 60_000;

/** `stores`: name → a function that returns a new, empty place (see cases.mjs). */
export async function runCases(library, storage, stores, print) {
  const count = { passed: 0, failed: 0 };
  const run = async (name, test) => {
    const start = Date.now();
    let timer;
    const tooLong = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error("not over after a minute")), PATIENCE)));
    try {
      await Promise.race([test(), tooLong]);
      count.passed += 1;
      print(`ok      ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      count.failed += 1;
      print(`NOT OK  ${name}\n        ${String((error && error.stack) || error).replaceAll("\n", "\n        ")}`);
    } finally {
      clearTimeout(timer);
    }
  };
  for (const [store, newPlace] of Object.entries(stores)) {
    const { locks, nonsense } = await newPlace();
    const cases = { ...everyStore, ...(locks ? lockingStores : {}), ...(nonsense ? storesOfValues : {}), ...encryptedStores };
    for (const [name, test] of Object.entries(cases)) {
      await run(`${store}: ${name}`, async () => test({ library, storage, place: await newPlace() }));
    }
    await run(`${store}: it says whether it locks`, async () => equal(typeof (await newPlace()).plugin().exclusively, locks ? "function" : "undefined"));
  }
  for (const [name, test] of Object.entries(encryptionItself)) await run(name, () => test({ library, storage }));
  print(`${count.passed} passed, ${count.failed} failed`);
  return count.failed;
}
