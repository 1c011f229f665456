//! How a property's value went lately: a few samples of it, for a small line beside its name.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;

use crate::mqtt::Moment;

/// Samples that are kept of a property at most.
pub const SAMPLES: usize = 120;
/// What is older is forgotten, but for the value that the time begins with.
pub const SPAN: Duration = Duration::from_secs(600);

/// The last values of a property that are numbers, and when its value last became another.
///
/// Where more come than are kept, those go that lie closest together: so the whole time stays in view, and the newest value is
/// always there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trend {
    samples: VecDeque<(Moment, f64)>,
    changed: Option<Moment>,
}

/// A line to draw: an SVG path and its last point.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The value of `d`.
    pub path: String,
    /// Where it ends.
    pub end: (f64, f64),
}

impl Trend {
    /// The value was this at that time; `before` is the value it had, if any.
    pub fn add(&mut self, at: Moment, value: &Value, before: Option<&Value>) {
        if before != Some(value) {
            self.changed = Some(at);
        }
        let Some(number) = value.as_f64().filter(|number| number.is_finite()) else {
            self.samples.clear();
            return;
        };
        // Who comes late changes no line that is drawn already.
        if self.samples.back().is_some_and(|(last, _)| *last > at) {
            return;
        }
        self.samples.push_back((at, number));
        while self.samples.get(1).is_some_and(|(next, _)| *next + SPAN <= at) {
            self.samples.pop_front();
        }
        if self.samples.len() > SAMPLES {
            self.thin();
        }
    }

    /// Takes away the one whose neighbours are closest to each other; never the first or the last.
    fn thin(&mut self) {
        let after = self.samples.iter().skip(2);
        let gaps = self.samples.iter().zip(after).map(|((from, _), (to, _))| *to - *from);
        let closest = gaps.enumerate().min_by_key(|(_, gap)| *gap).map(|(index, _)| index + 1);
        if let Some(index) = closest {
            self.samples.remove(index);
        }
    }

    /// When the value last became another one.
    pub const fn changed(&self) -> Option<Moment> {
        self.changed
    }

    /// The samples, oldest first.
    pub fn samples(&self) -> impl ExactSizeIterator<Item = &(Moment, f64)> {
        self.samples.iter()
    }

    /// Their line in a field of this size, from the first sample of the last [`SPAN`] to now, with a margin of one on all
    /// sides. A value that holds until the next one is drawn in steps. None for less than two samples.
    pub fn line(&self, now: Moment, (width, height): (f64, f64), steps: bool) -> Option<Line> {
        if self.samples.len() < 2 {
            return None;
        }
        let begin = Moment::from_micros(now.as_micros().saturating_sub(SPAN.as_micros() as u64));
        let first = self.samples.front()?.0.max(begin);
        let seconds = (now - first).as_secs_f64().max(f64::MIN_POSITIVE);
        let x = |at: Moment| 1.0 + (width - 2.0) * ((at.max(first) - first).as_secs_f64() / seconds).min(1.0);
        let values = || self.samples.iter().map(|(_, value)| *value);
        let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
        // Halves, so that the largest numbers have a difference too.
        let range = high / 2.0 - low / 2.0;
        let y = |value: f64| match range > 0.0 {
            true => height - 2.0 - (height - 4.0) * ((value / 2.0 - low / 2.0) / range),
            false => height / 2.0,
        };
        let mut path = String::new();
        let mut end = (0.0, 0.0);
        for (index, (at, value)) in self.samples.iter().enumerate() {
            end = (x(*at), y(*value));
            // Writing into a text cannot fail.
            let _ = match (index, steps) {
                (0, _) => write!(path, "M{:.1},{:.1}", end.0, end.1),
                (_, false) => write!(path, "L{:.1},{:.1}", end.0, end.1),
                (_, true) => write!(path, "H{:.1}V{:.1}", end.0, end.1),
            };
        }
        if steps {
            end.0 = width - 1.0;
            let _ = write!(path, "H{:.1}", end.0);
        }
        Some(Line { path, end })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    fn values(trend: &Trend) -> Vec<f64> {
        trend.samples().map(|(_, value)| *value).collect()
    }

    #[test]
    fn what_is_older_than_ten_minutes_goes_but_for_the_value_they_begin_with() {
        let mut trend = Trend::default();
        for minute in 0..=14 {
            trend.add(at(minute * 60), &json!(minute), None);
        }
        assert_eq!(values(&trend), (4..=14).map(f64::from).collect::<Vec<_>>());
    }

    #[test]
    fn many_samples_are_thinned_and_still_span_the_time() {
        let mut trend = Trend::default();
        for tenth in 0..6_000_u64 {
            trend.add(Moment::from_micros(tenth * 100_000), &json!(tenth), None);
        }
        assert_eq!(trend.samples().len(), SAMPLES);
        let values = values(&trend);
        assert_eq!(values.first(), Some(&0.0));
        assert_eq!(values.last(), Some(&5_999.0));
        let widest = values.windows(2).map(|two| two[1] - two[0]).fold(0.0, f64::max);
        assert!(widest <= 200.0, "a gap of {widest} tenths of a second");
    }

    #[test]
    fn a_change_is_told_from_a_repetition() {
        let mut trend = Trend::default();
        assert_eq!(trend.changed(), None);
        trend.add(at(1), &json!("on"), None);
        trend.add(at(2), &json!("on"), Some(&json!("on")));
        assert_eq!(trend.changed(), Some(at(1)));
        trend.add(at(3), &json!("off"), Some(&json!("on")));
        assert_eq!(trend.changed(), Some(at(3)));
    }

    #[test]
    fn a_value_that_is_no_number_ends_the_line() {
        let mut trend = Trend::default();
        trend.add(at(1), &json!(1), None);
        trend.add(at(2), &json!(2), None);
        assert!(trend.line(at(3), (96.0, 20.0), false).is_some());
        trend.add(at(3), &json!("two"), None);
        assert_eq!(trend.samples().len(), 0);
        trend.add(at(4), &json!(3), None);
        assert_eq!(trend.line(at(5), (96.0, 20.0), false), None);
    }

    #[test]
    fn a_line_fills_its_field() {
        let mut trend = Trend::default();
        trend.add(at(0), &json!(10), None);
        trend.add(at(5), &json!(30), None);
        trend.add(at(10), &json!(20), None);
        let line = trend.line(at(10), (96.0, 20.0), false).unwrap();
        assert_eq!(line.path, "M1.0,18.0L48.0,2.0L95.0,10.0");
        assert_eq!(line.end, (95.0, 10.0));
        let steps = trend.line(at(20), (96.0, 20.0), true).unwrap();
        assert_eq!(steps.path, "M1.0,18.0H24.5V2.0H48.0V10.0H95.0");
        assert_eq!(steps.end, (95.0, 10.0));
    }

    #[test]
    fn a_value_that_stays_and_the_largest_numbers_have_a_line() {
        let mut trend = Trend::default();
        trend.add(at(0), &json!(7), None);
        trend.add(at(0), &json!(7), None);
        let line = trend.line(at(0), (96.0, 20.0), false).unwrap();
        assert_eq!(line.path, "M1.0,10.0L1.0,10.0");
        trend.add(at(1), &json!(f64::MAX), None);
        trend.add(at(2), &json!(f64::MIN), None);
        let line = trend.line(at(2), (96.0, 20.0), false).unwrap();
        assert!(!line.path.contains("NaN") && !line.path.contains("inf"), "{}", line.path);
    }

    #[test]
    fn a_sample_from_the_past_changes_nothing_that_is_drawn() {
        let mut trend = Trend::default();
        trend.add(at(5), &json!(1), None);
        trend.add(at(3), &json!(2), None);
        assert_eq!(values(&trend), [1.0]);
    }
}
