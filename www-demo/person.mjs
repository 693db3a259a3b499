// Acts as a person with a phone, without a browser: goes through the authorization server's pages with fetch, keeps cookies
// and posts the forms, hidden fields included. Tests use it where there is no browser.
// It understands only the pages of phone-pages.mjs.

/**
 * Enters `userCode`, signs in as `login` and approves or denies. Resolves to the outcome and the titles of the pages
 * on the way; rejects when the server shows a problem.
 */
export async function actAsPerson({ issuer, userCode, login = "alice", decision = "approve" }) {
  if (!userCode) throw new Error("a person needs a user code");
  if (!["approve", "deny"].includes(decision)) throw new Error(`a person approves or denies, and does not "${decision}"`);
  const browse = browserOf(issuer);
  const seen = [];
  let page = await browse("/device");
  for (let turns = 0; turns < mostPages; turns += 1) {
    seen.push(page.title);
    if (page.problem) throw new Error(`the server says: ${page.problem}`);
    if (page.outcome) return finish(page.outcome, decision, seen);
    page = await browse(page.form.action, fillIn(page.form, { userCode, login, decision }));
  }
  throw new Error(`no end after ${mostPages} pages: ${seen.join(", ")}`);
}

const mostPages = 12;

function finish(outcome, decision, pages) {
  const expected = decision === "approve" ? "approved" : "refused";
  if (outcome !== expected) throw new Error(`the visit ended as ${outcome}, not as ${expected}: ${pages.join(", ")}`);
  return { outcome, pages };
}

/** The form's answers: hidden fields unchanged, the user code in the visible field, and the button that this person presses. */
function fillIn({ fields, buttons }, { userCode, login, decision }) {
  const answers = new URLSearchParams();
  for (const { name, value, type } of fields) answers.set(name, type === "hidden" ? value : userCode);
  const named = (name) => buttons.filter((button) => button.name === name);
  const pressed =
    named("login").find(({ value }) => value === login) ?? named("decision").find(({ value }) => value === decision);
  if (pressed) answers.set(pressed.name, pressed.value);
  else if (named("login").length) throw new Error(`nobody called "${login}" can sign in here`);
  return answers;
}

/** A function that opens a path or posts a form to it, follows redirects, and reads the last page. */
function browserOf(issuer) {
  const jar = new Map();
  return async function browse(path, form) {
    let url = new URL(path, issuer);
    let request = form ? { method: "POST", body: form } : {};
    for (let hops = 0; hops < mostPages; hops += 1) {
      const response = await fetch(url, { ...request, redirect: "manual", headers: { accept: "text/html", cookie: cookiesFor(jar, url) } });
      for (const line of response.headers.getSetCookie()) keepCookie(jar, line);
      const location = response.headers.get("location");
      if (!location) return readPage(await response.text(), url);
      url = new URL(location, url);
      request = {};
    }
    throw new Error(`too many redirects from ${path}`);
  };
}

function keepCookie(jar, line) {
  const [pair, ...attributes] = line.split(/;\s*/);
  const [name, value] = cut(pair);
  const options = Object.fromEntries(attributes.map(cut).map(([key, text]) => [key.toLowerCase(), text]));
  const key = `${name} ${options.path}`;
  if (options.expires && Date.parse(options.expires) < Date.now()) jar.delete(key);
  else jar.set(key, { name, value, path: options.path ?? "/" });
}

function cookiesFor(jar, url) {
  const matching = [...jar.values()].filter(({ path }) => url.pathname.startsWith(path));
  return matching.map(({ name, value }) => `${name}=${value}`).join("; ");
}

function cut(text) {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** Reads a page by regular expressions, which are enough for this project's own pages. */
function readPage(html, url) {
  const form = html.match(/<form\b([^>]*)>([\s\S]*?)<\/form>/);
  const page = {
    title: html.match(/<title>([^<]*)/)?.[1] ?? "",
    outcome: html.match(/data-outcome="(\w+)"/)?.[1],
    problem: html.match(/class="problem"[^>]*>([^<]*)/)?.[1],
    form: form && {
      action: attributesOf(form[1]).action,
      fields: [...form[2].matchAll(/<input\b([^>]*)>/g)].map(([, text]) => attributesOf(text)),
      buttons: [...form[2].matchAll(/<button\b([^>]*)>/g)].map(([, text]) => attributesOf(text)),
    },
  };
  if (!page.outcome && !page.form) throw new Error(`a page without a form at ${url.pathname}: ${html.slice(0, 200)}`);
  return page;
}

function attributesOf(text) {
  return Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}
