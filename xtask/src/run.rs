//! Starting other programs, and saying which one failed.
//!
//! Not a shell: arguments are never joined to a line, and a program that cannot be started is named with what provides it.

use std::path::Path;
use std::process::{Command, Stdio};

/// What went wrong, in a sentence for the person at the terminal.
pub type Outcome<T = ()> = Result<T, String>;

/// Runs `command` to its end, its output going to the terminal.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}

/// Runs `command` to its end and gives what it printed.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{command:?} printed something that is not text"))
}

/// The cargo that runs us, for `top`.
pub fn cargo(top: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(top);
    cargo
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("{} could not be started ({error}); `make build` installs what it needs", command.get_program().display())
}
