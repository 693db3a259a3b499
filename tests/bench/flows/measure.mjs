// Measures many concurrent sign-ins in one process. The programs of this folder make the sign-ins.

/**
 * Runs `signIn()` `count` times concurrently and prints JSON: `cpu` and `wall` in milliseconds, `rss` (the peak of the process's
 * memory) and `grown` (the peak minus the memory before) in megabytes.
 *
 * With COLLECT=1 garbage is collected every half second. The peak is then the memory that the sign-ins need, whenever the engine
 * would have collected garbage, and `cpu` has no meaning.
 */
export async function measure(signIn, count) {
  // One sign-in first, because work that a process does once does not belong to the figure.
  await signIn();
  globalThis.gc();
  const before = process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const start = performance.now();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const collecting = process.env.COLLECT ? setInterval(globalThis.gc, 500) : undefined;
  const tokens = await Promise.all(Array.from({ length: count }, signIn));
  clearInterval(watch);
  clearInterval(collecting);
  if (tokens.length !== count || !tokens.every(Boolean)) throw new Error("a sign-in has no token");
  const { user, system } = process.cpuUsage(cpu);
  const megabytes = (bytes) => bytes / 2 ** 20;
  console.log(JSON.stringify({ cpu: (user + system) / 1000, wall: performance.now() - start, rss: megabytes(peak), grown: megabytes(peak - before) }));
  process.exit();
}
