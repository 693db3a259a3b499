//! Simulates a million devices after a power cut, in virtual time on the real core: the load on the server, and how a start that
//! is spread over time changes it. README.md has the results.

mod arguments;
mod chance;
mod report;
mod server;
mod world;

use std::process::ExitCode;
use std::sync::Mutex;
use std::{env, thread};

use arguments::Arguments;
use world::{Outcome, Scenario};

fn main() -> ExitCode {
    match arguments::read(env::args().skip(1)) {
        Ok(None) => print!("{}", arguments::HELP),
        Ok(Some(arguments)) => {
            let (devices, capacity) = (arguments.devices, arguments.capacity);
            println!("{devices} devices, a server for {capacity} requests per second, seed {}\n", arguments.seed);
            print!("{}", report::write(&play_all(&arguments)));
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// Plays every scenario. Two run at a time, because each needs a gigabyte.
fn play_all(arguments: &Arguments) -> Vec<Outcome> {
    let &Arguments { devices, capacity, seed, .. } = arguments;
    let devices = usize::try_from(devices).expect("checked");
    let left = Mutex::new(arguments.spreads.iter().enumerate());
    let done = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = left.lock().expect("nobody panics").next();
            let Some((place, &spread)) = next else { return };
            let outcome = world::play(Scenario { devices, spread, capacity, seed });
            done.lock().expect("nobody panics").push((place, outcome));
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut done = done.into_inner().expect("nobody panics");
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}
