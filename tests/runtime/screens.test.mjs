// The pages of the example applications in the Chromium of this machine, one pass each. tests/matrix/screens.test.mjs uses the browsers of
// televisions.

import { after, test } from "node:test";
import { openBrowser } from "../../www-demo/browser.mjs";
import { startTestServer } from "../support/authorization-server.mjs";
import { devtoolsPage } from "../support/devtools.mjs";
import { showScreen, usedByAPerson } from "./screens.mjs";

const server = await startTestServer();
const browser = await openBrowser();
after(async () => {
  await browser.close();
  await server.stop();
});

for (const application of ["kiosk", "webos", "tizen"]) {
  test(`the page of ${application} signs in, and its keys work`, async () => {
    const tab = await browser.newPage();
    const session = await tab.context().newCDPSession(tab);
    const carrier = { send: (...command) => session.send(...command), on: (...event) => session.on(...event), stop: () => tab.close() };
    const page = await devtoolsPage(carrier);
    try {
      await usedByAPerson(await showScreen(page, application, server), server);
    } finally {
      await page.stop();
    }
  });
}
