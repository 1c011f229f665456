//! Faults as a person switches them: each with its values as texts, which are kept while it is off and checked while they
//! are typed.

use std::time::Duration;

use super::{Faults, ShadowConflict};
use crate::mqtt::{ConnectReturnCode, TopicFilter};

/// The longest span that can be asked for, in seconds.
const DAY: u64 = 24 * 60 * 60;
/// Bytes, and packets, that can be counted down from.
const MOST: u64 = 1_000_000_000;

/// One of the faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "see the fields of `Faults`")]
pub enum FaultSwitch {
    Delay,
    LoseMessages,
    LoseAcks,
    WithholdPingresp,
    Silence,
    CutAfter,
    CutAtByte,
    Corrupt,
    RefuseConnect,
    RefuseSubscribe,
    ShadowConflict,
    Rival,
}

/// What can be typed, or picked, for a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultValue {
    /// Milliseconds.
    Delay,
    /// Milliseconds.
    Jitter,
    /// Percent of the messages.
    LoseMessages,
    /// Percent of the acknowledgements.
    LoseAcks,
    /// Seconds.
    CutAfter,
    /// Bytes.
    CutAtByte,
    /// Packets.
    Corrupt,
    /// A code of CONNACK, 1 to 255.
    Code,
    /// A topic filter.
    Filter,
    /// `next` or `every`.
    Conflict,
    /// Seconds.
    Rival,
}

/// Why a value cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadFaultValue {
    /// A whole number from the first to the second has to stand here.
    Number(u64, u64),
    /// A number above 0 and up to 100 has to stand here.
    Percent,
    /// This is no topic filter.
    Filter,
}

/// The texts of all values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultTexts([String; 11]);

impl Default for FaultTexts {
    fn default() -> Self {
        let texts = ["500", "150", "5", "10", "60", "20", "1", "4", "/$system/+/+/shadow/#", "next", "2"];
        Self(texts.map(str::to_owned))
    }
}

impl FaultTexts {
    /// A value's text.
    pub fn get(&self, value: FaultValue) -> &str {
        self.0.get(value as usize).map_or("", String::as_str)
    }

    /// Takes what was typed.
    pub fn set(&mut self, value: FaultValue, text: impl Into<String>) {
        if let Some(known) = self.0.get_mut(value as usize) {
            *known = text.into();
        }
    }

    /// Takes over the values of the faults that are on; the others keep their texts.
    pub fn follow(&mut self, faults: &Faults) {
        use FaultValue as V;
        let percent = |share: f64| format!("{}", (share * 1e8).round() / 1e6);
        let seconds = |span: Duration| span.as_secs().to_string();
        if FaultSwitch::Delay.is_on(faults) {
            self.set(V::Delay, faults.delay.as_millis().to_string());
            self.set(V::Jitter, faults.jitter.as_millis().to_string());
        }
        if faults.lose_messages > 0.0 {
            self.set(V::LoseMessages, percent(faults.lose_messages));
        }
        if faults.lose_acks > 0.0 {
            self.set(V::LoseAcks, percent(faults.lose_acks));
        }
        if faults.corrupt_packets > 0 {
            self.set(V::Corrupt, faults.corrupt_packets.to_string());
        }
        let others = [
            (V::CutAfter, faults.cut_after.map(seconds)),
            (V::CutAtByte, faults.cut_at_byte.map(|bytes| bytes.to_string())),
            (V::Code, faults.refuse_connect.map(|code| code.number().to_string())),
            (V::Filter, faults.refuse_subscribe.as_ref().map(|filter| filter.as_str().to_owned())),
            (V::Conflict, faults.shadow_conflict.map(|which| id_of(which).to_owned())),
            (V::Rival, faults.rival_every.map(seconds)),
        ];
        for (value, text) in others {
            if let Some(text) = text {
                self.set(value, text);
            }
        }
    }

    fn number(&self, value: FaultValue, least: u64, most: u64) -> Result<u64, BadFaultValue> {
        let number = self.get(value).trim().parse().ok();
        number.filter(|number| (least..=most).contains(number)).ok_or(BadFaultValue::Number(least, most))
    }

    fn share(&self, value: FaultValue) -> Result<f64, BadFaultValue> {
        let number: Option<f64> = self.get(value).trim().parse().ok();
        let within = |number: &f64| *number > 0.0 && *number <= 100.0;
        number.filter(within).map(|percent| percent / 100.0).ok_or(BadFaultValue::Percent)
    }
}

const fn id_of(which: ShadowConflict) -> &'static str {
    match which {
        ShadowConflict::Next => "next",
        ShadowConflict::Every => "every",
    }
}

impl FaultSwitch {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 12] = [
        Self::Delay,
        Self::LoseMessages,
        Self::LoseAcks,
        Self::WithholdPingresp,
        Self::Silence,
        Self::CutAfter,
        Self::CutAtByte,
        Self::Corrupt,
        Self::RefuseConnect,
        Self::RefuseSubscribe,
        Self::ShadowConflict,
        Self::Rival,
    ];

    /// What can be typed for it.
    pub const fn values(self) -> &'static [FaultValue] {
        use FaultValue as V;
        match self {
            Self::Delay => &[V::Delay, V::Jitter],
            Self::LoseMessages => &[V::LoseMessages],
            Self::LoseAcks => &[V::LoseAcks],
            Self::WithholdPingresp | Self::Silence => &[],
            Self::CutAfter => &[V::CutAfter],
            Self::CutAtByte => &[V::CutAtByte],
            Self::Corrupt => &[V::Corrupt],
            Self::RefuseConnect => &[V::Code],
            Self::RefuseSubscribe => &[V::Filter],
            Self::ShadowConflict => &[V::Conflict],
            Self::Rival => &[V::Rival],
        }
    }

    /// Whether it is on.
    pub fn is_on(self, faults: &Faults) -> bool {
        match self {
            Self::Delay => !faults.delay.is_zero() || !faults.jitter.is_zero(),
            Self::LoseMessages => faults.lose_messages != 0.0,
            Self::LoseAcks => faults.lose_acks != 0.0,
            Self::WithholdPingresp => faults.withhold_pingresp,
            Self::Silence => faults.silence,
            Self::CutAfter => faults.cut_after.is_some(),
            Self::CutAtByte => faults.cut_at_byte.is_some(),
            Self::Corrupt => faults.corrupt_packets > 0,
            Self::RefuseConnect => faults.refuse_connect.is_some(),
            Self::RefuseSubscribe => faults.refuse_subscribe.is_some(),
            Self::ShadowConflict => faults.shadow_conflict.is_some(),
            Self::Rival => faults.rival_every.is_some(),
        }
    }

    /// Switches it on with the values of these texts.
    ///
    /// # Errors
    /// What is wrong with them; then the faults stay as they were.
    pub fn switch_on(self, faults: &mut Faults, texts: &FaultTexts) -> Result<(), BadFaultValue> {
        use FaultValue as V;
        let seconds = |value| Ok(Some(Duration::from_secs(texts.number(value, 1, DAY)?)));
        match self {
            Self::Delay => {
                let delay = texts.number(V::Delay, 0, DAY * 1000)?;
                // Without any of the two it would be off.
                let jitter = texts.number(V::Jitter, u64::from(delay == 0), DAY * 1000)?;
                (faults.delay, faults.jitter) = (Duration::from_millis(delay), Duration::from_millis(jitter));
            }
            Self::LoseMessages => faults.lose_messages = texts.share(V::LoseMessages)?,
            Self::LoseAcks => faults.lose_acks = texts.share(V::LoseAcks)?,
            Self::WithholdPingresp => faults.withhold_pingresp = true,
            Self::Silence => faults.silence = true,
            Self::CutAfter => faults.cut_after = seconds(V::CutAfter)?,
            Self::CutAtByte => {
                let bytes = texts.number(V::CutAtByte, 1, MOST)?;
                faults.cut_at_byte = usize::try_from(bytes).ok();
            }
            Self::Corrupt => {
                let packets = texts.number(V::Corrupt, 1, MOST)?;
                faults.corrupt_packets = u32::try_from(packets).unwrap_or(u32::MAX);
            }
            Self::RefuseConnect => {
                let code = texts.number(V::Code, 1, u8::MAX.into())?;
                let code = u8::try_from(code).unwrap_or(u8::MAX);
                faults.refuse_connect = Some(ConnectReturnCode::from_number(code));
            }
            Self::RefuseSubscribe => {
                let filter = TopicFilter::parse(texts.get(V::Filter).trim());
                faults.refuse_subscribe = Some(filter.map_err(|_| BadFaultValue::Filter)?);
            }
            Self::ShadowConflict => {
                let every = texts.get(V::Conflict) == id_of(ShadowConflict::Every);
                faults.shadow_conflict =
                    Some(if every { ShadowConflict::Every } else { ShadowConflict::Next });
            }
            Self::Rival => faults.rival_every = seconds(V::Rival)?,
        }
        Ok(())
    }

    /// Switches it off.
    pub fn switch_off(self, faults: &mut Faults) {
        match self {
            Self::Delay => (faults.delay, faults.jitter) = (Duration::ZERO, Duration::ZERO),
            Self::LoseMessages => faults.lose_messages = 0.0,
            Self::LoseAcks => faults.lose_acks = 0.0,
            Self::WithholdPingresp => faults.withhold_pingresp = false,
            Self::Silence => faults.silence = false,
            Self::CutAfter => faults.cut_after = None,
            Self::CutAtByte => faults.cut_at_byte = None,
            Self::Corrupt => faults.corrupt_packets = 0,
            Self::RefuseConnect => faults.refuse_connect = None,
            Self::RefuseSubscribe => faults.refuse_subscribe = None,
            Self::ShadowConflict => faults.shadow_conflict = None,
            Self::Rival => faults.rival_every = None,
        }
    }
}

impl Faults {
    /// How many things go wrong; delay and jitter count as one.
    pub fn count(&self) -> usize {
        FaultSwitch::ALL.into_iter().filter(|switch| switch.is_on(self)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_switched_on_with_what_stands_there_and_off_again() {
        let texts = FaultTexts::default();
        let mut all = Faults::default();
        for (index, switch) in FaultSwitch::ALL.into_iter().enumerate() {
            let mut faults = Faults::default();
            assert!(!switch.is_on(&faults));
            assert_eq!(switch.switch_on(&mut faults, &texts), Ok(()));
            assert!(switch.is_on(&faults) && faults.any(), "{switch:?}");
            assert_eq!(faults.count(), 1, "{switch:?}");
            switch.switch_off(&mut faults);
            assert_eq!(faults, Faults::default(), "{switch:?}");
            switch.switch_on(&mut all, &texts).unwrap();
            assert_eq!(all.count(), index + 1);
        }
        assert_eq!((all.delay, all.jitter), (Duration::from_millis(500), Duration::from_millis(150)));
        assert_eq!((all.lose_messages, all.lose_acks), (0.05, 0.1));
        assert_eq!(all.rival_every, Some(Duration::from_secs(2)));
    }

    #[test]
    fn what_makes_no_sense_is_named_and_changes_nothing() {
        use FaultValue as V;
        let cases = [
            (FaultSwitch::Delay, V::Delay, "-1"),
            (FaultSwitch::Delay, V::Jitter, "86400001"),
            (FaultSwitch::LoseMessages, V::LoseMessages, "0"),
            (FaultSwitch::LoseAcks, V::LoseAcks, "100.1"),
            (FaultSwitch::LoseAcks, V::LoseAcks, "NaN"),
            (FaultSwitch::CutAfter, V::CutAfter, "0"),
            (FaultSwitch::CutAtByte, V::CutAtByte, "9999999999"),
            (FaultSwitch::Corrupt, V::Corrupt, "many"),
            (FaultSwitch::RefuseConnect, V::Code, "256"),
            (FaultSwitch::RefuseSubscribe, V::Filter, "a/#/b"),
            (FaultSwitch::RefuseSubscribe, V::Filter, ""),
            (FaultSwitch::Rival, V::Rival, "1.5"),
        ];
        for (switch, value, text) in cases {
            assert!(switch.values().contains(&value));
            let mut texts = FaultTexts::default();
            let mut faults = Faults { silence: true, ..Faults::default() };
            switch.switch_on(&mut faults, &texts).unwrap();
            let before = faults.clone();
            texts.set(value, text);
            assert!(switch.switch_on(&mut faults, &texts).is_err(), "{switch:?} {text}");
            assert_eq!(faults, before);
        }
        let mut nothing = FaultTexts::default();
        nothing.set(V::Delay, "0");
        nothing.set(V::Jitter, "0");
        let refused = FaultSwitch::Delay.switch_on(&mut Faults::default(), &nothing);
        assert_eq!(refused, Err(BadFaultValue::Number(1, DAY * 1000)));
    }

    #[test]
    fn the_texts_follow_what_is_on_and_keep_the_rest() {
        let mut texts = FaultTexts::default();
        texts.set(FaultValue::Corrupt, "3");
        let faults = Faults {
            lose_messages: 0.07,
            lose_acks: 0.001,
            cut_after: Some(Duration::from_secs(7)),
            shadow_conflict: Some(ShadowConflict::Every),
            refuse_connect: Some(ConnectReturnCode::ServerUnavailable),
            ..Faults::default()
        };
        texts.follow(&faults);
        let text = |value| texts.get(value).to_owned();
        assert_eq!(text(FaultValue::LoseMessages), "7");
        assert_eq!(text(FaultValue::LoseAcks), "0.1");
        assert_eq!(text(FaultValue::CutAfter), "7");
        assert_eq!(text(FaultValue::Conflict), "every");
        assert_eq!(text(FaultValue::Code), "3");
        assert_eq!((text(FaultValue::Corrupt), text(FaultValue::Delay)), ("3".into(), "500".into()));
        let mut again = Faults::default();
        for switch in FaultSwitch::ALL.into_iter().filter(|switch| switch.is_on(&faults)) {
            switch.switch_on(&mut again, &texts).unwrap();
        }
        assert_eq!(again, faults);
    }
}
