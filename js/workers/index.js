// What `import "device-code-flow/workers"` gives: sign-ins that outlive an invocation, on Cloudflare's own engines.

export { DurableSignIn, signInObject } from "./durable-object.js";
export { encryptedStore } from "./encrypted-store.js";
export { relay } from "./relay.js";
export { relayFetch } from "./relay-fetch.js";
export { SignIn } from "./sign-in.js";
export { d1Store, durableObjectStore, kvStore } from "./stores.js";
export { signInWorkflow } from "./workflow.js";
