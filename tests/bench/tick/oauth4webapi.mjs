// The same cron tick written by hand over oauth4webapi: read the state, make one token request, write the state back.
//
// The state is what such a program has to save: the two members of the server's metadata that a poll needs, the device code, and
// the times. The store and the tokens are variables, as in device-code-flow.mjs.
import { allowInsecureRequests, deviceCodeGrantRequest, None, processDeviceCodeResponse, ResponseBodyError } from "oauth4webapi";

const client = { client_id: "c" };
// The benchmark's server speaks http on loopback.
const options = { [allowInsecureRequests]: true };

let stored;
let tokens = "";

export default {
  async fetch(request) {
    const { text } = await request.json();
    stored = text;
    const status = await tick();
    return new Response(`${status} ${JSON.parse(stored).polls}`);
  },
};

async function tick() {
  const state = JSON.parse(stored);
  if (Date.now() < state.nextPollOn) return "pending";
  if (Date.now() >= state.expiresOn) return "expired";
  const status = await poll(state);
  stored = JSON.stringify({ ...state, polls: state.polls + 1, nextPollOn: Date.now() + state.interval * 1000 });
  return status;
}

/** One token request. Adds five seconds to the interval where the server says `slow_down` (RFC 8628 §3.5). */
async function poll(state) {
  const response = await deviceCodeGrantRequest(state.server, client, None(), state.deviceCode, options);
  try {
    tokens = JSON.stringify(await processDeviceCodeResponse(state.server, client, response));
    return "completed";
  } catch (error) {
    if (!(error instanceof ResponseBodyError)) throw error;
    if (error.error === "slow_down") state.interval += 5;
    else if (error.error !== "authorization_pending") throw error;
    return "pending";
  }
}
