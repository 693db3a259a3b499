// The requests of a worker, seen from outside: every request passes here, is recorded, and may be delayed. Not a test.

/** An `outboundService` of miniflare. `polls` has the times of sending and answering. `hold(milliseconds)` delays later answers. */
export function counting() {
  const polls = [];
  let delay = 0;
  async function outboundService(request) {
    const body = request.method === "POST" ? await request.text() : undefined;
    const poll = body && body.includes("device_code=") ? { sent: Date.now(), body } : undefined;
    if (poll) polls.push(poll);
    const answer = await fetch(request.url, { method: request.method, headers: request.headers, body, redirect: "manual" });
    const text = await answer.text();
    if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
    if (poll) Object.assign(poll, { answered: Date.now(), said: text });
    return new Response(text, { status: answer.status, headers: { "content-type": answer.headers.get("content-type") } });
  }
  return { outboundService, polls, hold: (milliseconds) => void (delay = milliseconds) };
}

/** How much too early each early poll came. */
export function tooSoon(polls, interval) {
  return polls.slice(1).flatMap((poll, index) => {
    const missing = (polls[index].answered ?? polls[index].sent) + interval - poll.sent;
    return missing > 5 ? [missing] : [];
  });
}
