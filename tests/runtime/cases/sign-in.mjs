// The main use with a real authorization server: what a caller gets when the person signs in, and when the person does not.

import { equal, failureOf, ok, recording, until } from "../tools.mjs";

export const signIn = {
  "a person signs in: tokens, account, claims and dates": async ({ app, person, issuer, clientId }) => {
    const shown = [];
    const correlationId = "11111111-2222-4333-8444-555555555555";
    const start = Date.now();
    const result = await app().acquireTokenByDeviceCode({
      scopes: ["openid", "profile", "email"],
      correlationId,
      deviceCodeCallback: (response) => {
        shown.push(response);
        return person(response.userCode);
      },
    });
    equal(shown.length, 1, "callbacks");
    const [{ userCode, deviceCode, verificationUri, verificationUriComplete, expiresIn, interval, message }] = shown;
    ok(userCode && deviceCode && userCode !== deviceCode, "two codes");
    equal(verificationUri, `${issuer}/device`);
    equal(verificationUriComplete, `${issuer}/device?user_code=${userCode}`);
    equal([expiresIn, interval], [600, 1]);
    ok(message.includes(userCode) && message.includes(verificationUri), "a message that says it all");

    equal([result.authority, result.tokenType, result.fromCache], [issuer, "Bearer", false]);
    equal(result.uniqueId, "alice");
    equal(result.correlationId, correlationId);
    ok(result.scopes.includes("openid") && result.scopes.includes("email"), `scopes: ${result.scopes}`);
    ok(typeof result.accessToken === "string" && result.accessToken, "an access token");
    equal(result.idToken.split(".").length, 3, "parts of the ID token");
    const { sub, iss, aud, name } = result.idTokenClaims;
    equal([sub, iss, aud, name], ["alice", issuer, clientId, "Alice Ardent"]);
    ok(result.expiresOn instanceof Date, "expiresOn is a Date");
    const life = result.expiresOn - start;
    ok(life > 3_590_000 && life < 3_630_000, `the token lives ${life} ms`);

    const { account } = result;
    equal([account.username, account.name, account.localAccountId], ["alice@example.com", "Alice Ardent", "alice"]);
    equal([account.homeAccountId, account.environment], ["alice", new URL(issuer).host]);
    equal(account.idTokenClaims.sub, "alice");
    ok(account.tenantProfiles instanceof Map, "tenantProfiles is a Map");
  },

  "a declined sign-in is a ServerError with the server's error, its status and a hint": async ({ app, person, library }) => {
    const error = await failureOf(
      app().acquireTokenByDeviceCode({
        scopes: ["openid"],
        // An empty value counts as a missing one: a random id is used.
        correlationId: "",
        deviceCodeCallback: ({ userCode }) => person(userCode, "deny"),
      }),
    );
    ok(error instanceof library.ServerError, `a ServerError, not ${error}`);
    equal([error.name, error.errorCode, error.error, error.status], ["ServerError", "access_denied", "access_denied", 400]);
    ok(/declined/.test(error.hint), `hint: ${error.hint}`);
    ok(/^[0-9a-f-]{36}$/.test(error.correlationId), `correlation id: ${error.correlationId}`);
    equal([error.errorDescription, error.retryable, error.fault], [error.errorMessage, false, "person"]);
    equal(error.message, `access_denied: ${error.errorMessage}`);
  },

  "the errors are classes: instanceof works, and each has its name": async ({ library }) => {
    const { AuthError, ServerError, InteractionRequiredAuthError, ClientAuthError, ClientConfigurationError } = library;
    for (const [Class, ...parents] of [
      [AuthError, Error],
      [ServerError, AuthError, Error],
      [InteractionRequiredAuthError, AuthError, Error],
      [ClientAuthError, AuthError, Error],
      [ClientConfigurationError, ClientAuthError, AuthError, Error],
    ]) {
      const error = new Class("code", "message", "hint");
      for (const Parent of [Class, ...parents]) ok(error instanceof Parent, `${error.name} is a ${Parent.name}`);
      const name = Object.keys(library).find((name) => library[name] === Class);
      equal([error.name, error.errorCode, error.errorMessage, error.hint], [name, "code", "message", "hint"]);
      ok(!(error instanceof ServerError) || Class === ServerError, `${name} is no ServerError`);
    }
  },

  "a poll before it is due resolves with pending and sends nothing": async ({ app }) => {
    const fetch = recording();
    const flow = await app({ fetch }).startDeviceCode({ scopes: ["openid"] });
    const before = fetch.calls.length;
    const step = await flow.poll();
    equal(step.status, "pending");
    ok(step.nextPollOn instanceof Date && step.nextPollOn > new Date(), "the next poll is in the future");
    equal(fetch.calls.length, before, "requests");
  },

  "a flow can be iterated: pending, pending, completed": async ({ app, person, library }) => {
    const flow = await app().startDeviceCode({ scopes: ["openid"] });
    ok(flow instanceof library.DeviceCodeFlow, "a DeviceCodeFlow");
    const seen = [];
    let result;
    for await (const step of flow) {
      seen.push(step.status);
      if (seen.length === 1) await person(flow.userCode);
      result = step.result;
    }
    equal(seen, ["pending", "completed"]);
    ok(result.accessToken, "a token");
    const again = await flow.wait();
    equal(again.accessToken, result.accessToken, "the result stays");
  },

  "leaving a loop early stops polling, and the flow can continue": async ({ script }) => {
    const pending = { status: 400, body: { error: "authorization_pending" } };
    const { app, hits } = await script({ token: [pending, {}] });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    for await (const step of flow) {
      equal(step.status, "pending");
      break;
    }
    equal((await hits("token")).length, 1, "polls");
    const text = flow.save();
    ok(text.includes("device-code"), "it can be saved");
  },

  "two callers of one flow share one request": async ({ script }) => {
    const slow = { delay: 300, body: { access_token: "shared", token_type: "Bearer" } };
    const { app, hits } = await script({ token: slow });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    const [first, second, third] = await Promise.all([flow.wait(), flow.wait(), (async () => {
      await until(async () => (await hits("token")).length, "the poll");
      return flow.poll();
    })()]);
    equal([first.accessToken, second.accessToken], ["shared", "shared"]);
    equal(third.status, "completed", "who comes while the request is out waits for its answer");
    equal((await hits("token")).length, 1, "requests");
  },

  "a flow that is printed does not show the device code": async ({ script }) => {
    const { app } = await script();
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    equal(Object.keys(flow).includes("message"), true);
    const printed = JSON.stringify(flow) + Object.entries(flow).join() + String(flow);
    ok(printed.includes("USER-CODE") && !printed.includes("device-code"), printed);
  },

  "system.fetch is used for everything": async ({ library }) => {
    const answers = {
      "/.well-known/openid-configuration": {
        issuer: "https://id.invalid",
        device_authorization_endpoint: "https://id.invalid/device",
        token_endpoint: "https://id.invalid/token",
      },
      "/device": { device_code: "device-code", user_code: "u", verification_uri: "https://id.invalid/go", expires_in: 60, interval: 1 },
      "/token": { access_token: "from the relay", token_type: "Bearer" },
    };
    const fetch = recording(({ url }) => new Response(JSON.stringify(answers[new URL(url).pathname])));
    const app = new library.PublicClientApplication({ auth: { clientId: "c", authority: "https://id.invalid" }, system: { fetch } });
    // This host does not exist. A request that does not use the given fetch would fail.
    const result = await app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
    equal(result.accessToken, "from the relay");
    equal(fetch.calls.map(({ method, url }) => `${method} ${new URL(url).pathname}`), [
      "GET /.well-known/openid-configuration",
      "POST /device",
      "POST /token",
    ]);
    equal([result.account.homeAccountId, result.idToken, result.expiresOn], ["local:c", "", null], "what the provider did not send");
  },
};
