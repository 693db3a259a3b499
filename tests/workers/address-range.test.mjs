// Which addresses the relay counts as one caller.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressRange } from "../../js/workers/address-range.js";

const group = () => Math.floor(Math.random() * 0x10000);
const hex = (number) => number.toString(16);

test("every spelling of every address of a /64 is one range, and another /64 is another", () => {
  for (let round = 0; round < 500; round++) {
    const network = Array.from({ length: 4 }, (_, at) => (at ? [0, group()][round % 2] : 0x2000 + (group() & 0xfff)));
    const range = `${network.map(hex).join(":")}::/64`;
    for (let count = 0; count < 10; count++) {
      const groups = [...network, ...Array.from({ length: 4 }, () => (Math.random() < 0.5 ? 0 : group()))];
      const plain = groups.map(hex).join(":");
      const full = groups.map((number) => hex(number).padStart(4, "0")).join(":").toUpperCase();
      const short = new URL(`http://[${plain}]`).hostname.slice(1, -1);
      const ipv4 = `${groups.slice(0, 6).map(hex).join(":")}:${groups[6] >> 8}.${groups[6] & 255}.${groups[7] >> 8}.${groups[7] & 255}`;
      for (const spelling of [plain, full, short, ipv4]) assert.equal(addressRange(spelling), range, spelling);
      const bit = Math.floor(Math.random() * 64);
      const other = groups.map((number, at) => (at === bit >> 4 ? number ^ (1 << (bit & 15)) : number));
      assert.notEqual(addressRange(other.map(hex).join(":")), range);
    }
  }
});

test("an IPv4 address is its own range, also in IPv6's form", () => {
  for (const address of ["192.0.2.1", "255.255.255.255", "10.0.0.0"]) {
    assert.equal(addressRange(address), address);
    assert.equal(addressRange(`::ffff:${address}`), address);
  }
  assert.equal(addressRange("::ffff:c000:201"), "192.0.2.1");
});

test("what is no address is its own range", () => {
  for (const text of ["unknown", "", "a:b", "::g", "1:2:3", "2001:db8::1%eth0", "2001:db8::1]/", "::1::"]) assert.equal(addressRange(text), text);
});
