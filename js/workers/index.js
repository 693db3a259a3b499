// @ts-check
// What `import "device-code-flow/workers"` gives: sign-ins that outlive an invocation, on Cloudflare's engines.

export { d1Store } from "./d1-store.js";
export { durableObjectStore } from "./durable-object-store.js";
export { DurableSignIn, signInObject } from "./durable-sign-in.js";
export { encryptedStore } from "./encrypted-store.js";
export { kvStore } from "./kv-store.js";
export { relay } from "./relay.js";
export { relayFetch } from "./relay-fetch.js";
export { SignIn } from "./sign-in.js";
export { signInWorkflow } from "./workflow.js";
