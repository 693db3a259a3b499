// What the cases use: a few assertions, and functions for the two servers. There is no test framework, because none runs in Node 18, Deno,
// Bun, workerd and a page.

export function ok(value, what) {
  if (!value) throw new Error(what);
}

export function equal(actual, expected, what = "value") {
  const [seen, wanted] = [actual, expected].map((value) => JSON.stringify(value) ?? String(value));
  if (seen !== wanted) throw new Error(`${what}: expected ${wanted}, got ${seen}`);
}

/** The error with which `promise` rejects. */
export async function failureOf(promise) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`it did not fail, but gave ${JSON.stringify(value)}`);
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * The value of `promise`, if it settles before a timer that is set now. A timer is used, not the clock: on a busy machine both are equally
 * late.
 */
export async function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, milliseconds, new Error(`nothing for ${milliseconds} ms`));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until `look` returns something. The servers and the clients need different amounts of time. */
export async function until(look, what, patience = 5000) {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    const found = await look();
    if (found) return found;
    await sleep(20);
  }
  throw new Error(`waited ${patience} ms for ${what}`);
}

/** A `fetch` that records its calls. `answer` may return the response instead. */
export function recording(answer = () => undefined) {
  const calls = [];
  async function recorded(url, init = {}) {
    const call = { url: String(url), method: init.method ?? "GET", form: new URLSearchParams(init.body), init, at: Date.now() };
    calls.push(call);
    return (await answer(call, calls)) ?? fetch(url, init);
  }
  return Object.assign(recorded, { calls });
}

export function json(body, init) {
  return new Response(JSON.stringify(body), { headers: { "content-type": "application/json" }, ...init });
}

/** The argument of a case: the library, and functions for both servers. */
export function toolsOf(library, { issuer, clientId, scripted }) {
  const app = ({ auth, ...system } = {}) =>
    new library.PublicClientApplication({ auth: { clientId, authority: issuer, ...auth }, system });

  /** An issuer that follows `script` (see scripted-server.mjs), with an application for it. */
  async function script(script = {}, settings = {}) {
    // A text is a "simple request": a page may send it without a preflight.
    const response = await fetch(`${scripted}/script`, { method: "POST", body: JSON.stringify(script) });
    const { issuer } = await response.json();
    const hits = async (endpoint) => {
      const all = await (await fetch(`${issuer}/hits`)).json();
      return endpoint ? all.filter((hit) => hit.endpoint === endpoint) : all;
    };
    return { issuer, hits, app: app({ ...settings, auth: { authority: issuer, ...settings.auth } }) };
  }

  /** The decision of the real server's person: "approve" or "deny". */
  async function person(userCode, decision = "approve", login = "alice") {
    const query = new URLSearchParams({ user_code: userCode, action: decision, login });
    const answer = await (await fetch(`${issuer}/drive?${query}`)).json();
    if (answer.error) throw new Error(answer.error);
  }

  return { library, issuer, clientId, app, script, person };
}
