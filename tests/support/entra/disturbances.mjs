// What may come between a request and its answer: a network that fails, a service that is busy, a refusal out of the blue.

import { DECLINED_REFRESH, SLOW_DOWN } from "./errors.mjs";

/** The answer in place of the right one; throws where the connection breaks. A number is AADSTS's. */
export function disturbed(kind, refused, { retryAfter }) {
  if (typeof kind === "number") return refused(kind);
  if (kind in DECLINED_REFRESH) return refused(DECLINED_REFRESH[kind]);
  switch (kind) {
    case "reset":
      throw broken("ECONNRESET", "read ECONNRESET");
    case "unavailable":
      return { status: 503, type: "text/html", body: "<html><body>Service Unavailable</body></html>" };
    case "hollow":
      return { status: 503, body: {} };
    case "hollow_200":
      return { body: {} };
    case "throttled":
      return { ...refused(90055, 429), headers: { "retry-after": String(retryAfter) } };
    case "slow_down":
      return refused(SLOW_DOWN);
    case "refused":
      return refused(90055);
    case "error_on_200":
      return refused(700016, 200);
  }
  throw new Error(`no such disturbance: ${kind}`);
}

/** As `fetch` fails in Node. */
export function broken(code, message) {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
}
