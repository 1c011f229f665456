//! What the platform's documents leave open: what each choice of the simulator is called, what it can be, and what the
//! documents do not say. The reasons in full stand in `docs/platform.md`.

mod broker;
mod services;

use super::{Lang, wording};

wording! {
    choices_title: "文档未说明之处" / "Where the documents are silent";
    choices_lead:
        "平台文档没有写明的行为，模拟器只能选一种。真实平台可能不同：可以切换后再测，看设备是否都能应对。改动立即生效，刷新页面后恢复默认。"
        / "Where the platform's documents do not say what happens, the simulator has to choose. The real platform may differ: switch, and see whether the device copes with each. A change holds at once; reloading the page brings the defaults back.";
    choices_changed(count: usize): "{count} 项已改" / "{count} changed";
    choices_reset: "恢复默认" / "Reset to defaults";
    choices_reset_one: "改回默认值" / "Back to the default";
    choices_reset_done: "已恢复默认" / "Defaults are back";
    choices_default: "默认" / "default";
    choices_find: "查找" / "Find";
    choices_none: "没有匹配的项" / "Nothing matches";
    choices_bad: "这里不能填这个值" / "This value is not possible here";
    choices_no_limit: "留空：不限" / "Empty: no limit";
    choices_on: "开" / "on";
    choices_off: "关" / "off";
    choices_empty: "无" / "none";
    choices_accept: "不拒绝" / "not refused";
    choices_broker: "Broker" / "Broker";
    choices_registration: "动态注册" / "Dynamic registration";
    choices_shadow: "设备影子" / "Device shadow";
    choices_model: "物模型" / "Thing model";
    choices_ota: "OTA" / "OTA";
    choices_gateway: "网关" / "Gateways";
}

/// One of the values that a choice can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// As JSON has it; empty for null.
    pub id: &'static str,
    zh: &'static str,
    en: &'static str,
}

/// What kind of value a choice has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKind {
    /// Yes or no.
    Flag,
    /// A code of CONNACK.
    Connack,
    /// A code of CONNACK, or that there is no refusal.
    ConnackOrNone,
    /// A RetCode.
    Code,
    /// A RetCode, or none.
    CodeOrNone,
    /// QoS 0 or 1.
    Qos,
    /// Milliseconds.
    Millis,
    /// A factor of 1 and more.
    Factor,
    /// A whole number.
    Number,
    /// A whole number, or no limit.
    Limit,
    /// A text.
    Text,
    /// One of these.
    Pick(&'static [Pick]),
}

/// The words of one choice.
#[derive(Debug)]
pub struct ChoiceWords {
    /// Its name in the code: see [`Choices::with`](crate::simulator::Choices::with).
    pub name: &'static str,
    /// What it can be.
    pub kind: ChoiceKind,
    label: [&'static str; 2],
    silence: [&'static str; 2],
}

/// The choices about one service.
#[derive(Debug)]
pub struct ChoiceGroup {
    /// What it is about.
    pub title: fn(Lang) -> &'static str,
    /// The choices.
    pub choices: &'static [ChoiceWords],
}

/// Writes rows: name, kind, what it is called, what the documents do not say; both languages.
macro_rules! choice_words {
    ($($name:literal $kind:expr => $zh:literal / $en:literal, $why_zh:literal / $why_en:literal;)+) => {
        &[$($crate::i18n::cloud_choices::ChoiceWords {
            name: $name,
            kind: $kind,
            label: [$zh, $en],
            silence: [$why_zh, $why_en],
        }),+]
    };
}

/// Writes the values of a choice: `"id": "中文" / "English"`.
macro_rules! picks {
    ($($id:literal : $zh:literal / $en:literal),+ $(,)?) => {
        $crate::i18n::cloud_choices::ChoiceKind::Pick(&[
            $($crate::i18n::cloud_choices::Pick { id: $id, zh: $zh, en: $en }),+
        ])
    };
}

use {choice_words, picks};

/// All choices, as they are shown.
pub const CHOICES: &[ChoiceGroup] = &[
    ChoiceGroup { title: Lang::choices_broker, choices: broker::BROKER },
    ChoiceGroup { title: Lang::choices_registration, choices: broker::REGISTRATION },
    ChoiceGroup { title: Lang::choices_shadow, choices: services::SHADOW },
    ChoiceGroup { title: Lang::choices_model, choices: services::MODEL },
    ChoiceGroup { title: Lang::choices_ota, choices: services::OTA },
    ChoiceGroup { title: Lang::choices_gateway, choices: services::GATEWAY },
];

impl Lang {
    const fn of(self, [zh, en]: [&'static str; 2]) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// What a choice is called.
    pub const fn choice(self, words: &ChoiceWords) -> &'static str {
        self.of(words.label)
    }

    /// What the documents do not say.
    pub const fn choice_silence(self, words: &ChoiceWords) -> &'static str {
        self.of(words.silence)
    }

    /// What a value of a choice is called.
    pub const fn pick(self, pick: Pick) -> &'static str {
        self.of([pick.zh, pick.en])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::simulator::Choices;

    fn all() -> impl Iterator<Item = &'static ChoiceWords> {
        CHOICES.iter().flat_map(|group| group.choices)
    }

    #[test]
    fn each_choice_of_the_simulator_has_its_words_once() {
        let shown: Vec<_> = all().map(|words| words.name.to_owned()).collect();
        let known: BTreeSet<_> = Choices::names().into_iter().collect();
        assert_eq!(shown.len(), known.len());
        assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), known);
        for words in all() {
            for text in words.label.iter().chain(&words.silence) {
                assert!(!text.trim().is_empty(), "{}", words.name);
            }
        }
    }

    #[test]
    fn each_value_that_is_offered_is_taken() {
        let default = Choices::default();
        let values = default.to_value();
        for words in all() {
            let known = Choices::part(&values, words.name).unwrap();
            let offered = match words.kind {
                ChoiceKind::Flag => vec![json!(true), json!(false)],
                ChoiceKind::Connack => vec![json!(0), json!(5), json!(255)],
                ChoiceKind::ConnackOrNone => vec![json!(0), json!(5), Value::Null],
                ChoiceKind::Code => vec![json!(0), json!(100_026)],
                ChoiceKind::CodeOrNone => vec![json!(230), Value::Null],
                ChoiceKind::Qos => vec![json!(0), json!(1)],
                ChoiceKind::Millis | ChoiceKind::Number => vec![json!(0), json!(5_000)],
                ChoiceKind::Factor => vec![json!(1.0), json!(1.5), json!(100.0)],
                ChoiceKind::Limit => vec![json!(1), Value::Null],
                ChoiceKind::Text => vec![json!("http://127.0.0.1/")],
                ChoiceKind::Pick(picks) => {
                    let value = |pick: &Pick| match pick.id {
                        "" => Value::Null,
                        id => json!(id),
                    };
                    picks.iter().map(value).collect()
                }
            };
            if let ChoiceKind::Pick(_) = words.kind {
                assert!(offered.contains(known), "{}: the default is offered", words.name);
            }
            for value in offered {
                let changed = default.with(words.name, value.clone());
                let changed = changed.unwrap_or_else(|error| panic!("{} {value}: {error:?}", words.name));
                assert_eq!(Choices::part(&changed.to_value(), words.name), Some(&value), "{}", words.name);
            }
        }
    }
}
