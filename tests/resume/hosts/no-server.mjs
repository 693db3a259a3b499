// Replaces the parts of Node that the Entra test server uses, so that it answers at once without listening.

const none = () => {
  throw new Error("this host has no server");
};
export const createServer = none;
export const setTimeout = none;
