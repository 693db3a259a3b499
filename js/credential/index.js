// @ts-check
// What `import "device-code-flow/credential"` gives: @azure/identity's DeviceCodeCredential, its records and its errors.
//
// The main entry signs in, refreshes and keeps tokens. It is imported by its name, so that a program has one copy of it.

export { deserializeAuthenticationRecord, serializeAuthenticationRecord } from "./authentication-record.js";
export { DeviceCodeCredential } from "./credential.js";
export { AuthenticationRequiredError, CredentialUnavailableError, CredentialUnavailableErrorName } from "./errors.js";
export { AzureAuthorityHosts } from "./options.js";
