// The device of the demo: asks for a code, shows it, waits, and shows who signed in. The library does all of OAuth, and
// this file shows its steps. The phone is in phone.js, the log in protocol-log.js.

import { PublicClientApplication } from "device-code-flow";
import { renderSVG } from "uqr";
import { phoneIsDone, phoneOpens, phoneSleeps } from "./phone.js";
import { note, recordingFetch, timeOf } from "./protocol-log.js";

const app = new PublicClientApplication({
  auth: { clientId: "device-code-flow-demo", authority: location.origin },
  // The library accepts any fetch; this one also logs each exchange.
  system: { protocolMode: "OIDC", fetch: recordingFetch({ onPoll: showPolling }) },
});
const scopes = ["openid", "profile", "email", "offline_access"];

/** Aborts the current sign-in. A new sign-in aborts the old one, so that only one writes to the screen. */
let controller = new AbortController();

async function signIn() {
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  showAsking();
  try {
    const flow = await app.startDeviceCode({ scopes, signal });
    showCode(flow);
    // No poll is due yet, so this sends nothing and returns the time of the first poll.
    showWaiting(await flow.poll({ signal }));
    for await (const step of flow) {
      if (signal.aborted) return;
      if (step.status === "completed") showPerson(step.result);
      else showWaiting(step);
    }
  } catch (error) {
    // An aborted sign-in needs no message, because the button's handler has shown one.
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

// ── the screen ──────────────────────────────────────────────────────────────────────────────────────────────────

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
  // By code points, so that an emoji or a rare character is not cut in half.
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

/** `mood` sets the colour of the small light beside the text. Screen readers announce this text, and not the countdown. */
function say(words, mood) {
  element("screen").dataset.mood = mood;
  if (element("status").textContent !== words) text("status", words);
  text("status-detail", "");
}

/** Ends the display of a sign-in: the countdown stops, and the cancel button is disabled. */
function rest(words, mood = "idle") {
  clock = {};
  phoneIsDone();
  say(words, mood);
  element("cancel").disabled = true;
}

// ── the countdown; the library decides when a poll is due ───────────────────────────────────────────────────────

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
