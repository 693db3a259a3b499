//! What the tests of the core share: a server that follows a script, a clock that can be turned, and the rules that
//! every sign-in has to keep.
//!
//! [`world`] runs whole sign-ins, with everything that can go wrong on the way, and records them; [`rules`] reads the
//! record and names what was broken. [`scenario`] walks a single sign-in to the state that a test is about.

pub mod cache;
pub mod record;
pub mod replies;
pub mod rules;
pub mod saved;
pub mod scenario;
pub mod script;
pub mod silent;
pub mod world;

use device_code_flow::time::UnixMillis;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use script::Script;

/// When the tests begin: 2027-01-15T08:00:00Z.
pub const START: UnixMillis = UnixMillis(1_800_000_000_000);

/// `cases` of a property, unless `PROPTEST_CASES` asks for another number. A case that fails becomes a test with a
/// name, not an entry in a regression file.
pub fn cases(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    Config { cases: asked.unwrap_or(cases), failure_persistence: None, max_shrink_time: 8_000, ..Config::default() }
}

/// Runs a property over scripts.
pub fn for_all(default: u32, scripts: impl Strategy<Value = Script>, holds: impl Fn(&Script) -> Vec<String>) {
    let mut runner = TestRunner::new(cases(default));
    let result = runner.run(&scripts, |script| {
        let broken = holds(&script);
        if broken.is_empty() { Ok(()) } else { Err(TestCaseError::fail(broken.join("\n"))) }
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(broken, script)) => panic!("{broken}\nwith {script:?}"),
        Err(abort) => panic!("{abort}"),
    }
}
