// Whom people sign in with. Entra ID's device code endpoint allows no page to read its answers (CORS): a page there needs a
// `system.fetch` of its shell, which main.cjs gives in Electron.

const settings = {
  auth: { clientId: "YOUR-CLIENT-ID", authority: "https://login.example.com" },
  system: typeof shellFetch === "function" ? { fetch: shellFetch } : {},
  scopes: ["openid", "profile"],
};
