// @ts-check
// Writes to standard output and standard error. Each function resolves when the stream has taken the text. No character reaches a
// terminal that is not printable.

import { printableLines } from "./printable.js";

/** A stream did not take a text. */
export class WriteError extends Error {
  /**
   * True if the reader of the stream has gone (EPIPE). Then nobody needs to be told.
   * @type {boolean}
   */
  isReaderGone;

  /**
   * @param {"output" | "error"} stream
   * @param {NodeJS.ErrnoException} cause
   */
  constructor(stream, { code, message }) {
    super(`Could not write to standard ${stream}: ${code || message}`);
    this.isReaderGone = code === "EPIPE";
  }
}

// The callback of each write receives the error. Without a listener Node would end the process with a stack trace as well.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

/**
 * Writes what programs read.
 * @param {string} text
 */
export function writeOutput(text) {
  return write(process.stdout, "output", text);
}

/**
 * Writes what people read.
 * @param {string} text
 */
export function writeMessage(text) {
  return write(process.stderr, "error", text);
}

/**
 * @param {NodeJS.WriteStream} stream
 * @param {"output" | "error"} name
 * @param {string} text
 * @returns {Promise<void>}
 */
function write(stream, name, text) {
  return new Promise((resolve, reject) => {
    stream.write(printableLines(text), (error) => (error ? reject(new WriteError(name, error)) : resolve()));
  });
}
