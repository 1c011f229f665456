//! Whether the link is alive, apart from the keep alive: a dead one is noticed while messages go out, PINGREQ can be
//! held back and sent by hand, and a page that comes back asks.

mod support;

use support::{Rig, ended, events, keep_alive, millis, options, reconnecting, secs, sent, untimed};
use uiot_testbench::mqtt::{ConnectOptions, Deadlines, EndCause, Event, Input, Moment, Output, QoS, State};

fn pings(outputs: &[Output]) -> usize {
    sent(outputs).iter().filter(|packet| packet[..] == *support::PINGREQ).count()
}

/// Publishes QoS 0 every second for so long, or until the end; when PINGREQ went out, and when and why it ended.
fn publish_into_silence(rig: &mut Rig, seconds: u64) -> (Vec<Moment>, Option<(Moment, EndCause)>) {
    let mut asked = Vec::new();
    for _ in 0..seconds {
        rig.publish(QoS::AtMostOnce);
        for (at, output) in rig.advance(secs(1)) {
            let outputs = [output];
            asked.extend((pings(&outputs) == 1).then_some(at));
            if let Some(cause) = ended(&outputs) {
                return (asked, Some((at, cause)));
            }
        }
    }
    (asked, None)
}

#[test]
fn a_dead_link_is_noticed_while_messages_go_out() {
    // QoS 0 every second would put PINGREQ off for ever, and nothing else would miss an answer.
    for (seconds, due) in [(30, 27), (60, 55), (300, 295)] {
        let mut rig = Rig::online(&keep_alive(seconds));
        let start = rig.now;
        let (asked, end) = publish_into_silence(&mut rig, 1000);
        assert_eq!(asked, [start + secs(due)]);
        assert_eq!(end, Some((start + secs(due + 10), EndCause::PingTimeout)));
    }
}

#[test]
fn a_live_link_is_asked_once_a_keep_alive_while_messages_go_out() {
    let mut rig = Rig::online(&keep_alive(30));
    for _ in 0..20 {
        let (asked, end) = publish_into_silence(&mut rig, 28);
        assert_eq!((asked.len(), end), (1, None));
        rig.broker(support::PINGRESP);
    }
}

#[test]
fn a_half_open_link_is_ended_and_tried_again() {
    let mut rig = Rig::online(&ConnectOptions { keep_alive: 30, ..reconnecting() });
    let outputs = untimed(rig.advance(secs(37)));
    assert_eq!(pings(&outputs), 1);
    assert_eq!(ended(&outputs), Some(EndCause::PingTimeout));
    assert_eq!(rig.session.state(), State::Waiting);
    rig.wait_for_the_attempt();
}

#[test]
fn the_deadline_of_pingresp_is_not_the_keep_alive() {
    for (seconds, due) in [(30, 27), (300, 295), (1200, 1195)] {
        let mut rig = Rig::online(&keep_alive(seconds));
        rig.advance(secs(due));
        rig.advance(millis(9_999));
        assert_eq!(rig.session.state(), State::Online);
        rig.advance(millis(1));
        assert_eq!(rig.session.state(), State::Offline, "keep alive {seconds}");
    }
    // Nor is it shorter with a short keep alive: several PINGREQ may be on their way.
    let mut rig = Rig::online(&keep_alive(2));
    rig.advance(secs(11));
    assert_eq!(rig.session.state(), State::Online);
    rig.advance(secs(1));
    assert_eq!(rig.session.state(), State::Offline);
}

#[test]
fn another_deadline_is_kept_too() {
    let deadlines = Deadlines { pingresp: secs(3), ..Deadlines::default() };
    let mut rig = Rig::online(&ConnectOptions { deadlines, ..keep_alive(300) });
    rig.advance(millis(297_999));
    assert_eq!(rig.session.state(), State::Online);
    rig.advance(millis(1));
    assert_eq!(rig.session.state(), State::Offline);
}

#[test]
fn pinging_that_is_switched_off_sends_nothing_and_waits_for_the_broker() {
    let mut rig = Rig::online(&keep_alive(30));
    rig.session.set_pinging(false);
    rig.drain();
    assert_eq!((rig.session.is_pinging(), rig.wake), (false, None));
    assert_eq!(rig.advance(secs(44)), []);
    rig.publish(QoS::AtMostOnce);
    assert_eq!(rig.advance(secs(86_400)), []);
    // What there is to see: the broker cuts the line.
    assert!(matches!(ended(&rig.lose()), Some(EndCause::Closed(..))));
}

#[test]
fn pinging_that_is_switched_on_again_goes_on_where_it_was() {
    let mut rig = Rig::online(&keep_alive(30));
    let start = rig.now;
    rig.session.set_pinging(false);
    rig.drain();
    rig.advance(secs(10));
    rig.session.set_pinging(true);
    rig.drain();
    assert_eq!(rig.wake, Some(start + secs(27)));

    rig.session.set_pinging(false);
    rig.drain();
    rig.advance(secs(40));
    rig.session.set_pinging(true);
    rig.drain();
    assert_eq!(pings(&untimed(rig.advance(millis(0)))), 1, "what is due goes out at once");
}

#[test]
fn pinging_stays_off_over_connections_and_other_options() {
    let mut rig = Rig::online(&keep_alive(30));
    rig.session.set_pinging(false);
    rig.reconnect();
    assert_eq!(rig.wake, None);
    assert!(rig.session.reconfigure(rig.now, &keep_alive(20), true).is_ok());
    rig.drain();
    rig.come_back(support::ACCEPTED);
    assert_eq!((rig.wake, rig.session.is_pinging()), (None, false));
}

#[test]
fn a_pingreq_on_its_way_is_still_waited_for_when_pinging_is_switched_off() {
    let mut rig = Rig::online(&keep_alive(30));
    rig.advance(secs(27));
    rig.session.set_pinging(false);
    rig.drain();
    rig.sleep(millis(40));
    assert!(matches!(events(&rig.broker(support::PINGRESP))[..], [Event::RoundTrip(_)]));
    assert_eq!(rig.wake, None);
}

#[test]
fn ping_now_measures_the_round_trip_whatever_the_keep_alive() {
    for seconds in [0, 30] {
        for pinging in [true, false] {
            let mut rig = Rig::online(&keep_alive(seconds));
            rig.session.set_pinging(pinging);
            rig.drain();
            rig.session.ping_now(rig.now);
            assert_eq!(sent(&rig.drain()), [support::PINGREQ]);
            assert_eq!(rig.wake, Some(rig.now + secs(10)), "an answer is owed now");
            rig.sleep(millis(42));
            assert_eq!(events(&rig.broker(support::PINGRESP)), [Event::RoundTrip(millis(42))]);
        }
    }
}

#[test]
fn ping_now_without_an_answer_ends_the_connection() {
    let mut rig = Rig::online(&keep_alive(0));
    rig.session.ping_now(rig.now);
    rig.drain();
    assert_eq!(ended(&untimed(rig.advance(secs(10)))), Some(EndCause::PingTimeout));
}

#[test]
fn ping_now_says_nothing_where_nobody_listens() {
    let mut waiting = Rig::online(&reconnecting());
    waiting.lose();
    for mut rig in [Rig::new(&options()), Rig::opening(&options()), Rig::awaiting(&options()), waiting] {
        rig.session.ping_now(rig.now);
        assert_eq!(rig.drain(), []);
    }
}

#[test]
fn ping_now_twice_waits_for_both() {
    let mut rig = Rig::online(&keep_alive(300));
    for _ in 0..2 {
        rig.session.ping_now(rig.now);
        rig.drain();
        rig.sleep(secs(1));
    }
    let outputs = rig.broker(&support::PINGRESP.repeat(2));
    assert_eq!(events(&outputs), [Event::RoundTrip(secs(2)), Event::RoundTrip(secs(1))]);
}

#[test]
fn a_nudge_asks_a_link_that_was_silent_for_long() {
    // The computer slept, or the tab was away: the link may be dead, and nobody would know until the next PINGREQ.
    let mut rig = Rig::online(&keep_alive(1200));
    rig.advance(secs(10));
    assert_eq!(rig.input(Input::Nudged), [], "it was heard of ten seconds ago");
    rig.advance(millis(1));
    assert_eq!(sent(&rig.input(Input::Nudged)), [support::PINGREQ]);
    assert_eq!(rig.input(Input::Nudged), [], "asked already");
    assert_eq!(ended(&untimed(rig.advance(secs(10)))), Some(EndCause::PingTimeout));
}

#[test]
fn a_nudge_of_a_link_that_answers_changes_nothing() {
    let mut rig = Rig::online(&keep_alive(1200));
    rig.advance(secs(600));
    rig.input(Input::Nudged);
    rig.broker(support::PINGRESP);
    assert_eq!(rig.input(Input::Nudged), []);
    assert_eq!(rig.session.state(), State::Online);
}

#[test]
fn a_nudge_sends_nothing_where_pings_are_not_wanted() {
    for (seconds, pinging) in [(0, true), (1200, false)] {
        let mut rig = Rig::online(&keep_alive(seconds));
        rig.session.set_pinging(pinging);
        rig.drain();
        rig.sleep(secs(600));
        assert_eq!(rig.input(Input::Nudged), []);
    }
}

#[test]
fn a_link_that_only_brings_messages_is_still_pinged_for_the_brokers_sake() {
    let mut rig = Rig::online(&keep_alive(30));
    let mut asked = 0;
    for _ in 0..27 {
        rig.broker(&support::publish(0, b"t", 0, b"x"));
        asked += pings(&untimed(rig.advance(secs(1))));
    }
    assert_eq!(asked, 1, "[MQTT-3.1.2-23]");
}
