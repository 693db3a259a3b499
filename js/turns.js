// One after the other, and all at once: who waits for whom among the calls of a process.
//
// Not among processes: what a store can do about that, its cache plugin does (`exclusively`). Nobody waits for ever: on
// Workers a promise that belongs to a request that has ended never settles for the next one.

import { atMost } from "./signal.js";

const queues = new WeakMap();

/** Runs `work` when what runs under this name for `owner` is over, or after `patience` milliseconds. */
export function inTurn(owner, name, patience, work) {
  const queue = of(queues, owner);
  const before = queue.get(name);
  const result = (before ? atMost(before, patience) : Promise.resolve()).then(work);
  const turn = result.catch(() => {}).then(() => queue.get(name) === turn && queue.delete(name));
  queue.set(name, turn);
  return result;
}

const flights = new WeakMap();

/** What `work` gives; whoever asks for the same meanwhile gets the same, unless it is older than `patience` milliseconds. */
export function together(owner, name, patience, work) {
  const flying = of(flights, owner);
  const before = flying.get(name);
  if (before && Date.now() - before.since < patience) return before.promise;
  const flight = { since: Date.now(), promise: work() };
  const land = () => flying.get(name) === flight && flying.delete(name);
  flight.promise.then(land, land);
  flying.set(name, flight);
  return flight.promise;
}

function of(map, owner) {
  if (!map.has(owner)) map.set(owner, new Map());
  return map.get(owner);
}
