//! What is measured of a connection, in words that fit their boxes.

use leptos::prelude::*;

use crate::device::engine;
use crate::i18n::{millis, numbers};
use crate::journal::Direction;
use crate::mqtt::State;
use crate::ui::bench::Bench;

/// Width and height of the line of round trips, in CSS pixels (guide: `.spark`).
const WIDTH: f32 = 96.0;
const HEIGHT: f32 = 20.0;
/// Room for the line's own thickness and for the mark at its end.
const MARGIN: f32 = 2.5;

/// What stands where nothing is known.
const UNKNOWN: &str = "—";

/// The last round trip.
pub(super) fn round_trip(bench: Bench) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    move || {
        bench.status.with(|status| status.round_trip).map_or(UNKNOWN.to_owned(), |span| {
            millis(u64::try_from(span.as_micros()).unwrap_or(u64::MAX)) + " ms"
        })
    }
}

/// Messages a second, looked at once a second.
pub(super) fn rate(bench: Bench, direction: Direction) -> Memo<String> {
    Memo::new(move |_| {
        bench.seconds.track();
        if bench.status.with(|status| status.state) != State::Online {
            return UNKNOWN.to_owned();
        }
        bench.device(|device| {
            numbers::rate(device.read(|journal| journal.rate(direction, device.clock().now())))
        })
    })
}

/// How long the session has been online: `02:14:36`, after 99 hours `4d 05:10`.
pub(super) fn uptime(bench: Bench) -> String {
    bench.seconds.track();
    let since = bench.status.with(|status| status.online_since);
    since.map_or(UNKNOWN.to_owned(), |since| {
        let seconds = (bench.device(|device| device.clock().now()) - since).as_secs();
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        match hours {
            0..100 => format!("{hours:02}:{minutes:02}:{:02}", seconds % 60),
            _ => format!("{}d {:02}:{minutes:02}", hours / 24, hours % 24),
        }
    })
}

/// Minutes and seconds until the next PINGREQ: `4:12`. None while none is sent.
pub(super) fn next_ping(bench: Bench) -> Option<String> {
    bench.seconds.track();
    let (at, now) = bench.device(|device| (device.next_ping(), device.clock().now()));
    let seconds = (at? - now).as_secs();
    Some(format!("{}:{:02}", seconds / 60, seconds % 60))
}

/// The line of the last round trips: its path, and where it ends. None under two of them.
fn spark(samples: &[u32]) -> Option<(String, f32, f32)> {
    let (least, most) = (samples.iter().min()?, samples.iter().max()?);
    let (steps, span) = (samples.len().checked_sub(1).filter(|steps| *steps > 0)?, (most - least).max(1));
    let mut path = String::with_capacity(samples.len() * 10);
    let mut end = (0.0, 0.0);
    for (index, sample) in samples.iter().enumerate() {
        let x = MARGIN + (WIDTH - 2.0 * MARGIN) * index as f32 / steps as f32;
        // All alike lie in the middle.
        let part = if most == least { 0.5 } else { (sample - least) as f32 / span as f32 };
        let y = HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * part;
        path.push_str(&format!("{}{x:.1},{y:.1} ", if index == 0 { "M" } else { "" }));
        end = (x, y);
    }
    Some((path, end.0, end.1))
}

/// The last round trips as a line; they are said in words beside it.
#[component]
pub(super) fn Spark(bench: Bench, #[prop(into)] title: Signal<String>) -> impl IntoView {
    let line = Memo::new(move |_| {
        bench.seconds.track();
        spark(&bench.device(crate::device::Device::round_trips))
    });
    view! {
        <span class="spark-box" data-testid="round-trips" title=title>
            {move || match line.get() {
                None => UNKNOWN.into_any(),
                Some((path, x, y)) => view! {
                    <svg class="spark" width=WIDTH height=HEIGHT viewBox="0 0 96 20" preserveAspectRatio="none" aria-hidden="true">
                        <path d=path />
                        <circle cx=x cy=y r="1.8" />
                    </svg>
                }
                .into_any(),
            }}
        </span>
    }
}

/// How many faults of the simulator hold for the session's device.
pub(super) fn active_faults(bench: Bench) -> Memo<usize> {
    Memo::new(move |_| {
        bench.seconds.track();
        let device = bench.uiot_device.get();
        match bench.is_simulated() {
            // It runs: so there is an engine.
            true => engine().get().map_or(0, |engine| engine.faults(device.as_ref())),
            false => 0,
        }
    })
}
