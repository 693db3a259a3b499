// The token request of a tick by fetch and JSON.parse alone, without a library and without a state that is written back.
export default {
  async fetch(request) {
    const { authority, text } = await request.json();
    const { deviceCode } = JSON.parse(text);
    const body = new URLSearchParams({ client_id: "c", grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: deviceCode });
    const response = await fetch(`${authority}/token`, { method: "POST", body });
    const { error } = await response.json();
    return new Response(`${error === "authorization_pending" ? "pending" : error} 1`);
  },
};
