// The log under the two screens: each request of the library, its answer, and an explanation.
// It reads the kind of a request and the error code of an answer, and never a token or a device code.

const list = document.getElementById("log");

/** A fetch that logs each exchange. `onPoll` is called when the device polls. */
export function recordingFetch({ onPoll }) {
  return async function fetchAndRecord(input, init) {
    // Reads a copy, because the body of a Request can be read only once, and the server needs it.
    const request = input instanceof Request ? input.clone() : new Request(input, init);
    const kind = kindOf(request.url, await request.text());
    const line = addLine(`${request.method} ${new URL(request.url).pathname}`);
    if (kind === "poll") onPoll();
    try {
      const response = await fetch(input, init);
      const error = await errorCodeOf(response.clone());
      line.finish(`${response.status} ${error ?? "OK"}`, meanings[error] ?? (error ? "" : meanings[kind]), !error);
      return response;
    } catch (failure) {
      line.finish(failure.name === "AbortError" ? "stopped" : "no answer", "", false);
      throw failure;
    }
  };
}

/** Adds a line that is no exchange. */
export function note(words) {
  addLine("").finish("", words);
}

/** A time of day in the page's format. */
export function timeOf(date) {
  return date.toLocaleTimeString([], { hourCycle: "h23" });
}

function kindOf(url, body) {
  if (url.includes("/.well-known/")) return "discovery";
  return body.includes("grant_type=") ? "poll" : "code";
}

const meanings = {
  discovery: "Where its endpoints are.",
  code: "A code to keep, a code to show.",
  poll: "Tokens: somebody signed in.",
  authorization_pending: "Not yet. Ask again later.",
  slow_down: "Too fast: 5 s more, for good.",
  access_denied: "The person said no.",
  expired_token: "Nobody answered in time.",
};

async function errorCodeOf(response) {
  const body = await response.json().catch(() => ({}));
  return body.error ?? (response.ok ? undefined : response.statusText || "failed");
}

function addLine(what) {
  const item = document.createElement("li");
  item.append(part("time", timeOf(new Date())), part("b", what));
  list.append(item);
  list.scrollTop = list.scrollHeight;
  return {
    finish(result, meaning, good) {
      if (result) item.append(part("span", result, good ? "good" : "other"));
      if (meaning) item.append(part("em", meaning));
      list.scrollTop = list.scrollHeight;
    },
  };
}

function part(tag, words, kind) {
  const node = document.createElement(tag);
  node.textContent = words;
  if (kind) node.className = kind;
  return node;
}
