// A text as pieces of bytes, for stores that limit the size of a value, and back.
//
// Pieces are never changed: a new text has pieces under a new generation, and one entry, the head, says which generation
// counts. So a reader sees the old text or the new one, and never half of each.

import { damaged } from "./failures.js";

/** { head, pieces } of a text. */
export function cut(text, size) {
  const bytes = new TextEncoder().encode(text);
  const pieces = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
  const generation = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  return { head: { generation, pieces: pieces.length, bytes: bytes.length }, pieces };
}

/** Is it a head that `cut` has made? */
export function isHead(head) {
  const { generation, pieces, bytes } = Object(head);
  return typeof generation === "string" && Number.isInteger(pieces) && Number.isInteger(bytes);
}

/** The text. Pieces that are missing, or are none, are damage. */
export function joined(store, head, pieces) {
  const whole = pieces.every((piece) => piece instanceof Uint8Array) && pieces.reduce((sum, { length }) => sum + length, 0) === head.bytes;
  if (pieces.length !== head.pieces || !whole) throw damaged(store, `of ${head.pieces} pieces, some are missing or not as they were written`);
  const bytes = new Uint8Array(head.bytes);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw damaged(store, "its bytes are not UTF-8");
  }
}
