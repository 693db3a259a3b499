// A program as a person writes it, in an ES module. Compiled and never run.

import {
  type AccountInfo,
  AuthError,
  type AuthenticationResult,
  type DeviceCodeFlow,
  type ICachePlugin,
  InteractionRequiredAuthError,
  PublicClientApplication,
  type TokenCache,
} from "device-code-flow";

const app = new PublicClientApplication({
  auth: { clientId: "00000000-0000-0000-0000-000000000000", authority: "https://login.microsoftonline.com/common" },
});

export async function signIn(signal: AbortSignal): Promise<string> {
  const result: AuthenticationResult = await app.acquireTokenByDeviceCode({
    scopes: ["User.Read"],
    deviceCodeCallback: (code) => console.log(code.message, code.verificationUri, code.userCode),
    signal,
  });
  const expiry: Date | null = result.expiresOn;
  return `${result.accessToken} ${expiry?.toISOString() ?? ""}`;
}

export async function inSteps(): Promise<string> {
  const flow: DeviceCodeFlow = await app.startDeviceCode({ scopes: ["User.Read"] });
  const again = await app.resumeDeviceCode(flow.save());
  for await (const step of again) {
    if (step.status === "completed") return step.result.accessToken;
    console.log(step.nextPollOn.getTime());
  }
  return "";
}

const stored = new Map<string, string>();
const cachePlugin: ICachePlugin = {
  async beforeCacheAccess({ tokenCache }) {
    tokenCache.deserialize(stored.get("cache") ?? "");
  },
  async afterCacheAccess(context) {
    if (context.cacheHasChanged) stored.set("cache", context.tokenCache.serialize());
  },
};

export async function whoIsThere(): Promise<string[]> {
  const keeping = new PublicClientApplication({ auth: { clientId: "tv" }, cache: { cachePlugin } });
  const cache: TokenCache = keeping.getTokenCache();
  const account: AccountInfo | null = await cache.getAccountByHomeId("uid.utid", { authority: "https://id.example" });
  const others: AccountInfo[] = await keeping.getAllAccounts({ authority: "https://id.example" });
  // @ts-expect-error an authority is a text
  if (others.length > 0) await cache.getAllAccounts({ authority: 7 });
  if (account) await keeping.signOut({ account });
  return (await keeping.getAllAccounts()).map(({ username, tenantProfiles }) => `${username} ${tenantProfiles?.size ?? 0}`);
}

export function explain(error: unknown): string {
  if (error instanceof InteractionRequiredAuthError) return error.claims ?? "";
  if (error instanceof AuthError) return `${error.errorCode}: ${error.errorMessage} ${error.hint}`;
  return String(error);
}
