// Drives one flow: carries out what the machine asks for (src/flow), sends and sleeps, until the caller's signal says stop.
//
// It decides nothing. Callers share a flow and its request: whoever comes while one is out waits for the same answer, and only
// when the last of them has gone is the request given up.

import { exchange } from "./exchange.js";
import { opened, within } from "./module.js";
import { listened, reasonOf } from "./signal.js";

// The longest single timer. A device that sleeps or a clock that is set while a long timer runs is noticed after this long; and
// no host's timer overflows.
const SLICE = 30_000;

export class Driver {
  /** `flow` is the module's, and new; `log` takes the lines of its journal, if anybody reads them. */
  constructor(flow, fetch, log) {
    Object.assign(this, { flow, fetch, log, flight: undefined, hasCode: false });
    opened(flow.open(!!log));
  }

  /** The instance that it lives in. */
  get home() {
    return this.flow.home;
  }

  /** What the person must see; nothing before there is a code and once the flow is over. */
  prompt() {
    const text = this.flow.prompt();
    return text && JSON.parse(text);
  }

  /** What the flow is known by in a store; nothing before there is a code and once the flow is over. */
  mark() {
    return this.flow.mark();
  }

  /** The whole flow as a text, also of an instance that was thrown away. A flow that is over is refused. */
  save() {
    return opened(this.home.salvaged(() => this.flow.save())).text;
  }

  /** Has it brought, or taught, what the cache does not know yet? */
  hasNews() {
    return this.flow.hasNews();
  }

  /**
   * Goes on. Without a code: asks for one. With one: polls once if it is due; with `wait` waits until it is. Gives
   * `{ until }` of the next poll, or how the flow has ended. When `signal` aborts, it rejects with `{ reason }`, and the flow can
   * go on.
   */
  turn(wait, signal) {
    this.hasCode = this.hasCode || this.mark() !== undefined;
    const turn = { wait, hadCode: this.hasCode, polled: false, isOver: false, hasEnded: false, flight: undefined, leave: stay };
    if (!signal) return drive(this, turn);
    return new Promise((resolve, reject) => {
      const gone = () => {
        if (turn.hasEnded) return;
        // An answer that is there counts, even if the abort came with it: it is taken in a moment.
        if (turn.flight && turn.flight.isOver) return later(gone);
        turn.isOver = true;
        turn.leave();
        reject({ reason: reasonOf(signal) });
      };
      // A call that is aborted already sends nothing.
      if (signal.aborted) return gone();
      const release = listened(signal, () => later(gone));
      drive(this, turn).then(resolve, reject).then(release);
    });
  }
}

async function drive(driver, turn) {
  for (;;) {
    const { flight } = driver;
    let input = tick;
    if (flight) {
      board(driver, flight, turn);
      const outcome = await flight.outcome;
      turn.flight = undefined;
      if (turn.isOver) return undefined;
      turn.leave = stay;
      // The first turn that sees the answer takes it; the others look for themselves.
      if (driver.flight === flight) {
        driver.flight = undefined;
        input = outcome;
      }
    }
    const action = step(driver, input);
    if (action.url !== undefined) {
      turn.polled = true;
      driver.flight = exchange(driver.fetch, action);
    } else if (action.until === undefined || isEnough(turn, action)) {
      // From here on an abort is too late: what has come is no longer the module's, and would be lost.
      turn.hasEnded = true;
      return action;
    } else {
      await sleep(turn, action.until - Date.now());
      if (turn.isOver) return undefined;
    }
  }
}

function tick(flow, now) {
  return flow.tick(now);
}

function stay() {}

function later(work) {
  Promise.resolve().then(work);
}

function isEnough({ wait, hadCode, polled }, { until, hasPrompt }) {
  if (!hadCode) return hasPrompt;
  return polled || (!wait && until > Date.now());
}

/** A turn waits for what is out; when the last one leaves, it is given up. */
function board(driver, flight, turn) {
  flight.turns++;
  turn.flight = flight;
  turn.leave = () => {
    if (--flight.turns > 0 || driver.flight !== flight) return;
    driver.flight = undefined;
    flight.giveUp();
    try {
      step(driver, (flow, now) => flow.abandoned(now));
    } catch {
      // A fault of the module's: its instance is gone, and whoever comes next is told so.
    }
  };
}

/** One step of the machine; what it says of it goes to the log. */
function step({ flow, log }, input) {
  return opened(within(flow.home, () => input(flow, Date.now())), log);
}

/** Sleeps for so many milliseconds, or a good part of it: whoever sleeps looks at the clock again afterwards. */
function sleep(turn, length) {
  return new Promise((resolve) => {
    // A timer of zero would still be a turn of the event loop, but some hosts fire early: never spin on that, nor on a clock that
    // gives no number.
    const timer = setTimeout(resolve, Math.max(1, Math.min(length, SLICE)) || SLICE);
    turn.leave = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
