// CPU and wall time of one poll for each contender, in microseconds: `node measure.mjs BASE network|prepared ROUNDS POLLS`.
//
// The contenders take turns, block by block, so that a busy machine slows all of them. Prints the figures of all blocks as JSON.
// In the mode `prepared` the responses come from memory, so the figures are the libraries' own work without a network.

import { contenders } from "./contenders.mjs";
import { PENDING } from "./pending.mjs";

const WARM_UP = 3;
const [base, mode, rounds, polls] = [process.argv[2], process.argv[3], Number(process.argv[4]), Number(process.argv[5])];
const network = globalThis.fetch;
const prepared = [];

const names = Object.keys(contenders);
const blocks = {};
for (const name of names) blocks[name] = await contenders[name](base, fetchOfBlock);

const figures = Object.fromEntries(names.map((name) => [name, { cpu: [], wall: [] }]));
for (let round = -WARM_UP; round < rounds; round++) {
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(turn + round + WARM_UP) % names.length];
    prepare();
    globalThis.gc?.();
    const meter = new Meter();
    await blocks[name](polls, meter);
    if (round < 0) continue;
    figures[name].cpu.push(meter.cpu / polls);
    figures[name].wall.push(meter.wall / polls);
  }
}
console.log(JSON.stringify(figures));

/** The `fetch` of all contenders. It answers polls from memory while there are prepared responses. */
function fetchOfBlock(url, options) {
  if (prepared.length > 0 && String(url).startsWith(`${base}/token`)) return Promise.resolve(prepared.pop());
  return network(url, options);
}

/** Makes the responses of one block, outside of the measured time. A library with its own loop makes one poll more. */
function prepare() {
  prepared.length = 0;
  if (mode !== "prepared") return;
  const headers = { "content-type": "application/json" };
  for (let count = 0; count <= polls; count++) prepared.push(new Response(PENDING, { status: 400, headers }));
}

function Meter() {
  let cpu;
  let wall;
  this.start = () => {
    wall = process.hrtime.bigint();
    cpu = process.cpuUsage();
  };
  this.stop = () => {
    const { user, system } = process.cpuUsage(cpu);
    this.cpu = user + system;
    this.wall = Number(process.hrtime.bigint() - wall) / 1000;
  };
}
