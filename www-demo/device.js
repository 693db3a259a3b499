// The device of the demo: asks for a code, shows it, waits, and shows who signed in. Everything of OAuth is in the
// library; this file only turns its steps into words on a screen. The phone is in phone.js, the log in protocol-log.js.

import { PublicClientApplication } from "device-code-flow";
import { renderSVG } from "uqr";
import { phoneIsDone, phoneOpens, phoneSleeps } from "./phone.js";
import { note, recordingFetch, timeOf } from "./protocol-log.js";

const app = new PublicClientApplication({
  auth: { clientId: "device-code-flow-demo", authority: location.origin },
  // The library takes any fetch; this one also writes down what it sees.
  system: { protocolMode: "OIDC", fetch: recordingFetch({ onPoll: showPolling }) },
});
const scopes = ["openid", "profile", "email", "offline_access"];

/** Of the sign-in under way. A new one aborts the old, so at most one ever writes on the screen. */
let controller = new AbortController();

async function signIn() {
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  showAsking();
  try {
    const flow = await app.startDeviceCode({ scopes, signal });
    showCode(flow);
    // Nothing is due yet, so this asks nobody: it tells when the first poll will be.
    showWaiting(await flow.poll({ signal }));
    for await (const step of flow) {
      if (signal.aborted) return;
      if (step.status === "completed") showPerson(step.result);
      else showWaiting(step);
    }
  } catch (error) {
    // The buttons have already said what an aborted sign-in needs said.
    if (!signal.aborted) showProblem(error);
  }
}

function cancel() {
  controller.abort();
  note("The device stopped asking.");
  phoneSleeps("The phone has nothing to do.");
  showView("problem");
  text("problem-title", "Cancelled");
  text("problem-hint", "The device has stopped asking, and the code will expire unused.");
  text("problem-code", "");
  rest("Cancelled.");
}

// ── what the screen shows ───────────────────────────────────────────────────────────────────────────────────────

function showAsking() {
  showView("asking");
  phoneSleeps("The phone is in your pocket.");
  say("Asking for a code…", "busy");
  element("cancel").disabled = false;
}

function showCode(flow) {
  showView("code");
  const address = new URL(flow.verificationUri);
  text("address", address.host + address.pathname);
  text("code", flow.userCode);
  element("qr").innerHTML = renderSVG(flow.verificationUriComplete ?? flow.verificationUri, { border: 1 });
  clock = { expiresOn: flow.expiresOn, lifetime: flow.expiresOn - Date.now() };
  phoneOpens(flow);
}

function showWaiting({ nextPollOn }) {
  clock.nextPollOn = nextPollOn;
  say("Waiting for you to say yes on the phone", "waiting");
  tick();
}

function showPolling() {
  clock.nextPollOn = undefined;
  say("Asking the server…", "busy");
}

function showPerson({ account, idTokenClaims, scopes: granted, expiresOn }) {
  const name = account?.name ?? account?.username ?? idTokenClaims.sub;
  showView("person");
  // By code points: half of an emoji or of a rare character is no letter.
  text("face", [...name][0]);
  text("name", name);
  text("mail", idTokenClaims.email ?? account?.username ?? "");
  text("scopes", granted.join(", "));
  text("token-until", expiresOn ? timeOf(expiresOn) : "further notice");
  note(`Signed in as ${name}.`);
  rest(`Signed in as ${name}`, "done");
}

function showProblem(error) {
  showView("problem");
  text("problem-title", titles[error.errorCode] ?? "That did not work");
  text("problem-hint", error.hint || error.errorMessage || error.message);
  text("problem-code", error.errorCode ?? error.name);
  // An AuthError's message begins with its code.
  note(`The library rejected with ${error.name}: ${error.message}`);
  rest("The sign-in has ended.", "failed");
}

const titles = {
  access_denied: "You said no",
  authorization_declined: "You said no",
  device_code_expired: "The code has expired",
  network_error: "The server does not answer",
};

function showView(name) {
  element("screen").dataset.view = name;
}

/** `mood` colours the small light beside the words. Only these words are announced, not the seconds. */
function say(words, mood) {
  element("screen").dataset.mood = mood;
  if (element("status").textContent !== words) text("status", words);
  text("status-detail", "");
}

/** The sign-in is over: the clock stops, and there is nothing left to cancel. */
function rest(words, mood = "idle") {
  clock = {};
  phoneIsDone();
  say(words, mood);
  element("cancel").disabled = true;
}

// ── the clock on the screen; what is due when is the library's business ─────────────────────────────────────────

let clock = {};

function tick() {
  const { expiresOn, lifetime, nextPollOn } = clock;
  if (!expiresOn) return;
  const left = Math.max(0, expiresOn - Date.now());
  const seconds = Math.ceil(left / 1000);
  text("life-left", `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
  element("life-bar").style.transform = `scaleX(${left / lifetime})`;
  if (nextPollOn) text("status-detail", `next poll in ${Math.max(0, Math.ceil((nextPollOn - Date.now()) / 1000))} s`);
}

function element(id) {
  return document.getElementById(id);
}

function text(id, words) {
  element(id).textContent = words;
}

setInterval(tick, 250);
element("start-again").addEventListener("click", signIn);
element("new-code").addEventListener("click", signIn);
element("cancel").addEventListener("click", cancel);
signIn();
