// What the stand-in for Entra asks of Node, where it answers at once and serves nobody.

const none = () => {
  throw new Error("this host has no server");
};
export const createServer = none;
export const setTimeout = none;
