use super::random::Random;
use super::registry::Registry;
use super::services::Context;
use super::{Choices, Trace};
use crate::mqtt::Moment;

/// See the [room's docs](super).
#[derive(Debug)]
pub struct Platform {
    /// What it does where the documents are silent.
    pub choices: Choices,
    pub(super) registry: Registry,
    pub(super) trace: Trace,
    pub(super) random: Random,
    /// Milliseconds since 1970, UTC, at [`Moment::ZERO`].
    wall_at_zero: u64,
}

impl Platform {
    /// A platform without products. `wall_at_zero` is the time in milliseconds since 1970, UTC, at [`Moment::ZERO`];
    /// all that is made up follows from `seed`.
    pub fn new(wall_at_zero: u64, seed: u64) -> Self {
        Self {
            choices: Choices::default(),
            registry: Registry::default(),
            trace: Trace::default(),
            random: Random::new(seed),
            wall_at_zero,
        }
    }

    /// Lets a service work, and does what it wants done.
    pub(super) fn service<T>(&mut self, now: Moment, work: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let mut cx = Context {
            now,
            wall: self.wall_at_zero + now.as_micros() / 1000,
            registry: &mut self.registry,
            choices: &self.choices,
            random: &mut self.random,
            effects: Vec::new(),
        };
        let result = work(&mut cx);
        drop(cx.effects);
        result
    }
}
