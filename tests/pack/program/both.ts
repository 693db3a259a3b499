// Code that is typed with @azure/msal-node, given what is ours, and the other way round.

import type * as msal from "@azure/msal-node";
import * as ours from "device-code-flow";

// What this library has of msal-node's IPublicClientApplication. Its other members are of other flows, or not there yet.
type Subset = Pick<
  msal.IPublicClientApplication,
  "acquireTokenByDeviceCode" | "getAllAccounts" | "getLogger" | "setLogger" | "clearCache"
>;
type Cache = Pick<msal.TokenCache, "serialize" | "deserialize" | "hasChanged" | "getAllAccounts" | "getAccountByHomeId" | "getAccountByLocalId" | "removeAccount">;

declare const configuration: msal.Configuration;
declare const request: msal.DeviceCodeRequest;
declare const plugin: msal.ICachePlugin;
declare const client: msal.INetworkModule;

const app = new ours.PublicClientApplication({ auth: { clientId: "c" }, cache: { cachePlugin: plugin }, system: { networkClient: client } });
export const typed: Subset = app;
export const cache: Cache = app.getTokenCache();
export const settings: ours.Configuration["auth"]["azureCloudOptions"] = configuration.auth.azureCloudOptions;

export async function passes(use: (result: msal.AuthenticationResult, account: msal.AccountInfo | null) => void) {
  const result = await app.acquireTokenByDeviceCode(request);
  use(result, result.account);
}

export function ourCallback(): msal.DeviceCodeRequest["deviceCodeCallback"] {
  return (response: ours.DeviceCodeResponse) => void response.userCode;
}

// It can fail: a class that lacks a member is refused, and so is a result that lacks what msal-node's has.
// @ts-expect-error no acquireTokenByDeviceCode
export const wrong: Subset = {} as Omit<ours.PublicClientApplication, "acquireTokenByDeviceCode">;
// @ts-expect-error no scopes
export const halfResult: msal.AuthenticationResult = {} as Omit<ours.AuthenticationResult, "scopes">;
// @ts-expect-error a request without a callback
export const silent: ours.DeviceCodeRequest = { scopes: ["a"] };
// @ts-expect-error a timeout is a number
export const timed: ours.StartDeviceCodeRequest = { scopes: ["a"], timeout: "5" };
