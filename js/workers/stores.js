// Where a sign-in under way is kept on Cloudflare: D1, the storage of a Durable Object, Workers KV.
//
// A store reads a text, and lends the key to one process at a time: `lease` gives an object that writes in place of what is
// there (`before`, where that is known), or null. Not for tokens: those go into the application's cache plugin.

import { having } from "./arguments.js";

// Why nothing was written.
const ANOTHER = "another process has written there, or taken the lease";

// Workers KV shows a write elsewhere after a minute at the latest, and an older text until then.
const STALE = 60_000;

/** Keeps it in a table of D1. The lease is exact: of two ticks at once one polls, wherever they run. */
export function d1Store(database, { table = "device_code_sign_ins" } = {}) {
  having(["prepare"], database, "database", "a D1 binding, such as env.DB");
  let made = false;
  const run = async (sql, ...values) => {
    // No promise is kept: one that belongs to an invocation that has ended would never settle for the next.
    if (!made) await database.prepare(`CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, text TEXT, holder TEXT, held_until INTEGER)`).run();
    made = true;
    return database.prepare(sql).bind(...values).run();
  };
  return {
    name: `D1 (table ${table})`,
    async read(key) {
      const { results } = await run(`SELECT text FROM ${table} WHERE key = ?1`, key);
      return results.length ? results[0].text : null;
    },
    async lease(key, milliseconds) {
      const holder = newHolder();
      const now = Date.now();
      const taken = await run(
        `INSERT INTO ${table} (key, holder, held_until) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET holder = ?2, held_until = ?3 WHERE held_until IS NULL OR held_until <= ?4`,
        key,
        holder,
        now + milliseconds,
        now,
      );
      if (!taken.meta.changes) return null;
      return {
        // Only for as long as the lease is ours: a process that was held up must not write over what came after it.
        async write(text, before) {
          const anything = before === undefined ? 1 : 0;
          const sql = `UPDATE ${table} SET text = ?2 WHERE key = ?1 AND holder = ?3 AND (?4 = 1 OR text IS ?5)`;
          const written = await run(sql, key, text, holder, anything, anything ? null : before);
          if (!written.meta.changes) throw new Error(ANOTHER);
        },
        async release() {
          await run(`UPDATE ${table} SET holder = NULL, held_until = NULL WHERE key = ?1 AND holder = ?2`, key, holder);
        },
      };
    },
  };
}

/** Keeps it in the storage of a Durable Object, of which there is one in the world: the lease is a note in memory. */
export function durableObjectStore(storage) {
  having(["get", "transaction"], storage, "storage", "the storage of a Durable Object, such as ctx.storage");
  const inUse = inUseIn(storage);
  return {
    name: "Durable Object storage",
    read: async (key) => orNull(await storage.get(key)),
    async lease(key, milliseconds) {
      const release = inUse(key, milliseconds);
      if (!release) return null;
      return {
        write: (text, before) =>
          storage.transaction(async (transaction) => {
            if (before !== undefined && orNull(await transaction.get(key)) !== before) throw new Error(ANOTHER);
            await (text === null ? transaction.delete(key) : transaction.put(key, text));
          }),
        release: async () => release(),
      };
    },
  };
}

/**
 * Keeps it in Workers KV, which has no lock and shows writes late. Within one isolate the lease is exact, and an older text is
 * known as such; between two places of the world both hold only as well as KV can. For one sign-in and one cron trigger a minute
 * that is enough; where ticks may overlap, take D1 or a Durable Object.
 */
export function kvStore(namespace) {
  having(["get", "getWithMetadata", "put", "delete"], namespace, "namespace", "a KV binding, such as env.KV");
  const inUse = inUseIn(namespace);
  const written = writtenIn(namespace);
  const put = (key, text, options) => (text === null ? namespace.delete(key) : namespace.put(key, text, options));
  async function read(key) {
    const { value, metadata } = await namespace.getWithMetadata(key, "text");
    const own = written.get(key);
    const on = metadata && metadata.on ? metadata.on : 0;
    return own && own.on > on && Date.now() - own.on < STALE ? own.text : value;
  }
  return {
    name: "Workers KV",
    read,
    async lease(key, milliseconds) {
      const release = inUse(key, milliseconds);
      if (!release) return null;
      const lock = `${key} (lease)`;
      const holder = newHolder();
      try {
        const held = await namespace.get(lock, "text");
        if (held !== null && Number(held.split(" ")[1]) > Date.now()) return release();
        await namespace.put(lock, `${holder} ${Date.now() + milliseconds}`, { expirationTtl: Math.max(60, Math.ceil(milliseconds / 1000)) });
        // Of two that came at once the later has written over the earlier.
        if (!String(await namespace.get(lock, "text")).startsWith(holder)) return release();
      } catch (error) {
        release();
        throw error;
      }
      return {
        async write(text, before) {
          if (before !== undefined && (await read(key)) !== before) throw new Error(ANOTHER);
          const on = Date.now();
          await put(key, text, { metadata: { on } });
          // In the place where it was written KV shows it at once.
          if ((await namespace.get(key, "text")) !== text) throw new Error("the write was lost");
          written.set(key, { text, on });
        },
        async release() {
          try {
            await namespace.delete(lock);
          } finally {
            release();
          }
        },
      };
    },
  };
}

const uses = new WeakMap();
const written = new WeakMap();

/**
 * Leases within this isolate, one list for all stores that are made of the same thing: gives the way to give one back, or null.
 * They run out like all others, because an invocation that is ended from outside gives nothing back.
 */
function inUseIn(thing) {
  if (!uses.has(thing)) uses.set(thing, new Map());
  const until = uses.get(thing);
  return (key, milliseconds) => {
    const end = Date.now() + milliseconds;
    if (until.get(key) > Date.now()) return null;
    until.set(key, end);
    return () => {
      if (until.get(key) === end) until.delete(key);
      return null;
    };
  };
}

/** What this isolate has written, and when. */
function writtenIn(thing) {
  if (!written.has(thing)) written.set(thing, new Map());
  return written.get(thing);
}

function orNull(text) {
  return text === undefined ? null : text;
}

function newHolder() {
  return crypto.randomUUID();
}
