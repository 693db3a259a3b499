// One HTTP exchange by a fetch: bounded in time and size, never redirected.
//
// Not a judge of answers: src/flow is. It calls nothing that cannot fail, because a fetch of the caller's may answer with
// something of its own making.

import { LONGEST } from "./signal.js";

// No OAuth answer is near this; what is longer is something else, and is not read to its end.
const BODY_LIMIT = 1 << 20;

// A stream may give chunks without bytes as quickly as they are asked for: a loop that leaves no timer its turn.
const EMPTY_LIMIT = 1000;

const TOO_LARGE = {};

/**
 * Makes a request. Gives what to tell the flow of it, as a function that takes the module's Flow and the time; a way to give it
 * up; whether it is over; and how many turns wait for it, which is the driver's to count. Old shells have no AbortController: there a request that is
 * given up ends by itself.
 */
export function exchange(fetch, request) {
  const controller = typeof AbortController === "undefined" ? undefined : new AbortController();
  const flight = { outcome: undefined, giveUp: () => cancelled(), turns: 0, isOver: false };
  let settle;
  flight.outcome = new Promise((resolve) => (settle = resolve));
  // The first outcome counts, and one promise and one timer are all there is of it: thousands may be under way.
  const over = (tell) => {
    flight.isOver = true;
    clearTimeout(timer);
    settle(tell);
  };
  // What was read to its end is not aborted: that would only cost an exception and an event with every poll.
  const cancelled = (tell) => {
    over(tell);
    if (controller) controller.abort();
  };
  const timer = setTimeout(() => cancelled((flow, now) => flow.timedOut(now)), Math.min(request.timeout, LONGEST));
  answer(fetch, request, controller, flight).then(over, (error) => over(failureOf(error, request)));
  return flight;
}

function failureOf(error, { url }) {
  if (error === TOO_LARGE) return (flow, now) => flow.tooLarge(now);
  const words = wordsOf(error);
  return (flow, now) => flow.failed(now, words, url);
}

async function answer(fetch, { url, form }, controller, flight) {
  const response = checked(await fetch(url, initOf(form, controller)));
  const { status, headers } = response;
  const retryAfter = textOf(headers.get("retry-after"));
  const date = textOf(headers.get("date"));
  const requestId = textOf(headers.get("x-ms-request-id"));
  const body = await bodyOf(response, flight);
  return (flow, now) => flow.answered(now, status, retryAfter, date, requestId, body);
}

function initOf(form, controller) {
  // Only what makes a "simple request" (Fetch standard): nothing here may need a CORS preflight. And a credential goes where it
  // was sent to, or nowhere.
  const init = { headers: { accept: "application/json" }, redirect: "manual" };
  if (form !== undefined) {
    init.method = "POST";
    init.body = form;
    init.headers["content-type"] = "application/x-www-form-urlencoded;charset=utf-8";
  }
  if (controller) init.signal = controller.signal;
  return init;
}

/** A response with a body that nobody has begun to read: what is wrong is said in words of ours. */
function checked(response) {
  if (typeof Object(response).status !== "number") throw new TypeError("system.fetch gave no Response");
  if (response.bodyUsed || (response.body && response.body.locked)) {
    throw new TypeError("system.fetch gave a Response whose body was read already; read a clone() of it instead");
  }
  return response;
}

/** As it streams, and no further than the limit nor when nobody waits for it any more; as a whole where there is no stream. */
async function bodyOf(response, flight) {
  if (!response.body || typeof response.body.getReader !== "function") {
    const bytes = new TextEncoder().encode(textOf(await response.text()) || "");
    if (bytes.length > BODY_LIMIT) throw TOO_LARGE;
    return bytes;
  }
  const reader = response.body.getReader();
  const chunks = [];
  let length = 0;
  let empty = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    // By what it has and not by its class: a page and a test runner's sandbox have a class each.
    if (Object(value).byteLength === undefined) throw new TypeError("the body's stream gave something else than bytes");
    length += value.byteLength;
    if (length > BODY_LIMIT || flight.isOver) {
      // Whether that succeeds is nobody's concern, but a rejection must have somebody who takes it.
      Promise.resolve(reader.cancel()).catch(() => {});
      throw TOO_LARGE;
    }
    if (value.byteLength === 0 && ++empty > EMPTY_LIMIT) throw new TypeError("the body's stream gives chunks, and no bytes");
    chunks.push(value.buffer ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value));
  }
  // Nearly always.
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const textOf = (value) => (typeof value === "string" ? value : undefined);

/** The host's words: an error's message and that of its cause, which in Node is the one that says something. */
function wordsOf(error) {
  try {
    const { message, cause } = Object(error);
    const words = textOf(message) || textOf(error) || "no reason given";
    const { message: why, code } = Object(cause);
    const detail = textOf(why) || textOf(code);
    return detail ? `${words} (${detail})` : words;
  } catch {
    return "no reason can be read";
  }
}
