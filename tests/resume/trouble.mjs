// Stores that fail as real stores do, at random from a seed: a read or a write that fails, a write that is lost, a write that happened
// although it reported a failure, an old text in place of the new one, a process that ends in the middle. Not a test.

export const KINDS = ["read fails", "write fails", "write is lost", "write is not confirmed", "stale read", "killed", "killed after"];

/** Random numbers: the same seed gives the same run (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { happens: (share) => next() < share, among: (list) => list[Math.floor(next() * list.length)], below: (limit) => Math.floor(next() * limit) };
}

/**
 * Decides for one process the outcome of each access. With empty `kinds` every access works. The engine of a store calls
 * `at(where, shares)`. `happened` records what was decided, and where. After the process is dead, every further access is refused.
 */
export function trouble(chance, { kinds }) {
  let dead = false;
  const happened = [];
  const die = () => {
    dead = true;
    throw new Error("this process has ended");
  };
  const fail = (message) => {
    throw new Error(message);
  };

  /** What happens in place of `work`, and what follows. */
  function decided(where, share, possible, work, instead) {
    if (dead) die();
    const some = possible.filter((kind) => kinds.includes(kind));
    const kind = some.length && chance.happens(share) ? chance.among(some) : undefined;
    if (kind) happened.push({ where, kind });
    switch (kind) {
      case "read fails":
        return fail("the store is not there");
      case "write fails":
        return fail("the store takes nothing");
      case "killed":
        return die();
      case "stale read":
      case "write is lost":
        return { go: instead };
      case "write is not confirmed":
        return { go: work, then: () => fail("the connection broke") };
      case "killed after":
        return { go: work, then: die };
    }
    return { go: work };
  }

  function at(where, { reads = 0.12, writes = 0.12 } = {}) {
    const reading = (work, older) => decided(where, reads, ["read fails", "killed", ...(older ? ["stale read"] : [])], work, older);
    const writing = (work, lost) => {
      const possible = ["write fails", "write is not confirmed", "killed", "killed after", ...(lost ? ["write is lost"] : [])];
      return decided(where, writes, possible, work, lost);
    };
    return {
      /** `work()`, or the value of `older()` if there is an older one. */
      read: async (work, older) => reading(work, older).go(),
      readNow: (work, older) => reading(work, older).go(),
      /** `work()`, or `lost()`, which reports success. Never the latter if `lost` is null. */
      async write(work, lost = () => undefined) {
        const { go, then } = writing(work, lost);
        const result = await go();
        return then ? then() : result;
      },
      writeNow(work, lost = () => undefined) {
        const { go, then } = writing(work, lost);
        const result = go();
        return then ? then() : result;
      },
      other: async (work) => (dead ? die() : work()),
    };
  }
  return { happened, die, at, isDead: () => dead };
}
