// The two questions that oidc-provider leaves to its host: who is this person, and may the client have what it asks for?
// Each is a page at /interaction/ID and a form that is posted back to it. The provider protects both by a signed cookie
// of this path (SameSite=Lax), so a form on another site cannot answer for the person.

import { consentPage, errorPage, whoPage } from "./phone-pages.mjs";
import { people } from "./people.mjs";

export const interactionPath = (interaction) => `/interaction/${interaction.uid}`;

/** Answers a request below /interaction/; resolves to false for any other. */
export async function answerInteraction(provider, request, response) {
  if (!request.url.startsWith("/interaction/")) return false;
  try {
    const interaction = await provider.interactionDetails(request, response);
    if (request.method === "POST") await takeAnswer(provider, interaction, request, response);
    else sendHtml(response, 200, await question(provider, interaction));
  } catch (error) {
    sendHtml(response, error.status ?? 500, errorPage(error.error_description ?? error.message));
  }
  return true;
}

async function question(provider, interaction) {
  const action = interactionPath(interaction);
  const { clientName } = await provider.Client.find(interaction.params.client_id);
  if (interaction.prompt.name === "login") return whoPage({ action, clientName, people });
  const person = people.find(({ login }) => login === interaction.session.accountId);
  return consentPage({ action, clientName, person, scopes: interaction.params.scope?.split(" ") ?? [] });
}

async function takeAnswer(provider, interaction, request, response) {
  const form = new URLSearchParams(await readText(request));
  if (interaction.prompt.name === "login") {
    const login = form.get("login");
    if (!people.some((person) => person.login === login)) throw Object.assign(new Error("Nobody of that name lives here."), { status: 400 });
    // Not merged with an earlier answer, because only the person who signs in now counts.
    return provider.interactionFinished(request, response, { login: { accountId: login } }, { mergeWithLastSubmission: false });
  }
  if (form.get("decision") !== "approve") {
    const refusal = { error: "access_denied", error_description: "The person refused" };
    return provider.interactionFinished(request, response, refusal, { mergeWithLastSubmission: false });
  }
  const consent = { grantId: await grantFor(provider, interaction) };
  return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

/** Adds the missing scopes and claims to the earlier grant, because oidc-provider asks only for those. */
async function grantFor(provider, { grantId, session, params, prompt }) {
  const known = grantId ? await provider.Grant.find(grantId) : undefined;
  const grant = known ?? new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (prompt.details.missingOIDCScope) grant.addOIDCScope(prompt.details.missingOIDCScope.join(" "));
  return grant.save();
}

function sendHtml(response, status, html) {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(html);
}

async function readText(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > 10_000) throw Object.assign(new Error("That form is too long."), { status: 413 });
  }
  return text;
}
