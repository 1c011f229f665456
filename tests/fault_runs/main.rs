//! The session against a correct little broker over links that fail in every way, on a virtual clock, with everything
//! drawn from one seed.
//!
//! `FAULT_SEED` repeats the runs from that seed on, `FAULT_RUNS` says how many; a failure names the seed of its run.
//! `FAULT_TRACE` is how many lines are shown of what happened before a failure.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a rig that fails is a test that fails")]

mod broker;
mod found;
mod month;
mod random;
mod rig;

use std::time::{Duration, Instant, SystemTime};

use broker::Sabotage;
use rig::{Figures, Flaw, Rig};

const RUNS: u64 = 1_000;

fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text}, not a number")))
}

/// The seed of a run: neighbours have nothing in common.
fn run_seed(base: u64, run: u64) -> u64 {
    base.wrapping_add(run)
}

fn one_run(seed: u64, flaw: Option<Flaw>) -> Result<Figures, String> {
    Rig::new(seed, flaw, 0).run().map_err(|(fault, _)| fault)
}

/// What happened in a run, told by running it once more.
fn trace_of(seed: u64) -> String {
    let lines = from_environment("FAULT_TRACE").unwrap_or(80);
    match Rig::new(seed, None, usize::try_from(lines).unwrap()).run() {
        Err((_, trace)) => trace.join("\n"),
        Ok(_) => "the second run went well: the rig is not deterministic".to_owned(),
    }
}

#[test]
fn no_fault_loses_repeats_or_reorders_anything() {
    let by_clock = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_micros() as u64;
    let base = from_environment("FAULT_SEED").unwrap_or_else(by_clock);
    let runs = from_environment("FAULT_RUNS").unwrap_or(RUNS);
    // Past the capture of the test harness, so that it is seen on success too.
    let say = |text: String| {
        use std::io::Write;
        writeln!(std::io::stderr(), "{text}").unwrap();
    };
    say(format!("fault runs: FAULT_SEED={base} FAULT_RUNS={runs}"));
    let started = Instant::now();
    let mut total = Figures::default();
    for run in 0..runs {
        let seed = run_seed(base, run);
        match one_run(seed, None) {
            Ok(figures) => total.add(&figures),
            Err(fault) => panic!("{fault}\nFAULT_SEED={seed} FAULT_RUNS=1\n{}", trace_of(seed)),
        }
    }
    say(format!(
        "{:.1} virtual hours in {:?}\n{total:?}",
        total.virtual_time.as_secs_f64() / 3600.0,
        started.elapsed()
    ));
    if runs >= RUNS {
        total.assert_everything_happened();
    }
}

#[test]
fn a_seed_repeats_its_run() {
    for seed in 0..20 {
        let figures = || format!("{:?}", one_run(seed, None));
        assert_eq!(figures(), figures());
    }
}

#[test]
fn the_rig_notices_what_is_wrong() {
    for (flaw, word) in [
        (Flaw::Broker(Sabotage::ForgetsAcknowledged), "is acknowledged by nobody"),
        (Flaw::Broker(Sabotage::AcknowledgesTwice), "a correct broker is blamed"),
        (Flaw::Broker(Sabotage::RepeatsCompleted), "is told twice"),
        (Flaw::Broker(Sabotage::ForgetsSubscription), "the broker holds"),
        (Flaw::Broker(Sabotage::WithholdsMessage), "never came"),
        (Flaw::Broker(Sabotage::ClaimsSession), "the broker holds"),
        (Flaw::NoDup, "with DUP and not otherwise changed"),
        (Flaw::NoPings, "1.5 times the keep alive"),
        (Flaw::SameId, "is used for"),
        (Flaw::Swapped, "is sent after message"),
    ] {
        let faults: Vec<_> = (0..60).filter_map(|seed| one_run(seed, Some(flaw)).err()).collect();
        assert!(faults.iter().any(|fault| fault.contains(word)), "{flaw:?}: {faults:#?}");
    }
}

impl Figures {
    fn add(&mut self, other: &Self) {
        macro_rules! add {
            ($($field:ident),*) => { $(self.$field += other.$field;)* };
        }
        add!(
            virtual_time,
            connections,
            published,
            acknowledged,
            lost,
            received,
            resumed,
            broker_restarts,
            cuts,
            silences,
            freezes,
            closes,
            refused,
            duels,
            ping_timeouts,
            dups,
            dups_from_broker,
            redelivered,
            restored_subscriptions,
            settled
        );
    }

    /// Runs without faults would prove nothing.
    fn assert_everything_happened(&self) {
        assert!(self.virtual_time > Duration::from_secs(36_000), "{self:?}");
        for (what, often, least) in [
            ("connections", self.connections, 3_000),
            ("acknowledged", self.acknowledged, 10_000),
            ("received", self.received, 5_000),
            ("lost", self.lost, 50),
            ("resumed", self.resumed, 500),
            ("broker restarts", self.broker_restarts, 100),
            ("cuts", self.cuts, 500),
            ("silences", self.silences, 100),
            ("freezes", self.freezes, 100),
            ("closes", self.closes, 300),
            ("refused", self.refused, 100),
            ("duels", self.duels, 10),
            ("ping timeouts", self.ping_timeouts, 50),
            ("DUP from us", self.dups, 100),
            ("DUP from the broker", self.dups_from_broker, 50),
            ("redelivered", self.redelivered, 20),
            ("restored subscriptions", self.restored_subscriptions, 300),
        ] {
            assert!(often >= least, "{what}: only {often} times");
        }
    }
}
