// The documents of the package: what its users read, with no link that leads out of it. In the repository the same texts also point to
// tests, examples and decisions; a page of a registry and a folder of node_modules have none of these.

import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";

// Beside docs/*.md. Of pictures only what is small: the package is for computers first.
const OTHERS = ["README.md", "CHANGELOG.md", "SECURITY.md", "docs/bench.svg"];

/** Writes them into `out`, from the repository `top`. */
export async function writeDocuments(top, out) {
  const pages = (await readdir(join(top, "docs"))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
  const packed = [...OTHERS, ...pages, "LICENSE"];
  for (const name of packed) {
    await mkdir(dirname(join(out, name)), { recursive: true });
    if (name.endsWith(".md")) await writeFile(join(out, name), withoutDeadLinks(await readFile(join(top, name), "utf8"), name, packed));
    else await copyFile(join(top, name), join(out, name));
  }
}

/** `text`, the document `name`, where only the files `packed` can be linked to: other links are their words, other pictures are gone. */
export function withoutDeadLinks(text, name, packed) {
  const isThere = (target) => /^([a-z]+:|#)/.test(target) || packed.includes(posix.join(posix.dirname(name), target.replace(/#.*/, "")));
  const words = (part) =>
    part
      .replace(/!\[[^\]]*\]\(([^)\s]+)\)\n*/g, (whole, target) => (isThere(target) ? whole : ""))
      .replace(/\[((?:`[^`]*`|[^[\]`])+)\]\(([^)\s]+)\)/g, (whole, label, target) => (isThere(target) ? whole : label));
  // Programs stay as they are.
  return text.split(/^(```[^]*?^```$)/m).map((part, number) => (number % 2 ? part : words(part))).join("");
}
