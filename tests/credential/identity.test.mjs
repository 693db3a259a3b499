// The same scripts through @azure/identity's DeviceCodeCredential and ours. Outcomes that must be the same are compared in full. Each test
// whose name begins with "differs: " has a row in the table of docs/credential.md, and shows both sides of it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ada, CLIENT, TENANT } from "../support/entra.mjs";
import { asked, AZURE_CLI, both, end, GRAPH, libraries, MANAGEMENT, NBF, OTHER_TENANT, played } from "./libraries.mjs";

/** @azure/identity polls with the scopes, which RFC 8628 §3.4 does not have. tests/interop checks that difference. */
function sameWire({ theirs, ours }) {
  const plain = (requests) => requests.map(({ scopes, ...rest }) => (rest.grant === "device_code" ? rest : { ...rest, scopes }));
  assert.deepEqual(plain(ours), plain(theirs));
}

/** The token without its arrival time, which @azure/identity counts in whole seconds from before the request. */
function sameToken({ theirs, ours }) {
  assert.deepEqual(Object.keys(ours.value), Object.keys(theirs.value));
  const near = (one, other) => (one === undefined ? other === undefined : Math.abs(one - other) < 5000);
  for (const name of ["expiresOnTimestamp", "refreshAfterTimestamp"]) {
    assert.ok(near(theirs.value[name], ours.value[name]), `${name}: ${theirs.value[name]}, ${ours.value[name]}`);
  }
  const { token, tokenType } = ours.value;
  assert.deepEqual({ token, tokenType }, { token: theirs.value.token, tokenType: theirs.value.tokenType });
}

const names = ({ theirs, ours }) => ({ theirs: theirs.error?.name, ours: ours.error?.name });
const of = (field, { theirs, ours }) => ({ theirs: theirs[field], ours: ours[field] });

describe("as @azure/identity's DeviceCodeCredential", { concurrency: 4 }, () => {
  test("a first token: the same requests, and the same AccessToken", async () => {
    for (const [name, scopes, settings] of [
      ["one scope as text", GRAPH],
      ["a list", ["User.Read", "Mail.Read"]],
      ["a token that is to be renewed before it expires", GRAPH, { accessTokenLifetime: 86_400 }],
      ["no scope", []],
    ]) {
      const seen = await both({ settings }, async ({ credential, entra }) => ({ end: await end(credential.getToken(scopes)), wire: asked(entra) }));
      sameToken(of("end", seen));
      sameWire(of("wire", seen));
      assert.equal(seen.ours.wire.length, 2, name);
    }
  });

  test("the defaults: Azure CLI's client id and organizations; common for another client id", async () => {
    for (const [clientId, tenant] of [[undefined, "organizations"], [CLIENT, "common"]]) {
      const seen = await both({ options: { tenantId: undefined, clientId } }, async ({ credential, entra }) => {
        await credential.getToken(GRAPH);
        return asked(entra);
      });
      sameWire(seen);
      assert.equal(seen.ours[0].client, clientId ?? AZURE_CLI);
      assert.match(seen.ours[0].url, new RegExp(`/${tenant}/`));
    }
  });

  test("without a callback the message goes to the console", async (context) => {
    const log = context.mock.method(console, "log", () => {});
    for (const library of ["theirs", "ours"]) {
      log.mock.resetCalls();
      const { credential, entra } = played(library, { options: { userPromptCallback: undefined } });
      const token = credential.getToken(GRAPH);
      while (!log.mock.callCount()) await new Promise((next) => setTimeout(next, 10));
      const [message] = log.mock.calls[0].arguments;
      assert.match(message, /^To sign in, use a web browser to open the page \S+ and enter the code ABCDEFG01 to authenticate\.$/);
      entra.approve("ABCDEFG01");
      assert.equal((await token).token, "access-token-of-ABCDEFG01");
    }
  });

  test("an authority of another cloud, in every form of the host", async () => {
    for (const authorityHost of ["https://login.microsoftonline.us", "https://login.microsoftonline.us/", `https://login.microsoftonline.us/${TENANT}`]) {
      const seen = await both({ options: { authorityHost } }, async ({ credential, entra }) => {
        await credential.getToken(GRAPH);
        return asked(entra);
      });
      sameWire(seen);
      assert.equal(seen.ours[0].url, `https://login.microsoftonline.us/${TENANT}/oauth2/v2.0/devicecode`);
    }
    assert.deepEqual(libraries.ours.AzureAuthorityHosts, libraries.theirs.AzureAuthorityHosts);
  });

  test("AD FS is the tenant adfs, whatever tenant a call names", async () => {
    const scene = { settings: { adfs: ["adfs.contoso.com"] }, options: { tenantId: "adfs", authorityHost: "https://adfs.contoso.com" } };
    const seen = await both(scene, async ({ credential, entra }) => {
      const first = await end(credential.getToken("openid", { tenantId: OTHER_TENANT }));
      return { end: first, wire: asked(entra), endpoints: entra.requests.map(({ endpoint }) => endpoint) };
    });
    assert.equal(seen.ours.end.value.token, seen.theirs.end.value.token);
    // tests/interop compares the slash at the end of AD FS's addresses.
    const urls = ({ wire }) => wire.map(({ url }) => url.replace(/\/$/, ""));
    assert.deepEqual(urls(seen.ours), urls(seen.theirs));
    assert.match(seen.ours.wire[0].url, /^https:\/\/adfs\.contoso\.com\/adfs\//);
    assert.ok(!seen.ours.endpoints.includes("instances"));
  });

  test("disableAutomaticAuthentication: an error with the scopes, and no request; authenticate() still asks", async () => {
    const scene = { options: { disableAutomaticAuthentication: true } };
    const seen = await both(scene, async ({ credential, entra }) => {
      const refused = await end(credential.getToken(GRAPH, { enableCae: false }));
      const sent = entra.requests.length;
      const record = await end(credential.authenticate(GRAPH));
      return { refused, sent, record, wire: asked(entra) };
    });
    const { getTokenOptions: theirOptions, ...theirs } = seen.theirs.refused.error;
    const { getTokenOptions: ourOptions, ...ours } = seen.ours.refused.error;
    assert.deepEqual(ours, theirs);
    assert.equal(ours.name, "AuthenticationRequiredError");
    assert.deepEqual([theirOptions.enableCae, ourOptions.enableCae], [false, false]);
    assert.deepEqual([seen.theirs.sent, seen.ours.sent], [0, 0]);
    assert.deepEqual(seen.ours.record, seen.theirs.record);
    sameWire(of("wire", seen));
  });

  test("Continuous Access Evaluation and claims: the same claims in the requests", async () => {
    for (const options of [{ enableCae: true }, { enableCae: true, claims: NBF }, { claims: NBF }, { enableCae: false }]) {
      const seen = await both({}, async ({ credential, entra }) => {
        await credential.getToken(GRAPH, options);
        return asked(entra);
      });
      sameWire(seen);
      assert.deepEqual(seen.ours[0].accessTokenClaims?.xms_cc, options.enableCae ? { values: ["cp1"] } : undefined);
    }
  });

  test("a call for another tenant: refused with the same message, unless it is listed", async () => {
    for (const additionallyAllowedTenants of [undefined, [], ["somebody-elses"], [OTHER_TENANT], ["*"]]) {
      const allowed = additionallyAllowedTenants?.some((tenant) => tenant === "*" || tenant === OTHER_TENANT);
      const scene = { settings: { tenants: [TENANT, OTHER_TENANT] }, options: { additionallyAllowedTenants } };
      const seen = await both(scene, async ({ credential, entra }) => ({
        end: await end(credential.getToken(GRAPH, { tenantId: OTHER_TENANT })),
        wire: asked(entra),
      }));
      sameWire(of("wire", seen));
      if (allowed) assert.match(seen.ours.wire[0].url, new RegExp(OTHER_TENANT));
      else {
        assert.deepEqual(seen.ours.end, seen.theirs.end);
        assert.equal(seen.ours.end.error.name, "CredentialUnavailableError");
      }
    }
  });

  test("the second call: no request; another resource, and claims of a challenge: the same refresh", async () => {
    const seen = await both({}, async ({ credential, entra, prompts }) => {
      const first = await end(credential.getToken(GRAPH, { enableCae: true }));
      const again = await end(credential.getToken(GRAPH, { enableCae: true }));
      const before = entra.requests.length;
      const other = await end(credential.getToken(MANAGEMENT, { enableCae: true }));
      const challenged = await end(credential.getToken(MANAGEMENT, { enableCae: true, claims: NBF }));
      return { first, again, other, challenged, before, prompts: prompts.length, wire: asked(entra) };
    });
    for (const call of ["first", "again", "other", "challenged"]) sameToken(of(call, seen));
    assert.deepEqual(of("before", seen), { theirs: 2, ours: 2 });
    assert.deepEqual(of("prompts", seen), { theirs: 1, ours: 1 });
    sameWire(of("wire", seen));
    assert.deepEqual(seen.ours.wire.map(({ grant }) => grant), [undefined, "device_code", "refresh_token", "refresh_token"]);
    assert.notEqual(seen.ours.challenged.value.token, seen.ours.other.value.token);
  });

  test("a refresh token that is no longer valid: the person is asked", async () => {
    const seen = await both({}, async ({ credential, entra, prompts }) => {
      await credential.getToken(GRAPH);
      entra.disturb("refresh", "interaction_required");
      return { end: await end(credential.getToken(MANAGEMENT)), prompts: prompts.length };
    });
    sameToken(of("end", seen));
    assert.deepEqual(of("prompts", seen), { theirs: 2, ours: 2 });
  });

  test("a sign-in that the person or the provider refuses: the same error name, with the scopes", async () => {
    for (const [what, shown] of [
      ["declined", (entra, { userCode }) => entra.decline(userCode)],
      ["expired", (entra, { userCode }) => entra.expire(userCode)],
      ["a policy", (entra, { userCode }) => entra.approve(userCode, { outcome: 53003 })],
    ]) {
      const seen = await both({ shown }, async ({ credential }) => end(credential.getToken(GRAPH)));
      assert.deepEqual(names(seen), { theirs: "AuthenticationRequiredError", ours: "AuthenticationRequiredError" }, what);
      assert.deepEqual(seen.ours.error.scopes, seen.theirs.error.scopes);
    }
  });

  test("an abort: the same error", async () => {
    const seen = await both({ shown() {} }, async ({ credential }) => end(credential.getToken(GRAPH, { abortSignal: AbortSignal.timeout(200) })));
    assert.deepEqual(seen.ours, seen.theirs);
    assert.equal(seen.ours.error.name, "AbortError");
  });

  test("records: each reads and writes those of the other", async () => {
    const records = await both({}, async ({ credential }) => credential.authenticate(GRAPH));
    assert.deepEqual(records.ours, records.theirs);
    const texts = ["theirs", "ours"].map((library) => libraries[library].serializeAuthenticationRecord(records[library]));
    assert.equal(texts[1], texts[0]);
    for (const [from, to] of [["theirs", "ours"], ["ours", "theirs"]]) {
      const text = libraries[from].serializeAuthenticationRecord(records[from]);
      const record = libraries[to].deserializeAuthenticationRecord(text);
      assert.deepEqual(record, records[from]);
      // A credential that gets the record has no tokens, and says so.
      const { credential } = played(to, { options: { authenticationRecord: record, disableAutomaticAuthentication: true } });
      assert.equal((await end(credential.getToken(GRAPH))).error.name, "AuthenticationRequiredError");
    }
    const newer = JSON.stringify({ ...records.ours, version: "2.0" });
    for (const { deserializeAuthenticationRecord } of [libraries.theirs, libraries.ours]) {
      assert.throws(() => deserializeAuthenticationRecord(newer), /Unsupported AuthenticationRecord version/);
      assert.throws(() => deserializeAuthenticationRecord("no record"));
    }
  });

  test("the error classes are constructed in the same way", () => {
    const made = ({ AuthenticationRequiredError, CredentialUnavailableError }) => {
      const cause = new Error("why");
      const getTokenOptions = { claims: "{}" };
      const required = new AuthenticationRequiredError({ scopes: ["a"], getTokenOptions, message: "m", cause });
      const unavailable = new CredentialUnavailableError("m", { cause });
      return [required, unavailable, new CredentialUnavailableError()].map(({ name, message, cause, scopes, getTokenOptions }) => {
        return { name, message, cause: cause?.message, scopes, getTokenOptions };
      });
    };
    assert.deepEqual(made(libraries.ours), made(libraries.theirs));
    assert.equal(libraries.ours.CredentialUnavailableErrorName, libraries.theirs.CredentialUnavailableErrorName);
  });
});

// These run alone, because they change the environment.
describe("the environment", () => {
  /** Runs `work` with a variable. */
  async function withVariable(name, value, work) {
    process.env[name] = value;
    try {
      return await work();
    } finally {
      delete process.env[name];
    }
  }

  const urls = async ({ credential, entra }) => {
    await end(credential.getToken(GRAPH, { tenantId: TENANT }));
    return asked(entra);
  };

  test("AZURE_AUTHORITY_HOST names the host if no option does", async () => {
    const seen = await withVariable("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us", () => both({}, urls));
    sameWire(seen);
    assert.match(seen.ours[0].url, /^https:\/\/login\.microsoftonline\.us\//);
    const authorityHost = "https://login.microsoftonline.com";
    const named = await withVariable("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us", () => both({ options: { authorityHost } }, urls));
    sameWire(named);
    assert.match(named.ours[0].url, /^https:\/\/login\.microsoftonline\.com\//);
  });

  test("a credential without a tenant uses the tenant of the call, unless AZURE_IDENTITY_DISABLE_MULTITENANTAUTH is set", async () => {
    const scene = { options: { tenantId: undefined } };
    const free = await both(scene, urls);
    sameWire(free);
    assert.match(free.ours[0].url, new RegExp(`/${TENANT}/`));
    const kept = await withVariable("AZURE_IDENTITY_DISABLE_MULTITENANTAUTH", "1", () => both(scene, urls));
    sameWire(kept);
    assert.match(kept.ours[0].url, /\/common\//);
  });
});

describe("intended differences", { concurrency: 4 }, () => {
  test("differs: what the callback receives", async () => {
    const seen = await both({}, async ({ credential, prompts }) => (await credential.getToken(GRAPH), prompts));
    const [{ deviceCode, ...rest }] = seen.theirs;
    assert.match(deviceCode, /^device-code-01/);
    assert.deepEqual(seen.ours, [rest]);
  });

  test("differs: calls at the same time", async () => {
    const seen = await both({}, async ({ credential, prompts }) => {
      await Promise.all([credential.getToken(GRAPH), credential.getToken(GRAPH), credential.getToken(GRAPH)]);
      return prompts.length;
    });
    assert.deepEqual(seen, { theirs: 3, ours: 1 });
  });

  test("differs: calls with and without Continuous Access Evaluation", async () => {
    const seen = await both({}, async ({ credential, prompts }) => {
      const tokens = [await credential.getToken(GRAPH), await credential.getToken(GRAPH, { enableCae: true }), await credential.getToken(GRAPH)];
      assert.equal(tokens[2].token, tokens[0].token);
      assert.notEqual(tokens[1].token, tokens[0].token);
      return prompts.length;
    });
    assert.deepEqual(seen, { theirs: 2, ours: 1 });
  });

  test("differs: calls after the claims of a challenge", async () => {
    const seen = await both({}, async ({ credential, entra }) => {
      await credential.getToken(GRAPH, { enableCae: true });
      await credential.getToken(GRAPH, { enableCae: true, claims: NBF });
      const before = entra.requests.length;
      for (let call = 0; call < 3; call++) await credential.getToken(GRAPH, { enableCae: true });
      return entra.requests.length - before;
    });
    assert.deepEqual(seen, { theirs: 3, ours: 0 });
  });

  test("differs: a refresh while the provider is down", async () => {
    const seen = await both({}, async ({ credential, entra, prompts }) => {
      await credential.getToken(GRAPH);
      entra.disturb("refresh", ...Array(9).fill("unavailable"));
      return { ...(await end(credential.getToken(MANAGEMENT))), prompts: prompts.length };
    });
    assert.deepEqual(of("prompts", seen), { theirs: 2, ours: 1 });
    assert.deepEqual(names(seen), { theirs: undefined, ours: "CredentialUnavailableError" });
  });

  test("differs: a call for another tenant after a sign-in", async () => {
    const person = { ...ada, elsewhere: { [OTHER_TENANT]: { oid: "22222222-0000-0000-0000-000000000001", sub: "pairwise-of-ada-as-guest" } } };
    const scene = {
      settings: { tenants: [TENANT, OTHER_TENANT] },
      options: { additionallyAllowedTenants: ["*"] },
      shown: (entra, { userCode }) => entra.approve(userCode, { person }),
    };
    const seen = await both(scene, async ({ credential, entra }) => {
      const home = await credential.getToken(GRAPH);
      const there = await credential.getToken(GRAPH, { tenantId: OTHER_TENANT });
      return { same: there.token === home.token, asked: asked(entra).filter(({ url }) => url.includes(OTHER_TENANT)).length };
    });
    assert.deepEqual(seen, { theirs: { same: true, asked: 0 }, ours: { same: false, asked: 1 } });
  });

  test("differs: an abort while waiting for the person", async () => {
    const seen = await both({ settings: { interval: 5 }, shown() {} }, async ({ credential, entra }) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 200);
      const start = Date.now();
      await end(credential.getToken(GRAPH, { abortSignal: controller.signal }));
      const took = Date.now() - start;
      await new Promise((next) => setTimeout(next, 5500));
      return { took, polls: asked(entra).length - 1 };
    });
    // @azure/identity sleeps to the end of its interval.
    assert.ok(seen.theirs.took > 4900 && seen.ours.took < 4000, JSON.stringify(seen));
    assert.equal(seen.ours.polls, 0);
  });

  test("differs: a call that is aborted before it begins", async () => {
    const seen = await both({ shown() {} }, async ({ credential, entra }) => {
      await end(credential.getToken(GRAPH, { abortSignal: AbortSignal.abort() }));
      return entra.requests.length;
    });
    assert.deepEqual(seen, { theirs: 1, ours: 0 });
  });

  test("differs: a connection that breaks once", async () => {
    const seen = await both({}, async ({ credential, entra }) => {
      entra.disturb("token", "reset");
      return end(credential.getToken(GRAPH));
    });
    assert.deepEqual(names(seen), { theirs: "AuthenticationRequiredError", ours: undefined });
  });

  test("differs: a provider that cannot be reached", async () => {
    const seen = await both({}, async ({ credential, entra }) => {
      entra.disturb("devicecode", ...Array(9).fill("unavailable"));
      return end(credential.getToken(GRAPH));
    });
    assert.deepEqual(names(seen), { theirs: "AuthenticationRequiredError", ours: "CredentialUnavailableError" });
  });

  test("differs: a client id that the provider does not know", async () => {
    const shown = (entra, { userCode }) => {
      if (!userCode) throw new Error("shown without a code");
    };
    const seen = await both({ settings: { clients: [] }, shown }, async ({ credential, prompts }) => ({ ...(await end(credential.getToken(GRAPH))), prompts }));
    assert.deepEqual([seen.theirs.prompts.length, seen.ours.prompts.length], [1, 0]);
    assert.doesNotMatch(seen.theirs.error.message, /700016/);
    assert.match(seen.ours.error.message, /^unauthorized_client: AADSTS700016/);
  });

  test("differs: what an error contains", async () => {
    const shown = (entra, { userCode }) => entra.approve(userCode, { outcome: 53003 });
    const full = async ({ credential }) => credential.getToken(GRAPH).catch((error) => error);
    const { theirs, ours } = await both({ shown }, full);
    assert.equal(theirs.message, "post_request_failed: invalid_grant");
    assert.deepEqual(Object.keys(theirs).sort(), ["getTokenOptions", "name", "scopes"]);
    assert.equal(ours.errorCode, "invalid_grant");
    assert.deepEqual(ours.errorCodes, [53003]);
    assert.equal(ours.fault, "administrator");
    assert.ok(ours.hint && ours.traceId && ours.cause.message === ours.message);
  });

  test("differs: a callback that throws", async () => {
    const shown = () => {
      throw new RangeError("no screen");
    };
    const seen = await both({ shown }, async ({ credential }) => end(credential.getToken(GRAPH)));
    assert.deepEqual(names(seen), { theirs: "AuthenticationRequiredError", ours: "RangeError" });
    assert.equal(seen.ours.error.message, seen.theirs.error.message);
  });

  test("differs: a callback that returns a promise", async () => {
    // @azure/identity has tokens before the screen has shown the code.
    const seen = await both({}, async ({ another, entra }) => {
      let isShown = false;
      const userPromptCallback = async ({ userCode }) => {
        entra.approve(userCode);
        await new Promise((next) => setTimeout(next, 1800));
        isShown = true;
      };
      await another({ userPromptCallback }).getToken(GRAPH);
      return isShown;
    });
    assert.deepEqual(seen, { theirs: false, ours: true });
  });

  test("differs: an invalid tenant", async () => {
    const made = ({ another }) => {
      try {
        another({ tenantId: "a/b" });
      } catch (error) {
        return error;
      }
    };
    const [theirs, ours] = [made(played("theirs")), made(played("ours"))];
    assert.deepEqual([theirs.name, ours.name], ["Error", "ClientConfigurationError"]);
    for (const { message } of [theirs, ours]) assert.match(message, /Invalid tenant id provided/);
    const called = await both({ options: { additionallyAllowedTenants: ["*"] } }, async ({ credential, entra }) => {
      await end(credential.getToken(GRAPH, { tenantId: "a/b" }));
      return entra.requests.length;
    });
    assert.deepEqual(called, { theirs: 1, ours: 0 });
  });

  test("differs: options for the transport and for the store", () => {
    const { credential } = played("theirs", { options: { proxyOptions: { host: "http://proxy.example", port: 1 } } });
    assert.ok(credential);
    for (const [name, value] of [
      ["proxyOptions", { host: "http://proxy.example", port: 1 }],
      ["httpClient", { sendRequest() {} }],
      ["additionalPolicies", [{}]],
      ["tlsOptions", {}],
      ["tokenCachePersistenceOptions", { enabled: true }],
    ]) {
      assert.throws(() => played("ours", { options: { [name]: value } }), { errorCode: "unsupported_option", message: new RegExp(name), hint: /fetch|cachePlugin/ });
    }
    assert.ok(played("ours", { options: { tokenCachePersistenceOptions: { enabled: false }, additionalPolicies: [], retryOptions: {} } }).credential);
  });
});
