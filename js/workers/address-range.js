// @ts-check
// The addresses that count as one caller: an IPv4 address, or the /64 of an IPv6 address. A network gives each of its customers at least
// a /64 (RFC 6177, RFC 7421), so one device has as many addresses as it likes.

/** @param {string} address */
export function addressRange(address) {
  const groups = groupsOf(address);
  if (!groups) return address;
  const isIpv4 = groups.slice(0, 6).join() === "0,0,0,0,0,65535";
  if (isIpv4) return [groups[6] >> 8, groups[6] & 255, groups[7] >> 8, groups[7] & 255].join(".");
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(":")}::/64`;
}

/**
 * The eight groups of an IPv6 address; undefined if it is none.
 * @param {string} address
 * @returns {number[] | undefined}
 */
function groupsOf(address) {
  if (!/^[0-9a-f:.]+$/i.test(address) || !address.includes(":")) return undefined;
  let hostname;
  try {
    // A URL writes each address in one way (RFC 5952), without a part in IPv4's form.
    ({ hostname } = new URL(`http://[${address}]`));
  } catch {
    return undefined;
  }
  const [start, end] = hostname.slice(1, -1).split("::").map((text) => (text ? text.split(":") : []));
  const zeros = end ? Array(8 - start.length - end.length).fill("0") : [];
  return [...start, ...zeros, ...(end || [])].map((group) => parseInt(group, 16));
}
