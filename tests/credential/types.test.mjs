// The types of the credential together with those of @azure/core-auth, @azure/identity and Microsoft Graph's client, in a TypeScript
// program.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ours, project } from "./libraries.mjs";

const here = import.meta.dirname;
for (const name of ["@azure", "@microsoft", "@typespec", "@types", "undici-types"]) {
  symlinkSync(join(here, "node_modules", name), join(project, "node_modules", name), "dir");
}
mkdirSync(join(project, "types"));

/** The output of tsc for a program. Empty if it compiles. */
function complaints(file, text, module) {
  const path = join(project, "types", file);
  writeFileSync(path, text);
  const options = ["--ignoreConfig", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--types", "node"];
  const { stdout } = spawnSync(join(here, "node_modules/.bin/tsc"), [...options, ...module, path], { cwd: project, encoding: "utf8" });
  return stdout;
}

const NODE = ["--module", "nodenext"];
const BUNDLER = ["--module", "esnext", "--moduleResolution", "bundler"];

const CREDENTIAL = `
  import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/core-auth";
  import { bearerTokenAuthenticationPolicy } from "@azure/core-rest-pipeline";
  import { AuthenticationRequiredError, DeviceCodeCredential, deserializeAuthenticationRecord, serializeAuthenticationRecord } from "device-code-flow/credential";
  import { AuthError, PublicClientApplication, type ICachePlugin } from "device-code-flow";

  declare const cachePlugin: ICachePlugin;
  const credential: TokenCredential = new DeviceCodeCredential({ tenantId: "t", clientId: "c", cachePlugin, fetch, userPromptCallback: ({ message }) => console.log(message) });
  export const policy = bearerTokenAuthenticationPolicy({ credential, scopes: "s" });
  export async function use(options: GetTokenOptions): Promise<AccessToken> {
    const own = new DeviceCodeCredential({ app: new PublicClientApplication({ auth: { clientId: "c" } }) });
    const record = await own.authenticate("s", { abortSignal: new AbortController().signal });
    if (record) new DeviceCodeCredential({ authenticationRecord: deserializeAuthenticationRecord(serializeAuthenticationRecord(record)) });
    try {
      return await own.getToken(["s"], options);
    } catch (error) {
      if (error instanceof AuthenticationRequiredError) await own.authenticate(error.scopes, error.getTokenOptions);
      if (error instanceof AuthError) console.log(error.hint);
      throw error;
    }
  }
`;

for (const [file, module] of [["credential.mts", NODE], ["credential.cts", NODE], ["credential.ts", BUNDLER]]) {
  test(`a DeviceCodeCredential is a TokenCredential of @azure/core-auth: ${file}`, () => assert.equal(complaints(file, CREDENTIAL, module), ""));
}

const PROGRAM = `
  import { DeviceCodeCredential, AzureAuthorityHosts, AuthenticationRequiredError, CredentialUnavailableError, serializeAuthenticationRecord, deserializeAuthenticationRecord } from "@azure/identity";
  import type { AuthenticationRecord, DeviceCodeCredentialOptions, DeviceCodeInfo, DeviceCodePromptCallback, AuthenticationRequiredErrorOptions } from "@azure/identity";

  const userPromptCallback: DeviceCodePromptCallback = (info: DeviceCodeInfo) => console.log(info.userCode, info.verificationUri, info.message);
  const options: DeviceCodeCredentialOptions = {
    tenantId: "t", clientId: "c", userPromptCallback, authorityHost: AzureAuthorityHosts.AzureGovernment, additionallyAllowedTenants: ["*"],
    disableAutomaticAuthentication: true, disableInstanceDiscovery: false, loggingOptions: { enableUnsafeSupportLogging: false }, retryOptions: { maxRetries: 3 },
  };
  export async function main(text: string) {
    const authenticationRecord: AuthenticationRecord = deserializeAuthenticationRecord(text);
    const credential = new DeviceCodeCredential({ ...options, authenticationRecord });
    try {
      const { token, expiresOnTimestamp, refreshAfterTimestamp, tokenType } = await credential.getToken("s", { enableCae: true, claims: "{}", tenantId: "t", requestOptions: { timeout: 1 } });
      console.log(token, expiresOnTimestamp, refreshAfterTimestamp, tokenType);
    } catch (error) {
      if (error instanceof CredentialUnavailableError) throw error;
      if (!(error instanceof AuthenticationRequiredError)) throw error;
      const again: AuthenticationRequiredErrorOptions = { scopes: error.scopes };
      const record = await credential.authenticate(again.scopes);
      if (record) return serializeAuthenticationRecord(record);
    }
    return undefined;
  }
`;

test("a program for @azure/identity compiles unchanged, and with its import changed", () => {
  assert.equal(complaints("theirs.mts", PROGRAM, NODE), "");
  const changed = PROGRAM.replaceAll("@azure/identity", "device-code-flow/credential");
  assert.equal(complaints("ours.mts", changed, NODE), "");
});

test("records and credentials of one are accepted where the other's are expected", () => {
  const text = `
    import * as identity from "@azure/identity";
    import * as ours from "device-code-flow/credential";
    declare const theirRecord: identity.AuthenticationRecord;
    declare const ourRecord: ours.AuthenticationRecord;
    export const credentials = [new ours.DeviceCodeCredential({ authenticationRecord: theirRecord }), new identity.DeviceCodeCredential({ authenticationRecord: ourRecord })];
    export const chain = new identity.ChainedTokenCredential(...credentials);
    export const provider = identity.getBearerTokenProvider(new ours.DeviceCodeCredential(), "s");`;
  assert.equal(complaints("records.mts", text, NODE), "");
});

test("wrong programs do not compile", () => {
  for (const [index, line] of [
    "new DeviceCodeCredential({ tenantId: 5 });",
    "new DeviceCodeCredential({ cachePlugin: {} });",
    "new DeviceCodeCredential({ tenant: 't' });",
    "new DeviceCodeCredential().getToken(5);",
    "new DeviceCodeCredential().getToken('s', { abortSignal: {} });",
    "const token: string = await new DeviceCodeCredential().getToken('s');",
  ].entries()) {
    const text = `import { DeviceCodeCredential } from "device-code-flow/credential";\n${line}`;
    assert.match(complaints(`wrong-${index}.mts`, text, NODE), /error TS/, line);
  }
});

test("every value that the types promise is exported, and no other", () => {
  const record = Object.keys(ours).map((name) => `${name}: true`).join(", ");
  const text = `import * as all from "device-code-flow/credential"; export const exported: Record<keyof typeof all, true> = { ${record} };`;
  assert.equal(complaints("names.mts", text, BUNDLER), "");
});
