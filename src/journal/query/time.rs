use std::fmt;

/// A point of time as a person writes it: a time of day, with a date or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimePoint {
    /// The date; without one, whoever knows the calendar says which day is meant.
    pub date: Option<Date>,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// 0 to 999,999.
    pub micros: u32,
}

/// A day of the calendar that the person uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// 1970 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31; 28, 29 or 30 where the month ends there.
    pub day: u8,
}

impl TimePoint {
    /// Reads `14:32`, `14:32:13`, `14:32:13.124` (one to six digits), or any of them after `2026-11-22T`.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (Some(Date::parse(date)?), time),
            None => (None, text),
        };
        let mut parts = time.splitn(3, ':');
        let hour = digits(parts.next()?, 1..=2)?;
        let minute = digits(parts.next()?, 2..=2)?;
        let (second, micros) = match parts.next() {
            None => (0, 0),
            Some(rest) => match rest.split_once('.') {
                None => (digits(rest, 2..=2)?, 0),
                Some((second, fraction)) => {
                    let scale = 10_u32.pow(6_u32.checked_sub(u32::try_from(fraction.len()).ok()?)?);
                    (digits(second, 2..=2)?, digits(fraction, 1..=6)? * scale)
                }
            },
        };
        let in_range = hour < 24 && minute < 60 && second < 60;
        let narrow = |number: u32| u8::try_from(number).ok();
        in_range.then_some(Self {
            date,
            hour: narrow(hour)?,
            minute: narrow(minute)?,
            second: narrow(second)?,
            micros,
        })
    }
}

impl Date {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let year = digits(parts.next()?, 4..=4)?;
        let month = digits(parts.next()?, 2..=2)?;
        let day = digits(parts.next()?, 2..=2)?;
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        };
        let in_range = year >= 1970 && (1..=12).contains(&month) && (1..=last).contains(&day);
        in_range.then_some(Self {
            year: u16::try_from(year).ok()?,
            month: u8::try_from(month).ok()?,
            day: u8::try_from(day).ok()?,
        })
    }
}

/// A number of ASCII digits, so many of them.
fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let plain = count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

impl fmt::Display for TimePoint {
    /// As short as it can be written, and read back as the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Date { year, month, day }) = self.date {
            write!(f, "{year:04}-{month:02}-{day:02}T")?;
        }
        write!(f, "{:02}:{:02}", self.hour, self.minute)?;
        match (self.second, self.micros) {
            (0, 0) => Ok(()),
            (second, 0) => write!(f, ":{second:02}"),
            (second, micros) if micros.is_multiple_of(1000) => write!(f, ":{second:02}.{:03}", micros / 1000),
            (second, micros) => write!(f, ":{second:02}.{micros:06}"),
        }
    }
}
