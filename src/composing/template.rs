//! Text with variables: `${n}`, `${ms}`, `${s}`, `${uuid}`, `${rand 1 6}`, `${sine 22 28 60s}`, `${pick on|off}`.
//!
//! `$${` stands for `${`. What looks like a variable and is none is a [`Fault`], and is sent as it stands: a template
//! never keeps anybody from sending what was typed.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;
use std::time::Duration;

use super::random::Random;

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Variable {
    /// `${n}`: the how manieth message it is that the session's composer sends, from 1.
    Counter,
    /// `${ms}`: milliseconds since 1970, UTC.
    Millis,
    /// `${s}`: seconds since 1970, UTC.
    Seconds,
    /// `${uuid}`: a random UUID (RFC 9562, version 4).
    Uuid,
    /// `${rand 1 6}`: a whole number from the first to the second, both included.
    RandomInteger(i64, i64),
    /// `${rand 0.5 1}`: a decimal between the two, with so many places.
    RandomDecimal(f64, f64, usize),
    /// `${sine 22 28 60s}`: swings between the two, once in that time.
    Sine(f64, f64, Duration),
    /// `${pick a|b}`: one of these.
    Pick(Vec<String>),
}

impl Variable {
    /// An example of each, as it is typed.
    pub const EXAMPLES: [&'static str; 7] =
        ["${n}", "${ms}", "${s}", "${uuid}", "${rand 1 100}", "${sine 20 30 60s}", "${pick on|off}"];
}

/// Why a text in `${…}` is no variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The closing brace is missing.
    Unclosed,
    /// There is none of this name.
    Unknown(String),
    /// The variable of this name takes other arguments.
    Arguments(String),
}

/// A text in `${…}` that is no variable, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Bytes of the template.
    pub range: Range<usize>,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What the variables of a message follow from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// What `${n}` is.
    pub counter: u64,
    /// Milliseconds since 1970, UTC.
    pub unix_millis: u64,
    /// What all chance in it follows from.
    pub seed: u64,
}

#[derive(Clone, Debug, PartialEq)]
struct Piece {
    range: Range<usize>,
    what: What,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    Variable(Variable),
    /// `$${`
    Escape,
}

/// A text as it is typed so that it is sent as it stands: what would be a variable in it is none.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if Template::parse(text).is_plain() { Cow::Borrowed(text) } else { Cow::Owned(text.replace("${", "$${")) }
}

/// A text and the variables in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    text: String,
    pieces: Vec<Piece>,
    faults: Vec<Fault>,
}

impl Template {
    /// Reads a text.
    pub fn parse(text: impl Into<String>) -> Self {
        let text = text.into();
        let mut pieces = Vec::new();
        let mut faults = Vec::new();
        let mut at = 0;
        // Up to here no variable closes: a line of many that do not is looked through once.
        let mut unclosed_to = 0;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find("${")) {
            let start = at + found;
            if start > at && text.as_bytes().get(start - 1) == Some(&b'$') {
                pieces.push(Piece { range: start - 1..start + 2, what: What::Escape });
                at = start + 2;
                continue;
            }
            let rest = text.get(start + 2..).unwrap_or_default();
            // A variable stands on one line: one that is not closed does not swallow what follows.
            let end = if start < unclosed_to { None } else { rest.find(['}', '\n']) };
            let Some(length) = end.filter(|end| rest.as_bytes().get(*end) == Some(&b'}')) else {
                if start >= unclosed_to {
                    unclosed_to = end.map_or(text.len(), |end| start + 2 + end);
                }
                faults.push(Fault { range: start..unclosed_to, kind: FaultKind::Unclosed });
                at = start + 2;
                continue;
            };
            let range = start..start + 2 + length + 1;
            match read(rest.get(..length).unwrap_or_default()) {
                Ok(variable) => pieces.push(Piece { range: range.clone(), what: What::Variable(variable) }),
                Err(kind) => faults.push(Fault { range: range.clone(), kind }),
            }
            at = range.end;
        }
        Self { text, pieces, faults }
    }

    /// What was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is sent as it stands.
    pub const fn is_plain(&self) -> bool {
        self.pieces.is_empty()
    }

    /// What looks like a variable and is none.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The variables, in the order in which they stand, as bytes of the text.
    pub fn variables(&self) -> impl Iterator<Item = (Range<usize>, &Variable)> {
        self.pieces.iter().filter_map(|piece| match &piece.what {
            What::Variable(variable) => Some((piece.range.clone(), variable)),
            What::Escape => None,
        })
    }

    /// What is sent in these circumstances.
    pub fn expand(&self, at: Circumstances) -> Cow<'_, str> {
        if self.is_plain() {
            return Cow::Borrowed(&self.text);
        }
        let mut values = self.values(at).into_iter();
        Cow::Owned(self.replaced(|what| match what {
            What::Escape => "${".to_owned(),
            What::Variable(_) => values.next().unwrap_or_default(),
        }))
    }

    /// The value of each variable in these circumstances, in the order of [`Self::variables`].
    pub fn values(&self, at: Circumstances) -> Vec<String> {
        let mut random = Random::new(at.seed);
        self.variables().map(|(_, variable)| value(variable, at, &mut random)).collect()
    }

    fn replaced(&self, mut by: impl FnMut(&What) -> String) -> String {
        let mut result = String::with_capacity(self.text.len() + 16 * self.pieces.len());
        let mut end = 0;
        for piece in &self.pieces {
            result.push_str(self.text.get(end..piece.range.start).unwrap_or_default());
            result.push_str(&by(&piece.what));
            end = piece.range.end;
        }
        result.push_str(self.text.get(end..).unwrap_or_default());
        result
    }
}

fn read(inside: &str) -> Result<Variable, FaultKind> {
    let inside = inside.trim();
    let (name, arguments) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let words: Vec<_> = arguments.split_whitespace().collect();
    let variable = match (name, words.as_slice()) {
        ("n", []) => Some(Variable::Counter),
        ("ms", []) => Some(Variable::Millis),
        ("s", []) => Some(Variable::Seconds),
        ("uuid", []) => Some(Variable::Uuid),
        ("rand", [low, high]) => random_between(low, high),
        ("sine", [low, high, period]) => sine(low, high, period),
        ("pick", [_, ..]) => {
            Some(Variable::Pick(arguments.split('|').map(|each| each.trim().to_owned()).collect()))
        }
        ("n" | "ms" | "s" | "uuid" | "rand" | "sine" | "pick", _) => None,
        _ => return Err(FaultKind::Unknown(name.to_owned())),
    };
    variable.ok_or_else(|| FaultKind::Arguments(name.to_owned()))
}

fn random_between(low: &str, high: &str) -> Option<Variable> {
    if let (Ok(low), Ok(high)) = (low.parse::<i64>(), high.parse::<i64>()) {
        return (low <= high).then_some(Variable::RandomInteger(low, high));
    }
    let places = |text: &str| text.split_once('.').map_or(0, |(_, places)| places.len());
    let most = places(low).max(places(high)).clamp(2, 9);
    let (low, high) = (decimal(low)?, decimal(high)?);
    (low <= high).then_some(Variable::RandomDecimal(low, high, most))
}

fn sine(low: &str, high: &str, period: &str) -> Option<Variable> {
    let (number, unit) = match (period.strip_suffix("ms"), period.strip_suffix('s'), period.strip_suffix('m'))
    {
        (Some(number), _, _) => (number, 0.001),
        (_, Some(number), _) => (number, 1.0),
        (_, _, Some(number)) => (number, 60.0),
        _ => return None,
    };
    let period = Duration::try_from_secs_f64(decimal(number)? * unit).ok()?;
    let (low, high) = (decimal(low)?, decimal(high)?);
    (period >= Duration::from_millis(1)).then_some(Variable::Sine(low, high, period))
}

/// A number as JSON could write it; neither `inf` nor `nan`.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.'));
    text.parse().ok().filter(|number: &f64| plain && number.abs() <= 1e15)
}

fn value(variable: &Variable, at: Circumstances, random: &mut Random) -> String {
    match variable {
        Variable::Counter => at.counter.to_string(),
        Variable::Millis => at.unix_millis.to_string(),
        Variable::Seconds => (at.unix_millis / 1000).to_string(),
        Variable::Uuid => uuid(random.number(), random.number()),
        Variable::RandomInteger(low, high) => {
            low.wrapping_add_unsigned(random.up_to(high.abs_diff(*low))).to_string()
        }
        Variable::RandomDecimal(low, high, places) => {
            format!("{:.places$}", low + (high - low) * random.part())
        }
        Variable::Sine(low, high, period) => {
            let period = (period.as_micros() as f64 / 1000.0).max(1.0);
            let turn = (at.unix_millis as f64 % period) / period * std::f64::consts::TAU;
            let number = format!("{:.2}", low + (high - low) * (1.0 + turn.sin()) / 2.0);
            // JSON knows a minus zero, but nobody wants one.
            if number == "-0.00" { "0.00".to_owned() } else { number }
        }
        Variable::Pick(choices) => {
            let last = (choices.len() as u64).saturating_sub(1);
            choices.get(random.up_to(last) as usize).cloned().unwrap_or_default()
        }
    }
}

fn uuid(high: u64, low: u64) -> String {
    let high = (high & !0xf000) | 0x4000;
    let low = (low & !(0b11 << 62)) | (0b10 << 62);
    let mut text = String::with_capacity(36);
    // A String takes all that is written.
    let _ = write!(
        text,
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    );
    text
}

#[cfg(test)]
mod tests;
