// Runs the suite in workerd: a plain fetch handler. A request with the addresses starts the suite. The answer's body is its lines.
import * as library from "device-code-flow";
import { runSuite } from "./suite.mjs";

export default {
  async fetch(request) {
    const servers = await request.json();
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    const print = (line) => void writer.write(new TextEncoder().encode(`${line}\n`));
    runSuite(library, servers, print).then(() => writer.close());
    return new Response(readable);
  },
};
