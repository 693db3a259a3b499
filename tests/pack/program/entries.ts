// A program as a person writes it for Node, from the entries beside the main one. It names nothing that only pages have, so that it
// compiles without their declarations, too. Compiled and never run.

import { readFile } from "node:fs/promises";
import { webcrypto } from "node:crypto";
import { PublicClientApplication as Main } from "device-code-flow";
import { PublicClientApplication as FromJs } from "device-code-flow/js";
import { type AuthenticationResult, init, PublicClientApplication } from "device-code-flow/slim";
import {
  type AccessToken,
  AuthenticationRequiredError,
  type AuthenticationRecord,
  AzureAuthorityHosts,
  DeviceCodeCredential,
  serializeAuthenticationRecord,
} from "device-code-flow/credential";
import { encrypted, fileCache, type LockingCachePlugin } from "device-code-flow/storage";
import { kvStore, type KvLike, SignIn } from "device-code-flow/workers";

export async function withABroughtModule(path: string): Promise<string> {
  await init(readFile(path));
  await init(() => fetch("https://example.com/device_code_flow.wasm"));
  const app = new PublicClientApplication({ auth: { clientId: "tv" } });
  const result: AuthenticationResult = await app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback() {} });
  return result.accessToken;
}

// One class under three names.
export const classes: (typeof Main)[] = [FromJs, PublicClientApplication];

export async function asCredential(): Promise<[AccessToken, string]> {
  const credential = new DeviceCodeCredential({ authorityHost: AzureAuthorityHosts.AzureGovernment, userPromptCallback: (code) => console.log(code.message) });
  try {
    const record: AuthenticationRecord | undefined = await credential.authenticate("https://vault.azure.net/.default");
    return [await credential.getToken(["https://vault.azure.net/.default"]), record ? serializeAuthenticationRecord(record) : ""];
  } catch (error) {
    throw error instanceof AuthenticationRequiredError ? new Error(error.scopes.join()) : error;
  }
}

export async function kept(kv: KvLike): Promise<LockingCachePlugin> {
  const key = await webcrypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const cachePlugin = encrypted(fileCache("tokens"), key);
  const app = new Main({ auth: { clientId: "tv" }, cache: { cachePlugin } });
  await new SignIn({ app, request: { scopes: ["a"] }, store: kvStore(kv) }).step();
  return cachePlugin;
}

// The types are those of the package and not "any", which takes everything.
// @ts-expect-error a module has to be brought
init();
// @ts-expect-error nor is undefined one
init(undefined);
// @ts-expect-error a clientId is a text
new FromJs({ auth: { clientId: 5 } });
// @ts-expect-error a tenant is a text
new DeviceCodeCredential({ tenantId: 5 });
// @ts-expect-error a number is no key
encrypted(fileCache("tokens"), 5);
