// @ts-check
// What `import "device-code-flow"` gives. An entry file (entry/) adds where the module comes from.

export { PublicClientApplication } from "./application.js";
export {
  AuthErrorCodes,
  AzureCloudInstance,
  ClientAuthErrorCodes,
  ClientConfigurationErrorCodes,
  InteractionRequiredAuthErrorCodes,
  ProtocolMode,
} from "./constants.js";
export {
  AuthError,
  ClientAuthError,
  ClientConfigurationError,
  InteractionRequiredAuthError,
  ServerError,
} from "./errors.js";
export { DeviceCodeFlow } from "./flow.js";
export { Logger, LogLevel } from "./logger.js";
export { version } from "./version.js";
