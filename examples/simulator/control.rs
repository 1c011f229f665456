//! The cloud's side over HTTP, and as lines that somebody types.
//!
//! It does what it is told by anybody who reaches it, so it is on the loopback unless somebody says otherwise, and web
//! pages of other origins are kept out: what changes something needs `Content-Type: application/json`, which a foreign
//! page may not send unasked; a foreign `Origin` is refused; and `Host` must be an address or `localhost`, lest a name of
//! the page's own lead here.

use std::io::BufRead;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::cloud::{Problem, answer, command, commands};
use crate::fields::{Arguments, Command};
use crate::http::{NoRequest, REQUEST_TIME, Request, Response, Timed};
use crate::hub::{Question, Said, ToHub};
use crate::sockets::Place;

/// Bytes of a request's body: room for a thing model, and for a message of 256 KB in base64.
const BODY: usize = 1024 * 1024;
/// Bytes of a typed line.
const LINE: u64 = 1024 * 1024;
/// How long an answer may take: a command waits up to 5 s for its device.
const ANSWER_TIME: Duration = Duration::from_secs(15);
/// What the links to firmwares have before their own part.
pub(crate) const FIRMWARE: &str = "/firmware/";

#[derive(Clone)]
pub(crate) struct Control {
    hub: SyncSender<ToHub>,
    /// Whether pages of all origins may use it.
    cors: bool,
}

impl Control {
    pub(crate) fn new(hub: SyncSender<ToHub>, cors: bool) -> Self {
        Self { hub, cors }
    }

    /// Answers the one request of a connection.
    pub(crate) fn serve(&self, stream: TcpStream, _peer: SocketAddr, _place: Place) {
        let mut from = Timed::new(&stream, REQUEST_TIME);
        let answered = Request::read(&mut from).and_then(|mut request| {
            let body = request.body(&mut from, BODY)?;
            Ok(self.answer(&request, &body))
        });
        let mut response = match answered {
            Ok(response) => response,
            Err(NoRequest::Gone) => return,
            Err(NoRequest::Refused(status, why)) => problem(status, why),
        };
        if self.cors {
            response = response.with("Access-Control-Allow-Origin", "*");
        }
        let _ = stream.set_write_timeout(Some(REQUEST_TIME));
        if response.write(&stream).is_ok() {
            // What was not read is read, lest the kernel throw the answer away.
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let mut rest = std::io::Read::take(Timed::new(&stream, Duration::from_millis(500)), BODY as u64);
            let _ = std::io::copy(&mut rest, &mut std::io::sink());
        }
    }

    fn answer(&self, request: &Request, body: &[u8]) -> Response {
        if !host_is_safe(request) {
            return problem(403, "Host must be an address or localhost");
        }
        if !self.cors && !origin_is_own(request) {
            return problem(403, "pages of another origin may not use this; the option --cors lets them");
        }
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        match (request.method.as_str(), path) {
            ("OPTIONS", _) if self.cors => Response::text(204, "")
                .with("Access-Control-Allow-Methods", "GET, POST")
                .with("Access-Control-Allow-Headers", "content-type"),
            ("GET", "/" | "/help") => Response::text(200, help()),
            // Browsers ask for it unasked, and complain where there is none.
            ("GET", "/favicon.ico") => Response::text(204, ""),
            ("GET", _) if path.starts_with(FIRMWARE) => self.firmware(&request.target[FIRMWARE.len()..]),
            (method, _) => match path.strip_prefix('/').and_then(command) {
                None => problem(404, "no such command; GET /help lists them"),
                Some(command) => self.run(command, method, request, query, body),
            },
        }
    }

    fn run(
        &self,
        command: &'static Command,
        method: &str,
        request: &Request,
        query: &str,
        body: &[u8],
    ) -> Response {
        let allowed = if command.reads { "GET" } else { "POST" };
        if method != allowed {
            let why = format!("{} is asked for with {allowed}", command.name);
            return problem(405, &why).with("Allow", allowed);
        }
        let kind = request.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !command.reads && !kind.eq_ignore_ascii_case("application/json") {
            return problem(415, "the body must be application/json");
        }
        let arguments = match command.reads {
            true => Arguments::from_query(command, query),
            false => Arguments::from_body(command, body),
        };
        match arguments {
            Err(wrong) => self.response(Some(Said::Problem(wrong))),
            Ok(arguments) => self.response(self.ask(Question::Command(command, arguments))),
        }
    }

    fn response(&self, said: Option<Said>) -> Response {
        match said {
            Some(Said::Done(value)) => Response::json(200, &value),
            // The platform's own interface, too, answers 200 whatever the code.
            Some(Said::Problem(wrong @ Problem::Code(_))) => Response::json(200, &refusal(wrong)),
            Some(Said::Problem(wrong)) => Response::json(400, &refusal(wrong)),
            Some(Said::Firmware(_)) | None => problem(503, "the simulator is ending, or busy"),
        }
    }

    fn firmware(&self, rest: &str) -> Response {
        use uiot_testbench::simulator::services::ota::FetchError as E;
        match self.ask(Question::Firmware(rest.to_owned())) {
            Some(Said::Firmware(Ok(body))) => {
                let kind = ("Content-Type", "application/octet-stream".to_owned());
                Response { status: 200, headers: vec![kind], body }
            }
            Some(Said::Firmware(Err(E::NotFound))) => problem(404, "there is no such firmware"),
            Some(Said::Firmware(Err(E::Altered))) => problem(403, "the link was altered"),
            Some(Said::Firmware(Err(E::Expired))) => problem(410, "the link is older than a day"),
            _ => problem(503, "the simulator is ending, or busy"),
        }
    }

    fn ask(&self, question: Question) -> Option<Said> {
        let (to, said) = sync_channel(1);
        self.hub.send(ToHub::Asked(question, to)).ok()?;
        said.recv_timeout(ANSWER_TIME).ok()
    }

    /// Carries out what comes as lines, and hands each answer to `say`, and the help to `tell`. Ends with the lines.
    pub(crate) fn lines(&self, mut from: impl BufRead, say: impl Fn(String), tell: impl Fn(String)) {
        loop {
            let mut bytes = Vec::new();
            match std::io::Read::take(&mut from, LINE).read_until(b'\n', &mut bytes) {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            let line = String::from_utf8_lossy(&bytes);
            match line.trim() {
                "" => {}
                "help" => tell(help()),
                line => say(self.line(line).to_string()),
            }
        }
    }

    fn line(&self, line: &str) -> Value {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let Some(command) = command(word) else {
            return refusal(Problem::Field(format!("{word}: no such command; `help` lists them")));
        };
        let said = match Arguments::from_line(command, rest) {
            Ok(arguments) => self.ask(Question::Command(command, arguments)),
            Err(problem) => Some(Said::Problem(problem)),
        };
        match said {
            Some(Said::Done(value)) => value,
            Some(Said::Problem(problem)) => refusal(problem),
            Some(Said::Firmware(_)) | None => Value::Null,
        }
    }
}

/// 230 is the platform's code for a wrong parameter.
fn refusal(problem: Problem) -> Value {
    match problem {
        Problem::Code(code) => answer(code, Value::Null),
        Problem::Field(text) => json!({ "RetCode": 230, "Message": text }),
    }
}

fn problem(status: u16, why: &str) -> Response {
    Response::json(status, &json!({ "RetCode": 230, "Message": why }))
}

/// Whether the request was meant for this machine by its address. A name other than `localhost` may be anybody's.
fn host_is_safe(request: &Request) -> bool {
    let host = request.header("host").unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok()
}

/// Whether the request comes from no page, or from one of this very address.
fn origin_is_own(request: &Request) -> bool {
    match (request.header("origin"), request.header("host")) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.strip_prefix("http://") == Some(host),
        (Some(_), None) => false,
    }
}

fn help() -> String {
    let mut help = String::from(
        "The cloud's side of the simulator. Over HTTP: GET /name?Field=value for what only looks, POST /name with a JSON\n\
         object for the others. As lines: name Field=value Field={…}. Answers are JSON with the platform's RetCode.\n\
         ProductSN may be left out where there is only one product.\n\n",
    );
    for command in commands() {
        let method = if command.reads { "GET " } else { "POST" };
        help += &format!("{method} {}\n       {}\n", command.usage(), command.help);
    }
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &str) -> Request {
        Request::read(&mut format!("GET / HTTP/1.1\r\n{headers}\r\n").as_bytes()).unwrap()
    }

    #[test]
    fn names_of_others_do_not_lead_here() {
        for good in ["127.0.0.1:8084", "localhost:8084", "localhost", "[::1]:8084", "192.168.1.5:8084"] {
            assert!(host_is_safe(&request(&format!("Host: {good}\r\n"))), "{good}");
        }
        for bad in ["evil.example:8084", "127.0.0.1.evil.example", "", "localhost.evil.example:80"] {
            assert!(!host_is_safe(&request(&format!("Host: {bad}\r\n"))), "{bad}");
        }
        assert!(!host_is_safe(&request("")));
    }

    #[test]
    fn pages_of_other_origins_are_kept_out() {
        let own = |headers: &str| origin_is_own(&request(&format!("Host: 127.0.0.1:8084\r\n{headers}")));
        assert!(own(""));
        assert!(own("Origin: http://127.0.0.1:8084\r\n"));
        for bad in
            ["http://127.0.0.1:8085", "https://evil.example", "null", "http://127.0.0.1:8084.evil.example"]
        {
            assert!(!own(&format!("Origin: {bad}\r\n")), "{bad}");
        }
    }

    #[test]
    fn each_command_has_one_name_and_says_what_it_does() {
        let mut names: Vec<_> = commands().map(|command| command.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for command in commands() {
            assert!(!command.help.is_empty(), "{}", command.name);
            assert!(help().contains(&command.usage()), "{}", command.name);
        }
    }
}
