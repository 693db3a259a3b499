//! What holds for any server, any network, any clock and any driver. The numbers are those of the design: P1 no poll
//! before its time, P2 nothing after the end, P3 the interval never falls, P4 freezing changes nothing, P5 no secret
//! shows, P7 a clock that jumps costs no more than the jump. (P6, any bytes, is in `arbitrary.rs`.)

use crate::support::for_all;
use crate::support::record::Outcome;
use crate::support::rules::{broken, tardy};
use crate::support::script::{Answer, any_script, any_script_with_jumps, prompt_script};
use crate::support::world::{Freezing, Shipped, run};

#[test]
fn every_rule_holds_on_a_clock_that_runs_true() {
    for_all(400, any_script(), |script| broken(script, &run(script, &mut Shipped, Freezing::Always)));
}

#[test]
fn every_rule_holds_but_for_the_jump_on_a_clock_that_jumps() {
    for_all(400, any_script_with_jumps(), |script| broken(script, &run(script, &mut Shipped, Freezing::Always)));
}

#[test]
fn freezing_and_thawing_between_any_two_steps_changes_nothing() {
    for_all(200, any_script_with_jumps(), |script| {
        let thawed = run(script, &mut Shipped, Freezing::Always);
        let straight = run(script, &mut Shipped, Freezing::Never);
        let differs = straight.log.iter().zip(&thawed.log).find(|(one, other)| one != other);
        let mut broken: Vec<String> = differs.iter().map(|pair| format!("P4 freezing: {pair:?}")).collect();
        if thawed.log.len() != straight.log.len() || thawed.polls != straight.polls {
            broken.push("P4 freezing: one of the two went on for longer".into());
        }
        broken
    });
}

#[test]
fn a_driver_on_time_sees_the_end_on_time_and_polls_until_shortly_before_it() {
    for_all(400, prompt_script(), |script| {
        let record = run(script, &mut Shipped, Freezing::Never);
        let mut found = broken(script, &record);
        found.extend(tardy(script, &record));
        found
    });
}

/// As late as can be: the last poll is sent one second before the end, so an approval until then is seen. With an
/// interval of more than ten seconds it can be missed by as much as that interval (`crate::support::rules::tardy` has the
/// bound), because a poll is not put off for longer than ten.
#[test]
fn an_approval_until_a_second_before_the_end_is_never_missed() {
    for_all(400, prompt_script(), |script| {
        let mut script = script.clone();
        script.interval = script.interval.map(|interval| interval.min(10));
        script.approval = u32::try_from(script.limit().saturating_sub(1_000)).ok();
        // The last second has to hold two late ticks and two exchanges: one that pushed the last poll into it, and its own.
        for poll in &mut script.polls {
            (poll.answer, poll.up, poll.down) = (Answer::Pending(None), poll.up / 3, poll.down / 3);
        }
        script.naps.iter_mut().for_each(|nap| nap.late /= 3);
        let record = run(&script, &mut Shipped, Freezing::Never);
        if record.outcome == Outcome::Finished {
            Vec::new()
        } else {
            vec![format!("missed: {:?}", record.polls.last())]
        }
    });
}
