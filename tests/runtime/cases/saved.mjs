// A flow as text: saved by one application, resumed by another, and refused where it does not belong.

import { equal, failureOf, ok } from "../tools.mjs";

export const saved = {
  "a flow saved in one application and resumed in another ends signed in": async ({ app, person }) => {
    const started = await app().startDeviceCode({ scopes: ["openid", "profile"], correlationId: "saved-and-resumed" });
    const text = started.save();
    equal(typeof JSON.parse(text), "object", "the text is JSON");
    await person(started.userCode, "approve", "chiara");
    const resumed = await app().resumeDeviceCode(text);
    for (const field of ["userCode", "verificationUri", "verificationUriComplete", "message"]) {
      equal(resumed[field], started[field], field);
    }
    equal(resumed.expiresOn.getTime(), started.expiresOn.getTime(), "expiresOn");
    const result = await resumed.wait();
    equal([result.account.name, result.correlationId], ["Chiara Rossi", "saved-and-resumed"]);
  },

  "a text that save() did not write is refused": async ({ script, library }) => {
    const { app } = await script();
    const texts = ["", "hello", "null", "[]", "{}", '{"kind":"device-code-flow"}', '{"kind":"another-library","version":2}'];
    for (const value of [...texts, undefined, null, 5, {}, new Date()]) {
      const error = await failureOf(app.resumeDeviceCode(value));
      equal([error.name, error.errorCode], ["AuthError", "saved_flow_invalid"], String(value));
      ok(error instanceof library.AuthError && error.hint.includes("start a new sign-in"), `${value}: ${error.hint}`);
      equal([error.fault, /no text/.test(error.message)], ["caller", typeof value !== "string"], String(value));
    }
  },

  "a text that was changed or cut short is refused": async ({ script }) => {
    const { app } = await script();
    const text = (await app.startDeviceCode({ scopes: ["a"] })).save();
    for (const changed of [text.replace("USER-CODE", "USER-CODF"), text.replace('"interval":1', '"interval":0'), text.slice(0, -1), `${text}}`]) {
      ok(changed !== text, "the text was changed");
      equal((await failureOf(app.resumeDeviceCode(changed))).errorCode, "saved_flow_invalid");
    }
    equal((await app.resumeDeviceCode(`${text}\n`)).userCode, "USER-CODE", "an editor's line break at the end");
  },

  "a text of a newer release has another error than a damaged one": async ({ script }) => {
    const { app } = await script();
    const text = (await app.startDeviceCode({ scopes: ["a"] })).save();
    const error = await failureOf(app.resumeDeviceCode(text.replace('"version":4', '"version":5')));
    equal(error.errorCode, "saved_flow_version");
    ok(/[Uu]pdate/.test(error.hint), error.hint);
  },

  "a flow of another client or another authority is refused": async ({ script, app, issuer }) => {
    const { app: own, issuer: authority } = await script();
    const text = (await own.startDeviceCode({ scopes: ["a"] })).save();
    for (const auth of [{ authority, clientId: "somebody-else" }, { authority: issuer }]) {
      equal((await failureOf(app({ auth }).resumeDeviceCode(text))).errorCode, "saved_flow_mismatch");
    }
  },

  "a flow that has ended cannot be saved": async ({ script, library }) => {
    const { app } = await script();
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    await flow.wait();
    let error;
    try {
      flow.save();
    } catch (thrown) {
      error = thrown;
    }
    ok(error instanceof library.ClientAuthError, String(error));
    equal(error.errorCode, "flow_ended");
  },

  "a flow with `save` is saved before each poll and after its answer": async ({ script }) => {
    const { app, hits } = await script({
      token: [{ status: 400, body: { error: "authorization_pending" } }, { body: { access_token: "t", token_type: "Bearer" } }],
    });
    const started = await app.startDeviceCode({ scopes: ["a"] });
    const flow = await app.resumeDeviceCode(started.save());
    const texts = [];
    const save = async (text) => void texts.push([JSON.parse(text), (await hits("token")).length]);
    await flow.wait({ save });
    equal(
      texts.map(([{ state, polls, revision }, sent]) => [state, polls, revision, sent]),
      [["polling", 1, 2, 0], ["waiting", 1, 3, 1], ["polling", 2, 4, 1]],
      "what was saved, and how many requests had been sent",
    );
  },

  "if a flow cannot be saved, nothing is sent, and it can continue": async ({ script }) => {
    const { app, hits } = await script();
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    const full = new Error("disk full");
    equal(await failureOf(flow.wait({ save: () => Promise.reject(full) })), full, "the reason");
    equal((await hits("token")).length, 0, "requests");
    const throws = () => {
      throw full;
    };
    equal(await failureOf(flow.wait({ save: throws })), full, "the reason, thrown at once");
    equal((await hits("token")).length, 0, "requests");
    equal((await flow.wait({ save() {} })).accessToken, "access-token", "the token");
  },

  "a call that polls too early saves nothing and sends nothing": async ({ script }) => {
    const { app, hits } = await script();
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    let saves = 0;
    equal((await flow.poll({ save: () => void (saves += 1) })).status, "pending");
    equal([saves, (await hits("token")).length], [0, 0]);
    equal((await failureOf(flow.poll({ save: "yes" }))).errorCode, "invalid_argument");
  },

  "a code that is used up after a lost answer says that the tokens are lost": async ({ script }) => {
    const { app } = await script({ token: [{ status: 504, body: "<h1>timeout</h1>" }, { status: 400, body: { error: "invalid_grant" } }] });
    const flow = await app.startDeviceCode({ scopes: ["a"] });
    const error = await failureOf(flow.wait());
    equal([error.name, error.errorCode, error.error, error.status], ["ClientAuthError", "tokens_lost", "invalid_grant", 400]);
    ok(/new code/.test(error.hint), error.hint);
  },
};
