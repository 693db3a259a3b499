// A program as people write it for @azure/msal-node: drop-in.test.mjs compiles it as it is, and again with the import
// changed and nothing else.

import {
  AuthError,
  AzureCloudInstance,
  ClientAuthError,
  ClientConfigurationError,
  InteractionRequiredAuthError,
  LogLevel,
  PublicClientApplication,
  ServerError,
  type AccountInfo,
  type AuthenticationResult,
  type Configuration,
  type DeviceCodeRequest,
  type ICachePlugin,
  type INetworkModule,
  type NetworkRequestOptions,
  type NetworkResponse,
  type TokenCacheContext,
} from "@azure/msal-node";

let stored = "";
const cachePlugin: ICachePlugin = {
  async beforeCacheAccess(context: TokenCacheContext) {
    context.tokenCache.deserialize(stored);
  },
  async afterCacheAccess(context: TokenCacheContext) {
    if (context.cacheHasChanged) stored = context.tokenCache.serialize();
  },
};

class Client implements INetworkModule {
  async sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.send<T>(url, { headers: options?.headers ?? {} });
  }
  async sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.send<T>(url, { method: "POST", headers: options?.headers ?? {}, body: options?.body ?? "" });
  }
  private async send<T>(url: string, init: RequestInit): Promise<NetworkResponse<T>> {
    const response = await fetch(url, init);
    return { status: response.status, headers: {}, body: (await response.json()) as T };
  }
}

const configuration: Configuration = {
  auth: {
    clientId: "00001111-aaaa-2222-bbbb-3333cccc4444",
    authority: "https://login.microsoftonline.com/organizations",
    knownAuthorities: ["login.contoso.com"],
    clientCapabilities: ["cp1"],
    azureCloudOptions: { azureCloudInstance: AzureCloudInstance.AzurePublic, tenant: "contoso.com" },
  },
  cache: { cachePlugin },
  system: {
    networkClient: new Client(),
    loggerOptions: {
      loggerCallback: (level: LogLevel, message: string, containsPii: boolean) => {
        if (!containsPii && level <= LogLevel.Warning) console.error(message);
      },
      piiLoggingEnabled: false,
      logLevel: LogLevel.Info,
    },
  },
  telemetry: { application: { appName: "program", appVersion: "1" } },
};

const app = new PublicClientApplication(configuration);

export async function signIn(): Promise<string> {
  const request: DeviceCodeRequest = {
    scopes: ["User.Read"],
    extraQueryParameters: { dc: "WUS" },
    timeout: 300,
    deviceCodeCallback: ({ message, userCode, verificationUri, expiresIn, interval, deviceCode }) => {
      const seconds: number = expiresIn + interval;
      console.log(message, userCode, verificationUri, seconds, deviceCode.length);
    },
  };
  try {
    const result: AuthenticationResult | null = await app.acquireTokenByDeviceCode(request);
    const account: AccountInfo | null | undefined = result?.account;
    const until: Date | null | undefined = result?.expiresOn;
    const tenants: string[] = [...(account?.tenantProfiles?.keys() ?? [])];
    return [account?.username, account?.homeAccountId, until?.toISOString(), result?.scopes.join(" "), ...tenants].join();
  } catch (error) {
    if (error instanceof InteractionRequiredAuthError) return `${error.errorCode} ${error.subError} ${error.claims}`;
    if (error instanceof ServerError || error instanceof ClientConfigurationError) return error.errorMessage;
    if (error instanceof ClientAuthError || error instanceof AuthError) return error.correlationId;
    throw error;
  }
}

export async function forget(): Promise<number> {
  const cache = app.getTokenCache();
  const account: AccountInfo | null = await cache.getAccountByHomeId("uid.utid");
  if (account) await cache.removeAccount(account);
  app.getLogger().info("forgotten", "");
  app.clearCache();
  return (await app.getAllAccounts()).length + (await cache.getAllAccounts()).length;
}
