// A store of kept sign-ins in memory, which never fails. Not a test.

export function memoryStore() {
  const texts = new Map();
  const write = async (key, text) => void (text === null ? texts.delete(key) : texts.set(key, text));
  return {
    texts,
    name: "memory",
    read: async (key) => texts.get(key) ?? null,
    lease: async (key) => ({ write: (text) => write(key, text), release: async () => {} }),
  };
}
