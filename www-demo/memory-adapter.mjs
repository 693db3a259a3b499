// The store of the demo's authorization server: sessions, codes and tokens in the memory of this process.
// It implements oidc-provider's adapter interface, so nothing of a sign-in is written to a disk.
// It is no store for production: processes cannot share it, and a look-up by user code goes through all entries.

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

// An expired device code must be found for a while. Without it the server would answer invalid_grant instead of
// expired_token (RFC 8628 §3.5). oidc-provider itself refuses expired entries.
const graceAfterExpiry = 10 * 60_000;
