//! The closing line of `make test`: how many tests the runners say they ran.
//!
//! Adds up, judges nothing: whether the whole passed is `make`'s exit code, and a runner that prints no count adds none.

use std::fs;
use std::path::Path;

use crate::run::Outcome;

/// Prints "N passed, N failed" over the logs in `folder`, alone on its line, with one line for each log before it.
pub fn print(folder: &Path) -> Outcome {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut logs: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    logs.sort();
    let mut total = Count::default();
    for log in logs {
        let text = fs::read_to_string(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let count = text.lines().map(Count::of_line).fold(Count::default(), Count::plus);
        let name = log.file_stem().unwrap_or_default();
        println!(
            "{:<14} {:>5} passed {:>3} failed {:>3} skipped",
            name.display(),
            count.passed,
            count.failed,
            count.skipped
        );
        total = total.plus(count);
    }
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    Ok(())
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Count {
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl Count {
    /// What one line says: cargo's and wasm-bindgen's "test result: ok. 3 passed; 0 failed; 1 ignored; …", node's
    /// "# pass 3" or "ℹ pass 3", or the plain "3 passed, 0 failed" (with ", 1 skipped" or without).
    fn of_line(line: &str) -> Self {
        let words: Vec<&str> = line.split([' ', ';', ',', '.']).filter(|word| !word.is_empty()).collect();
        match words[..] {
            ["test", "result:", _, ref counts @ ..] => Self::of_pairs(counts),
            ["#" | "ℹ", kind, count] => Self::of(kind, count),
            [_, "passed", _, "failed"] | [_, "passed", _, "failed", _, "skipped"] => Self::of_pairs(&words),
            _ => Self::default(),
        }
    }

    fn of_pairs(words: &[&str]) -> Self {
        words.as_chunks::<2>().0.iter().map(|[count, kind]| Self::of(kind, count)).fold(Self::default(), Self::plus)
    }

    fn of(kind: &str, count: &str) -> Self {
        let count = count.parse().unwrap_or(0);
        match kind {
            "pass" | "passed" => Self { passed: count, ..Self::default() },
            "fail" | "failed" => Self { failed: count, ..Self::default() },
            "skipped" | "ignored" => Self { skipped: count, ..Self::default() },
            _ => Self::default(),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn every_runner_is_understood() {
        let one_of_each = Count { passed: 3, failed: 2, skipped: 1 };
        for text in [
            "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s",
            "test result: FAILED. 3 passed; 2 failed; 1 ignored; 4 filtered out; finished in 0.01s",
            "# pass 3\n# fail 2\n# cancelled 0\n# skipped 1",
            "ℹ tests 6\nℹ pass 3\nℹ fail 2\nℹ skipped 1\nℹ duration_ms 12.3",
            "3 passed, 2 failed, 1 skipped",
        ] {
            let counted = text.lines().map(Count::of_line).fold(Count::default(), Count::plus);
            assert_eq!(counted, one_of_each, "{text}");
        }
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["", "running 3 tests", "# Subtest: pass", "it passed the gate", "ℹ pass"] {
            assert_eq!(Count::of_line(line), Count::default(), "{line}");
        }
    }
}
