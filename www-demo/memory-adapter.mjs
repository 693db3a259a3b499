// Where the demo's authorization server keeps its sessions, codes and tokens: in this process, until it ends.
// It implements oidc-provider's adapter interface so that nothing of a sign-in is ever written to a disk.
// It is not a store for production: no sharing between processes, and a look-up by user code walks all entries.

export class MemoryAdapter {
  #entries = new Map();

  async upsert(id, payload, lifetime) {
    const endsAt = lifetime ? Date.now() + lifetime * 1000 : Infinity;
    this.#entries.set(id, { payload, endsAt });
  }

  async find(id) {
    return this.#kept(id);
  }

  async findByUid(uid) {
    return this.#search((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode) {
    return this.#search((payload) => payload.userCode === userCode);
  }

  async consume(id) {
    const payload = this.#kept(id);
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    this.#entries.delete(id);
  }

  async revokeByGrantId(grantId) {
    for (const [id, { payload }] of this.#entries) if (payload.grantId === grantId) this.#entries.delete(id);
  }

  #search(matches) {
    for (const id of this.#entries.keys()) {
      const payload = this.#kept(id);
      if (payload && matches(payload)) return payload;
    }
    return undefined;
  }

  #kept(id) {
    const entry = this.#entries.get(id);
    if (entry && entry.endsAt + graceAfterExpiry < Date.now()) {
      this.#entries.delete(id);
      return undefined;
    }
    return entry?.payload;
  }
}

// An expired device code has to be found for a while, or the server answers invalid_grant ("never heard of it")
// where RFC 8628 §3.5 wants expired_token. oidc-provider itself refuses whatever is past its time.
const graceAfterExpiry = 10 * 60_000;
