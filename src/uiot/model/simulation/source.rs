//! Where simulated values come from.

use std::f64::consts::TAU;
use std::time::Duration;

use serde_json::Value;

use super::ReplayPoint;
use crate::uiot::model::DataType;

/// A source of values. Numbers are rounded to what the type knows, but not into its range: to leave it is a test, too.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Always the same.
    Constant(Value),
    /// From one number to another, then from the beginning again.
    Ramp {
        /// The first number.
        from: f64,
        /// The last one.
        to: f64,
        /// From one to the next; its sign does not matter.
        step: f64,
    },
    /// Up and down as a sine, beginning in the middle.
    Sine {
        /// The lowest number.
        min: f64,
        /// The highest one.
        max: f64,
        /// From one highest to the next.
        period: Duration,
    },
    /// A random step up or down each time; it turns back at its bounds.
    Walk {
        /// The lowest number.
        min: f64,
        /// The highest one.
        max: f64,
        /// The longest step.
        step: f64,
    },
    /// One after the other, then from the beginning again.
    List(Vec<Value>),
    /// Recorded values at their times, once.
    Replay(Vec<ReplayPoint>),
}

/// How far a source has come.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// Values that were made.
    pub(super) place: usize,
    /// Where a random walk stands.
    at: f64,
    random: u64,
}

impl Run {
    pub(super) fn new(source: &Source, seed: u64) -> Self {
        let at = match source {
            Source::Walk { min, max, .. } => f64::midpoint(*min, *max),
            _ => 0.0,
        };
        Self { place: 0, at, random: seed }
    }

    /// The next value, so long after the beginning. A replay's are not made here.
    pub(super) fn next(&mut self, source: &Source, data_type: &DataType, passed: Duration) -> Value {
        let place = self.place;
        self.place = self.place.wrapping_add(1);
        let number = match source {
            Source::Constant(value) => return value.clone(),
            Source::List(values) => {
                return values.get(place % values.len().max(1)).cloned().unwrap_or_default();
            }
            Source::Replay(_) => return Value::Null,
            Source::Ramp { from, to, step } => ramp(*from, *to, *step, place),
            Source::Sine { min, max, period } => {
                let turns = passed.as_secs_f64() / period.as_secs_f64().max(0.001);
                f64::midpoint(*min, *max) + (max - min) / 2.0 * (turns * TAU).sin()
            }
            Source::Walk { min, max, step } => {
                if place > 0 {
                    let moved = self.at + step * (2.0 * self.fraction() - 1.0);
                    self.at = turned_back(moved, *min, *max);
                }
                self.at
            }
        };
        data_type.nearest(number).unwrap_or_default()
    }

    /// From 0 to below 1, following from the seed (SplitMix64).
    fn fraction(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // 53 bits are what a float holds.
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The last number is reached even where the steps would pass it.
fn ramp(from: f64, to: f64, step: f64, place: usize) -> f64 {
    let step = step.abs();
    let steps = ((to - from).abs() / step).ceil();
    if !(1.0..1e9).contains(&steps) {
        return from;
    }
    let index = place as f64 % (steps + 1.0);
    let way = (index * step).min((to - from).abs());
    if to < from { from - way } else { from + way }
}

fn turned_back(value: f64, min: f64, max: f64) -> f64 {
    let turned = if value > max {
        2.0 * max - value
    } else if value < min {
        2.0 * min - value
    } else {
        value
    };
    // A step may be longer than the range.
    turned.max(min).min(max)
}
