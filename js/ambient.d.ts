// Names that the build or a host provides, for the types in the comments of js/. Not part of the package.

/** The version of the package, which the build writes in place of this name. */
declare const VERSION: string;

/** The members of Deno's global that this package uses. */
declare namespace Deno {
  const permissions: {
    querySync(permission: { name: string; path?: string; kind?: string; variable?: string }): { state: string };
  };
  function unrefTimer(timer: unknown): void;
}
