// @ts-check
// The version of the package, which the build puts here from Cargo.toml.

export const version = VERSION;
