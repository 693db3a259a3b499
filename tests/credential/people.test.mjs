// Several accounts in one store: which account a DeviceCodeCredential uses, by its record, and in which tenant.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ada, CLIENT, DOMAIN, TENANT } from "../support/entra.mjs";
import { asked, end, GRAPH, OTHER_TENANT, played, stored } from "./libraries.mjs";

describe("the account", { concurrency: 4 }, () => {
  const wife = { ...ada, oid: "11111111-0000-0000-0000-000000000001", uid: "11111111-0000-0000-0000-000000000001", sub: "pairwise-of-bea", preferred_username: "bea@contoso.com", name: "Bea" };

  /** A store in which several people have signed in, and their records. */
  async function household(people) {
    const { plugin } = stored();
    const { another, entra, prompts } = played("ours");
    const records = [];
    for (const person of people) {
      const userPromptCallback = ({ userCode }) => entra.approve(userCode, { person });
      const authenticationRecord = { homeAccountId: "nobody", authority: "login.windows.net", tenantId: TENANT, username: "", clientId: CLIENT };
      records.push(await another({ cachePlugin: plugin, userPromptCallback, authenticationRecord }).authenticate("User.Read"));
    }
    return { records, entra, prompts, another: (options) => another({ cachePlugin: plugin, disableAutomaticAuthentication: true, ...options }) };
  }

  test("the only account of a store needs no record", async () => {
    const { another, records } = await household([ada]);
    assert.equal((await another().getToken("User.Read")).token, "access-token-of-ABCDEFG01");
    assert.deepEqual(await another().authenticate("User.Read"), records[0]);
  });

  test("of several, the record names the account", async () => {
    const { another, records } = await household([ada, wife]);
    for (const [index, authenticationRecord] of records.entries()) {
      assert.equal((await another({ authenticationRecord }).getToken("User.Read")).token, `access-token-of-ABCDEFG0${index + 1}`);
    }
  });

  test("of several without a record none is used: the person is asked", async () => {
    const { another } = await household([ada, wife]);
    assert.equal((await end(another().getToken("User.Read"))).error.name, "AuthenticationRequiredError");
  });

  test("a record of an account that is not in the store finds no token", async () => {
    const { another, records } = await household([ada]);
    const authenticationRecord = { ...records[0], homeAccountId: `11111111-0000-0000-0000-000000000009.${TENANT}` };
    const error = await another({ authenticationRecord }).getToken("User.Read").catch((error) => error);
    assert.equal(error.name, "AuthenticationRequiredError");
    assert.equal(error.errorCode, "no_tokens_found");
    assert.match(error.hint, /authenticate\(\)/);
  });

  test("the next call uses the account that signed in last, whatever else the store has", async () => {
    const { another, entra } = await household([ada]);
    const userPromptCallback = ({ userCode }) => entra.approve(userCode, { person: wife });
    const authenticationRecord = { homeAccountId: "nobody", authority: "login.windows.net", tenantId: TENANT, username: "", clientId: CLIENT };
    const credential = another({ authenticationRecord, userPromptCallback });
    await credential.authenticate("User.Read");
    assert.equal((await credential.getToken("User.Read")).token, "access-token-of-ABCDEFG02");
  });

  test("a tenant id may be in any case", async () => {
    const { another, entra } = played("ours", { settings: { tenants: [TENANT, OTHER_TENANT] } });
    const credential = another({ tenantId: TENANT.toUpperCase(), additionallyAllowedTenants: ["AAAA-NOBODYS"] });
    const own = await credential.getToken(GRAPH, { tenantId: TENANT });
    assert.equal((await credential.getToken(GRAPH)).token, own.token);
    assert.equal(asked(entra).length, 2);
    assert.match((await end(credential.getToken(GRAPH, { tenantId: "aaaa-nobodys" }))).error.message, /AADSTS90002/);
  });

  test("a tenant may be named by its domain: the tokens of another tenant in the cache are not used for it", async () => {
    const { another, entra, prompts } = played("ours", { settings: { tenants: [TENANT, "common", DOMAIN] } });
    const credential = another({ tenantId: undefined, additionallyAllowedTenants: ["*"] });
    const first = await credential.getToken(GRAPH);
    const second = await credential.getToken(GRAPH, { tenantId: DOMAIN });
    assert.equal(asked(entra).at(-1).url, `https://login.microsoftonline.com/${DOMAIN}/oauth2/v2.0/token`);
    assert.notEqual(second.token, first.token);
    // From here on the tenant of the domain is known.
    assert.equal((await credential.getToken(GRAPH, { tenantId: DOMAIN })).token, second.token);
    assert.equal((await credential.getToken(GRAPH, { tenantId: TENANT })).token, second.token);
    assert.equal(asked(entra).length, 3);
    assert.equal(prompts.length, 1);
  });

  test("a call for a listed tenant gets a token of that tenant, silently, and the next one gets its own again", async () => {
    const settings = { tenants: [TENANT, "common", OTHER_TENANT] };
    const person = { ...ada, elsewhere: { [OTHER_TENANT]: { oid: "22222222-0000-0000-0000-000000000001", sub: "pairwise-of-ada-as-guest" } } };
    for (const tenantId of [TENANT, undefined]) {
      const options = { tenantId, additionallyAllowedTenants: [OTHER_TENANT] };
      const { credential, entra, prompts } = played("ours", { settings, options, shown: (entra, { userCode }) => entra.approve(userCode, { person }) });
      const home = await credential.getToken(GRAPH);
      const guest = await credential.getToken(GRAPH, { tenantId: OTHER_TENANT });
      assert.notEqual(guest.token, home.token);
      assert.equal(asked(entra).at(-1).url, `https://login.microsoftonline.com/${OTHER_TENANT}/oauth2/v2.0/token`);
      assert.equal((await credential.getToken(GRAPH)).token, home.token);
      assert.equal((await credential.getToken(GRAPH, { tenantId: OTHER_TENANT })).token, guest.token);
      assert.equal(prompts.length, 1);
    }
  });
});
