// The body of an answer to a poll while nobody has signed in. It is as long as Entra's. The server and the responses from memory use it.

export const PENDING = JSON.stringify({
  error: "authorization_pending",
  error_description:
    "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling. Trace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333 Correlation ID: aaaa0000-bb11-2222-33cc-444444dddddd Timestamp: 2026-01-01 00:00:00Z",
  error_codes: [70016],
  timestamp: "2026-01-01 00:00:00Z",
  trace_id: "0000aaaa-11bb-cccc-dd22-eeeeee333333",
  correlation_id: "aaaa0000-bb11-2222-33cc-444444dddddd",
  error_uri: "https://login.microsoftonline.com/error?code=70016",
});
