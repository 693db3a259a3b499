// The public types of the entry "js": those of the main entry.

export * from "device-code-flow";
