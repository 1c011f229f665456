//! Our session against the simulated platform with faults, on a virtual clock, with everything drawn from one seed. Each
//! side is the other's judge: the session knows the standard, the platform knows its own rules.
//!
//! `SIMULATOR_SEED` repeats the runs from that seed on, `SIMULATOR_RUNS` says how many; a failure names the seed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

mod figures;
mod reckoning;
mod run;
#[path = "../simulated/mod.rs"]
mod simulated;

use figures::Figures;
use run::{Flaw, Run};

const RUNS: u64 = 300;

fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text}, not a number")))
}

#[test]
fn nothing_is_lost_and_both_sides_agree() {
    let by_clock = || {
        let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
        since.unwrap().as_micros() as u64
    };
    let base = from_environment("SIMULATOR_SEED").unwrap_or_else(by_clock);
    let runs = from_environment("SIMULATOR_RUNS").unwrap_or(RUNS);
    // Past the capture of the test harness, so that it is seen on success too.
    let say = |text: String| {
        use std::io::Write;
        writeln!(std::io::stderr(), "{text}").unwrap();
    };
    say(format!("simulator runs: SIMULATOR_SEED={base} SIMULATOR_RUNS={runs}"));
    let mut total = Figures::default();
    for seed in (0..runs).map(|run| base.wrapping_add(run)) {
        match Run::new(seed, None).run() {
            Ok(figures) => total.add(&figures),
            Err(fault) => panic!("{fault}\nSIMULATOR_SEED={seed} SIMULATOR_RUNS=1"),
        }
    }
    say(format!("{total:?}"));
    if runs >= RUNS {
        total.assert_everything_happened();
    }
}

#[test]
fn a_seed_repeats_its_run() {
    for seed in 0..10 {
        let figures = || format!("{:?}", Run::new(seed, None).run());
        assert_eq!(figures(), figures());
    }
}

#[test]
fn the_runs_notice_what_is_wrong() {
    for (flaw, word) in [
        (Flaw::PlatformLosesMessages, "never reached the platform"),
        (Flaw::PlatformForgetsSession, "never reached the device"),
        (Flaw::DeviceDropsMessages, "never reached the device"),
        (Flaw::DeviceRepeatsMessages, "came twice"),
        (Flaw::DeviceForgetsSubscription, "the two sides disagree"),
        (Flaw::CorruptPackets, "violation"),
        (Flaw::DeviceDoesNotPing, "KeepAliveOver"),
    ] {
        let faults: Vec<_> = (0..40).filter_map(|seed| Run::new(seed, Some(flaw)).run().err()).collect();
        assert!(faults.iter().any(|fault| fault.contains(word)), "{flaw:?}: {faults:#?}");
    }
}
