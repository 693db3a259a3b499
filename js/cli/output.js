// The two streams: a text is out when its promise resolves, and Unwritten says which stream did not take it, and why.
//
// Not what is said, nor to whom: texts.js and main.js.

export class Unwritten extends Error {
  constructor(stream, { code, message }) {
    super(`Could not write to standard ${stream}: ${code || message}`);
    // Whoever was reading has gone, and knows it: no reason for a line.
    this.isReaderGone = code === "EPIPE";
  }
}

// The callback of each write has the error. Without a listener Node would end the process with a stack all the same.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

/** For programs. */
export function print(text) {
  return written(process.stdout, "output", text);
}

/** For people. */
export function tell(text) {
  return written(process.stderr, "error", text);
}

function written(stream, name, text) {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(new Unwritten(name, error)) : resolve()));
  });
}
