// The provider and the client id. The provider must let this page read its answers (CORS). The origin of a packaged application is
// "null" or "file://". Tizen lifts the CORS rule by config.xml, webOS does not.

const settings = {
  auth: { clientId: "YOUR-CLIENT-ID", authority: "https://login.example.com" },
  system: {},
  scopes: ["openid", "profile"],
};
