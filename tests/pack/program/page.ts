// A program as a person writes it for a page: a classic script's global, a module that the browser has compiled, a key of its
// WebCrypto. Compiled and never run.

/// <reference types="device-code-flow/iife" />
import { init, type ModuleSource } from "device-code-flow/slim";
import { encrypted, webStorageCache } from "device-code-flow/storage";

const app = new deviceCodeFlow.PublicClientApplication({ auth: { clientId: "tv" } });
export const version: string = window.deviceCodeFlow.version;

export async function signIn(): Promise<string> {
  const result = await app.acquireTokenByDeviceCode({ scopes: ["a"], deviceCodeCallback: (code) => console.log(code.userCode) });
  return result.accessToken;
}

export async function compiled(address: string): Promise<void> {
  const module: WebAssembly.Module = await WebAssembly.compileStreaming(fetch(address));
  const sources: ModuleSource[] = [module, new Uint8Array(8), new ArrayBuffer(8)];
  await Promise.all(sources.map((source) => init(source)));
}

export function stored(key: CryptoKey) {
  return encrypted(webStorageCache(localStorage), key);
}

// @ts-expect-error there is no such class
deviceCodeFlow.ConfidentialClientApplication;
// @ts-expect-error a result has no such member
void app.getAllAccounts().then(([account]) => account.password);
