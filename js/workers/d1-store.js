// @ts-check
// d1Store: a sign-in in a table of D1. Its lease is exact: if two invocations take a step at once, only one polls, wherever they run.

import { requireMethods } from "./arguments.js";
import { WRITE_CONFLICT } from "./isolate-leases.js";

/** @typedef {import("device-code-flow/workers").D1Like} D1Like */
/** @typedef {import("device-code-flow/workers").SignInLease} SignInLease */

/**
 * @param {D1Like} database
 * @param {{ table?: string }} [options]
 * @returns {import("device-code-flow/workers").SignInStore}
 */
export function d1Store(database, { table = "device_code_sign_ins" } = {}) {
  requireMethods(database, ["prepare"], "database", "a D1 binding, such as env.DB");
  const rows = new SignInTable(database, table);
  return {
    name: `D1 (table ${table})`,
    read: (key) => rows.read(key),
    lease: (key, milliseconds) => rows.lease(key, milliseconds),
  };
}

class SignInTable {
  /** @type {D1Like} */
  database;
  /** @type {string} */
  table;
  isCreated = false;

  /**
   * @param {D1Like} database
   * @param {string} table
   */
  constructor(database, table) {
    this.database = database;
    this.table = table;
  }

  /** @param {string} key */
  async read(key) {
    const { results } = await this.run(`SELECT text FROM ${this.table} WHERE key = ?1`, key);
    return results.length ? results[0].text : null;
  }

  /**
   * @param {string} key
   * @param {number} milliseconds
   * @returns {Promise<SignInLease | null>}
   */
  async lease(key, milliseconds) {
    const holder = crypto.randomUUID();
    const now = Date.now();
    const { meta } = await this.run(
      `INSERT INTO ${this.table} (key, holder, held_until) VALUES (?1, ?2, ?3)
       ON CONFLICT (key) DO UPDATE SET holder = ?2, held_until = ?3 WHERE held_until IS NULL OR held_until <= ?4`,
      key,
      holder,
      now + milliseconds,
      now,
    );
    if (!meta.changes) return null;
    return {
      write: (text, before) => this.write(key, holder, text, before),
      release: () => this.run(`UPDATE ${this.table} SET holder = NULL, held_until = NULL WHERE key = ?1 AND holder = ?2`, key, holder),
    };
  }

  /**
   * Writes only while the holder has the lease. A process that was delayed must not replace a text that was written after its lease.
   * @param {string} key
   * @param {string} holder
   * @param {string | null} text
   * @param {string | null} [before] the text that must be there; any text if undefined
   */
  async write(key, holder, text, before) {
    const acceptsAny = before === undefined ? 1 : 0;
    const sql = `UPDATE ${this.table} SET text = ?2 WHERE key = ?1 AND holder = ?3 AND (?4 = 1 OR text IS ?5)`;
    const { meta } = await this.run(sql, key, text, holder, acceptsAny, before === undefined ? null : before);
    if (!meta.changes) throw new Error(WRITE_CONFLICT);
  }

  /**
   * @param {string} sql
   * @param {unknown[]} values
   */
  async run(sql, ...values) {
    await this.create();
    return this.database.prepare(sql).bind(...values).run();
  }

  /** No promise is kept, because a promise of an invocation that has ended never settles for the next one. */
  async create() {
    if (this.isCreated) return;
    await this.database
      .prepare(`CREATE TABLE IF NOT EXISTS ${this.table} (key TEXT PRIMARY KEY, text TEXT, holder TEXT, held_until INTEGER)`)
      .run();
    this.isCreated = true;
  }
}
