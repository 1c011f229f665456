//! How a time is written and read: its form and its zone. No clock, and no browser: what the browser knows of its own zone is
//! handed in.

use std::fmt::Write as _;

use crate::journal::query::TimePoint;
use crate::journal::wall;

/// How the lists write a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeFormat {
    /// `14:32:13.124`
    #[default]
    Time,
    /// `11-23 14:32:13.124`
    DateTime,
    /// `+133.124`: seconds since CONNACK of the connection to which it belongs.
    SinceConnect,
    /// `1795411886123`: milliseconds since 1970.
    Unix,
}

impl TimeFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Time, Self::DateTime, Self::SinceConnect, Self::Unix];

    /// A name for storage and choices.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::DateTime => "date-time",
            Self::SinceConnect => "since-connect",
            Self::Unix => "unix",
        }
    }

    /// The format with this [`Self::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.id() == id)
    }

    /// As many characters as it takes: since connect, of a connection that lasts a month.
    pub const fn width(self) -> u32 {
        match self {
            Self::Time | Self::SinceConnect => 12,
            Self::DateTime => 18,
            Self::Unix => 13,
        }
    }
}

/// The zone in which times are shown and read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// The browser's.
    #[default]
    Local,
    /// Always so many minutes east of UTC: a quarter of an hour is the smallest step, from −12 to +14 hours.
    Fixed(i16),
}

impl Zone {
    /// UTC.
    pub const UTC: Self = Self::Fixed(0);
    /// The offsets that are in use, in minutes.
    const OFFSETS: [i16; 38] = [
        -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -120, -60, 0, 60, 120, 180,
        210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 840,
    ];

    /// All zones that are offered.
    pub fn all() -> impl Iterator<Item = Self> {
        let fixed = Self::OFFSETS.into_iter().filter(|minutes| *minutes != 0).map(Self::Fixed);
        [Self::Local, Self::UTC].into_iter().chain(fixed)
    }

    /// A name for storage and choices: `local`, `utc` or `+05:30`.
    pub fn id(self) -> String {
        match self {
            Self::Local => "local".to_owned(),
            Self::Fixed(0) => "utc".to_owned(),
            Self::Fixed(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                let minutes = minutes.unsigned_abs();
                format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }

    /// The zone with this [`Self::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::all().find(|zone| zone.id() == id)
    }

    /// Minutes by which it is ahead of UTC, where the browser's own zone is by `local`.
    pub fn offset(self, local: impl FnOnce() -> i32) -> i32 {
        match self {
            Self::Local => local(),
            Self::Fixed(minutes) => minutes.into(),
        }
    }

    /// The name of an offset: `UTC`, `UTC+8`, `UTC−3:30`.
    pub fn name_of(minutes: i32) -> String {
        let mut name = "UTC".to_owned();
        if minutes != 0 {
            let sign = if minutes < 0 { '−' } else { '+' };
            let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
            // Writing to a string does not fail.
            let _ = write!(name, "{sign}{hours}");
            if rest != 0 {
                let _ = write!(name, ":{rest:02}");
            }
        }
        name
    }

    /// Microseconds since 1970, UTC, at a time of this zone's calendar; without a date it is the day of `today`, which is in
    /// microseconds since 1970, UTC. None for the browser's own zone, of which only the browser knows, and for no date.
    pub fn unix_micros(self, time: TimePoint, today: u64) -> Option<u64> {
        let Self::Fixed(offset) = self else { return None };
        let date = match time.date {
            Some(date) => format!("{:04}-{:02}-{:02}", date.year, date.month, date.day),
            None => wall::local(today, offset.into()).get(..10)?.to_owned(),
        };
        let TimePoint { hour, minute, second, micros, .. } = time;
        let there = wall::parse_utc(&format!("{date}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z"))?;
        // Times before 1970 are as early as any.
        Some(there.saturating_add_signed(-i64::from(offset) * 60_000_000))
    }
}

/// How times are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// In which form.
    pub format: TimeFormat,
    /// In which zone.
    pub zone: Zone,
}

impl Times {
    /// Writes a time. `offset` is that of the zone then, in minutes; `since` are the microseconds since its connection began, none
    /// before the first.
    pub fn write(self, unix_micros: u64, offset: i32, since: Option<u64>) -> String {
        match self.format {
            TimeFormat::Time => wall::local(unix_micros, offset).get(11..23).unwrap_or_default().to_owned(),
            TimeFormat::DateTime => {
                wall::local(unix_micros, offset).get(5..23).unwrap_or_default().to_owned()
            }
            TimeFormat::SinceConnect => since.map_or_else(
                || "—".to_owned(),
                |since| format!("+{}.{:03}", since / 1_000_000, since / 1000 % 1000),
            ),
            TimeFormat::Unix => (unix_micros / 1000).to_string(),
        }
    }

    /// The same without fractions of a second.
    pub fn write_short(self, unix_micros: u64, offset: i32, since: Option<u64>) -> String {
        let mut text = self.write(unix_micros, offset, since);
        let end = match self.format {
            TimeFormat::Unix => text.len().saturating_sub(3),
            _ => text.rfind('.').unwrap_or(text.len()),
        };
        text.truncate(end);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::query::Date;

    const MICROS: u64 = 1_795_411_886_123_456;

    #[test]
    fn each_format_writes_a_time_within_its_width() {
        let write = |format, since| Times { format, zone: Zone::Local }.write(MICROS, 480, since);
        assert_eq!(write(TimeFormat::Time, None), "13:31:26.123");
        assert_eq!(write(TimeFormat::DateTime, None), "11-23 13:31:26.123");
        assert_eq!(write(TimeFormat::Unix, None), "1795411886123");
        assert_eq!(write(TimeFormat::SinceConnect, None), "—");
        assert_eq!(write(TimeFormat::SinceConnect, Some(133_124_999)), "+133.124");
        let short = |format| Times { format, zone: Zone::Local }.write_short(MICROS, 0, Some(1_999_999));
        assert_eq!(TimeFormat::ALL.map(short), ["05:31:26", "11-23 05:31:26", "+1", "1795411886"]);
        for format in TimeFormat::ALL {
            let month = write(format, Some(31 * 86_400_000_000));
            assert!(month.chars().count() <= format.width() as usize, "{month}");
            assert_eq!(TimeFormat::from_id(format.id()), Some(format));
        }
    }

    #[test]
    fn zones_have_names_and_come_back() {
        for zone in Zone::all() {
            assert_eq!(Zone::from_id(&zone.id()), Some(zone));
        }
        assert_eq!(Zone::all().count(), 39);
        assert_eq!([Zone::from_id("+14:00"), Zone::from_id("-12:00")].map(|zone| zone.is_some()), [true; 2]);
        assert_eq!([Zone::from_id("+15:00"), Zone::from_id("")], [None; 2]);
        let names = [0, 480, -210, 345, -720].map(Zone::name_of);
        assert_eq!(names, ["UTC", "UTC+8", "UTC−3:30", "UTC+5:45", "UTC−12"]);
    }

    #[test]
    fn a_time_is_read_in_its_zone() {
        let time = TimePoint { date: None, hour: 14, minute: 0, second: 0, micros: 5 };
        // It is the 24th there already.
        let today = wall::parse_utc("2026-11-23T20:00:00Z").unwrap();
        let read = |zone: Zone, time| zone.unix_micros(time, today).map(wall::utc);
        assert_eq!(read(Zone::UTC, time).unwrap(), "2026-11-23T14:00:00.000005Z");
        assert_eq!(read(Zone::Fixed(480), time).unwrap(), "2026-11-24T06:00:00.000005Z");
        let date = Some(Date { year: 2026, month: 1, day: 1 });
        assert_eq!(
            read(Zone::Fixed(-210), TimePoint { date, ..time }).unwrap(),
            "2026-01-01T17:30:00.000005Z"
        );
        assert_eq!(read(Zone::Local, time), None);
        let date = Some(Date { year: 1950, month: 1, day: 1 });
        assert_eq!(read(Zone::UTC, TimePoint { date, ..time }), None);
    }
}
