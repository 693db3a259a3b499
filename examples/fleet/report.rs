//! Writes the report: a table with one column for each run, and two charts.

use crate::world::Outcome;

/// How wide the charts are.
const WIDTH: usize = 90;
/// Seconds in one column of the second chart.
const COLUMN: usize = 30;
/// The bars from 1/128 of the highest value up; each stands for twice the value of the one before.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A name, and its value for one run.
type Row = (&'static str, fn(&Outcome) -> String);

/// The whole report as text.
pub fn write(outcomes: &[Outcome]) -> String {
    let rows: [Row; 14] = [
        ("start spread over, s", |it| grouped(it.scenario.spread)),
        ("requests", |it| grouped(total(it))),
        ("  of these polls", |it| grouped(it.server.polls)),
        ("requests per second, mean", |it| grouped(mean(&it.server.requests))),
        ("  in the highest second", |it| grouped(highest(it).1)),
        ("  highest / mean", |it| times(highest(it).1, mean(&it.server.requests))),
        ("  no second above twice the mean", |it| {
            (if highest(it).1 <= 2 * mean(&it.server.requests) { "holds" } else { "missed" }).into()
        }),
        ("  highest / mean of its minute", |it| times(highest(it).1, mean_around(it))),
        ("turned away (429, 503)", |it| grouped(it.server.refused)),
        ("told to slow down", |it| grouped(it.server.slow_downs)),
        ("got no code, began anew", |it| grouped(it.restarts)),
        ("signed in / expired, %", |it| {
            let devices = it.scenario.devices as u64;
            format!("{} / {}", share(it.delays.len() as u64, devices), share(it.expired as u64, devices))
        }),
        ("approval to tokens, s, p50", |it| seconds(quantile(&it.delays, 50))),
        ("  p99", |it| seconds(quantile(&it.delays, 99))),
    ];
    let mut out = String::new();
    for (name, value) in rows {
        out.extend([format!("{name:<33}")]);
        out.extend(outcomes.iter().map(|it| format!("{:>12}", value(it))));
        out.push('\n');
    }
    out += &chart("requests in each of the first 90 seconds", outcomes, |it| it.server.requests.clone());
    out += &chart("requests per second, mean of 30 s", outcomes, |it| {
        it.server.requests.chunks(COLUMN).map(|seconds| seconds.iter().sum::<u64>() / COLUMN as u64).collect()
    });
    let early: u64 = outcomes.iter().map(|it| it.server.early).sum();
    let failed: usize = outcomes.iter().map(|it| it.failed).sum();
    out + &format!("polls before their interval had passed: {early}; devices that ended otherwise: {failed}\n")
}

/// A chart with one line for each run.
fn chart(title: &str, outcomes: &[Outcome], values: impl Fn(&Outcome) -> Vec<u64>) -> String {
    let lines: Vec<Vec<u64>> = outcomes.iter().map(|it| values(it).into_iter().take(WIDTH).collect()).collect();
    let highest = lines.iter().flatten().copied().max().unwrap_or(0);
    let mut out = format!("\n{title} (█ is {}, every step down half of it)\n", grouped(highest));
    for (outcome, line) in outcomes.iter().zip(lines) {
        let bars: String = line.into_iter().map(|value| bar(value, highest)).collect();
        out.extend([format!("{:>5} s {}\n", outcome.scenario.spread, bars.trim_end())]);
    }
    out
}

fn bar(value: u64, highest: u64) -> char {
    let halves = (0..BARS.len()).find(|halves| value >= highest >> halves);
    match halves {
        _ if value == 0 => ' ',
        Some(halves) => BARS[BARS.len() - 1 - halves],
        None => '.',
    }
}

fn total(outcome: &Outcome) -> u64 {
    outcome.server.requests.iter().sum()
}

fn mean(seconds: &[u64]) -> u64 {
    seconds.iter().sum::<u64>() / (seconds.len() as u64).max(1)
}

/// The busiest second, and the requests in it.
fn highest(outcome: &Outcome) -> (usize, u64) {
    let seconds = outcome.server.requests.iter().copied().enumerate();
    seconds.max_by_key(|(_, requests)| *requests).unwrap_or_default()
}

/// The mean of the minute in whose middle the busiest second lies.
fn mean_around(outcome: &Outcome) -> u64 {
    let (at, _) = highest(outcome);
    let seconds = &outcome.server.requests;
    mean(&seconds[at.saturating_sub(30)..seconds.len().min(at + 30)])
}

/// The value below which `percent` of the sorted values lie.
fn quantile(sorted: &[u64], percent: usize) -> u64 {
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or(0)
}

fn times(one: u64, other: u64) -> String {
    let tenths = one * 10 / other.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn share(part: u64, whole: u64) -> String {
    times(part * 100, whole)
}

fn seconds(millis: u64) -> String {
    times(millis, 1000)
}

/// `1,234,567`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{bar, grouped, times};

    #[test]
    fn bars_halve() {
        let bars: String = [1024, 1023, 512, 511, 8, 7, 1, 0].into_iter().map(|value| bar(value, 1024)).collect();
        assert_eq!(bars, "█▇▇▆▁.. ");
    }

    #[test]
    fn numbers_can_be_read() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(12), "12");
        assert_eq!(times(25, 10), "2.5");
    }
}
