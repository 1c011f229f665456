//! What holds for the whole tool, whatever the session: looks, times, deadlines, and how a new session begins.
//!
//! Each value is stored by itself in one object, so that a damaged one costs only itself.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Mode;
use super::times::{TimeFormat, Times, Zone};
use crate::storage::Profile;
use crate::uiot::{Region, limits};

/// How high the rows of lists are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Density {
    /// 24 px.
    #[default]
    Compact,
    /// 32 px.
    Relaxed,
}

impl Density {
    /// A name for choices and the page's root element.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Relaxed => "relaxed",
        }
    }

    /// The density with this [`Self::id`].
    pub fn from_id(id: &str) -> Self {
        if id == Self::Relaxed.id() { Self::Relaxed } else { Self::Compact }
    }

    /// The height of a row, in CSS pixels.
    pub const fn row(self) -> f64 {
        match self {
            Self::Compact => 24.0,
            Self::Relaxed => 32.0,
        }
    }
}

/// A number that can be set, with its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The least.
    pub least: u32,
    /// The most.
    pub most: u32,
    /// What holds as long as nothing else was set.
    pub default: u32,
}

impl Limits {
    /// A whole number within the limits; spaces round it do not count.
    ///
    /// # Errors
    /// [`NumberFault`].
    pub fn read(self, text: &str) -> Result<u32, NumberFault> {
        let digits = text.trim();
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(NumberFault::Number);
        }
        // More digits than the type holds are too many all the same.
        let number = digits.parse().unwrap_or(u32::MAX);
        if self.holds(number) { Ok(number) } else { Err(NumberFault::Range) }
    }

    const fn holds(self, number: u32) -> bool {
        number >= self.least && number <= self.most
    }
}

/// Why a number cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// Not a whole number.
    Number,
    /// Outside the limits.
    Range,
}

/// How a new session begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beginning {
    /// Which rules apply.
    pub mode: Mode,
    /// The platform's region.
    pub region: Region,
}

/// See the [module's docs](self).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// How high rows are.
    pub density: Density,
    /// The size of topics, payloads and packets, in CSS pixels: 12, 13 or 14.
    pub mono: u32,
    /// How times are written, and in which zone.
    pub times: Times,
    /// An acknowledgement that takes longer is marked as late, in milliseconds.
    pub late: u32,
    /// A request without an acknowledgement is overdue after so many seconds.
    pub overdue: u32,
    /// Keep alive of a new session, in seconds.
    pub keep_alive: u32,
    /// How a new session begins.
    pub beginning: Beginning,
    /// Whether keys that write a sign (`/`, `?`) mean something wherever the focus is. Speech input types such signs by itself
    /// (WCAG 2.1.4).
    pub sign_keys: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            density: Density::default(),
            mono: Self::MONO[0],
            times: Times::default(),
            late: Self::LATE.default,
            overdue: Self::OVERDUE.default,
            keep_alive: Self::KEEP_ALIVE.default,
            beginning: Beginning::default(),
            sign_keys: true,
        }
    }
}

impl Preferences {
    /// Sizes that can be chosen, in CSS pixels.
    pub const MONO: [u32; 3] = [12, 13, 14];
    /// Milliseconds after which an acknowledgement is late.
    pub const LATE: Limits = Limits { least: 1, most: 60_000, default: 200 };
    /// Seconds after which an acknowledgement is overdue.
    pub const OVERDUE: Limits = Limits { least: 1, most: 600, default: 10 };
    /// Keep alive in seconds: what CONNECT can say. The form tells which of it the platform refuses.
    pub const KEEP_ALIVE: Limits =
        Limits { least: 0, most: u16::MAX as u32, default: limits::KEEP_ALIVE_DEFAULT as u32 };

    /// What is stored, and the names of values that were damaged: those are at their default. Nothing stored is no damage.
    pub fn read(text: Option<&str>) -> (Self, Vec<&'static str>) {
        let mut read = Self::default();
        let mut damaged = Vec::new();
        let Some(text) = text else { return (read, damaged) };
        let Ok(Value::Object(map)) = serde_json::from_str(text) else {
            return (read, vec!["preferences"]);
        };
        let number = |limits: Limits| move |number: &u32| limits.holds(*number);
        let bad = &mut damaged;
        take(&map, "density", |_| true, &mut read.density, bad);
        take(&map, "mono", |size| Self::MONO.contains(size), &mut read.mono, bad);
        take(&map, "late", number(Self::LATE), &mut read.late, bad);
        take(&map, "overdue", number(Self::OVERDUE), &mut read.overdue, bad);
        take(&map, "keep_alive", number(Self::KEEP_ALIVE), &mut read.keep_alive, bad);
        take(&map, "sign_keys", |_| true, &mut read.sign_keys, bad);
        take(&map, "mode", |_| true, &mut read.beginning.mode, bad);
        let mut named = |key: &'static str, known: &mut dyn FnMut(&str) -> bool| {
            let mut id = String::new();
            take(&map, key, |_| true, &mut id, bad);
            if !id.is_empty() && !known(&id) {
                bad.push(key);
            }
        };
        named("time", &mut |id| TimeFormat::from_id(id).map(|found| read.times.format = found).is_some());
        named("zone", &mut |id| Zone::from_id(id).map(|found| read.times.zone = found).is_some());
        named("region", &mut |id| {
            let found = Region::ALL.into_iter().find(|region| region.id() == id);
            found.map(|found| read.beginning.region = found).is_some()
        });
        (read, damaged)
    }

    /// What [`Self::read`] reads.
    pub fn to_text(&self) -> String {
        let entries: [(&str, Value); 10] = [
            ("density", self.density.id().into()),
            ("mono", self.mono.into()),
            ("time", self.times.format.id().into()),
            ("zone", self.times.zone.id().into()),
            ("late", self.late.into()),
            ("overdue", self.overdue.into()),
            ("keep_alive", self.keep_alive.into()),
            ("sign_keys", self.sign_keys.into()),
            ("mode", if self.beginning.mode == Mode::Uiot { "uiot" } else { "generic" }.into()),
            ("region", self.beginning.region.id().into()),
        ];
        let map: Map<String, Value> =
            entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Value::Object(map).to_string()
    }

    /// The form of a new session.
    pub fn new_profile(&self) -> Profile {
        let mut profile = Profile {
            mode: self.beginning.mode,
            keep_alive: self.keep_alive.to_string(),
            ..Profile::default()
        };
        profile.region = Some(self.beginning.region);
        profile.uiot_server.host = self.beginning.region.mqtt_host();
        profile
    }
}

fn take<T: DeserializeOwned>(
    map: &Map<String, Value>,
    key: &'static str,
    fits: impl Fn(&T) -> bool,
    place: &mut T,
    damaged: &mut Vec<&'static str>,
) {
    let Some(value) = map.get(key) else { return };
    match T::deserialize(value).ok().filter(fits) {
        Some(found) => *place = found,
        None => damaged.push(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_comes_back() {
        let set = Preferences {
            density: Density::Relaxed,
            mono: 14,
            times: Times { format: TimeFormat::SinceConnect, zone: Zone::Fixed(-210) },
            late: 5,
            overdue: 60,
            keep_alive: 0,
            beginning: Beginning { mode: Mode::Generic, region: Region::ALL[Region::ALL.len() - 1] },
            sign_keys: false,
        };
        for preferences in [set, Preferences::default()] {
            assert_eq!(Preferences::read(Some(&preferences.to_text())), (preferences, vec![]));
        }
        assert_eq!(Preferences::read(None), (Preferences::default(), vec![]));
        assert_eq!(Preferences::read(Some("{}")), (Preferences::default(), vec![]));
    }

    #[test]
    fn a_damaged_value_costs_itself_and_is_named() {
        let text = r#"{"density":"tall","mono":99,"time":"noon","zone":"+25:00","late":0,"overdue":-1,
            "keep_alive":65536,"sign_keys":"on","mode":7,"region":"moon","later":true}"#;
        let (read, damaged) = Preferences::read(Some(text));
        assert_eq!(read, Preferences::default());
        let all = [
            "density",
            "mono",
            "late",
            "overdue",
            "keep_alive",
            "sign_keys",
            "mode",
            "time",
            "zone",
            "region",
        ];
        assert_eq!(damaged, all);

        let (read, damaged) = Preferences::read(Some(r#"{"density":"relaxed","late":1e9,"overdue":3}"#));
        assert_eq!((read.density, read.late, read.overdue), (Density::Relaxed, 200, 3));
        assert_eq!(damaged, ["late"]);
        for text in ["", "[]", "null", "{\"mono\":12", "\u{0}"] {
            assert_eq!(
                Preferences::read(Some(text)),
                (Preferences::default(), vec!["preferences"]),
                "{text}"
            );
        }
    }

    #[test]
    fn numbers_keep_to_their_limits() {
        let limits = Preferences::OVERDUE;
        assert_eq!([limits.read("1"), limits.read(" 600 ")], [Ok(1), Ok(600)]);
        for text in ["", "x", "1.5", "-1", "+1", "１"] {
            assert_eq!(limits.read(text), Err(NumberFault::Number), "{text}");
        }
        for text in ["0", "601", "99999999999999999999"] {
            assert_eq!(limits.read(text), Err(NumberFault::Range), "{text}");
        }
    }

    #[test]
    fn a_new_session_begins_as_it_was_set() {
        assert_eq!(Preferences::default().new_profile(), Profile::default());
        let region = Region::ALL[Region::ALL.len() - 1];
        let set = Preferences {
            keep_alive: 60,
            beginning: Beginning { mode: Mode::Generic, region },
            ..Preferences::default()
        };
        let profile = set.new_profile();
        assert_eq!(
            (profile.mode, profile.keep_alive.as_str(), profile.region),
            (Mode::Generic, "60", Some(region))
        );
        assert_eq!(profile.uiot_server.host, region.mqtt_host());
    }
}
