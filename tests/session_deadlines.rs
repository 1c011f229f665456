//! What must happen by when, to the microsecond, and what the session says if it does not.

mod support;

use support::{Rig, ended, keep_alive, millis, options, secs};
use uiot_testbench::mqtt::{EndCause, Input, Moment, Output, State};

/// The only end among `outputs`, and when it came.
fn end_at(outputs: &[(Moment, Output)]) -> Option<(Moment, EndCause)> {
    outputs.iter().find_map(|(at, output)| ended(std::slice::from_ref(output)).map(|cause| (*at, cause)))
}

#[test]
fn the_transport_has_ten_seconds_to_open() {
    let mut rig = Rig::opening(&options());
    let deadline = rig.now + secs(10);
    assert_eq!(rig.wake, Some(deadline));
    assert_eq!(rig.advance(millis(9_999)), []);
    assert_eq!(end_at(&rig.advance(millis(1))), Some((deadline, EndCause::OpenTimeout)));
    assert_eq!((rig.session.state(), rig.wake), (State::Offline, None));
}

#[test]
fn an_open_timeout_closes_the_transport_that_may_still_open() {
    let outputs = Rig::opening(&options()).advance(secs(10));
    assert_eq!(outputs[0].1, Output::CloseTransport);
}

#[test]
fn connack_has_ten_seconds_from_the_opening() {
    let mut rig = Rig::opening(&options());
    rig.advance(secs(9));
    rig.open();
    let deadline = rig.now + secs(10);
    assert_eq!(rig.wake, Some(deadline));
    assert_eq!(rig.advance(millis(9_999)), []);
    assert_eq!(end_at(&rig.advance(millis(1))), Some((deadline, EndCause::ConnAckTimeout)));
    assert_eq!((rig.session.state(), rig.wake), (State::Offline, None));
}

#[test]
fn half_a_connack_does_not_stop_the_deadline() {
    let mut rig = Rig::awaiting(&options());
    rig.broker(&[0x20, 2]);
    assert_eq!(end_at(&rig.advance(secs(10))).map(|(_, cause)| cause), Some(EndCause::ConnAckTimeout));
}

#[test]
fn connack_in_the_last_moment_counts() {
    let mut rig = Rig::awaiting(&options());
    rig.advance(millis(9_999));
    rig.broker(support::ACCEPTED);
    assert_eq!(rig.session.state(), State::Online);
    assert_eq!(end_at(&rig.advance(secs(60))), None);
}

#[test]
fn pingresp_has_ten_seconds() {
    let mut rig = Rig::online(&keep_alive(300));
    rig.advance(secs(295));
    let deadline = rig.now + secs(10);
    assert_eq!(rig.wake, Some(deadline));
    assert_eq!(rig.advance(millis(9_999)), []);
    assert_eq!(end_at(&rig.advance(millis(1))), Some((deadline, EndCause::PingTimeout)));
    assert_eq!(rig.session.state(), State::Offline);
}

#[test]
fn other_packets_of_the_broker_do_not_stand_in_for_pingresp() {
    let mut rig = Rig::online(&keep_alive(300));
    rig.advance(secs(295));
    rig.broker(&support::publish(0, b"t", 0, b"x"));
    assert_eq!(end_at(&rig.advance(secs(10))).map(|(_, cause)| cause), Some(EndCause::PingTimeout));
}

#[test]
fn packets_of_ours_do_not_move_the_deadline_of_pingresp() {
    let mut rig = Rig::online(&keep_alive(300));
    rig.advance(secs(295));
    let deadline = rig.now + secs(10);
    rig.advance(secs(5));
    rig.publish(uiot_testbench::mqtt::QoS::AtMostOnce);
    assert_eq!(end_at(&rig.advance(secs(60))), Some((deadline, EndCause::PingTimeout)));
}

#[test]
fn pingresp_at_the_last_moment_counts() {
    let mut rig = Rig::online(&keep_alive(300));
    rig.advance(secs(295));
    rig.advance(millis(9_999));
    rig.broker(support::PINGRESP);
    assert_eq!(end_at(&rig.advance(secs(200))), None);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn waking_too_early_changes_nothing_and_asks_again() {
    let mut rig = Rig::opening(&options());
    let deadline = rig.wake;
    rig.sleep(millis(9_999));
    assert_eq!(rig.input(Input::Woken), []);
    assert_eq!(rig.wake, deadline, "the wake-up was used up, so it is asked for again");
}

#[test]
fn waking_late_still_ends_the_attempt() {
    let mut rig = Rig::awaiting(&options());
    rig.sleep(secs(3600));
    assert_eq!(ended(&rig.input(Input::Woken)), Some(EndCause::ConnAckTimeout));
}

#[test]
fn there_is_one_wake_up_and_it_is_the_earliest_deadline() {
    let mut rig = Rig::online(&keep_alive(30));
    assert_eq!(rig.wake, Some(rig.now + secs(27)));
    rig.advance(secs(27));
    // PINGREQ is out: PINGRESP is due in 10 s, the next PINGREQ in 27 s.
    assert_eq!(rig.wake, Some(rig.now + secs(10)));
    rig.broker(support::PINGRESP);
    assert_eq!(rig.wake, Some(rig.now + secs(27)));
}

#[test]
fn a_wake_up_is_taken_back_at_the_end() {
    let mut rig = Rig::online(&options());
    rig.disconnect();
    assert_eq!(rig.announced.last(), Some(&None));
}

#[test]
fn input_that_moves_no_deadline_announces_nothing() {
    let mut rig = Rig::online(&options());
    let before = rig.announced.len();
    for _ in 0..10 {
        rig.sleep(secs(1));
        rig.broker(&support::publish(0, b"t", 0, b"x"));
    }
    assert_eq!(rig.announced.len(), before);
}

#[test]
fn a_wake_up_that_comes_after_every_deadline_sends_no_more_pingreq() {
    let mut rig = Rig::online(&keep_alive(30));
    rig.advance(secs(27));
    rig.sleep(secs(3600));
    let outputs = rig.input(Input::Woken);
    assert_eq!(ended(&outputs), Some(EndCause::PingTimeout));
    assert_eq!(support::sent(&outputs), Vec::<Vec<u8>>::new());
}
