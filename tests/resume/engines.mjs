// Wraps the real engine under an adapter: each access is the engine's, unless `trouble` decides otherwise (trouble.mjs). Not a test.
//
// A stale read returns the text before the newest one that was seen. `seen` remembers it from process to process.

/** Remembers for each key the text that was seen last, and the one before it. */
export function memory() {
  const texts = new Map();
  return {
    saw(key, value) {
      const known = texts.get(key);
      const same = known && JSON.stringify(known.now) === JSON.stringify(value);
      if (!same) texts.set(key, { now: value, before: known && (() => known.now) });
      return value;
    },
    /** A function that returns the text before, if there is one. */
    before: (key) => texts.has(key) ? texts.get(key).before : undefined,
  };
}

/** D1: a write is decided where the data is. A read may come from a replica. */
export function troubledDatabase(database, trouble, seen) {
  return {
    prepare(sql) {
      const bound = (...values) => {
        const real = () => database.prepare(sql).bind(...values).run();
        if (!/^(SELECT|UPDATE)/.test(sql)) return { run: () => trouble.other(real) };
        const [key] = values;
        if (sql.startsWith("UPDATE")) return { run: () => trouble.write(real, () => ({ meta: { changes: 1 } })) };
        const select = async () => {
          const { results } = await real();
          return seen.saw(key, { results });
        };
        return { run: () => trouble.read(select, seen.before(key)) };
      };
      return { bind: bound, run: () => trouble.other(() => database.prepare(sql).run()) };
    },
  };
}

/** Workers KV: a read may return the text before. A read in the place of the write is right. */
export function troubledNamespace(namespace, trouble, seen) {
  return {
    get: (key, type) => trouble.read(() => namespace.get(key, type)),
    getWithMetadata(key, type) {
      const read = async () => {
        const { value, metadata } = await namespace.getWithMetadata(key, type);
        return seen.saw(key, { value, metadata });
      };
      return trouble.read(read, seen.before(key));
    },
    put: (key, text, options) => trouble.write(() => namespace.put(key, text, options)),
    delete: (key) => trouble.write(() => namespace.delete(key)),
  };
}

/** The storage of a Durable Object. A transaction sees the current text. */
export function troubledStorage(storage, trouble, seen) {
  return {
    get: (name) => trouble.read(async () => seen.saw(name, await storage.get(name)), seen.before(name)),
    list: (options) => trouble.read(() => storage.list(options)),
    transaction: (work) => trouble.write(() => storage.transaction(work)),
  };
}

/** The storage of a page, which answers synchronously. */
export function troubledPage(storage, trouble, seen) {
  return {
    getItem: (name) => trouble.readNow(() => seen.saw(name, storage.getItem(name)), seen.before(name)),
    setItem: (name, text) => trouble.writeNow(() => storage.setItem(name, text)),
    removeItem: (name) => trouble.writeNow(() => storage.removeItem(name)),
  };
}

/** Deno KV. A transaction is lost as a whole. A piece that is written before its head is never lost alone. */
export function troubledDenoKv(kv, trouble, seen) {
  const nameOf = (key) => JSON.stringify(key);
  const reading = async (key, options) => {
    const { value, versionstamp } = await kv.get(key, options);
    return seen.saw(nameOf(key), { value, versionstamp });
  };
  return {
    get: (key, options) => trouble.read(() => reading(key, options), seen.before(nameOf(key))),
    async *list(selector) {
      yield* await trouble.read(async () => {
        const entries = [];
        for await (const entry of kv.list(selector)) entries.push(entry);
        return entries;
      });
    },
    atomic() {
      const real = kv.atomic();
      let lost = null;
      const changes = {
        check: (...checks) => (real.check(...checks), changes),
        set(key, ...given) {
          if (key.at(-1) === "head" || key.includes("lock")) lost = () => ({ ok: true, versionstamp: "0000000000000000ffff" });
          real.set(key, ...given);
          return changes;
        },
        delete: (key) => (real.delete(key), changes),
        commit: () => trouble.write(() => real.commit(), lost),
      };
      return changes;
    },
  };
}
