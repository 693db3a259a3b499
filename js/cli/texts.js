// What the command line says. No decisions, no I/O.

const first = "Usage: device-code-flow sign-in --client-id ID --scope SCOPE [options]\n";

// 80 columns, as every terminal has.
export const help = `${first}
Signs a person in on another device: prints an address and a code, waits, and
prints who signed in. Needs Node 18.3 or newer.

  --client-id ID          the application (client) id of a public client
  --scope SCOPE           what to ask for; several in quotes, or each with its
                          own --scope
  --authority URL         whom to sign in with: any issuer, or
                          https://login.microsoftonline.com/TENANT
                          (default: the TENANT common)
  --known-authority HOST  a host that you vouch for: AD FS, a private cloud;
                          may be given several times
  --protocol-mode MODE    OIDC takes the authority for an issuer like any other,
                          even on a host of Microsoft's; AAD (the default) and
                          EAR do not
  --claims JSON           the claims parameter, as of a claims challenge
  --locale TAG            language of Microsoft's message, for example fr-FR
  --timeout SECONDS       how long to wait for the person, if shorter than the
                          code's life; 0 is no limit but that
  --state FILE            for scripts that stop and start: the first run prints
                          the code, keeps the sign-in in FILE and leaves; run
                          again it waits for the person. FILE is a credential
                          (mode 0600), and removed when it is over
  --once                  with --state: poll once, if that is due, and leave
  --json                  print the whole result, tokens included, as JSON on
                          standard output
  --version               the version
  -h, --help              this text

Exit codes:
    0  signed in
    1  refused, expired or failed
    2  wrong usage
    3  not yet, or another run is at FILE (with --state): run it again
  130  cancelled by Ctrl-C; 143 by SIGTERM
`;

/** For whoever typed something wrong: the problem is what they see last, whatever the height of the terminal. */
export function describeProblem(problem) {
  return printable(`${first}\n${problem}\n--help lists all options.\n`);
}

export function describeResult({ account, scopes, expiresOn }) {
  const names = account ? [account.name, account.username && `<${account.username}>`].filter(Boolean).join(" ") : "";
  const who = names || (account ? account.homeAccountId : "somebody (no ID token)");
  const until = expiresOn ? `, until ${expiresOn.toISOString()}` : "";
  return printable(`Signed in as ${who}\nMay: ${scopes.join(" ")}${until}\n`);
}

/** What a script may show to a person: everything but the device code. */
export function describeFlow({ userCode, verificationUri, verificationUriComplete, message, expiresOn }) {
  return { status: "pending", userCode, verificationUri, verificationUriComplete, message, expiresOn };
}

export function describeError({ errorCode, errorMessage, hint, traceId, correlationId }) {
  const lines = [`${errorCode}: ${errorMessage}`];
  if (hint) lines.push(hint);
  if (traceId) lines.push(`Trace id ${traceId}, correlation id ${correlationId}`);
  return printable(`${lines.join("\n")}\n`);
}

/** The whole of a result or an error. Maps, which JSON does not know, become objects. */
export function asJson(value) {
  const plain = (_, member) => (member instanceof Map ? Object.fromEntries(member) : member);
  return `${JSON.stringify(value, plain, 2)}\n`;
}

// What people are called is theirs to choose: nothing of it may move the cursor or turn the text around.
function printable(text) {
  return text.replace(/[^\P{C}\n]/gu, "");
}
