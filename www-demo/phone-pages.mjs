// The authorization server's pages on the phone: enter the code, confirm it, choose a person, allow or deny.
// Pure functions that return HTML; routing and decisions are in authorization-server.mjs and interactions.mjs.
// oidc-provider has pages of its own, but they load a font from the internet and accept any password.

/** Adds the button to oidc-provider's form, which has the field and the xsrf token. */
export function enterCodePage(form, problem) {
  const withButton = form.replace("</form>", `${button("Continue", { primary: true })}</form>`);
  return page(
    "Enter the code",
    `<p>Type the code your device shows.</p>
     ${problem ? `<p class="problem" role="alert">${escape(problem)}</p>` : ""}
     ${withButton.replace("<input\n", '<input aria-label="Code" autocapitalize="characters" spellcheck="false"\n')}`,
  );
}

export function confirmCodePage(form, { clientName, userCode, askedFrom }) {
  const buttons =
    button("Yes, that is my device", { primary: true }) + button("No, stop", { name: "abort", value: "yes" });
  return page(
    "Is this your code?",
    `<p><b>${escape(clientName)}</b> wants to sign in with</p>
     <p class="code">${escape(userCode)}</p>
     <p class="fine">Go on only if you see this code on a device in front of you. Whoever sent it to you in a message is
       trying to sign in as you. Asked for from ${escape(askedFrom)}.</p>
     ${form.replace("</form>", `${buttons}</form>`)}`,
  );
}

export function whoPage({ action, clientName, people }) {
  const cards = people
    .map(
      ({ login, name, email }) =>
        `<button class="person" name="login" value="${escape(login)}">
           <span class="face" aria-hidden="true">${escape(name[0])}</span>
           <span><b>${escape(name)}</b><br><small>${escape(email)}</small></span>
         </button>`,
    )
    .join("");
  return page(
    "Who are you?",
    `<p>to go on to <b>${escape(clientName)}</b></p>
     <form method="post" action="${escape(action)}">${cards}</form>
     <p class="fine">Persons of this demo. They are invented and need no password.</p>`,
  );
}

export function consentPage({ action, clientName, person, scopes }) {
  const wishes = scopes.map((scope) => `<li>${escape(meaning[scope] ?? scope)}</li>`).join("");
  const buttons =
    button("Allow", { primary: true, name: "decision", value: "approve" }) +
    button("Deny", { name: "decision", value: "deny" });
  return page(
    "Allow this?",
    `<p><b>${escape(clientName)}</b> asks ${escape(person.name)} to let it</p>
     <ul>${wishes}</ul>
     <form method="post" action="${escape(action)}">${buttons}</form>`,
  );
}

export function approvedPage(clientName) {
  return page("You are signed in", `<p>${escape(clientName)} will notice in a few seconds. You can put the phone away.</p>`, "approved");
}

export function refusedPage() {
  return page("You said no", "<p>The device will be told. Nothing was shared with it.</p>", "refused");
}

export function errorPage(problem) {
  return page("That did not work", `<p class="problem" role="alert">${escape(problem)}</p>`, "error");
}

const meaning = {
  openid: "know that it is you",
  profile: "see your name",
  email: "see your mail address",
  offline_access: "keep you signed in",
};

function button(label, { primary = false, name, value } = {}) {
  const naming = name ? ` name="${name}" value="${value}"` : "";
  return `<button type="submit"${naming}${primary ? ' class="primary"' : ""}>${label}</button>`;
}

/** `outcome` marks the last page of a visit for person.mjs. */
function page(title, body, outcome) {
  const sign = outcome ? `<p class="sign ${outcome}" aria-hidden="true">${signs[outcome]}</p>` : "";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
<main${outcome ? ` data-outcome="${outcome}"` : ""}>
${sign}<h1>${title}</h1>
${body}
</main>
</html>`;
}

function escape(text) {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const signs = { approved: "✓", refused: "✕", error: "!" };

const style = `
  :root { --ink: #1b2430; --soft: #5a6675; --line: #d4dae2; --paper: #fff; --wash: #f3f5f8; --accent: #2456c4; --on-accent: #fff; --bad: #b3261e; --good: #14713d }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e9edf3; --soft: #a5b0be; --line: #3a4452; --paper: #161b22; --wash: #222a35; --accent: #8ab0ff; --on-accent: #0c1a38; --bad: #ff9d94; --good: #6fd79a }
  }
  * { box-sizing: border-box }
  body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  main { max-width: 26rem; margin: 0 auto; padding: 1.5rem 1.25rem }
  h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em }
  p { margin: 0 0 1rem }
  ul { margin: 0 0 1.25rem; padding-left: 1.25rem }
  .fine { color: var(--soft); font-size: .8125rem }
  .problem { color: var(--bad) }
  .code { margin: 0 0 1rem; padding: .75rem; border-radius: .75rem; background: var(--wash); text-align: center;
    font: 600 1.75rem/1.2 ui-monospace, monospace; letter-spacing: .06em }
  form { display: grid; gap: .625rem; margin: 0 0 1rem }
  input[type=text] { width: 100%; padding: .75rem; border: 1px solid var(--soft); border-radius: .75rem; background: var(--paper); color: inherit;
    font: 600 1.375rem/1.2 ui-monospace, monospace; letter-spacing: .06em; text-align: center; text-transform: uppercase }
  button { min-height: 3rem; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--wash); color: inherit;
    font: inherit; font-weight: 600; cursor: pointer }
  button:hover { border-color: var(--soft) }
  button.primary { border-color: transparent; background: var(--accent); color: var(--on-accent) }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
  .person { display: flex; align-items: center; gap: .875rem; text-align: left; font-weight: 400 }
  .person small { color: var(--soft) }
  .face { display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: 50%; background: var(--accent); color: var(--on-accent); font-weight: 650 }
  .sign { display: grid; place-items: center; width: 4rem; height: 4rem; margin: 1.5rem 0; border-radius: 50%; border: 3px solid currentColor; font-size: 2rem; line-height: 1 }
  .approved { color: var(--good) } .refused, .error { color: var(--bad) }
`;
