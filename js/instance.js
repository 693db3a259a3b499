// @ts-check
// One instance of the WebAssembly module behind wasm-bindgen's glue: `createInstance()`.
//
// A fault of the module ends a call with an exception (a trap), and leaves the instance's memory half changed. So the instance is
// discarded, and the next call starts another one (js/wasm.js). Timers, promises and the garbage collector may still call the
// discarded instance. Therefore the glue is not given the instance's exports but guarded copies of them.

import { createGlue } from "#glue";

/**
 * @typedef {object} Guard what js/wasm.js does with an instance
 * @property {WebAssembly.Imports} imports
 * @property {(wasmInstance: { exports: WebAssembly.Exports }) => void} start
 * @property {(reasonOf: () => unknown) => void} stop from now on, methods throw the error that `reasonOf` gives, and calls of the host do
 *   nothing
 * @property {<T>(work: () => T) => T} salvaged the result of `work`, which may also call methods of a discarded instance, to read what it
 *   holds; `work` is synchronous
 */

/** @typedef {Guard & import("./glue.js").Classes} Instance */

/** The room in bytes on the stack that the glue reserves for a result and an error. */
const ERROR_SIZE = 16;

/**
 * An instance that has not started: instantiate the module with its `imports`, then call `start`. The classes that the module exports
 * are properties of the instance; their objects have the instance as `home`.
 *
 * @param {(trap: unknown) => void} onTrap is called when an export throws, and has to call `stop`
 * @returns {Instance}
 */
export function createInstance(onTrap) {
  const glue = createGlue();
  // How many calls of the classes' methods are under way, and how many were when the export that is running was called. An export that is
  // called without a further method was called by the host: by a timer, a promise, an event or the garbage collector.
  let callsUnderWay = 0;
  let callsOfRunningExport = 0;
  /** Gives the error of all calls after the instance was discarded. @type {(() => unknown) | undefined} */
  let reasonOfStop;
  /** @type {WebAssembly.Memory} */
  let memory;
  /** Adds to the pointer of the stack that Rust keeps in the module's memory, and gives the new pointer. @type {(bytes: number) => number} */
  let moveStackPointer;
  /** @type {number} */
  let stackTop;

  /** @type {Guard} */
  const guard = {
    imports: { "./device_code_flow_bg.js": glue },

    start({ exports }) {
      memory = /** @type {WebAssembly.Memory} */ (exports.memory);
      moveStackPointer = /** @type {(bytes: number) => number} */ (exports.__wbindgen_add_to_stack_pointer);
      stackTop = moveStackPointer(0);
      /** @type {Record<string, unknown>} */
      const guardedExports = {};
      for (const [name, value] of Object.entries(exports)) {
        guardedExports[name] = typeof value === "function" ? guarded(value) : value;
      }
      glue.__wbg_set_wasm(guardedExports);
    },

    stop(reasonOf) {
      reasonOfStop = reasonOf;
      // The call that trapped has not put the stack pointer back. If the stack is full, `salvaged` could read nothing.
      moveStackPointer(stackTop - moveStackPointer(0));
      // After a call of the host that does nothing, the glue looks for an error where the call would have written one: at the stack's first
      // frame or, if no room could be reserved, at address 0. Neither is in use now.
      for (const address of [stackTop - ERROR_SIZE, 0]) new Uint8Array(memory.buffer, address, ERROR_SIZE).fill(0);
    },

    salvaged(work) {
      const reasonOf = reasonOfStop;
      reasonOfStop = undefined;
      try {
        return work();
      } catch (error) {
        throw reasonOf ? reasonOf() : error;
      } finally {
        reasonOfStop = reasonOf;
      }
    },
  };

  /**
   * Whatever an export throws is a trap: an error that Rust code returns is thrown by the glue, after the export has returned. A method
   * throws the error of the trap. The host could only report it as an uncaught exception, so a call of the host does nothing; `onTrap` has
   * rejected the calls that wait.
   *
   * @param {Function} callExport
   */
  function guarded(callExport) {
    return (/** @type {unknown[]} */ ...given) => {
      const isCalledByHost = callsUnderWay === callsOfRunningExport;
      if (reasonOfStop) return stopped(isCalledByHost);
      const calls = callsOfRunningExport;
      callsOfRunningExport = callsUnderWay;
      try {
        const result = callExport(...given);
        // The host's code may have called an export that trapped, and kept the error to itself.
        return reasonOfStop ? stopped(isCalledByHost) : result;
      } catch (trap) {
        if (!reasonOfStop) onTrap(trap);
        return stopped(isCalledByHost, trap);
      } finally {
        callsOfRunningExport = calls;
      }
    };
  }

  /**
   * @param {boolean} isCalledByHost
   * @param {unknown} [trap]
   */
  function stopped(isCalledByHost, trap) {
    if (!isCalledByHost) throw reasonOfStop ? reasonOfStop() : trap;
    return undefined;
  }

  /**
   * @template T
   * @param {() => T} work
   * @returns {T}
   */
  function counted(work) {
    callsUnderWay++;
    try {
      return work();
    } finally {
      callsUnderWay--;
    }
  }

  /** @param {any} holder a class or its prototype, whose methods are replaced */
  function countCallsOf(holder) {
    for (const key of Reflect.ownKeys(holder)) {
      const { value: method, writable } = Object(Object.getOwnPropertyDescriptor(holder, key));
      if (typeof method !== "function" || !writable || key === "constructor") continue;
      /**
       * @this {unknown}
       * @param {...unknown} given
       */
      holder[key] = function (...given) {
        return counted(() => method.apply(this, given));
      };
    }
  }

  /** @type {any} */
  const instance = guard;
  // The names of what the glue exports for the module begin with "__wb"; the rest are the classes.
  for (const name of Object.keys(glue).filter((name) => !name.startsWith("__wb"))) {
    const type = glue[name];
    countCallsOf(type);
    countCallsOf(type.prototype);
    type.prototype.home = instance;
    instance[name] = class extends type {
      /** @param {...unknown} given */
      constructor(...given) {
        callsUnderWay++;
        try {
          super(...given);
        } finally {
          callsUnderWay--;
        }
      }
    };
  }
  return instance;
}
