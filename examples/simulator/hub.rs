//! The one thread that owns the platform: what comes from sockets, from the control and from the clock goes in here, one
//! thing after the other.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use serde_json::Value;
use uiot_testbench::mqtt::Moment;
use uiot_testbench::simulator::services::ota::FetchError;
use uiot_testbench::simulator::{CloseStyle, ConnectionId, Output, Platform};
use uiot_testbench::uiot::RetCode;

use crate::cloud::{Cloud, Outcome, Problem, WaitsFor, answer};
use crate::fields::{Arguments, Command};
use crate::link::{Goodbye, Link};
use crate::log::{Log, time_of_day};
use crate::{reading, trace};

/// Things that may wait for the thread; who brings more waits too.
pub(crate) const WAITING: usize = 256;

/// What the thread is told.
pub(crate) enum ToHub {
    Opened {
        socket: u64,
        link: Link,
        peer: SocketAddr,
    },
    Bytes {
        socket: u64,
        bytes: Bytes,
    },
    Text {
        socket: u64,
    },
    /// How it ended, if there is more to say than that it did.
    Closed {
        socket: u64,
        how: &'static str,
    },
    Asked(Question, SyncSender<Said>),
    /// The simulator is to end.
    Stop,
}

/// What the control asks.
pub(crate) enum Question {
    Command(&'static Command, Arguments),
    /// The bytes of a firmware: what follows the prefix of the links.
    Firmware(String),
}

/// What it is told.
pub(crate) enum Said {
    Done(Value),
    Problem(Problem),
    Firmware(Result<Vec<u8>, FetchError>),
}

/// Milliseconds since 1970, UTC.
pub(crate) fn wall_clock() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

pub(crate) struct Hub {
    platform: Platform,
    origin: Instant,
    /// Milliseconds since 1970 at `origin`.
    wall: u64,
    log: Log,
    quiet: bool,
    sockets: BTreeMap<u64, (ConnectionId, Link)>,
    by_id: BTreeMap<ConnectionId, u64>,
    waiters: Vec<(WaitsFor, SyncSender<Said>)>,
    /// The next line of the trace that was not logged yet.
    logged: u64,
}

impl Hub {
    /// `origin` is when the platform's clock began, `wall` the time of day then.
    pub(crate) fn new(platform: Platform, origin: Instant, wall: u64, log: Log, quiet: bool) -> Self {
        let logged = platform.trace().next_seq();
        Self {
            platform,
            origin,
            wall,
            log,
            quiet,
            sockets: BTreeMap::new(),
            by_id: BTreeMap::new(),
            waiters: Vec::new(),
            logged,
        }
    }

    /// Works until somebody says stop.
    pub(crate) fn run(mut self, inbox: &Receiver<ToHub>) {
        loop {
            match inbox.recv_timeout(self.patience()) {
                Ok(ToHub::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(told) => self.take(told),
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.look_at_the_clock();
            let now = self.now();
            if self.platform.wake_at().is_some_and(|at| at <= now) {
                self.platform.woken(now);
            }
            self.settle();
        }
        // Also those that opened just before.
        let late = inbox.try_iter().filter_map(|told| match told {
            ToHub::Opened { link, .. } => Some(link),
            _ => None,
        });
        let late: Vec<_> = late.collect();
        for link in self.sockets.values().map(|(_, link)| link).chain(&late) {
            link.close(Goodbye::GoingAway);
        }
    }

    fn now(&self) -> Moment {
        Moment::from_micros(u64::try_from(self.origin.elapsed().as_micros()).unwrap_or(u64::MAX))
    }

    /// The clock that counts may have stood still while the computer slept, or the other was set.
    fn look_at_the_clock(&mut self) {
        let counted = u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX);
        let wall = wall_clock().saturating_sub(counted);
        if wall.abs_diff(self.wall) > 1_000 {
            self.wall = wall;
            self.platform.tie_to_wall(wall);
        }
    }

    /// How long nothing is to be done.
    fn patience(&self) -> Duration {
        const LONGEST: Duration = Duration::from_secs(60);
        self.platform.wake_at().map_or(LONGEST, |at| (at - self.now()).min(LONGEST))
    }

    fn take(&mut self, told: ToHub) {
        let now = self.now();
        match told {
            ToHub::Opened { socket, link, peer } => {
                let id = self.platform.connect(now);
                self.note(&format!("connection {socket} from {peer}"));
                self.by_id.insert(id, socket);
                self.sockets.insert(socket, (id, link));
            }
            ToHub::Bytes { socket, bytes } => {
                if let Some((id, _)) = self.sockets.get(&socket) {
                    self.platform.receive(now, *id, &bytes);
                }
            }
            ToHub::Text { socket } => {
                if let Some((id, _)) = self.sockets.get(&socket) {
                    self.platform.text_frame(now, *id);
                }
            }
            ToHub::Closed { socket, how } => {
                if let Some(id) = self.forget(socket) {
                    self.platform.closed(now, id);
                    let how = if how.is_empty() { String::new() } else { format!(": {how}") };
                    self.note(&format!("connection {socket} is gone{how}"));
                }
            }
            ToHub::Asked(question, to) => self.answer(now, question, to),
            ToHub::Stop => {}
        }
    }

    fn forget(&mut self, socket: u64) -> Option<ConnectionId> {
        let (id, _) = self.sockets.remove(&socket)?;
        self.by_id.remove(&id);
        Some(id)
    }

    fn answer(&mut self, now: Moment, question: Question, to: SyncSender<Said>) {
        let said = match question {
            Question::Command(command, arguments) => {
                let mut cloud = Cloud { platform: &mut self.platform, now };
                match (command.run)(&mut cloud, &arguments) {
                    Ok(Outcome::Now(fields)) => Said::Done(answer(RetCode::SUCCESS, fields)),
                    Ok(Outcome::Later(call)) => return self.waiters.push((call, to)),
                    Err(problem) => Said::Problem(problem),
                }
            }
            Question::Firmware(rest) => {
                let url = format!("{}{rest}", self.platform.choices.ota.url_prefix);
                Said::Firmware(self.platform.fetch_firmware(now, &url))
            }
        };
        // Who asked may be gone.
        let _ = to.try_send(said);
    }

    /// Does what the platform wants, tells what it saw, and answers those who waited for a device.
    fn settle(&mut self) {
        let mut too_slow = Vec::new();
        while let Some(output) = self.platform.poll() {
            match output {
                Output::Send(id, bytes) => {
                    let known =
                        self.by_id.get(&id).and_then(|socket| Some((*socket, self.sockets.get(socket)?)));
                    if let Some((socket, (_, link))) = known
                        && link.packet(bytes).is_err()
                    {
                        link.cut();
                        too_slow.push(socket);
                    }
                }
                Output::Close(id, style) => {
                    let socket = self.by_id.remove(&id);
                    if let Some((_, link)) = socket.and_then(|socket| self.sockets.remove(&socket)) {
                        link.close(match style {
                            CloseStyle::Abrupt => Goodbye::None,
                            CloseStyle::Normal => Goodbye::Normal,
                        });
                    }
                }
            }
        }
        let now = self.now();
        for socket in too_slow {
            if let Some(id) = self.forget(socket) {
                self.note(&format!("connection {socket} is cut: its reader is too slow"));
                self.platform.closed(now, id);
            }
        }
        self.tell();
        let cloud = Cloud { platform: &mut self.platform, now };
        self.waiters.retain(|(call, to)| match reading::ended(&cloud, call) {
            Some(ended) => {
                let _ = to.try_send(Said::Done(ended));
                false
            }
            None => true,
        });
    }

    /// Logs what is new in the trace.
    fn tell(&mut self) {
        let next = self.platform.trace().next_seq();
        if self.logged == next {
            return;
        }
        if !self.quiet {
            let kept = usize::try_from(next - self.logged).unwrap_or(usize::MAX);
            let mut lines: Vec<_> = self.platform.trace().lines().rev().take(kept).collect();
            lines.reverse();
            for line in lines {
                self.log.line(trace::line(line, self.platform.wall(line.at)));
            }
        }
        self.logged = next;
    }

    fn note(&self, text: &str) {
        if !self.quiet {
            self.log.line(format!("{} {text}", time_of_day(self.platform.wall(self.now()))));
        }
    }
}
