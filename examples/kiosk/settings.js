// The provider and the client id. Entra ID's device code endpoint lets no page read its answers (CORS), so a page needs a
// `system.fetch` of its shell there. main.cjs provides one in Electron.

const settings = {
  auth: { clientId: "YOUR-CLIENT-ID", authority: "https://login.example.com" },
  system: typeof shell === "object" ? { fetch: shellFetch } : {},
  scopes: ["openid", "profile"],
};

/** `fetch` by a request of the shell. Events cannot cross to the shell, so `end` is called without the abort event. */
function shellFetch(url, { signal, method, headers, body }) {
  const { answer, end } = shell.request(url, { method, headers, body });
  if (signal) signal.addEventListener("abort", () => end());
  return answer;
}
