// Saving a flow while it is driven: before a poll is sent, because a process that dies while it is out must leave a text that
// says so; and after the answer.
//
// Not what the text says (src/flow/saved.rs), nor where it is kept: that is the affair of the caller's `save`.

import { checkType } from "./configuration.js";
import { callNow } from "./module.js";
import { atMost, raced, reasonOf } from "./signal.js";

/** `fetch` for a flow that `savers` want to save first. Where one of them cannot, nothing is sent. */
export function afterSaving(fetch, savers) {
  const after = async (url, init) => {
    for (const saver of [...savers]) await saver.save();
    // Given up meanwhile: a request now would be one too many.
    if (init.signal && init.signal.aborted) throw reasonOf(init.signal);
    return fetch(url, init);
  };
  return (url, init) => (savers.size ? after : fetch)(url, init);
}

/**
 * The step that `work` makes of `flow`, with `save(text)` called and awaited whenever the flow is another one than before. One
 * that never ends holds nobody: before a poll it is a request that took too long, and after one the caller's signal and the
 * flow's end are stronger.
 */
export async function saved(flow, save, signal, work) {
  if (save === undefined) return work();
  checkType(save, "function", "options.save", "a function that stores a text");
  const { savers, kept } = flow;
  // What is in the store already is not stored again.
  let known = kept.text === undefined ? textOf(flow) : kept.text;
  let failure;
  const saver = {
    async save() {
      const text = textOf(flow);
      if (text === undefined || text === known) return;
      try {
        await save(text);
        known = kept.text = text;
      } catch (error) {
        failure = { error };
        throw error;
      }
    },
  };
  savers.add(saver);
  try {
    const step = await work();
    // The module took it for a request that had failed.
    if (failure) throw failure.error;
    await raced(atMost(saver.save(), flow.prompt.deadline - Date.now()), signal);
    return step;
  } finally {
    savers.delete(saver);
  }
}

/** Nothing once the flow is over. */
function textOf({ own: { live } }) {
  return live.mark() === undefined ? undefined : callNow(() => live.save());
}
