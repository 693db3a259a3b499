// The people who can sign in at the demo's authorization server. They are invented and have no passwords, because the
// demo shows how a device learns who signed in, and not how a server checks it.

export const people = [
  { login: "alice", name: "Alice Ardent", email: "alice@example.com" },
  { login: "bilal", name: "Bilal Okafor", email: "bilal@example.com" },
  { login: "chiara", name: "Chiara Rossi", email: "chiara@example.com" },
];

/** oidc-provider's findAccount: a person as OpenID Connect claims, or undefined for an unknown id. */
export async function findAccount(_context, login) {
  const person = people.find((each) => each.login === login);
  if (!person) return undefined;
  const { name, email } = person;
  return {
    accountId: login,
    claims: async () => ({ sub: login, name, preferred_username: email, email, email_verified: true }),
  };
}
