// When @azure/msal-node and ours request the metadata of an authority: once for an application, not before each sign-in. Also over real
// sockets. authorities.test.mjs has the documents of each authority.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CIAM_TENANT, CLIENT, standIn, TENANT } from "../support/entra.mjs";
import { libraries, signIn, signInAgain } from "./sign-ins.mjs";
import {
  ADFS, CUSTOMERS, DSTS, ISSUER, PRIVATE, PUBLIC, endpoints, expected, instancesOf, openid, privateCloud, simple, view,
} from "./views.mjs";

const absent = undefined;

describe("requests about an authority", { concurrency: true }, () => {
  const discovered = { auth: { authority: `https://sts.contoso.cloud/${TENANT}` }, settings: privateCloud };
  // How often each library asks before it gives up.
  const patience = { msal: 1, ours: 3 };
  for (const library of Object.keys(libraries)) {
    test(`once for an application: ${library}`, async () => {
      const first = await signIn(library, discovered);
      assert.deepEqual(Object.keys(view(first).asked), ["instances", "metadata", "devicecode", "token"]);
      const asked = endpoints(`${PRIVATE}/${TENANT}`);
      expected(await signInAgain(first), { failed: absent, asked, account: { environment: "cache.contoso.cloud" } });
    });

    test(`again after a failure: ${library}`, async () => {
      const before = (entra) => entra.disturb("metadata", ...Array(patience[library]).fill("reset"));
      const first = await signIn(library, { ...discovered, before });
      assert.ok(first.error);
      const again = await signInAgain(first);
      assert.equal(again.error, absent);
      assert.ok("metadata" in view(again).asked);
    });
  }

  test("for another tenant of the host: msal-node changes the path of its metadata, ours asks about that tenant", async () => {
    const request = { authority: `${PRIVATE}/common` };
    const firsts = await Promise.all([signIn("msal", discovered), signIn("ours", discovered)]);
    const [msal, ours] = await Promise.all(firsts.map((first) => signInAgain(first, { request })));
    const asked = endpoints(`${PRIVATE}/common`);
    expected(msal, { failed: absent, asked });
    const about = { instances: instancesOf(`${PRIVATE}/common`), metadata: openid(`${PRIVATE}/common/v2.0`) };
    expected(ours, { failed: absent, asked: { ...about, ...asked } });
  });

  test("the fields sent are the same at every authority of Microsoft's: msal-node", () => sameFields("msal", []));
  // AD FS has no client_info.
  test("the same, but for one at AD FS: ours", () => sameFields("ours", ["client_info"]));

  async function sameFields(library, lacking) {
    const auths = {
      consumers: { authority: `${PUBLIC}/consumers` },
      ciam: { authority: `${CUSTOMERS}/${CIAM_TENANT}` },
      dsts: { authority: DSTS, knownAuthorities: ["dsts.contoso.com"] },
      adfs: { authority: ADFS, knownAuthorities: ["adfs.contoso.com"] },
    };
    const fields = ({ requests }, without = []) => {
      const posted = requests.filter(({ method }) => method === "POST");
      const names = (form) => Object.keys(form).filter((name) => !without.includes(name)).sort();
      return posted.map(({ endpoint, form }) => [endpoint, names(form), form.scope, form.grant_type]);
    };
    const tenant = await signIn(library);
    assert.equal(fields(tenant).length, 2);
    const others = await Promise.all(Object.entries(auths).map(async ([kind, auth]) => [kind, await signIn(library, { auth })]));
    for (const [kind, other] of others) assert.deepEqual(fields(other), fields(tenant, kind === "adfs" ? lacking : []), kind);
  }
});

describe("a flow that is saved, and resumed by another application", { concurrency: true }, () => {
  const settings = { ...privateCloud, issuers: [{ issuer: ISSUER }], issuedAt: 1_800_000_000 };
  const auths = {
    "a tenant": {},
    "customers (CIAM)": { authority: CUSTOMERS },
    "AD FS": { authority: ADFS, knownAuthorities: ["adfs.contoso.com"] },
    dSTS: { authority: DSTS, knownAuthorities: ["dsts.contoso.com"] },
    "an unknown host in knownAuthorities": { authority: `${PRIVATE}/common`, knownAuthorities: ["login.contoso.cloud"] },
    "any issuer": { authority: ISSUER },
  };
  for (const [name, auth] of Object.entries(auths)) {
    test(`${name}: nothing is requested again, and the account is the same`, async () => {
      const { PublicClientApplication } = libraries.ours;
      const uninterrupted = await signIn("ours", { auth, settings });
      assert.equal(uninterrupted.error, absent);
      const entra = standIn({ interval: 1, ...settings });
      const application = () =>
        new PublicClientApplication({
          auth: { clientId: CLIENT, authority: `${PUBLIC}/${TENANT}`, ...auth },
          system: libraries.ours.system(entra),
        });
      const started = await application().startDeviceCode({ scopes: ["User.Read"] });
      const [saved, earlier] = [started.save(), entra.requests.length];
      entra.approve(started.userCode, { at: started.verificationUri });
      const result = await (await application().resumeDeviceCode(saved)).wait();
      assert.deepEqual(entra.requests.slice(earlier).map(({ endpoint }) => endpoint), ["token"]);
      const before = uninterrupted.requests.filter(({ endpoint }) => endpoint === "token");
      assert.equal(entra.requests.at(-1).url, before.at(-1).url);
      const { account, authority, tenantId, uniqueId } = uninterrupted.result;
      assert.deepEqual(result.account, account);
      assert.deepEqual([result.authority, result.tenantId, result.uniqueId], [authority, tenantId, uniqueId]);
    });
  }
});

test("a flow at a host that only Microsoft vouched for is resumed where knownAuthorities has the host", async () => {
  const { PublicClientApplication } = libraries.ours;
  const entra = standIn({ interval: 1, ...privateCloud });
  const application = (auth) =>
    new PublicClientApplication({ auth: { clientId: CLIENT, ...auth }, system: libraries.ours.system(entra) });
  const authority = `https://sts.contoso.cloud/${TENANT}`;
  const started = await application({ authority }).startDeviceCode({ scopes: ["User.Read"] });
  const [saved, earlier] = [started.save(), entra.requests.length];
  const refusal = await application({ authority }).resumeDeviceCode(saved).catch((error) => error);
  assert.equal(refusal.errorCode, "saved_flow_mismatch");
  assert.match(refusal.message, /login\.contoso\.cloud.+auth\.knownAuthorities/);
  entra.approve(started.userCode, { at: started.verificationUri });
  const knownAuthorities = ["login.contoso.cloud", "sts.contoso.cloud"];
  const result = await (await application({ authority, knownAuthorities }).resumeDeviceCode(saved)).wait();
  assert.ok(result.accessToken);
  assert.deepEqual(entra.requests.slice(earlier).map(({ endpoint }) => endpoint), ["token"]);
});

// Real sockets: the test server on 127.0.0.1, at its own address or as the host that is asked for.
describe("over the loopback interface", { concurrency: true }, () => {
  async function served(t, settings) {
    const entra = standIn({ interval: 1, ...settings });
    const server = await entra.listen();
    t.after(server.close);
    return { entra, server };
  }
  async function signedIn(library, { entra, auth, system }) {
    const app = new libraries[library].PublicClientApplication({ auth: { clientId: CLIENT, ...auth }, system });
    return signInAgain({ app, entra });
  }

  test("both sign in as they do without sockets", async (t) => {
    for (const library of Object.keys(libraries)) {
      const { entra, server } = await served(t);
      const { system } = libraries[library];
      const seen = await signedIn(library, { entra, auth: { authority: `${PUBLIC}/${TENANT}` }, system: system(server) });
      expected(seen, { failed: absent, asked: endpoints(`${PUBLIC}/${TENANT}`), tenantId: TENANT });
      simple(seen);
    }
  });

  test("msal-node requires https even there", async (t) => {
    const { entra, server } = await served(t);
    const { host, origin } = new URL(server.origin);
    const auth = { authority: `${origin}/${TENANT}`, knownAuthorities: [host] };
    const { error, requests } = await signedIn("msal", { entra, auth });
    assert.deepEqual([error.errorCode, requests], ["authority_uri_insecure", []]);
  });

  const kinds = {
    "a tenant": { path: `/${TENANT}`, asked: (at) => ({ metadata: openid(`${at}/v2.0`), ...endpoints(at) }) },
    ADFS: { path: "/adfs", asked: (at) => ({ devicecode: `${at}/oauth2/devicecode`, token: `${at}/oauth2/token` }) },
    dSTS: { path: `/dstsv2/${TENANT}`, asked: endpoints },
  };
  for (const [name, { path, asked }] of Object.entries(kinds)) {
    test(`${name} in knownAuthorities signs in with ours`, async (t) => {
      const { entra, server } = await served(t);
      const { host, origin } = new URL(server.origin);
      const seen = await signedIn("ours", { entra, auth: { authority: origin + path, knownAuthorities: [host] } });
      expected(seen, { failed: absent, asked: asked(origin + path), account: { environment: host } });
      simple(seen);
    });
  }

  test("a loopback host that knownAuthorities does not name is an issuer", async (t) => {
    const { entra, server } = await served(t, { issuers: [{ issuer: "/realm" }] });
    const authority = `${server.origin}/realm`;
    const seen = await signedIn("ours", { entra, auth: { authority } });
    const asked = { metadata: openid(authority), devicecode: `${authority}/device_authorization`, token: `${authority}/token` };
    expected(seen, { failed: absent, asked });
  });
});
