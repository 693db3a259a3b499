//! Reads the command line, or returns one sentence about its first mistake.

/// The text of `--help`.
pub const HELP: &str = "\
A fleet of devices comes back after a power cut, and every one of them signs in: in virtual time, on the real core.

    cargo run --release --example fleet -- [OPTIONS]

    --devices N     how many devices (1 to 10,000,000; default 1000000)
    --spread LIST   seconds over which their start is spread, one run each (0 to 3600; default 0,5,60,300,1800)
    --capacity N    requests that the server answers in a second (default: a tenth of the devices)
    --seed N        the seed of all random numbers (default 1)
    --help          this text
";

/// The options of a run.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// How many devices.
    pub devices: u64,
    /// The spreads, in seconds.
    pub spreads: Vec<u64>,
    /// Requests that the server answers in a second.
    pub capacity: u64,
    /// The seed of all random numbers.
    pub seed: u64,
}

/// Reads the command line. `None` means that help was asked for.
///
/// # Errors
/// A sentence about the first mistake.
pub fn read(mut words: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let (mut devices, mut capacity, mut seed) = (1_000_000, None, 1);
    let mut spreads = vec![0, 5, 60, 300, 1800];
    while let Some(name) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{name} needs a value; --help says which."));
        match name.as_str() {
            "--help" | "-h" => return Ok(None),
            "--devices" => devices = number(&name, &value()?, 1, 10_000_000)?,
            "--capacity" => capacity = Some(number(&name, &value()?, 1, u64::from(u32::MAX))?),
            "--seed" => seed = number(&name, &value()?, 0, u64::MAX)?,
            "--spread" => {
                spreads = value()?.split(',').map(|word| number(&name, word, 0, 3600)).collect::<Result<_, _>>()?;
                if spreads.len() > 8 {
                    return Err("--spread takes eight lengths at the most: more do not fit side by side.".into());
                }
            }
            other => return Err(format!("There is no argument {other}; --help lists all arguments.")),
        }
    }
    Ok(Some(Arguments { devices, spreads, capacity: capacity.unwrap_or((devices / 10).max(1)), seed }))
}

fn number(name: &str, word: &str, least: u64, most: u64) -> Result<u64, String> {
    let number = word.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("{name} takes whole numbers from {least} to {most}, not \"{word}\"."))
}

#[cfg(test)]
mod tests {
    use super::{Arguments, read};

    fn line(line: &str) -> Result<Option<Arguments>, String> {
        read(line.split_whitespace().map(String::from))
    }

    #[test]
    fn what_is_not_said_is_the_default() {
        let expected = Arguments { devices: 5, spreads: vec![0, 7], capacity: 1, seed: 1 };
        assert_eq!(line("--devices 5 --spread 0,7"), Ok(Some(expected)));
        assert_eq!(line("--devices 5 --help"), Ok(None));
    }

    #[test]
    fn nonsense_is_refused_in_a_sentence() {
        for nonsense in
            ["--devices", "--devices 0", "--devices many", "--spread 5,", "--spread -1", "--capacity 0", "--fast", "7"]
        {
            assert!(line(nonsense).is_err_and(|sentence| sentence.ends_with('.')), "{nonsense}");
        }
    }
}
