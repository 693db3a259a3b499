// What is wrong with what a program passes, said where it is passed: a binding that is not in the configuration is `undefined`, and
// would be noticed only when somebody signs in.

import { ClientConfigurationError } from "device-code-flow";

/** Throws for an argument that is not `what` it must be. */
export function wrong(name, what) {
  throw new ClientConfigurationError("invalid_argument", `${name} must be ${what}.`, "Correct the field that the message names.");
}

/** `value`, which has these methods. */
export function having(methods, value, name, what) {
  if (methods.some((method) => typeof Object(value)[method] !== "function")) wrong(name, what);
  return value;
}

/** `value`, which is an object. */
export function object(value, name) {
  if (typeof value !== "object" || value === null) wrong(name, "an object");
  return value;
}
