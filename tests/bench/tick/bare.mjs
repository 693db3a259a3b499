// The same request with nothing of the library: the poll alone, by fetch and JSON.parse.
export default {
  async fetch(request) {
    const { authority, text } = await request.json();
    const { deviceCode } = JSON.parse(text);
    const body = new URLSearchParams({ client_id: "c", grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: deviceCode });
    const answer = await fetch(`${authority}/token`, { method: "POST", body });
    return new Response(`${(await answer.json()).error} 1`);
  },
};
