// A program as a person writes it, for a bundler. Compiled and never run.

import {
  AuthError,
  type AuthenticationResult,
  type DeviceCodeFlow,
  type ErrorFault,
  InteractionRequiredAuthError,
  type OwnErrorCode,
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

const turns: Record<ErrorFault, string> = {
  caller: "correct the program",
  server: "wait",
  network: "look at the cable",
  person: "sign in",
  administrator: "ask the administrator",
  library: "report it",
};
const ends: OwnErrorCode[] = ["device_code_expired", "user_timeout_reached"];

export function turn(error: AuthError): string {
  // A word of the provider's is as good a code as one of ours.
  if (error.errorCode === "device_flow_disabled" || ends.some((code) => code === error.errorCode)) return "";
  return turns[error.fault];
}

export function explain(error: unknown): string {
  if (error instanceof InteractionRequiredAuthError) return error.claims ?? "";
  if (error instanceof AuthError) return `${error.errorCode}: ${error.errorMessage} ${error.hint}`;
  return String(error);
}
