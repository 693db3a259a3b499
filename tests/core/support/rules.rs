//! What every sign-in must keep to, read off the record of one. Each broken rule comes as one sentence that begins with
//! the rule's name.

use super::record::{Moment, Outcome, Polled, Record};
use super::script::{Answer, Script};

/// A poll that is sent less than this before the end is the last one.
const LAST_CALL: u64 = 1_000;
/// The most that a poll is put off to become the last one.
const STRETCH: u64 = 10_000;
/// How long after the end the answer to the last poll is waited for.
const GRACE: u64 = 2_000;
/// Where doubling stops.
const BACK_OFF_LIMIT: u64 = 60_000;

/// Everything that the record breaks.
pub fn broken(script: &Script, record: &Record) -> Vec<String> {
    let mut broken = Vec::new();
    let Some(codes) = record.codes else {
        return vec![format!("codes: none came, and the flow ended as {:?}", record.outcome)];
    };
    let limit = script.limit();
    for (index, polled) in record.polls.iter().enumerate() {
        let mut report = |rule: &str, text: String| broken.push(format!("{rule}: poll {} {text}", index + 1));
        early(polled, codes, limit, &mut report);
        if polled.sent.clock >= codes.clock + limit {
            report(
                "P2 expiry",
                format!("was sent {} ms after the codes, which live {limit}", since(polled.sent, codes)),
            );
        }
        if index + 1 < record.polls.len() && (polled.was_final || polled.brought_tokens) {
            report("the end is the end", "had a final answer, and another poll followed".into());
        }
    }
    if record.intervals.windows(2).any(|pair| pair[1] < pair[0]) {
        broken.push(format!("P3 interval: it fell: {:?}", record.intervals));
    }
    broken.extend(record.odd_waits.iter().map(|wait| format!("waits: {wait}")));
    broken.extend(record.leaks.iter().map(|leak| format!("P5 secrets: {leak}")));
    ending(script, record, codes, &mut broken);
    broken
}

/// P1, and P7 with it: the interval less what the clock was put forward by since the answer.
fn early(polled: &Polled, codes: Moment, limit: u64, report: &mut impl FnMut(&str, String)) {
    let from = polled.after.unwrap_or(codes);
    let gap = polled.sent.real - from.real;
    let forward = polled.sent.forward - from.forward;
    // The first poll answers to nobody's interval; the library waits one all the same, where the code lives that long.
    let least = if polled.after.is_some() { polled.interval } else { polled.interval.min(limit - LAST_CALL) };
    if gap + forward < least {
        let rule = if polled.after.is_some() { "P1 interval" } else { "P1 first poll" };
        report(rule, format!("came {gap} ms after the answer before it; the interval is {}", polled.interval));
    }
    // Beyond the interval: what is owed to a network in trouble. The approaching end cuts it short, and where that is
    // only the machine knows once the clock was set back.
    let is_last = polled.sent.clock + LAST_CALL >= codes.clock + limit || forward > 0 || polled.sent.back > codes.back;
    if polled.misses > 0 && !is_last {
        let least = back_off(polled);
        if gap < least {
            report("back-off", format!("came after {gap} ms and {} misses; {least} were owed", polled.misses));
        }
    }
    if gap < polled.asked && !is_last {
        report("Retry-After", format!("came after {gap} ms; the server asked for {}", polled.asked));
    }
}

fn ending(script: &Script, record: &Record, codes: Moment, broken: &mut Vec<String>) {
    let lived = record.end.real - codes.real;
    let (forward, back) = (record.end.forward - codes.forward, record.end.back - codes.back);
    let limit = script.limit();
    let last = record.polls.last();
    let brought_tokens = last.is_some_and(|polled| polled.brought_tokens);
    if brought_tokens != (record.outcome == Outcome::Finished) {
        broken.push(format!("tokens: they arrived: {brought_tokens}; the flow ended as {:?}", record.outcome));
    }
    if record.outcome == Outcome::Endless || lived > limit + back + longest(script) {
        broken.push(format!("P2 the end: {:?} after {lived} ms; the codes live {limit} ms", record.outcome));
    }
    let refused = last.is_some_and(|polled| polled.was_final);
    if !brought_tokens && !refused && lived + forward < limit {
        broken.push(format!("patience: {:?} after {lived} ms; the codes live {limit} ms", record.outcome));
    }
}

/// The longest that anything under way when the time is up can still take.
fn longest(script: &Script) -> u64 {
    let exchange = script.polls.iter().map(|poll| match (poll.killed, poll.answer) {
        (Some(downtime), Answer::Silence) => 30_000 + u64::from(downtime),
        (Some(downtime), _) => u64::from(poll.up) + u64::from(downtime),
        (None, Answer::Silence) => 30_000,
        (None, _) => u64::from(poll.up) + u64::from(poll.down),
    });
    let late = script.naps.iter().map(|nap| u64::from(nap.late)).max().unwrap_or(0);
    // A flow whose time is up while a request is under way needs one more tick at the most.
    exchange.max().unwrap_or(0) + 2 * late
}

/// With a driver that is on time: a wait is no longer than it has to be, the end is reported on time, and the last poll
/// comes so late that hardly any approval can be missed.
pub fn tardy(script: &Script, record: &Record) -> Vec<String> {
    let mut broken = Vec::new();
    let Some(codes) = record.codes else { return broken };
    let end = codes.clock + script.limit();
    let late = script.naps.iter().map(|nap| u64::from(nap.late)).max().unwrap_or(0);
    for (index, polled) in record.polls.iter().enumerate() {
        let from = polled.after.unwrap_or(codes);
        let gap = since(polled.sent, from);
        let owed = back_off(polled).max(polled.asked).max(polled.interval);
        if gap > owed + STRETCH + late {
            broken.push(format!("recovery: poll {} came after {gap} ms, when {owed} were owed", index + 1));
        }
    }
    let gave_up = record.outcome != Outcome::Finished && !record.polls.last().is_some_and(|polled| polled.was_final);
    if !gave_up {
        return broken;
    }
    let heard = record.polls.last().map_or(codes.clock, |polled| polled.heard.clock);
    if record.end.clock > heard.clamp(end, end + GRACE) + late {
        broken.push(format!("on time: the end came {} ms late", record.end.clock - end));
    }
    let Some(last) = record.polls.last() else {
        broken.push("last poll: there was none at all".into());
        return broken;
    };
    let took = since(last.heard, last.sent);
    let interval = record.intervals.last().copied().unwrap_or_default() * 1000;
    // The poll before the last call may not leave the interval that a last one needs. Up to ten seconds are stretched
    // over; with answers and ticks that take less than a second altogether, and an interval that the very last answer did
    // not raise, nothing is left to miss.
    let quick = record.polls.iter().all(|polled| since(polled.heard, polled.sent) + 2 * late < LAST_CALL);
    let missed = if interval <= STRETCH && quick && last.interval == interval {
        LAST_CALL
    } else {
        LAST_CALL + interval + took + late
    };
    if last.sent.clock + missed < end {
        broken.push(format!("last poll: it was sent {} ms before the end", end - last.sent.clock));
    }
    broken
}

/// The interval, doubled for each miss in a row up to a minute, and once at least.
fn back_off(polled: &Polled) -> u64 {
    let doubled = polled.interval << polled.misses.min(20);
    doubled.min(BACK_OFF_LIMIT.max(polled.interval * 2))
}

fn since(later: Moment, earlier: Moment) -> u64 {
    later.clock.saturating_sub(earlier.clock)
}
