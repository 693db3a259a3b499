// @ts-check
// Which calls of a process wait for each other: one after the other, or all for one result.
//
// Other processes do not wait here. A cache plugin that can lock its store does that (`exclusively`).
//
// Nobody gives up while a call before is at work, however long that takes: the work has deadlines of its own. But on Workers a promise that
// belongs to a request that has ended never settles for the next one. The timers of that request have ended with it. So each call has a
// timer that says again and again that its request still runs. A call that is silent is passed over, and starts or writes nothing
// afterwards, should it go on after all: a machine may have been asleep.

import { ClientAuthError } from "./errors.js";
import { atMost } from "./signal.js";

/** How often a call says that it still runs, in milliseconds. */
const BEAT = 5_000;

/** For how long a call must be silent to be passed over, in milliseconds. */
const SILENCE = 20_000;

/** How many beats there were. It says which of two came first, whatever happens to the clock. */
let beats = 0;

/** A call that is at work, or in line. */
export class Turn {
  /** @param {string} what it takes turns for, in words */
  constructor(what) {
    this.what = what;
    /** The call was silent, and later ones have gone on. */
    this.isPassedOver = false;
    this.lastBeat = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** What this call leaves behind, and the next ones have to wait for. @type {Promise<unknown> | undefined} */
    this.remainder = undefined;
    /** @type {(hasEnded: true) => void} */
    this.resolve = () => {};
    /** @type {Promise<true>} */
    this.ended = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.beat();
  }

  beat() {
    this.lastBeat = ++beats;
    this.timer = setTimeout(() => this.beat(), BEAT);
  }

  end() {
    clearTimeout(this.timer);
    this.resolve(true);
  }

  /** Throws if later calls have gone on meanwhile. */
  check() {
    if (this.isPassedOver) throw passedOver(this.what);
  }
}

/** @type {WeakMap<object, Map<string, Turn[]>>} */
const lines = new WeakMap();

/**
 * Runs `work` when all the work has ended that was to run before under this name for `owner`. Rejects with `cache_busy` if this call was
 * silent for so long that later ones have gone on.
 *
 * @template T
 * @param {object} owner
 * @param {string} name
 * @param {(turn: Turn) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inQueue(owner, name, work) {
  const line = lineOf(owner, name);
  const turn = new Turn(name === "store" ? "the store of cache.cachePlugin" : "the renewal of the tokens of one person");
  line.push(turn);
  const leave = () => {
    turn.end();
    remove(line, turn);
    const names = mapOf(lines, owner);
    if (!line.length && names.get(name) === line) names.delete(name);
  };
  try {
    while (line[0] !== turn) await nextChange(line, turn);
    return await work(turn);
  } finally {
    if (turn.remainder) turn.remainder.then(leave, leave);
    else leave();
  }
}

/**
 * @param {object} owner
 * @param {string} name
 * @returns {Turn[]}
 */
function lineOf(owner, name) {
  const names = mapOf(lines, owner);
  const line = names.get(name) || [];
  names.set(name, line);
  return line;
}

/**
 * Waits until the call before this one has ended. If that takes long, those that were silent meanwhile are passed over.
 *
 * @param {Turn[]} line
 * @param {Turn} turn
 */
async function nextChange(line, turn) {
  turn.check();
  const before = line[line.indexOf(turn) - 1];
  const mark = beats;
  if (await atMost(before.ended, SILENCE)) return;
  for (const other of line.slice(0, Math.max(0, line.indexOf(turn)))) {
    if (other.lastBeat > mark) continue;
    other.isPassedOver = true;
    remove(line, other);
  }
}

/**
 * @param {Turn[]} line
 * @param {Turn} turn
 */
function remove(line, turn) {
  const index = line.indexOf(turn);
  if (index >= 0) line.splice(index, 1);
}

/** @type {WeakMap<object, Map<string, { turn: Turn, promise: Promise<any> }>>} */
const underWay = new WeakMap();

/**
 * What `work` gives. A call for the same name that comes meanwhile gets the same, unless the work belongs to a request that has ended.
 *
 * @template T
 * @param {object} owner
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function sharedResult(owner, name, work) {
  const calls = mapOf(underWay, owner);
  for (let before = calls.get(name); before; before = calls.get(name)) {
    const outcome = await outcomeOf(before);
    if (outcome) return outcome.value;
    if (calls.get(name) === before) calls.delete(name);
  }
  const call = { turn: new Turn(name), promise: work() };
  const end = () => {
    call.turn.end();
    if (calls.get(name) === call) calls.delete(name);
  };
  call.promise.then(end, end);
  calls.set(name, call);
  return call.promise;
}

/**
 * What a call gives, or `undefined` once it is silent.
 *
 * @param {{ turn: Turn, promise: Promise<any> }} call
 * @returns {Promise<{ value: any } | undefined>}
 */
async function outcomeOf({ turn, promise }) {
  const outcome = promise.then((value) => ({ value }));
  for (;;) {
    const mark = beats;
    const settled = await atMost(outcome, SILENCE);
    if (settled || turn.lastBeat <= mark) return settled;
  }
}

/**
 * For a call that stood still.
 *
 * @param {string} what
 */
function passedOver(what) {
  const error = new ClientAuthError(
    "cache_busy",
    `This call stood still for more than ${SILENCE / 1000} s while it waited for ${what} or had it to itself, and a later call has gone on.`,
    "Call again. Tokens that have arrived stay in memory, and the next call stores them.",
  );
  error.retryable = true;
  return error;
}

/**
 * @template V
 * @param {WeakMap<object, Map<string, V>>} maps
 * @param {object} owner
 * @returns {Map<string, V>}
 */
function mapOf(maps, owner) {
  let map = maps.get(owner);
  if (!map) {
    map = new Map();
    maps.set(owner, map);
  }
  return map;
}
