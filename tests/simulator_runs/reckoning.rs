//! What must hold at the end of a run.

use std::collections::{BTreeMap, BTreeSet};

use uiot_testbench::mqtt::{Outcome, QoS, State, SubscriptionState, TopicName};

use super::run::{FILTERS, Flaw, Run, TOPICS, own};
use super::simulated::device;
use super::simulated::raw::{connect, seconds, unsubscribe};

impl Run {
    pub(crate) fn reckon(&mut self) {
        if self.world.state(self.device) != State::Online {
            return self.fail(format!("still {:?}", self.world.state(self.device)));
        }
        let outbox = self.world.session(self.device).outbox();
        if outbox.unacknowledged + outbox.queued > 0 {
            self.fail(format!("the device still waits: {outbox:?}"));
        }
        let waiting = self.world.platform.waiting(&device());
        if waiting > 0 {
            self.fail(format!("{waiting} messages still wait for the device"));
        }
        self.reckon_up();
        if !self.corrupt {
            self.reckon_down();
            self.agree();
        }
    }

    fn reckon_up(&mut self) {
        let mut first_times = Vec::new();
        let mut seen = BTreeSet::new();
        for text in &self.taken {
            if seen.insert(text.clone()) {
                first_times.push(text.clone());
            }
        }
        let times = |text: &str| self.taken.iter().filter(|known| *known == text).count();
        let mut faults = Vec::new();
        for upward in self.upward.values() {
            let times = times(&upward.text);
            self.figures.published += 1;
            match (upward.qos, upward.outcome) {
                (QoS::AtMostOnce, _) if times > 1 => faults.push(format!("{upward:?} came twice")),
                (QoS::AtMostOnce, _) => {}
                (_, Some(Outcome::Acknowledged(_))) => {
                    self.figures.acknowledged += 1;
                    self.figures.repeated_up += usize::from(times > 1);
                    // Where packets are corrupted, a PUBACK may speak of another message.
                    if times == 0 && !self.corrupt {
                        faults.push(format!("{upward:?} never reached the platform"));
                    }
                }
                // A clean session that ended for good: it was said.
                (_, Some(Outcome::Lost)) if self.options.clean_session => self.figures.lost += 1,
                _ => faults.push(format!("{upward:?} came to no end")),
            }
        }
        let of_qos_1 = |text: &String| {
            self.upward.values().any(|known| known.text == *text && known.qos == QoS::AtLeastOnce)
        };
        let order: Vec<_> =
            first_times.iter().filter(|text| of_qos_1(text)).map(|text| number(text)).collect();
        if !self.corrupt && !order.is_sorted() {
            faults.push(format!("the order of {order:?}"));
        }
        faults.into_iter().for_each(|fault| self.fail(fault));
    }

    fn reckon_down(&mut self) {
        let mut faults = Vec::new();
        let mut times: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (text, dup) in &self.came {
            let (all, dups) = times.entry(text).or_default();
            (*all, *dups) = (*all + 1, *dups + usize::from(*dup));
        }
        for (text, qos) in &self.downward {
            let (all, dups) = times.get(&**text).copied().unwrap_or_default();
            if *qos == QoS::AtLeastOnce && all == 0 && !self.options.clean_session {
                faults.push(format!("{text} never reached the device"));
            }
            if all - dups > 1 || (*qos == QoS::AtMostOnce && all > 1) {
                faults.push(format!("{text} came twice"));
            }
            if all > 0 && all == dups && !self.intruder && self.options.clean_session {
                faults.push(format!("{text} came as a duplicate the first time"));
            }
        }
        let undertaken: BTreeSet<_> = self.downward.iter().map(|(text, _)| &**text).collect();
        if let Some(text) = times.keys().find(|text| !undertaken.contains(*text)) {
            faults.push(format!("{text} came from nowhere"));
        }
        let mut seen = BTreeSet::new();
        let first = self.came.iter().filter(|(text, _)| seen.insert(text.clone()));
        let of_qos_1 =
            |text: &str| self.downward.iter().any(|(known, qos)| known == text && *qos == QoS::AtLeastOnce);
        let order: Vec<_> = first.filter(|(text, _)| of_qos_1(text)).map(|(text, _)| number(text)).collect();
        if !self.silent && !order.is_sorted() {
            faults.push(format!("the order of {order:?}"));
        }
        faults.into_iter().for_each(|fault| self.fail(fault));
    }

    /// What the session says of its subscriptions is what the platform does.
    fn agree(&mut self) {
        if self.flaw == Some(Flaw::DeviceForgetsSubscription) {
            // Behind the session's back.
            let connection = self.world.raw();
            self.world.send_raw(connection, &connect(&self.options));
            for (number, filter) in (1..).zip(FILTERS) {
                self.world.send_raw(connection, &unsubscribe(number, &own(filter)));
            }
            self.options.clean_session = false;
            self.world.run(seconds(5));
        }
        let known = self.world.session(self.device).subscriptions().to_vec();
        for rest in TOPICS {
            let topic = TopicName::parse(&own(rest)).unwrap();
            let granted = known.iter().filter(|known| known.filter.matches(topic.as_str()));
            let granted = granted.filter_map(|known| match known.state {
                SubscriptionState::Granted(qos) => Some(qos),
                _ => None,
            });
            let expected = granted.max();
            let now = self.world.now;
            self.world.platform.publish(now, &device(), topic.as_str(), "probe", QoS::AtLeastOnce).unwrap();
            self.world.settle();
            let came: Vec<_> = self.world.inbox(self.device).into_iter().map(|message| message.qos).collect();
            if came != expected.into_iter().collect::<Vec<_>>() {
                self.fail(format!("{rest}: the two sides disagree: {came:?}, {known:?}"));
            }
        }
    }
}

fn number(text: &str) -> usize {
    text.rsplit(' ').next().unwrap().parse().unwrap()
}
