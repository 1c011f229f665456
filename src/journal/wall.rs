//! The time of day of a journal's moments, and its writing. No clock: the origin comes from whoever has one.

use crate::mqtt::Moment;

/// Ties moments to the time of day. The monotonic clock may stand still while the computer sleeps, so there may be
/// several ties.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WallClock {
    /// From when on, and the microseconds since 1970, UTC, at [`Moment::ZERO`]; in order.
    ties: Vec<(Moment, u64)>,
}

impl WallClock {
    /// A clock with these ties: from when on, and the microseconds since 1970, UTC, at [`Moment::ZERO`].
    pub fn new(mut ties: Vec<(Moment, u64)>) -> Self {
        ties.sort_by_key(|(from, _)| *from);
        Self { ties }
    }

    /// The ties, in order.
    pub fn ties(&self) -> &[(Moment, u64)] {
        &self.ties
    }

    /// Microseconds since 1970, UTC, at `moment`.
    pub fn unix_micros(&self, moment: Moment) -> u64 {
        let after = self.ties.partition_point(|(from, _)| *from <= moment);
        let tie = self.ties.get(after.saturating_sub(1));
        tie.map_or(0, |(_, origin)| *origin).saturating_add(moment.as_micros())
    }

    /// The moment at a time of day, in microseconds since 1970, UTC. Where two ties give one, that of the later tie; times before
    /// all of them are the beginning.
    pub fn moment_at(&self, unix_micros: u64) -> Moment {
        let at = |(from, origin): &(Moment, u64)| {
            let moment = Moment::from_micros(unix_micros.checked_sub(*origin)?);
            (moment >= *from).then_some(moment)
        };
        self.ties.iter().rev().find_map(at).unwrap_or(Moment::ZERO)
    }
}

const SECOND: u64 = 1_000_000;
const DAY: u64 = 86_400 * SECOND;
/// Days from the first of March of the year 0 to the first of January 1970.
const MARCH_0_TO_1970: u64 = 719_468;
/// Days before each month of a year that begins with March.
const BEFORE_MONTH: [u64; 12] = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];

/// Year, month and day of the `days`th day since 1970. Years are counted from March, so that the leap day is the last.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + MARCH_0_TO_1970;
    let (cycles, days) = (days / 146_097, days % 146_097);
    let centuries = (days / 36_524).min(3);
    let days = days - centuries * 36_524;
    let (fours, days) = (days / 1461, days % 1461);
    let years = (days / 365).min(3);
    let day_of_year = days - years * 365;
    let month = BEFORE_MONTH.partition_point(|before| *before <= day_of_year) - 1;
    let day = day_of_year - BEFORE_MONTH[month] + 1;
    let year = cycles * 400 + centuries * 100 + fours * 4 + years;
    // The months are March to February.
    let month = month as u64;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

fn days_of(year: u64, month: u64, day: u64) -> Option<u64> {
    let from_march = (month + 9) % 12;
    let year = if month < 3 { year.checked_sub(1)? } else { year };
    let years = year * 365 + year / 4 - year / 100 + year / 400;
    let days = years + BEFORE_MONTH.get(usize::try_from(from_march).ok()?)? + day - 1;
    days.checked_sub(MARCH_0_TO_1970)
}

/// Date and time with microseconds: `2026-11-23T05:31:26.123456`, `between` standing in the place of `T`. By hand: an export
/// writes a million of them.
fn date_time(unix_micros: u64, between: char) -> String {
    let (year, month, day) = date(unix_micros / DAY);
    let time = unix_micros % DAY;
    let (seconds, micros) = (time / SECOND, time % SECOND);
    let mut text = String::with_capacity(32);
    for (number, width, after) in [
        (year, 4, Some('-')),
        (month, 2, Some('-')),
        (day, 2, Some(between)),
        (seconds / 3600, 2, Some(':')),
        (seconds / 60 % 60, 2, Some(':')),
        (seconds % 60, 2, Some('.')),
        (micros, 6, None),
    ] {
        push_number(number, width, &mut text);
        text.extend(after);
    }
    text
}

/// Appends a number of at least `width` digits.
fn push_number(number: u64, width: u32, text: &mut String) {
    let digits = number.checked_ilog10().map_or(1, |log| log + 1).max(width);
    for place in (0..digits).rev() {
        let digit = number / 10_u64.pow(place) % 10;
        text.push(char::from(b'0' + digit as u8));
    }
}

/// UTC as RFC 3339 writes it: `2026-11-23T05:31:26.123456Z`.
pub fn utc(unix_micros: u64) -> String {
    date_time(unix_micros, 'T') + "Z"
}

/// Local time without its zone, `2026-11-23 13:31:26.123456`, `offset` minutes east of UTC.
pub fn local(unix_micros: u64, offset: i32) -> String {
    date_time(unix_micros.saturating_add_signed(i64::from(offset) * 60 * SECOND as i64), ' ')
}

/// Reads what [`utc`] writes.
pub fn parse_utc(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let number = |digits: &str| {
        let all_digits = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        all_digits.then(|| digits.parse::<u64>().ok()).flatten()
    };
    let mut date = date.splitn(3, '-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut time = time.splitn(3, ':').map(number);
    let (hours, minutes, seconds) = (time.next()??, time.next()??, time.next()??);
    let in_range = year <= 9999 && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !in_range || hours > 23 || minutes > 59 || seconds > 60 || fraction.len() > 6 {
        return None;
    }
    let micros = number(&format!("{fraction:0<6}"))?;
    let days = days_of(year, month, day)?;
    Some(days * DAY + (hours * 3600 + minutes * 60 + seconds) * SECOND + micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (10_956, "1999-12-31"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_780, "2026-11-23"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert!(utc(days * DAY).starts_with(expected), "{days}: {}", utc(days * DAY));
        }
        assert_eq!(utc(1_795_411_886_123_456), "2026-11-23T05:31:26.123456Z");
        assert_eq!(local(1_795_411_886_123_456, 480), "2026-11-23 13:31:26.123456");
        assert_eq!(local(1_795_411_886_123_456, -570), "2026-11-22 20:01:26.123456");
    }

    #[test]
    fn a_time_that_is_none_is_not_read() {
        for text in [
            "",
            "Z",
            "2026-11-23T05:31:26",
            "2026-13-23T05:31:26Z",
            "2026-11-23T+5:31:26Z",
            "1969-01-01T00:00:00Z",
        ] {
            assert_eq!(parse_utc(text), None, "{text}");
        }
        assert_eq!(parse_utc("1970-01-01T00:00:01.5Z"), Some(1_500_000));
    }

    #[test]
    fn each_tie_holds_until_the_next() {
        let clock = WallClock::new(vec![(Moment::from_micros(100), 7000), (Moment::ZERO, 1000)]);
        let at = |micros| clock.unix_micros(Moment::from_micros(micros));
        assert_eq!([at(0), at(99), at(100)], [1000, 1099, 7100]);
        assert_eq!(WallClock::default().unix_micros(Moment::from_micros(5)), 5);
        assert_eq!(clock.unix_micros(Moment::from_micros(u64::MAX)), u64::MAX);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(micros in 0..253_402_300_800_000_000_u64) {
            prop_assert_eq!(parse_utc(&utc(micros)), Some(micros));
        }
    }
}
