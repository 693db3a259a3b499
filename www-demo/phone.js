// The phone of the demo: a frame with the authorization server's pages. This file opens the address that the device
// shows; what the person does in the frame is between them and the server.

const frame = document.getElementById("phone");
const bar = document.getElementById("phone-address");
const asleep = document.getElementById("phone-asleep");
const ways = document.querySelectorAll("input[name=way]");

let flow;

/** Opens the page that a person reaches by the device's QR code or by its address. */
export function phoneOpens(newFlow) {
  flow = newFlow;
  open();
}

/** Ends the sign-in on the phone: the page in the frame stays, and no other can be opened. */
export function phoneIsDone() {
  flow = undefined;
}

export function phoneSleeps(words) {
  phoneIsDone();
  frame.hidden = true;
  bar.textContent = "";
  asleep.textContent = words;
}

function open() {
  if (!flow) return;
  const scanned = document.querySelector("input[name=way]:checked").value === "scanned";
  const address = (scanned && flow.verificationUriComplete) || flow.verificationUri;
  // replace(), so that the browser's back button leaves the demo and does not go through old codes.
  frame.contentWindow.location.replace(address);
  frame.hidden = false;
}

// The frame has the same origin, so the page can read its address and show it, as a phone does.
frame.addEventListener("load", () => {
  const { host, pathname } = frame.contentWindow.location;
  bar.textContent = frame.hidden ? "" : host + pathname;
});
for (const way of ways) way.addEventListener("change", open);
