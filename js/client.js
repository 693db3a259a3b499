// @ts-check
// What the calls of one application share: its settings, its fetch, its logger and its token cache.

import { CacheAccess } from "./cache.js";
import { configured } from "./configuration.js";
import { FlowHost } from "./host.js";
import { logFunction } from "./logger.js";
import { fetchOf } from "./network.js";

/** @typedef {import("./wasm.js").Instance} Instance */

export class Client {
  /**
   * @param {unknown} configuration
   * @param {import("./logger.js").AnyLogger} logger
   */
  constructor(configuration, logger) {
    const { settings, fetch, networkClient, cachePlugin } = configured(configuration);
    this.logger = logger;
    /** What the module reads of the configuration. @type {Record<string, any>} */
    this.settings = settings;
    this.network = { fetch, networkClient, requestTimeout: settings.requestTimeout };
    this.cache = new CacheAccess(settings, cachePlugin, () => this.log(() => ""));
    /** The module's Application. Its instance may be lost. @type {import("./glue.js").Application | undefined} */
    this.moduleApplication = undefined;
  }

  /**
   * The module's side of the application. What it has learnt of servers serves all calls.
   *
   * @param {Instance} instance
   */
  application(instance) {
    let { moduleApplication } = this;
    if (!moduleApplication || moduleApplication.home !== instance) moduleApplication = new instance.Application();
    this.moduleApplication = moduleApplication;
    return moduleApplication;
  }

  /** A function like `fetch`: the caller's, its networkClient's, or the host's. */
  fetch() {
    return fetchOf(this.network);
  }

  /**
   * What takes the lines of the log, or `undefined` where nobody would read them.
   *
   * @param {() => string} correlationId
   */
  log(correlationId) {
    return logFunction(this.logger, correlationId);
  }

  /** @param {() => string} correlationId */
  host(correlationId) {
    return new FlowHost(this, correlationId);
  }
}
