// The phone of the demo: a frame with the authorization server's own pages in it. It starts them at the address the
// device shows and then keeps out of the way; what the person does there, only the server knows.

const frame = document.getElementById("phone");
const bar = document.getElementById("phone-address");
const asleep = document.getElementById("phone-asleep");
const ways = document.querySelectorAll("input[name=way]");

let flow;

/** Opens the page a person would reach by scanning the device's QR code, or by typing its address. */
export function phoneOpens(newFlow) {
  flow = newFlow;
  open();
}

/** The sign-in is over: whatever page is there stays, and there is no code to open another for. */
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
  // replace(): the browser's back button leaves the demo and does not walk through old codes.
  frame.contentWindow.location.replace(address);
  frame.hidden = false;
}

// Same origin, so the page may read where the frame is: a phone shows that as well.
frame.addEventListener("load", () => {
  const { host, pathname } = frame.contentWindow.location;
  bar.textContent = frame.hidden ? "" : host + pathname;
});
for (const way of ways) way.addEventListener("change", open);
