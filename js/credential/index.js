// What `import "device-code-flow/credential"` gives: @azure/identity's DeviceCodeCredential, its records and its errors.
//
// Not a second library: whatever signs in, refreshes and keeps tokens is the main entry, used by its name.

export { DeviceCodeCredential } from "./credential.js";
export { AuthenticationRequiredError, CredentialUnavailableError, CredentialUnavailableErrorName } from "./errors.js";
export { AzureAuthorityHosts } from "./options.js";
export { deserializeAuthenticationRecord, serializeAuthenticationRecord } from "./record.js";
