// Whom people sign in with. The provider must let this page read its answers (CORS); a packaged application's origin is "null" or
// "file://". Tizen lifts that rule by config.xml, webOS does not.

const settings = {
  auth: { clientId: "YOUR-CLIENT-ID", authority: "https://login.example.com" },
  system: {},
  scopes: ["openid", "profile"],
};
