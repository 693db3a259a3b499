// Whom people sign in with. Entra ID's device code endpoint allows no page to read its answers (CORS): a page there needs a
// `system.fetch` of its shell, which main.cjs gives in Electron.

const settings = {
  auth: { clientId: "YOUR-CLIENT-ID", authority: "https://login.example.com" },
  system: typeof shell === "object" ? { fetch: shellFetch } : {},
  scopes: ["openid", "profile"],
};

/** A fetch of the shell's requests. No event crosses to the shell, so what ends a request is called without one. */
function shellFetch(url, { signal, method, headers, body }) {
  const { answer, end } = shell.request(url, { method, headers, body });
  if (signal) signal.addEventListener("abort", () => end());
  return answer;
}
