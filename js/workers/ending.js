// How a sign-in ended, as a text for the store: the key of the account in the token cache, or the error. No tokens.
//
// The text of a flow that goes on is the module's (src/flow/saved.rs). Like that one this has a hash, which tells damage.

import { AuthError } from "device-code-flow";

const KIND = '{"kind":"device-code-flow ending","version":';
const VERSION = 1;

/** Is it such a text, whole or damaged? */
export function isEnding(text) {
  return typeof text === "string" && text.startsWith(KIND);
}

export function textOfEnding(ending) {
  const body = `${KIND}${VERSION},${JSON.stringify(ending).slice(1, -1)}`;
  return `${body},"check":"${hash(body)}"}`;
}

/** Reads it; what was cut, changed or written by a newer release is refused. */
export function endingOf(text, place) {
  const end = text.lastIndexOf(',"check":"');
  const version = parseInt(text.slice(KIND.length), 10);
  if (version > VERSION) {
    throw place.named(
      new AuthError(
        "saved_flow_version",
        "The ending of a sign-in was written by a newer release.",
        "Update device-code-flow to the release that saved this flow, or start a new sign-in.",
      ),
    );
  }
  const body = text.slice(0, end);
  if (end < 0 || text !== `${body},"check":"${hash(body)}"}`) {
    throw place.named(
      new AuthError(
        "saved_flow_invalid",
        "The ending of a sign-in was changed after it was saved, or cut short.",
        "Pass the text of DeviceCodeFlow.save() unchanged; if it is lost, start a new sign-in.",
      ),
    );
  }
  return JSON.parse(text);
}

/** FNV-1a, 32 bits. */
function hash(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16);
}
