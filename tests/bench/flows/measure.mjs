// What a process spends on many sign-ins at once, beyond what it spends on being there. Not the sign-ins: the programs beside.

/**
 * Runs `signIn()` `count` times at once and prints CPU, peak and wall, in milliseconds and megabytes. With COLLECT=1 garbage is
 * collected every half second: then the peak is what sign-ins hold, and not when the engine cleans up; and CPU means nothing.
 */
export async function measure(signIn, count) {
  // One alone first: what a process does once is not what a thousand cost.
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
