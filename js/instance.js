// One instance of the WebAssembly module and what lives in it, over the bare functions that the module exports: `createInstance()`.
//
// Not the list of these functions: js/build/glue.mjs reads it off the glue that wasm-bindgen writes, puts it in place of MEMBERS
// below, and gives what is called on `wasm` its short name. wasm-bindgen's own glue says the same for each function anew, and keeps its instance
// in variables of the file; here each instance has its own, and what still calls one that was thrown away can do no harm.

/** What lives in it is made by `new instance.TokenCache()` and the like, and knows its `home`. */
export function createInstance() {
  let wasm;
  // Why it was thrown away. The garbage collector, and flows that go on, may still call it then.
  let stopped;
  let top;
  const home = {
    imports: { a: { a: (at, length) => { throw new Error(textAt(at, length)); } } },
    start({ exports }) {
      wasm = exports;
      top = wasm.__wbindgen_add_to_stack_pointer(0);
    },
    /** From here on all calls throw what `reasonOf` gives. */
    stop(reasonOf) {
      stopped = reasonOf;
      // A call that trapped has left its stack as it was, perhaps full: nothing could be salvaged.
      wasm.__wbindgen_add_to_stack_pointer(top - wasm.__wbindgen_add_to_stack_pointer(0));
    },
    /** The result of `work`, which may also ask an instance that was thrown away, at once and in one go, what it still knows. */
    salvaged(work) {
      const reasonOf = stopped;
      stopped = undefined;
      try {
        return work();
      } catch (error) {
        throw reasonOf ? reasonOf() : error;
      } finally {
        stopped = reasonOf;
      }
    },
  };
  // Where there is none, what a program has forgotten stays in the instance's memory.
  const forgotten = typeof FinalizationRegistry === "undefined"
    ? { register() {}, unregister() {} }
    : new FinalizationRegistry(([free, at]) => stopped || wasm[free](at, 1));

  // Views are made anew for each use: a memory that has grown is another buffer.
  const bytesAt = (at, length) => new Uint8Array(wasm.memory.buffer, at >>> 0, length);
  const encoder = new TextEncoder();
  // Safari's decoders stop after two gigabytes.
  let decoder;
  let left = 0;
  function textAt(at, length) {
    if (length > left) {
      decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      left = 2 ** 31 - 2 ** 20;
    }
    left -= length;
    return decoder.decode(bytesAt(at, length));
  }

  /**
   * Calls a function with what `given` is over there: a text or bytes are where they were written to, which the function frees;
   * none are nowhere; and what lives in the instance is where it lives. Whatever throws here, the instance is thrown away with
   * all that was written.
   */
  function passed(name, self, given, ...first) {
    if (stopped) throw stopped();
    if (self.at !== undefined) first.push(self.at);
    for (const value of given) {
      if (value === undefined || value === null) {
        first.push(0, 0);
      } else if (typeof value === "string" || value.length !== undefined) {
        const bytes = typeof value === "string" ? encoder.encode(value) : value;
        const at = wasm.__wbindgen_malloc(bytes.length, 1);
        bytesAt(at, bytes.length).set(bytes);
        first.push(at, bytes.length);
      } else {
        first.push(value.home ? value.at : +value);
      }
    }
    return wasm[name](...first);
  }

  const KINDS = {
    flow: (...call) => new home.Flow(passed(...call)),
    plain: passed,
    /** Its address and length are written to the stack, and it is ours to free. At no address there is none. */
    text(...call) {
      if (stopped) throw stopped();
      const answer = wasm.__wbindgen_add_to_stack_pointer(-16) >>> 0;
      passed(...call, answer);
      const view = new Int32Array(wasm.memory.buffer, answer, 2);
      const at = view[0];
      const length = view[1];
      wasm.__wbindgen_add_to_stack_pointer(16);
      if (!at) return undefined;
      const text = textAt(at, length);
      wasm.__wbindgen_free(at, length, 1);
      return text;
    },
  };

  for (const [type, make, free, members] of MEMBERS) {
    const own = (home[type] = function (at = passed(make, {}, [])) {
      this.home = home;
      this.at = at;
      forgotten.register(this, [free, at], this);
    });
    own.prototype.free = function () {
      forgotten.unregister(this);
      passed(free, this, [0]);
      this.at = 0;
    };
    for (const kind of Object.keys(members)) {
      for (const name of Object.keys(members[kind])) {
        // One without `this` is the class's.
        own[name] = own.prototype[name] = function (...given) {
          return KINDS[kind](members[kind][name], this, given);
        };
      }
    }
  }
  return home;
}
