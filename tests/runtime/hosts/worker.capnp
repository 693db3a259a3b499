# The minimum for a worker: two modules, a socket, and permission to reach loopback. No compatibility flags. The key is for the program of
# README.md.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "suite", worker = (
      compatibilityDate = "2025-01-01",
      modules = [
        (name = "worker.mjs", esModule = embed "bundle.mjs"),
        (name = "device_code_flow.wasm", wasm = embed "node_modules/device-code-flow/device_code_flow.wasm"),
      ],
      bindings = [(name = "SIGN_IN_KEY", text = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=")],
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suite")],
);
