//! Lines on the error output, and the answers on the output. Whoever started the simulator and reads none of it holds up
//! nobody: lines that find no room are counted and left out.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

/// Lines that may wait.
const WAITING: usize = 4096;

/// The error output. Clones write to the same.
#[derive(Clone)]
pub(crate) struct Log {
    pieces: SyncSender<Piece>,
    left_out: Arc<AtomicU64>,
}

enum Piece {
    Line(String),
    /// Whoever waits for the lines before this is told.
    End(SyncSender<()>),
}

impl Log {
    pub(crate) fn start() -> std::io::Result<Self> {
        let (pieces, waiting) = sync_channel(WAITING);
        let left_out = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&left_out);
        crate::sockets::thread("log", move || {
            for piece in waiting {
                match piece {
                    Piece::Line(line) => write(&line, count.swap(0, Ordering::Relaxed)),
                    Piece::End(to) => drop(to.send(())),
                }
            }
        })?;
        Ok(Self { pieces, left_out })
    }

    pub(crate) fn line(&self, line: impl Into<String>) {
        if self.pieces.try_send(Piece::Line(line.into())).is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until all lines so far are out, but not for long.
    pub(crate) fn flush(&self) {
        let (to, told) = sync_channel(1);
        if self.pieces.try_send(Piece::End(to)).is_ok() {
            let _ = told.recv_timeout(Duration::from_millis(500));
        }
    }
}

fn write(line: &str, missing: u64) {
    let mut to = std::io::stderr().lock();
    if missing > 0 {
        let _ = writeln!(to, "({missing} lines found no room here)");
    }
    let _ = writeln!(to, "{line}");
}

/// The time of day in UTC, to the millisecond, of milliseconds since 1970.
pub(crate) fn time_of_day(wall: u64) -> String {
    let (seconds, millis) = (wall / 1000 % 86_400, wall % 1000);
    format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Text of others on one line, and not too much of it.
pub(crate) fn on_one_line(text: &str) -> String {
    const MOST: usize = 300;
    let mut line: String = text.chars().take(MOST).flat_map(escaped).collect();
    if text.chars().nth(MOST).is_some() {
        line += "…";
    }
    line
}

/// Control characters, which could make a terminal do things, as `\u{1b}`.
fn escaped(c: char) -> impl Iterator<Item = char> {
    let plain = (!c.is_control()).then_some(c);
    let escape = c.is_control().then(|| c.escape_default());
    plain.into_iter().chain(escape.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(on_one_line("温度\n\u{1b}[2J"), "温度\\n\\u{1b}[2J");
        assert_eq!(on_one_line(&"x".repeat(301)).chars().count(), 301);
        assert_eq!(on_one_line(&"x".repeat(300)).chars().count(), 300);
    }

    #[test]
    fn the_time_of_day() {
        assert_eq!(time_of_day(1_767_225_600_000 + 3_723_004), "01:02:03.004");
    }
}
