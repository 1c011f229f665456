//! A real mosquitto on a free loopback port, in a folder of its own. It ends with the test.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

pub(crate) struct Broker {
    pub(crate) port: u16,
    folder: PathBuf,
    process: Child,
}

/// The program: `MOSQUITTO`, or what is on PATH or in /usr/sbin, which often is not.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let named = std::env::var_os("MOSQUITTO").map(PathBuf::from);
    let mut programs: Box<dyn Iterator<Item = PathBuf>> = match named {
        Some(named) => Box::new(std::iter::once(named)),
        None => Box::new(folders.map(|folder| folder.join("mosquitto"))),
    };
    programs.find(|program| program.is_file()).expect(
        "the broker mosquitto is missing. Install it with script/bootstrap host \
         (Debian: apt-get install mosquitto; macOS: brew install mosquitto), or set MOSQUITTO to the program",
    )
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Broker {
    pub(crate) fn start() -> Self {
        let _ = program();
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("uiot-mosquitto-{}-{count}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        // Mosquitto 2.0 refuses to start with listeners for WebSockets alone, hence the plain one.
        // Somebody else may take the port between the look and the start.
        for _ in 0..5 {
            let (port, plain) = (free_port(), free_port());
            let settings = format!(
                "user root\nlistener {port} 127.0.0.1\nprotocol websockets\n\
                 listener {plain} 127.0.0.1\nallow_anonymous true\n\
                 persistence true\npersistence_location {}/\nautosave_on_changes true\nautosave_interval 1\n\
                 max_queued_messages 0\nmax_inflight_messages 0\nlog_dest file {0}/log\nlog_type all\n",
                folder.display()
            );
            fs::write(folder.join("mosquitto.conf"), settings).unwrap();
            if let Some(process) = Self::run(&folder, port) {
                return Self { port, folder, process };
            }
        }
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        panic!("mosquitto does not start:\n{log}");
    }

    fn run(folder: &std::path::Path, port: u16) -> Option<Child> {
        let mut command = Command::new(program());
        command.arg("-c").arg(folder.join("mosquitto.conf"));
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end && process.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(10));
            let running =
                || fs::read_to_string(folder.join("log")).is_ok_and(|log| log.ends_with("running\n"));
            if running() && TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(process);
            }
        }
        let _ = process.kill();
        let _ = process.wait();
        None
    }

    /// `kill -9`: what is not saved is lost.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again on the same port, with what it saved.
    pub(crate) fn restart(&mut self) {
        self.process = Self::run(&self.folder, self.port).expect("mosquitto does not start again");
    }

    /// Lets it stand still: its connections stay open, and nothing is read or answered.
    pub(crate) fn pause(&self) {
        let stopped = Command::new("sh").arg("-c").arg(format!("kill -STOP {}", self.process.id())).status();
        assert!(stopped.unwrap().success());
    }

    /// What it wrote to its log.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.folder.join("log")).unwrap_or_default()).into_owned()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            let log = self.log();
            let start = log.len().saturating_sub(3_000);
            eprintln!("the end of mosquitto's log:\n{}", log.get(start..).unwrap_or(&log));
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
