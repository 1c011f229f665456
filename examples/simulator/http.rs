//! As much of HTTP/1.1 as a WebSocket's beginning and a small control need: one request a connection, its head and body
//! bounded in size and in time.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Bytes of a request's first line and headers.
const HEAD: usize = 16 * 1024;
const HEADERS: usize = 64;
/// How long a request may take to come.
pub(crate) const REQUEST_TIME: Duration = Duration::from_secs(10);

/// Reads from a socket until a certain time.
pub(crate) struct Timed<'a> {
    stream: &'a TcpStream,
    until: Instant,
}

impl<'a> Timed<'a> {
    pub(crate) fn new(stream: &'a TcpStream, time: Duration) -> Self {
        Self { stream, until: Instant::now() + time }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        let mut stream = self.stream;
        stream.read(buffer)
    }
}

/// The head of a request, and what came after it already.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Names in small letters.
    headers: Vec<(String, String)>,
    /// Bytes beyond the head.
    pub(crate) rest: Vec<u8>,
}

/// Why there is no request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoRequest {
    /// The other side is gone, or too slow.
    Gone,
    /// It is no HTTP, or more than is taken: with this status, and this to say.
    Refused(u16, &'static str),
}

impl Request {
    /// Reads the head of a request.
    pub(crate) fn read(from: &mut impl Read) -> Result<Self, NoRequest> {
        let mut bytes = Vec::new();
        let mut piece = [0; 4096];
        loop {
            if let Some(request) = Self::parse(&bytes)? {
                return Ok(request);
            }
            if bytes.len() >= HEAD {
                return Err(NoRequest::Refused(431, "the headers are too long"));
            }
            match from.read(&mut piece) {
                Ok(0) | Err(_) => return Err(NoRequest::Gone),
                Ok(count) => bytes.extend_from_slice(&piece[..count]),
            }
        }
    }

    fn parse(bytes: &[u8]) -> Result<Option<Self>, NoRequest> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let length = match request.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => {
                return Err(NoRequest::Refused(431, "there are too many headers"));
            }
            Err(_) => return Err(NoRequest::Refused(400, "this is no HTTP request")),
        };
        let header = |header: &httparse::Header<'_>| {
            (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).trim().to_owned())
        };
        Ok(Some(Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            headers: request.headers.iter().map(header).collect(),
            rest: bytes[length..].to_vec(),
        }))
    }

    /// The first header of this name, which is given in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The items of all headers of this name, which are lists with commas.
    pub(crate) fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        let of_name = self.headers.iter().filter(move |(known, _)| known == name);
        of_name.flat_map(|(_, value)| value.split(',')).map(str::trim).filter(|item| !item.is_empty())
    }

    /// Reads the body, which must say its length beforehand and have at most `limit` bytes.
    pub(crate) fn body(&mut self, from: &mut impl Read, limit: usize) -> Result<Vec<u8>, NoRequest> {
        if self.header("transfer-encoding").is_some() {
            return Err(NoRequest::Refused(501, "the body must come with a Content-Length"));
        }
        let mut lengths = self.headers.iter().filter(|(name, _)| name == "content-length");
        let length = match (lengths.next(), lengths.next()) {
            (None, _) => return Ok(Vec::new()),
            (Some((_, length)), None) => length,
            _ => return Err(NoRequest::Refused(400, "there are two Content-Lengths")),
        };
        if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NoRequest::Refused(400, "the Content-Length is no number"));
        }
        let length = match length.parse::<usize>() {
            Ok(length) if length <= limit => length,
            _ => return Err(NoRequest::Refused(413, "the body is too long")),
        };
        let mut body = std::mem::take(&mut self.rest);
        body.truncate(length);
        let mut piece = [0; 4096];
        while body.len() < length {
            let wanted = piece.len().min(length - body.len());
            match from.read(&mut piece[..wanted]) {
                Ok(0) | Err(_) => return Err(NoRequest::Gone),
                Ok(count) => body.extend_from_slice(&piece[..count]),
            }
        }
        Ok(body)
    }
}

/// What is answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn text(status: u16, text: impl Into<String>) -> Self {
        let kind = ("Content-Type", "text/plain; charset=utf-8".to_owned());
        Self { status, headers: vec![kind], body: text.into().into_bytes() }
    }

    pub(crate) fn json(status: u16, value: &serde_json::Value) -> Self {
        let kind = ("Content-Type", "application/json; charset=utf-8".to_owned());
        Self { status, headers: vec![kind], body: format!("{value}\n").into_bytes() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Writes it as the last thing on its connection.
    pub(crate) fn write(&self, mut to: impl Write) -> io::Result<()> {
        let mut bytes = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status)).into_bytes();
        let length = ("Content-Length", self.body.len().to_string());
        let fixed =
            [("Connection", "close".to_owned()), ("X-Content-Type-Options", "nosniff".to_owned()), length];
        for (name, value) in self.headers.iter().chain(&fixed) {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        to.write_all(&bytes)
    }
}

const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        426 => "Upgrade Required",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Error",
    }
}

/// `%41` and `+` in a query; none if it is no UTF-8 afterwards or a `%` has no number.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (digits, after) = rest.split_at_checked(2)?;
                rest = after;
                let digit = |digit: u8| char::from(digit).to_digit(16);
                u8::try_from(digit(digits[0])? * 16 + digit(digits[1])?).ok()?
            }
            byte => *byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Request, NoRequest> {
        Request::read(&mut &bytes[..])
    }

    #[test]
    fn a_request_and_its_body_are_read() {
        let bytes =
            b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nAccept: a, b\r\n\r\nhello and more";
        let mut from = &bytes[..];
        let mut request = Request::read(&mut from).unwrap();
        assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/a?b=c"));
        assert_eq!(request.list("accept").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(request.body(&mut from, 5).unwrap(), b"hello");
    }

    #[test]
    fn what_is_no_request_is_refused() {
        assert_eq!(read(b""), Err(NoRequest::Gone));
        assert_eq!(read(b"GET / HTTP/1.1\r\nHost"), Err(NoRequest::Gone));
        assert!(matches!(read(b"\x10\x1c\x00\x04MQTT\x04\x02"), Err(NoRequest::Refused(400, _))));
        let endless = [b"GET / HTTP/1.1\r\nA: ".to_vec(), vec![b'a'; 100_000]].concat();
        assert!(matches!(read(&endless), Err(NoRequest::Refused(431, _))));
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(100));
        assert!(matches!(read(many.as_bytes()), Err(NoRequest::Refused(431, _))));
    }

    #[test]
    fn a_body_is_bounded_and_says_its_length_once() {
        let body = |headers: &str| {
            let bytes = format!("POST / HTTP/1.1\r\n{headers}\r\n\r\n");
            read(bytes.as_bytes()).unwrap().body(&mut &b""[..], 100)
        };
        for (headers, status) in [
            ("Content-Length: 101", 413),
            ("Content-Length: 99999999999999999999999999", 413),
            ("Content-Length: -1", 400),
            ("Content-Length: +1", 400),
            ("Content-Length: 1\r\nContent-Length: 2", 400),
            ("Transfer-Encoding: chunked", 501),
        ] {
            assert!(
                matches!(body(headers), Err(NoRequest::Refused(found, _)) if found == status),
                "{headers}"
            );
        }
        assert_eq!(body("Content-Length: 1"), Err(NoRequest::Gone));
        assert_eq!(body("Host: x").unwrap(), b"");
    }

    #[test]
    fn queries_are_decoded() {
        assert_eq!(percent_decoded("a%2Fb+c").as_deref(), Some("a/b c"));
        for bad in ["%", "%4", "%zz", "%ff", "%-1"] {
            assert_eq!(percent_decoded(bad), None, "{bad}");
        }
    }
}
