// The public contract of the entry "js": that of the main one.

export * from "device-code-flow";
