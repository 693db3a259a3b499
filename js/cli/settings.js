// Is the sign-in in a file of `--state` the one that this run asks for? To go on with another in silence would end in tokens
// that nobody wanted, and after `tokens_lost` a new one would begin with these options after all.
//
// Not whose it is: client and authority are compared by the library, which has accepted the text before.

// The library adds these where the authority grants them: in the file, they may not have been asked for.
const RESERVED = ["openid", "profile", "offline_access"];

/** What is to be said of the first option that differs; nothing if none does. */
export function differing(text, { scopes, claims, locale, timeout }, { "known-authority": known, "protocol-mode": mode }) {
  const saved = JSON.parse(text.replace(/^\ufeff/, ""));
  const pairs = {
    scope: [asked(saved.scopes || [], scopes), listed(scopes) || ""],
    claims: [plain(saved.claims), plain(claims)],
    locale: [saved.locale, locale],
    // Zero is none; the library keeps whole seconds, and no more than 32 bits of them.
    timeout: [saved.timeout, Math.min(Math.ceil(timeout), 0xffffffff) || undefined],
    "protocol-mode": [saved.oidc ? "OIDC" : undefined, mode === "OIDC" ? mode : undefined],
    "known-authority": [listed(saved.knownAuthorities), listed(known)],
  };
  for (const [name, [saved, now]] of Object.entries(pairs)) {
    // What was not given is null in the file.
    const then = saved ?? undefined;
    if (then === now) continue;
    const how = then === undefined ? "without" : now === undefined ? "with a" : "with another";
    return `was started ${how} --${name}`;
  }
  return undefined;
}

/** Those of the file that were asked for, as far as can be told. */
function asked(saved, scopes) {
  return listed(saved.filter((scope) => scopes.includes(scope) || !RESERVED.includes(scope))) || "";
}

function listed(texts = []) {
  return [...new Set(texts)].sort().join(" ") || undefined;
}

/** Without the spaces that mean nothing. */
function plain(claims) {
  if (claims === null) return undefined;
  try {
    return JSON.stringify(JSON.parse(claims));
  } catch {
    // None; or one that the library would refuse in a new sign-in.
    return claims;
  }
}
