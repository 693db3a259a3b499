// @ts-check
// Logs as msal-node has them: LogLevel, Logger, and the way of a line from the module to the logger of an application.
//
// src/flow/log.rs decides what is logged of a flow. Only the lines about errors that the facade itself throws are made here.

import { addFrames, AuthError } from "./errors.js";
import { printable } from "./printable.js";
import { defineHidden, hide, named } from "./properties.js";

/** @typedef {{ loggerCallback?: (level: number, message: string, containsPii: boolean) => any, piiLoggingEnabled?: boolean, logLevel?: number }} LoggerOptions */
/** A Logger of ours or of msal-node's, or an object with the same methods. @typedef {any} AnyLogger */

/** The levels as msal-node numbers them, and their names by number. @type {Record<string, any>} */
export const LogLevel = {};
const LEVELS = ["Error", "Warning", "Info", "Verbose", "Trace"];
LEVELS.forEach((name, level) => (LogLevel[(LogLevel[name] = level)] = name));

/** The method of each level. The one for lines with personal data ends in "Pii". */
const METHODS = LEVELS.map((name) => name.toLowerCase());

/** Writes to a callback what its level and its consent to personal data allow. */
export class Logger {
  /**
   * @param {LoggerOptions} [loggerOptions]
   * @param {string} [packageName]
   * @param {string} [packageVersion]
   */
  constructor(loggerOptions, packageName = "", packageVersion = "") {
    const { loggerCallback, piiLoggingEnabled, logLevel } = loggerOptions || {};
    this.settings = {
      options: {
        loggerCallback,
        piiLoggingEnabled: !!piiLoggingEnabled,
        logLevel: typeof logLevel === "number" ? logLevel : LogLevel.Info,
      },
      origin: `${packageName}@${packageVersion}`,
    };
    hide(this, "settings");
  }

  isPiiLoggingEnabled() {
    return this.settings.options.piiLoggingEnabled;
  }

  /**
   * A logger with the same options for another package.
   *
   * @param {string} packageName
   * @param {string} [packageVersion]
   */
  clone(packageName, packageVersion) {
    return new Logger(this.settings.options, packageName, packageVersion);
  }

  /**
   * @param {number} level
   * @param {string} message
   * @param {boolean} containsPii
   */
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
    // Like a method of a class: not enumerable, and a subclass may have its own.
    defineHidden(Logger.prototype, {
      /**
       * @this {Logger}
       * @param {string} message
       * @param {string} [correlationId]
       */
      [method + pii](message, correlationId = "") {
        const { options, origin } = this.settings;
        if (level > options.logLevel || (pii && !options.piiLoggingEnabled)) return;
        const header = `[${new Date().toUTCString()}] : [${correlationId}] : ${origin}`;
        this.executeCallback(level, `${header} : ${LogLevel[level]} - ${message}`, !!pii);
      },
    });
  }
});

/**
 * Has this a logger's methods? msal-node's own Logger has them, and may be given to setLogger.
 *
 * @param {any} logger
 */
export function isLogger(logger) {
  return METHODS.every((method) => typeof Object(logger)[method] === "function");
}

/**
 * What the module hands the lines of its log to, or `undefined` where nobody would read them: then it makes none. The level of a line with
 * personal data is 5 more.
 *
 * @param {AnyLogger} logger
 * @param {() => string} correlationId
 * @returns {((level: number, text: string) => void) | undefined}
 */
export function logFunction(logger, correlationId) {
  return isRead(logger) ? (level, text) => write(logger, level % 5, level > 4, text, correlationId()) : undefined;
}

/**
 * Would anybody read a line? A logger that is not ours is a reader, also one that throws when it is looked at.
 *
 * @param {AnyLogger} logger
 */
function isRead(logger) {
  try {
    return logger.constructor !== Logger || logger.settings.options.loggerCallback;
  } catch {
    return true;
  }
}

/**
 * The result of `work`. An error that ends it is written to the log.
 *
 * @template T
 * @param {{ logger: AnyLogger }} client
 * @param {string | undefined} correlationId
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function logged(client, correlationId, work) {
  // No async function: thousands of flows may be under way, and each would keep its frame.
  return work().catch((error) => {
    addFrames(error, new Error());
    writeError(client.logger, error, correlationId);
    throw error;
  });
}

/** Errors that the log has told of already. */
const loggedErrors = new WeakSet();

/**
 * Marks an error that the module has written to the log.
 *
 * @template {object} T
 * @param {T} error
 */
export function markLogged(error) {
  loggedErrors.add(error);
  return error;
}

/**
 * Writes an error that ends a call to the log, once. The message of ours may quote what the caller gave, so it is a line with personal
 * data. What the caller's own error says is not written: it may quote the code.
 *
 * @param {AnyLogger} logger
 * @param {any} error
 * @param {string} [correlationId]
 */
export function writeError(logger, error, correlationId) {
  if (loggedErrors.has(Object(error))) return;
  loggedErrors.add(Object(error));
  if (!(error instanceof AuthError)) {
    write(logger, LogLevel.Info, false, "Ended by the caller.", correlationId);
    return;
  }
  const id = error.correlationId || correlationId;
  write(logger, LogLevel.Error, false, `Failed: ${error.errorCode}. ${error.hint}`, id);
  write(logger, LogLevel.Error, true, error.errorMessage, id);
}

/**
 * Writes one line. It may quote a server or the caller, also in the correlation id, and the log of a program is often read in a terminal.
 * A logger that throws must not harm the sign-in that it tells of.
 *
 * @param {AnyLogger} logger
 * @param {number} level
 * @param {boolean} containsPii
 * @param {string} text
 * @param {string} [correlationId]
 */
function write(logger, level, containsPii, text, correlationId = "") {
  const method = METHODS[level] + (containsPii ? "Pii" : "");
  try {
    if (typeof logger[method] !== "function") return;
    const written = logger[method](printable(text), printable(String(correlationId)));
    // A method that fails later must not end the process as an unhandled rejection.
    if (written && typeof written.then === "function") written.then(undefined, () => {});
  } catch {
    // An error of the logger is ignored.
  }
}
