//! 31 days of keep alive, wake-up by wake-up.

use std::time::Duration;

use bytes::Bytes;
use uiot_testbench::mqtt::{ClientId, ConnectOptions, Input, Moment, Output, QoS, Session, State, TopicName};

use super::random::Random;

const MONTH: Duration = Duration::from_secs(31 * 24 * 3600);
/// How long PINGRESP and PUBACK take.
const ROUND_TRIP: Duration = Duration::from_millis(80);

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    pings: u64,
    wakes: u64,
    /// The longest time between two packets that were sent.
    longest: Duration,
}

struct Month {
    session: Session,
    now: Moment,
    wake: Option<Moment>,
    /// What the broker answers, and when it is here.
    answers: std::collections::VecDeque<(Moment, Vec<u8>)>,
    last_sent: Moment,
    counts: Counts,
}

impl Month {
    fn begin(keep_alive: u16) -> Self {
        let client_id = ClientId::parse("c").unwrap();
        let options = ConnectOptions { client_id, keep_alive, ..ConnectOptions::default() };
        let mut month = Self {
            session: Session::new(&options, 1).unwrap(),
            now: Moment::ZERO,
            wake: None,
            answers: std::collections::VecDeque::new(),
            last_sent: Moment::ZERO,
            counts: Counts::default(),
        };
        month.session.connect(month.now);
        month.input(Input::Opened { sub_protocol: "mqtt" });
        month.input(Input::Received(&[0x20, 2, 0, 0]));
        month
    }

    fn input(&mut self, input: Input<'_>) {
        self.session.handle_input(self.now, input);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::WakeAt(at) => self.wake = at,
                Output::Send { packet, .. } => self.sent(&packet),
                _ => {}
            }
        }
    }

    fn sent(&mut self, packet: &[u8]) {
        self.counts.longest = self.counts.longest.max(self.now - self.last_sent);
        self.last_sent = self.now;
        let answer = match packet[0] >> 4 {
            12 => {
                self.counts.pings += 1;
                vec![0xd0, 0]
            }
            3 if packet[0] & 0b0110 != 0 => {
                let id = 4 + usize::from(packet[3]);
                vec![0x40, 2, packet[id], packet[id + 1]]
            }
            _ => return,
        };
        self.answers.push_back((self.now + ROUND_TRIP, answer));
    }

    fn until(&mut self, end: Moment) {
        loop {
            let answer = self.answers.front().map(|(at, _)| *at);
            let next = [answer, self.wake].into_iter().flatten().min();
            let Some(at) = next.filter(|at| *at <= end) else { break };
            self.now = at;
            if answer == Some(at) {
                let (_, answer) = self.answers.pop_front().unwrap();
                self.input(Input::Received(&answer));
            } else {
                self.counts.wakes += 1;
                self.wake = None;
                self.input(Input::Woken);
            }
        }
        self.now = end;
    }
}

/// The time from one PINGREQ to the next: the keep alive less a tenth, at most five seconds.
fn rhythm(keep_alive: u16) -> Duration {
    let keep_alive = Duration::from_secs(keep_alive.into());
    keep_alive - (keep_alive / 10).min(Duration::from_secs(5))
}

#[test]
fn a_month_of_keep_alive() {
    for (keep_alive, pings) in [(300, 9_079), (30, 99_200)] {
        let mut month = Month::begin(keep_alive);
        month.until(Moment::ZERO + MONTH);
        assert_eq!(month.session.state(), State::Online);
        // Each PINGREQ costs one wake-up, and each PINGRESP in time none.
        assert_eq!(month.counts, Counts { pings, wakes: pings, longest: rhythm(keep_alive) });
    }
}

#[test]
fn a_month_of_keep_alive_with_sparse_traffic() {
    let topic = TopicName::parse("t").unwrap();
    for keep_alive in [300, 30] {
        let rhythm = rhythm(keep_alive);
        let mut month = Month::begin(keep_alive);
        let mut random = Random::new(keep_alive.into());
        let (mut at, mut last, mut pings, mut published) = (Moment::ZERO, Moment::ZERO, 0, 0);
        loop {
            at = at + random.within(900_000);
            // What is due between two messages, if PINGREQ follows the last packet sent.
            let until = at.min(Moment::ZERO + MONTH);
            while last + rhythm <= until {
                pings += 1;
                last = last + rhythm;
            }
            month.until(until);
            if at > until {
                break;
            }
            month.session.publish(at, &topic, Bytes::from_static(b"x"), QoS::AtLeastOnce, false).unwrap();
            month.drain();
            published += 1;
            last = at;
        }
        let Counts { pings: sent, wakes, longest } = month.counts;
        assert_eq!((sent, month.session.state()), (pings, State::Online));
        assert!(longest <= rhythm, "{longest:?}");
        // A wake-up for each PINGREQ, and for each message at most two that find nothing to do: the time at which
        // PINGREQ would have been due without it, and the deadline of its PUBACK.
        assert!(wakes <= pings + 2 * published, "{wakes} wake-ups, {pings} PINGREQs, {published} messages");
    }
}
