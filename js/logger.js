// Logs as msal-node has them: LogLevel, Logger, and the way of a line from the module to the logger of an application.
//
// Not what is logged: src/flow/log.rs is. Here are only the few lines about errors that the facade itself throws.

import { AuthError, calledFrom } from "./errors.js";
import { hide, named } from "./properties.js";

/** As msal-node numbers them, and back. */
export const LogLevel = {};
const LEVELS = ["Error", "Warning", "Info", "Verbose", "Trace"];
LEVELS.forEach((name, level) => (LogLevel[(LogLevel[name] = level)] = name));

// A level's method; the one for lines with personal data ends in "Pii".
const METHODS = LEVELS.map((name) => name.toLowerCase());

/** Writes to a callback what its level and its consent to personal data allow. */
export class Logger {
  constructor(loggerOptions, packageName = "", packageVersion = "") {
    const { loggerCallback, piiLoggingEnabled, logLevel } = loggerOptions || {};
    const options = {
      loggerCallback,
      piiLoggingEnabled: !!piiLoggingEnabled,
      logLevel: typeof logLevel === "number" ? logLevel : LogLevel.Info,
    };
    hide(this, { settings: { options, origin: `${packageName}@${packageVersion}` } });
  }

  isPiiLoggingEnabled() {
    return this.settings.options.piiLoggingEnabled;
  }

  /** The same for another package. */
  clone(packageName, packageVersion) {
    return new Logger(this.settings.options, packageName, packageVersion);
  }

  executeCallback(level, message, containsPii) {
    const { loggerCallback } = this.settings.options;
    if (!loggerCallback) return;
    const written = loggerCallback(level, message, containsPii);
    // A callback that fails later must not end the process as an unhandled rejection.
    if (written && typeof written.then === "function") written.then(undefined, () => {});
  }
}

named({ Logger });

METHODS.forEach((method, level) => {
  for (const pii of ["", "Pii"]) {
    // A method of a class: not enumerable, and its own in a subclass.
    hide(Logger.prototype, {
      [method + pii](message, correlationId = "") {
        const { options, origin } = this.settings;
        if (level > options.logLevel || (pii && !options.piiLoggingEnabled)) return;
        const header = `[${new Date().toUTCString()}] : [${correlationId}] : ${origin}`;
        this.executeCallback(level, `${header} : ${LogLevel[level]} - ${message}`, !!pii);
      },
    });
  }
});

/** Are a logger's methods there? msal-node's own Logger has them, and may be given to setLogger. */
export function isLogger(logger) {
  return METHODS.every((method) => typeof Object(logger)[method] === "function");
}

/**
 * What the module hands its lines to, or nothing where nobody would read them: then it makes none. The level of a line with
 * personal data is 5 more. `correlationId` is a function.
 */
export function journalOf({ logger }, correlationId) {
  const heard = logger.constructor !== Logger || logger.settings.options.loggerCallback;
  return heard ? (level, text) => write(logger, level % 5, level > 4, text, correlationId()) : undefined;
}

/** The result of `work`, which is async; an error that ends it is written down. */
export function logged(app, correlationId, work) {
  // No async function: thousands of flows may be under way, and each would keep its frame.
  return work().catch((error) => {
    calledFrom(error, new Error());
    tell(app, error, correlationId);
    throw error;
  });
}

// Errors that stand in a log already: the module has told of them, or they passed here.
const told = new WeakSet();

/** Marks an error that the module writes down itself. */
export function toldByModule(error) {
  told.add(error);
  return error;
}

/**
 * Writes down an error that ends a call, once. The message of ours may quote what the caller gave, which needs the mark;
 * what the caller's own says is nobody's business: it may quote the code.
 */
export function tell({ logger }, error, correlationId) {
  if (told.has(Object(error))) return;
  told.add(Object(error));
  if (!(error instanceof AuthError)) return write(logger, LogLevel.Info, false, "Ended by the caller.", correlationId);
  const id = error.correlationId || correlationId;
  write(logger, LogLevel.Error, false, `Failed: ${error.errorCode}. ${error.hint}`, id);
  write(logger, LogLevel.Error, true, error.errorMessage, id);
}

/** One line. A logger that throws must not harm the sign-in it tells of. */
function write(logger, level, containsPii, text, correlationId = "") {
  const method = METHODS[level] + (containsPii ? "Pii" : "");
  try {
    if (typeof logger[method] === "function") logger[method](text, correlationId);
  } catch {
    // Its own affair.
  }
}
