// Waiting for a lock that has no queue: looking again and again, and taking turns.
//
// Whoever has just given a lock back would have it again before any of those who wait looks: one program in a loop would
// keep all others out until their patience is over. So it gives them time to look first.

// Lock → when this process gave it back. Only the last moments count.
const givenBack = new Map();
const KEPT = 50;

/**
 * What `look` gives, once it gives something; undefined when `patience` is over. All times in milliseconds: `longest` is about
 * how long it takes from one look to the next.
 */
export async function waitedFor(lock, patience, longest, look) {
  const start = performance.now();
  const turn = givenBack.get(lock) + longest - start;
  if (turn > 0) await sleep(turn);
  for (let pause = 2; ; pause = Math.min(pause * 1.5, longest)) {
    const found = await look();
    if (found || performance.now() - start >= patience) return found;
    await sleep(pause * (0.5 + Math.random()));
  }
}

/** To be called when a lock has been given back. */
export function gaveBack(lock) {
  if (givenBack.size >= KEPT) givenBack.clear();
  givenBack.set(lock, performance.now());
}

function sleep(duration) {
  return new Promise((resolve) => setTimeout(resolve, duration));
}
