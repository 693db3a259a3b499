//! The state `Waiting`: the person has the code, and the machine looks at the clock.

use crate::support::replies::{codes, error, page, tokens};
use crate::support::scenario::{Scenario, Scene};
use device_code_flow::error::Fault;
use device_code_flow::flow::Input;
use device_code_flow::oauth::http::NoResponse;

#[test]
fn the_first_poll_comes_after_one_interval() {
    let mut scene = Scenario::entra().to_waiting();
    assert_eq!(scene.wait(), 5_000);
    assert!(scene.tick().sends());
}

#[test]
fn an_early_tick_changes_nothing() {
    let mut scene = Scenario::entra().to_waiting();
    let until = scene.until();
    for millis in [0, 1, 4_998] {
        assert_eq!(scene.tick_after(millis).until(), until);
    }
    assert!(scene.tick_after(1).sends());
}

#[test]
fn an_answer_that_nobody_waits_for_counts_as_a_tick() {
    let mut scene = Scenario::entra().to_waiting();
    assert!(scene.respond(tokens()).waits());
}

#[test]
fn a_late_tick_polls_once() {
    let mut scene = Scenario::entra().to_waiting();
    assert!(scene.tick_after(300_000).sends());
    assert_eq!(scene.respond(error("authorization_pending")).wait(), 5_000);
}

#[test]
fn the_end_is_reported_when_it_comes_and_not_a_millisecond_before() {
    let mut scene = Scenario::entra().codes(codes(Some(5), 3)).to_waiting();
    let born = scene.now.0;
    scene.tick().reset();
    assert_eq!(scene.until().0 - born, 3_000);
    assert!(scene.tick_after(999).waits());
    assert_eq!(scene.tick_after(1).failure().code.text(), "device_code_expired");
}

#[test]
fn a_code_that_lives_shorter_than_the_interval_is_polled_a_second_before_its_end() {
    for (life, first) in [(1, 0), (2, 1_000), (5, 4_000), (6, 5_000), (7, 6_000), (11, 5_000)] {
        assert_eq!(Scenario::entra().codes(codes(Some(5), life)).to_waiting().wait(), first, "life {life}");
    }
}

#[test]
fn the_last_poll_is_put_off_by_ten_seconds_at_the_most() {
    // An interval of 20: with 49 s to live a poll at 40 leaves 8 to the last call, and is put off; with 60 it does not.
    for (life, second) in [(49, 48_000), (51, 50_000), (52, 40_000), (60, 40_000)] {
        let mut scene = Scenario::entra().codes(codes(Some(20), life)).to_waiting();
        let born = scene.now.0;
        scene.poll(error("authorization_pending"));
        assert_eq!(scene.until().0 - born, second, "life {life}");
    }
}

#[test]
fn the_callers_patience_ends_the_flow_with_its_own_code() {
    let mut scene = Scenario::entra().with("timeout", "7").to_waiting();
    let born = scene.now.0;
    assert_eq!(scene.wait(), 6_000);
    scene.poll(error("authorization_pending"));
    assert_eq!(scene.until().0 - born, 7_000);
    let failure = scene.tick().failure();
    assert_eq!(failure.code.text(), "user_timeout_reached");
    assert!(failure.message.contains("polls made: 1"), "{}", failure.message);
}

#[test]
fn patience_beyond_the_codes_life_changes_nothing() {
    let mut scene = Scenario::entra().codes(codes(Some(5), 10)).with("timeout", "86400").to_waiting();
    assert_eq!(scene.tick_after(10_000).failure().code.text(), "device_code_expired");
}

#[test]
fn what_went_wrong_last_stands_in_the_message_of_the_expiry() {
    let mut scene = Scenario::entra().codes(codes(Some(5), 20)).to_waiting();
    scene.tick().reset();
    let failure = scene.tick_after(60_000).failure();
    assert!(failure.message.contains("the last one failed: connection reset"), "{}", failure.message);
}

#[test]
fn a_person_is_not_blamed_for_polls_that_were_not_answered() {
    let heard = |response| move |scene: &mut Scene| _ = scene.respond(response);
    let unheard = |reason| move |scene: &mut Scene| _ = scene.input(Input::NoResponse(reason));
    blamed(unheard(NoResponse::TimedOut), Fault::Network, "the last one timed out");
    blamed(unheard(NoResponse::Failed("reset".into())), Fault::Network, "the last one failed: reset");
    blamed(unheard(NoResponse::Abandoned), Fault::Person, "the last one was abandoned");
    blamed(heard(page(503)), Fault::Server, "with HTTP status 503, and not in OAuth's terms");
    blamed(heard(page(200)), Fault::Server, "with HTTP status 200, and not in OAuth's terms");
    blamed(heard(error("temporarily_unavailable")), Fault::Server, "temporarily_unavailable");

    let mut scene = Scenario::entra().codes(codes(Some(5), 30)).to_waiting();
    scene.tick().reset();
    let failure = scene.tick_after(20_000).respond(error("authorization_pending")).tick_after(60_000).failure();
    assert_eq!(failure.fault, Fault::Person);
    assert!(failure.message.starts_with("Nobody signed in within"), "{}", failure.message);
}

fn blamed(poll: impl FnOnce(&mut Scene), fault: Fault, words: &str) {
    let mut scene = Scenario::entra().codes(codes(Some(5), 30)).to_waiting();
    poll(scene.tick());
    let failure = scene.tick_after(60_000).failure();
    assert_eq!(failure.fault, fault, "{words}");
    let told = &failure.message;
    assert!(told.starts_with("Nobody was heard to sign in") && told.contains(words), "{told}");
    assert_eq!(failure.hint.contains("may have signed in"), fault != Fault::Person, "{}", failure.hint);
}

#[test]
fn a_clock_set_back_beyond_the_last_answer_starts_the_wait_anew() {
    let mut scene = Scenario::entra().to_waiting();
    scene.now.0 -= 3_600_000;
    assert_eq!(scene.input(Input::Tick).wait(), 5_000);
    assert!(scene.tick().sends());
}

#[test]
fn a_clock_set_back_gives_the_code_no_longer_life() {
    let mut scene = Scenario::entra().codes(codes(Some(5), 60)).to_waiting();
    scene.now.0 -= 3_600_000;
    scene.input(Input::Tick);
    assert_eq!(scene.session().prompt.expires.0 - scene.now.0, 60_000);
}

#[test]
fn a_clock_set_back_keeps_what_was_left_of_the_callers_patience() {
    let mut scene = Scenario::entra().with("timeout", "100").to_waiting();
    scene.poll(error("authorization_pending"));
    scene.now.0 -= 3_600_000;
    scene.input(Input::Tick);
    assert_eq!(scene.session().deadline().0 - scene.now.0, 95_000);
}

#[test]
fn a_clock_that_leaps_beyond_the_end_ends_the_flow() {
    let mut scene = Scenario::entra().to_waiting();
    assert_eq!(scene.tick_after(86_400_000).failure().code.text(), "device_code_expired");
}

#[test]
fn the_largest_numbers_a_server_can_send_do_no_harm() {
    let mut scene = Scenario::entra().codes(codes(Some(u32::MAX), u32::MAX)).to_waiting();
    assert!(scene.poll(error("slow_down")).waits());
    assert_eq!(scene.session().pace.interval.as_secs(), u64::from(u32::MAX));
}

#[test]
fn an_answer_is_waited_for_no_longer_than_two_seconds_past_the_end() {
    let mut scene = Scenario::entra().codes(codes(Some(5), 8)).to_waiting();
    assert_eq!(scene.wait(), 7_000, "the last call");
    assert_eq!(scene.tick().request().timeout.as_millis(), 3_000);
    let mut scene = Scenario::entra().to_waiting();
    assert_eq!(scene.tick().request().timeout.as_millis(), 30_000, "nowhere near the end");
}

#[test]
fn a_clock_that_is_set_back_during_a_poll_does_not_stretch_the_callers_patience() {
    let mut scene = Scenario::entra().with("timeout", "60").to_polling();
    let left = scene.session().deadline().since(scene.now);
    scene.now.0 -= 3_600_000;
    scene.respond(error("authorization_pending"));
    assert_eq!(scene.session().deadline().since(scene.now), left);
}
