// The sign-in page of a kiosk or a television: asks for a code, shows it with a QR code and a countdown, and gets a new one when it
// expires. What the buttons of a remote control do stands in remote.js, whom people sign in with in settings.js.
//
// Plain script, nothing newer than Chromium 64: this file goes to the device as it is.

(function () {
  "use strict";

  // After so many codes that nobody has entered, nobody is there: the screen waits for a button.
  const CODES = settings.codes || 4;
  // Seconds until the next try: where the network or the provider is away, and where something else answers in the provider's place,
  // the page of a captive portal for example. That may last, so each wait is twice the one before, up to a limit.
  const RETRY = 10;
  const SLOW_RETRY = 60;
  const SLOWEST_RETRY = 16 * 60;

  // So many characters of a code stand in one line.
  const LONG = 20;

  const { PublicClientApplication, AuthError, InteractionRequiredAuthError } = deviceCodeFlow;
  const app = new PublicClientApplication({ auth: settings.auth, system: settings.system });
  const element = (id) => document.getElementById(id);
  const text = (id, value) => (element(id).textContent = value);

  let current = 0;
  let flow;
  let ticking;
  let person = null;

  /** One sign-in; a later one makes an earlier one fall silent. */
  async function signIn() {
    const own = ++current;
    const isCurrent = () => own === current;
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

  /** Whoever was signed in: their tokens are not left to the next person. */
  async function signOut() {
    if (person) await app.signOut({ account: person });
    person = null;
  }

  /** Somebody has used a code that the screen shows no more; their tokens must not stay here unseen. */
  async function forget({ account }) {
    const isShown = account && person && account.homeAccountId === person.homeAccountId;
    if (account && !isShown) await app.signOut({ account });
  }

  function showCode({ userCode, verificationUri, verificationUriComplete, expiresOn }) {
    show("code", "Sign in", "To use this screen, sign in with another device.");
    address(verificationUri.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, ""));
    const letters = grouped(userCode);
    text("code", letters);
    // Never smaller than the words around it: what is longer gets more lines.
    element("code").className = letters.length > LONG ? "long" : "";
    element("code").style.fontSize = 900 / Math.min(LONG, Math.max(9, letters.length)) + "%";
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

  /** The QR code of an address; none where the library throws, because 2331 bytes is the most that one holds. */
  function picture(words) {
    if (!words) return undefined;
    try {
      const qr = qrcode(0, "M");
      qr.addData(words);
      qr.make();
      // A dot for each module, which the style enlarges: what writes the picture takes its time with each dot.
      return qr.createDataURL(1, 0);
    } catch (thrown) {
      console.warn(thrown);
      return undefined;
    }
  }

  /** Without a QR code the address and the code alone will do. */
  function scan(source) {
    element("scan").hidden = !source;
    if (source) element("qr").src = source;
  }

  function showPerson({ account }) {
    person = account;
    const { name: full, username } = account || {};
    const name = (full || "").trim() || (username || "").trim() || "you";
    show("done", "Hello, " + name, "You are signed in on this screen.");
    // By code points: half of an emoji or of a rare character is no letter.
    text("initial", Array.from(name)[0].toUpperCase());
    state("good", "Signed in");
    text("again", "Sign in as somebody else");
    if (settings.signedIn) settings.signedIn(app, account);
  }

  /** What was thrown, to be told of as an error of the library is. What settings.js throws can be anything. */
  function failure(thrown) {
    if (thrown instanceof AuthError) return thrown;
    console.error(thrown);
    return { errorCode: brief(String(thrown)) };
  }

  /** As much of somebody else's words as the screen has room for. */
  function brief(words) {
    const letters = Array.from(words);
    return letters.length > 120 ? letters.slice(0, 119).join("") + "…" : words;
  }

  function showProblem(error) {
    const [title, lead] = words(error);
    show("problem", title, lead, error.fault === "person" ? "" : error.hint);
    state("bad", error.errorCode);
    text("again", "Try again");
    element("again").focus();
  }

  /** What the person in front of the screen can do; what the administrator can do is the error's hint. */
  function words(error) {
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

  /** What is the matter where something answers: another than the provider, or the provider by no word that anybody knows. */
  function strange({ errorCode, error, errorDescription }) {
    // The provider's own words. In an answer that is no OAuth at all, a redirect for example, they are nobody's.
    if (error && errorCode !== "invalid_server_response") {
      return "The sign-in service refuses: “" + brief(errorDescription || error).replace(/[.\s]+$/, "") + "”.";
    }
    if (errorCode === "invalid_server_response" || errorCode === "endpoints_resolution_error") {
      return "Something else than the sign-in service answers; perhaps this network wants somebody to log in first.";
    }
    return "The sign-in service answers what this screen cannot use.";
  }

  /** The provider is away, refuses, or something else answers in its place: the seconds until it is asked again. */
  async function pause(error, isAway, seconds, isCurrent) {
    if (isAway) show("problem", "No connection", "This screen cannot reach the sign-in service. It tries again by itself.", error.hint);
    else show("problem", "No sign-in for now", strange(error) + " This screen tries again by itself.", error.hint);
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

  function state(mood, words) {
    element("screen").setAttribute("data-mood", mood);
    text("state-text", words);
  }

  function minutes(seconds) {
    return Math.floor(seconds / 60) + ":" + ("0" + (seconds % 60)).slice(-2);
  }

  /** An address that needs two lines is broken where it may be. */
  function address(words) {
    text("address", "");
    words.split(/(?=\/)/).forEach((part) => {
      element("address").appendChild(document.createElement("wbr"));
      element("address").appendChild(document.createTextNode(part));
    });
  }

  /** Eight letters are read in two halves. */
  function grouped(code) {
    return /^[A-Z0-9]{8}$/i.test(code) ? code.slice(0, 4) + " " + code.slice(4) : code;
  }

  // The flow goes on by itself: it polls until the code expires. Only the words change.
  window.addEventListener("offline", () => element("screen").dataset.view === "code" && state("wait", "No network. The code stays good."));
  window.addEventListener("online", () => element("screen").dataset.view === "code" && state("", "Waiting for you"));
  element("again").addEventListener("click", signIn);
  element("leave").addEventListener("click", () => remote.exit());
  signIn();
})();
