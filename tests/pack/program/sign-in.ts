// A program as a person writes it, for a bundler. Compiled and never run.

import {
  AuthError,
  type AuthenticationResult,
  type DeviceCodeFlow,
  InteractionRequiredAuthError,
  PublicClientApplication,
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

export function explain(error: unknown): string {
  if (error instanceof InteractionRequiredAuthError) return error.claims ?? "";
  if (error instanceof AuthError) return `${error.errorCode}: ${error.errorMessage} ${error.hint}`;
  return String(error);
}
