// Every kind of authority at which both @azure/msal-node and ours sign in, each on an Entra test server: which documents are requested, where
// the two requests of the flow go, what the person is shown, and which account results.
//
// Every difference is a row with its reason, as in msal-node.test.mjs. That file also has the contents of the requests.
// authorities-apart.test.mjs has authorities at which only one signs in; discovery.test.mjs has the order of the requests.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ada, CIAM_TENANT, DOMAIN, grace, PERSONAL_TENANT, TENANT } from "../support/entra.mjs";
import { both, differences, onlyIntended } from "./sign-ins.mjs";
import {
  ADFS, CUSTOMERS, CUSTOMERS_PAGE, DSTS, PRIVATE, PUBLIC, WORKFORCE_PAGE, canonical, cloud, cloudDiscoveryMetadata,
  endpoints, expected, instancesOf, metadataOf, openid, privateCloud, simple, view,
} from "./views.mjs";

const absent = undefined;
const names = (page) => (text) => text.includes(`open the page ${page} and`);
const METADATA = (url) => ["asked.metadata", url, absent, "the endpoints of Microsoft's clouds follow from their names"];

const authorityMetadata = metadataOf(`${PRIVATE}/${TENANT}`);
const discovered = { metadata: openid(`${PRIVATE}/${TENANT}/v2.0`), ...endpoints(`${PRIVATE}/${TENANT}`) };

/** Kinds at which both sign in. `msal`: the outcome of msal-node. `rows`: the differences of ours. */
const signedInByBoth = [
  {
    name: "a tenant by its GUID",
    msal: { ...cloud("login.microsoftonline.com", "login.windows.net"), ...canonical(`${PUBLIC}/${TENANT}`) },
  },
  {
    name: "a tenant by a domain, at another host name of the public cloud",
    auth: { authority: `https://login.windows.net/${DOMAIN}` },
    msal: { asked: endpoints(`${PUBLIC}/${DOMAIN}`), ...canonical(`${PUBLIC}/${DOMAIN}`), tenantId: TENANT },
  },
  ...["common", "organizations"].map((tenant) => ({
    name: tenant,
    auth: { authority: `${PUBLIC}/${tenant}/` },
    msal: {
      asked: endpoints(`${PUBLIC}/${tenant}`),
      ...canonical(`${PUBLIC}/${tenant}`),
      account: { homeAccountId: `${ada.uid}.${TENANT}` },
    },
  })),
  {
    name: "consumers, with a personal account",
    auth: { authority: `${PUBLIC}/consumers` },
    msal: {
      asked: endpoints(`${PUBLIC}/consumers`),
      page: "https://www.microsoft.com/link",
      tenantId: PERSONAL_TENANT,
      account: { homeAccountId: `${grace.uid}.${PERSONAL_TENANT}`, authorityType: "MSSTS" },
    },
  },
  {
    name: "an issuer address copied with its /v2.0",
    auth: { authority: `${PUBLIC}/common/v2.0` },
    msal: { asked: endpoints(`${PUBLIC}/common`) },
    rows: [["authority", `${PUBLIC}/common/v2.0/`, `${PUBLIC}/common/`, "one canonical form for each authority"]],
  },
  {
    name: "China, by its old host name",
    auth: { authority: `https://login.chinacloudapi.cn/${TENANT}` },
    msal: cloud("login.partner.microsoftonline.cn"),
  },
  {
    name: "the US Government, by its old host name",
    auth: { authority: `https://login.usgovcloudapi.net/${TENANT}` },
    msal: cloud("login.microsoftonline.us"),
  },
  ...["fr", "de", "sg"].map((land) => ({
    name: `the sovereign cloud in ${land}`,
    auth: { authority: `https://login.sovcloud-identity.${land}/${TENANT}` },
    msal: cloud(`login.sovcloud-identity.${land}`),
  })),
  ...["login.microsoftonline.de", "login-us.microsoftonline.com"].map((host) => ({
    name: `the cloud at ${host}, whose endpoints msal-node asks for`,
    auth: { authority: `https://${host}/${TENANT}` },
    msal: { account: { environment: host } },
    rows: [METADATA(openid(`https://${host}/${TENANT}/v2.0`))],
  })),
  {
    name: "the cloud of azureCloudOptions, and its tenant",
    auth: { azureCloudOptions: { azureCloudInstance: "https://login.chinacloudapi.cn", tenant: DOMAIN } },
    msal: { asked: endpoints(`https://login.partner.microsoftonline.cn/${DOMAIN}`) },
  },
  {
    name: "the cloud of azureCloudOptions without a tenant, over the request's authority",
    auth: { azureCloudOptions: { azureCloudInstance: "https://login.microsoftonline.us" } },
    request: { authority: `${PUBLIC}/${DOMAIN}` },
    msal: { asked: endpoints("https://login.microsoftonline.us/common") },
  },
  {
    name: "the request's azureCloudOptions over the application's",
    auth: { azureCloudOptions: { azureCloudInstance: "https://login.microsoftonline.us" } },
    request: { azureCloudOptions: { azureCloudInstance: "https://login.chinacloudapi.cn", tenant: TENANT } },
    msal: { asked: endpoints(`https://login.partner.microsoftonline.cn/${TENANT}`) },
  },
  {
    name: "azureCloudOptions that say none",
    auth: { azureCloudOptions: { azureCloudInstance: "none", tenant: DOMAIN } },
    msal: { asked: endpoints(`${PUBLIC}/${TENANT}`) },
  },
  {
    name: "another tenant of the same cloud for one request",
    request: { authority: `${PUBLIC}/common` },
    msal: { asked: endpoints(`${PUBLIC}/common`) },
  },
  {
    name: "another cloud for one request",
    request: { authority: `https://login.microsoftonline.us/${TENANT}` },
    msal: { asked: endpoints(`https://login.microsoftonline.us/${TENANT}`) },
  },
  {
    name: "customers (CIAM) by the tenant's GUID",
    auth: { authority: `${CUSTOMERS}/${CIAM_TENANT}` },
    msal: {
      page: WORKFORCE_PAGE,
      tenantId: CIAM_TENANT,
      account: { environment: "contoso.ciamlogin.com", authorityType: "MSSTS" },
    },
    rows: [
      METADATA(openid(`${CUSTOMERS}/${CIAM_TENANT}/v2.0`)),
      ["page", WORKFORCE_PAGE, CUSTOMERS_PAGE, "the service's own address refuses customers with AADSTS500208"],
      ["message", names(WORKFORCE_PAGE), names(CUSTOMERS_PAGE), "as page"],
    ],
  },
  {
    name: "ADFS, in knownAuthorities",
    auth: { authority: ADFS, knownAuthorities: ["adfs.contoso.com"] },
    msal: {
      tenantId: "",
      uniqueId: ada.sub,
      account: { environment: "adfs.contoso.com", homeAccountId: ada.sub, authorityType: "ADFS", username: ada.preferred_username },
    },
    rows: [
      METADATA(openid(ADFS)),
      ["asked.devicecode", `${ADFS}/oauth2/devicecode/`, `${ADFS}/oauth2/devicecode`, "the address that ADFS publishes; msal-node derives it"],
      ["asked.token", `${ADFS}/oauth2/token/`, `${ADFS}/oauth2/token`, "the address in ADFS's documentation"],
      ["page", absent, `${ADFS}/oauth2/deviceauth`, "ADFS calls it verification_url, which msal-node does not read"],
      ["times", ["900", "1"], [900, 1], "numbers, also if ADFS sends texts"],
    ],
  },
  {
    name: "dSTS, in knownAuthorities",
    auth: { authority: DSTS, knownAuthorities: ["dsts.contoso.com"] },
    msal: {
      asked: { metadata: openid(`${DSTS}/v2.0`), ...endpoints(DSTS) },
      account: { environment: "dsts.contoso.com", homeAccountId: ada.sub },
    },
    rows: [METADATA(openid(`${DSTS}/v2.0`))],
  },
  {
    name: "an unknown host that Microsoft knows",
    auth: { authority: `https://sts.contoso.cloud/${TENANT}` },
    settings: privateCloud,
    msal: {
      asked: {
        instances: instancesOf(`https://sts.contoso.cloud/${TENANT}`),
        ...discovered,
      },
      ...canonical(`${PRIVATE}/${TENANT}`),
      account: { environment: "cache.contoso.cloud" },
    },
  },
  {
    name: "the same for one request",
    request: { authority: `https://sts.contoso.cloud/common` },
    settings: privateCloud,
    msal: {
      asked: {
        instances: instancesOf("https://sts.contoso.cloud/common"),
        metadata: openid(`${PRIVATE}/common/v2.0`),
        ...endpoints(`${PRIVATE}/common`),
      },
    },
  },
  {
    name: "a domain of its own, which Microsoft knows but lists in no cloud",
    auth: { authority: `https://login.contoso.com/${TENANT}` },
    settings: privateCloud,
    msal: { ...canonical(`https://login.contoso.com/${TENANT}`), account: { environment: "login.contoso.com" } },
  },
  {
    name: "an unknown host in knownAuthorities: only the metadata is requested",
    auth: { authority: `${PRIVATE}/${TENANT}`, knownAuthorities: ["login.contoso.cloud"] },
    settings: privateCloud,
    msal: { asked: discovered, account: { environment: "login.contoso.cloud" } },
  },
  {
    name: "an unknown host in cloudDiscoveryMetadata: only the metadata is requested",
    auth: { authority: `https://sts.contoso.cloud/${TENANT}`, cloudDiscoveryMetadata },
    settings: privateCloud,
    msal: { asked: discovered, account: { environment: "cache.contoso.cloud" } },
  },
  {
    name: "an unknown host in knownAuthorities, with authorityMetadata: nothing is requested",
    auth: { authority: `${PRIVATE}/${TENANT}`, knownAuthorities: ["login.contoso.cloud"], authorityMetadata },
    settings: privateCloud,
    msal: { asked: endpoints(`${PRIVATE}/${TENANT}`) },
  },
  {
    name: "an unknown host with authorityMetadata: Microsoft is still asked whether it knows the host",
    auth: { authority: `https://sts.contoso.cloud/${TENANT}`, authorityMetadata },
    settings: privateCloud,
    msal: { asked: { instances: instancesOf(`https://sts.contoso.cloud/${TENANT}`), ...endpoints(`${PRIVATE}/${TENANT}`) } },
  },
];

describe("both sign in", { concurrency: true }, () => {
  for (const { name, msal, rows = [], ...scene } of signedInByBoth) {
    let seen;
    const once = () => (seen ??= both(scene));
    test(`${name}: msal-node`, async () => {
      const { msal: one } = await once();
      assert.equal(one.error, absent);
      expected(one, msal);
      simple(one);
    });
    test(`${name}: ours, but for the intended differences`, async () => {
      const { msal: one, ours } = await once();
      assert.equal(ours.error, absent);
      onlyIntended(differences(view(one), view(ours)), rows);
      simple(ours);
    });
  }
});
