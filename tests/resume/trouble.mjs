// Stores that fail as stores do, by dice from a seed: a read or a write that fails, a write that is lost, a write that was made
// though it says that it failed, an old text in place of the new one, a process that ends in the middle. No test.

/** Dice: the same seed, the same run (mulberry32). */
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
 * Decides for one process what becomes of each access; of none where `kinds` is empty. Once it is `dead`, nothing that it still does
 * happens: it is refused, so that locks which end with a process end here too.
 */
export function trouble(chance, { kinds, share = 0.12 }) {
  let dead = false;
  const happened = [];
  const die = () => {
    dead = true;
    throw new Error("this process has ended");
  };
  const roll = (possible) => {
    const some = possible.filter((kind) => kinds.includes(kind));
    const kind = some.length && chance.happens(share) ? chance.among(some) : undefined;
    if (kind) happened.push(kind);
    return kind;
  };
  return {
    happened,
    die,
    isDead: () => dead,
    /** `work()`, or what `older()` gives. */
    async read(work, older) {
      if (dead) return die();
      switch (roll(["read fails", "killed", ...(older ? ["stale read"] : [])])) {
        case "read fails":
          throw new Error("the store is not there");
        case "killed":
          return die();
        case "stale read":
          return older();
      }
      return work();
    },
    async write(work, lost = () => undefined) {
      if (dead) return die();
      switch (roll(["write fails", "write is lost", "write is not confirmed", "killed", "killed after"])) {
        case "write fails":
          throw new Error("the store takes nothing");
        case "write is lost":
          return lost();
        case "write is not confirmed":
          await work();
          throw new Error("the connection broke");
        case "killed":
          return die();
        case "killed after":
          await work();
          return die();
      }
      return work();
    },
    async other(work) {
      return dead ? die() : work();
    },
  };
}
