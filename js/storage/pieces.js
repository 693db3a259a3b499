// @ts-check
// Cuts a text into pieces of bytes, for stores that limit the size of a value, and joins them again.
//
// Pieces never change. A new text has pieces under a new generation, and one entry, the head, names the current generation. So a
// reader sees the old text or the new one, and never parts of both.

import { damaged } from "./storage-errors.js";

/**
 * The entry that names the current pieces.
 * @typedef {object} Head
 * @property {string} generation
 * @property {number} pieces how many there are
 * @property {number} bytes of all pieces together
 */

/**
 * @param {string} text
 * @param {number} size of a piece, in bytes
 * @returns {{ head: Head, pieces: Uint8Array[] }}
 */
export function cut(text, size) {
  const bytes = new TextEncoder().encode(text);
  const pieces = [];
  for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.slice(start, start + size));
  const generation = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  return { head: { generation, pieces: pieces.length, bytes: bytes.length }, pieces };
}

/**
 * Is it a head that `cut` has made?
 * @param {unknown} value
 * @returns {value is Head}
 */
export function isHead(value) {
  const { generation, pieces, bytes } = Object(value);
  return typeof generation === "string" && Number.isInteger(pieces) && Number.isInteger(bytes);
}

/**
 * The text of the pieces.
 * @param {import("./storage-errors.js").Location} store
 * @param {Head} head
 * @param {unknown[]} pieces
 * @throws {import("device-code-flow").AuthError} `token_cache_invalid`: pieces are missing or were changed
 */
export function join(store, head, pieces) {
  const wanted = pieces.length === head.pieces && pieces.every(isBytes) ? concatenated(pieces) : undefined;
  if (!wanted || wanted.length !== head.bytes) {
    throw damaged(store, `of ${head.pieces} pieces, some are missing or not as they were written`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(wanted);
  } catch (error) {
    throw damaged(store, "its bytes are not UTF-8");
  }
}

/**
 * @param {unknown} piece
 * @returns {piece is Uint8Array}
 */
function isBytes(piece) {
  return piece instanceof Uint8Array;
}

/** @param {Uint8Array[]} pieces */
function concatenated(pieces) {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}
