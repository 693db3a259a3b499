// The sign-in page of a kiosk or a television. It asks for a code, shows it with a QR code and a countdown, and asks for a new code
// when that one expires. remote.js has the keys of the remote control, settings.js the provider and the client id.
//
// This is a classic script for Chromium 64 and newer, and it goes to the device without a build step.

(function () {
  "use strict";

  // The number of unused codes after which the page assumes that nobody is there and waits for a button.
  const CODES = settings.codes || 4;
  // Seconds until the next try. RETRY is for a network or a provider that is away. The slow ones are for something else that answers
  // in the provider's place, for example a captive portal: each wait is twice the one before, up to the last value.
  const RETRY = 10;
  const SLOW_RETRY = 60;
  const SLOWEST_RETRY = 16 * 60;

  // The most characters of a code in one line.
  const LONG = 20;

  const { PublicClientApplication, AuthError, InteractionRequiredAuthError } = deviceCodeFlow;
  const app = new PublicClientApplication({ auth: settings.auth, system: settings.system });
  const element = (id) => document.getElementById(id);
  const text = (id, value) => (element(id).textContent = value);

  let current = 0;
  let flow;
  let ticking;
  let person = null;

  /** Runs one sign-in. When a later one starts, this one stops and shows nothing more. */
  async function signIn() {
    const number = ++current;
    const isCurrent = () => number === current;
    let slow = SLOW_RETRY;
    for (let codes = 1; isCurrent(); codes++) {
      try {
        show("asking", "Sign in", "One moment, a code is on its way.");
        await signOut();
        flow = await app.startDeviceCode({ scopes: settings.scopes });
        if (!isCurrent()) return;
        showCode(flow);
        const result = await flow.wait();
        if (isCurrent()) showPerson(result);
        else await forget(result);
        return;
      } catch (thrown) {
        if (!isCurrent()) return;
        const error = failure(thrown);
        if (error.errorCode === "device_code_expired" && codes < CODES) {
          slow = SLOW_RETRY;
          continue;
        }
        if (error.retryable || error.fault === "network" || error.fault === "server") {
          const isAway = error.retryable || error.fault === "network";
          await pause(error, isAway, isAway ? RETRY : slow, isCurrent);
          if (!isAway) slow = Math.min(2 * slow, SLOWEST_RETRY);
          codes = 0;
          continue;
        }
        showProblem(error);
        return;
      }
    }
  }

  /** Signs the last person out, so that the next person does not get their tokens. */
  async function signOut() {
    if (person) await app.signOut({ account: person });
    person = null;
  }

  /** Removes the tokens of a person who used a code that is no longer on the screen, because nobody would see that they are here. */
  async function forget({ account }) {
    const isShown = account && person && account.homeAccountId === person.homeAccountId;
    if (account && !isShown) await app.signOut({ account });
  }

  function showCode({ userCode, verificationUri, verificationUriComplete, expiresOn }) {
    show("code", "Sign in", "To use this screen, sign in with another device.");
    address(verificationUri.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, ""));
    const shown = grouped(userCode);
    text("code", shown);
    // The code is never smaller than the text around it. A longer code gets more lines.
    element("code").className = shown.length > LONG ? "long" : "";
    element("code").style.fontSize = 900 / Math.min(LONG, Math.max(9, shown.length)) + "%";
    scan(picture(verificationUriComplete) || picture(verificationUri));
    state(navigator.onLine === false ? "wait" : "", navigator.onLine === false ? "No network. The code stays good." : "Waiting for you");
    const start = Date.now();
    const tick = () => {
      const left = Math.max(0, expiresOn - Date.now());
      text("left", minutes(Math.ceil(left / 1000)));
      element("rest").style.transform = "scaleX(" + left / (expiresOn - start) + ")";
    };
    tick();
    ticking = setInterval(tick, 500);
  }

  /** The QR code of an address as a data URL. `undefined` when the address is too long: a QR code holds at most 2331 bytes. */
  function picture(url) {
    if (!url) return undefined;
    try {
      const qr = qrcode(0, "M");
      qr.addData(url);
      qr.make();
      // One pixel for each module, and the style sheet enlarges the picture: writing it takes time for each pixel.
      return qr.createDataURL(1, 0);
    } catch (thrown) {
      console.warn(thrown);
      return undefined;
    }
  }

  /** Shows the QR code, or hides its place when there is none. */
  function scan(source) {
    element("scan").hidden = !source;
    if (source) element("qr").src = source;
  }

  function showPerson({ account }) {
    person = account;
    const { name: full, username } = account || {};
    const name = (full || "").trim() || (username || "").trim() || "you";
    show("done", "Hello, " + name, "You are signed in on this screen.");
    // By code points, so that an emoji or a rare character is not cut in half.
    text("initial", Array.from(name)[0].toUpperCase());
    state("good", "Signed in");
    text("again", "Sign in as somebody else");
    if (settings.signedIn) settings.signedIn(app, account);
  }

  /** What was thrown, in the form of an error of the library. settings.js can throw anything. */
  function failure(thrown) {
    if (thrown instanceof AuthError) return thrown;
    console.error(thrown);
    return { errorCode: brief(String(thrown)) };
  }

  /** The first 120 characters of a text of the server, for which the screen has room. */
  function brief(message) {
    const characters = Array.from(message);
    return characters.length > 120 ? characters.slice(0, 119).join("") + "…" : message;
  }

  function showProblem(error) {
    const [title, lead] = describe(error);
    show("problem", title, lead, error.fault === "person" ? "" : error.hint);
    state("bad", error.errorCode);
    text("again", "Try again");
    element("again").focus();
  }

  /** Title and text for the person in front of the screen. The error's hint is for the administrator. */
  function describe(error) {
    console.error(error.errorCode, error.errorMessage, error.hint);
    switch (error.errorCode) {
      case "access_denied":
      case "authorization_declined":
        return ["Not signed in", "The sign-in was refused on the other device. You can try again with a new code."];
      case "device_code_expired":
        return ["Nobody there?", "The code has expired. Press the button when you are ready for a new one."];
      default:
        if (error instanceof InteractionRequiredAuthError) return ["Not signed in", "Please sign in once more with a new code."];
        return ["This screen cannot sign in", "Please tell whoever looks after it." + (error.hint ? " What they can do:" : "")];
    }
  }

  /** The text for an answer that does not come from the provider, or that this page cannot use. */
  function describeAnswer({ errorCode, error, errorDescription }) {
    // The provider's own text. An answer that is not OAuth, for example a redirect, has none.
    if (error && errorCode !== "invalid_server_response") {
      return "The sign-in service refuses: “" + brief(errorDescription || error).replace(/[.\s]+$/, "") + "”.";
    }
    if (errorCode === "invalid_server_response" || errorCode === "endpoints_resolution_error") {
      return "Something else than the sign-in service answers; perhaps this network wants somebody to log in first.";
    }
    return "The sign-in service answers what this screen cannot use.";
  }

  /** Shows that the provider is away or refuses, and counts down `seconds` until the next try. */
  async function pause(error, isAway, seconds, isCurrent) {
    if (isAway) show("problem", "No connection", "This screen cannot reach the sign-in service. It tries again by itself.", error.hint);
    else show("problem", "No sign-in for now", describeAnswer(error) + " This screen tries again by itself.", error.hint);
    text("again", "Try now");
    console.warn(error.errorCode, error.errorMessage, error.hint);
    for (let left = seconds; left > 0 && isCurrent(); left--) {
      state("wait", "Next try in " + (left < 60 ? left + " s" : minutes(left)) + (isAway ? "" : " (" + brief(error.errorCode) + ")"));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }

  function show(view, title, lead, hint) {
    clearInterval(ticking);
    element("screen").setAttribute("data-view", view);
    text("title", title);
    text("lead", lead);
    text("hint", hint || "");
    text("again", "New code");
    state("", "");
    if (!document.activeElement || document.activeElement === document.body) element("again").focus();
  }

  function state(mood, message) {
    element("screen").setAttribute("data-mood", mood);
    text("state-text", message);
  }

  function minutes(seconds) {
    return Math.floor(seconds / 60) + ":" + ("0" + (seconds % 60)).slice(-2);
  }

  /** Shows the address. A long one may break before each slash. */
  function address(url) {
    text("address", "");
    url.split(/(?=\/)/).forEach((part) => {
      element("address").appendChild(document.createElement("wbr"));
      element("address").appendChild(document.createTextNode(part));
    });
  }

  /** A code of eight characters in two groups of four. */
  function grouped(code) {
    return /^[A-Z0-9]{8}$/i.test(code) ? code.slice(0, 4) + " " + code.slice(4) : code;
  }

  // The flow needs no help here, because it polls until the code expires. Only the text changes.
  window.addEventListener("offline", () => element("screen").dataset.view === "code" && state("wait", "No network. The code stays good."));
  window.addEventListener("online", () => element("screen").dataset.view === "code" && state("", "Waiting for you"));
  element("again").addEventListener("click", signIn);
  element("leave").addEventListener("click", () => remote.exit());
  signIn();
})();
