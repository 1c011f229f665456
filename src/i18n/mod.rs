//! All wording, Chinese and English side by side. A text that lacks one of the two does not compile.
//!
//! Each text is a method of [`Lang`], written with [`wording!`] in the file of its subject. Never translated: topic
//! names, JSON keys, MQTT packet names, `RetCode`, `Clean session`, and the platform's own identifiers.

mod cloud;
mod cloud_choices;
mod cloud_faults;
mod cloud_products;
mod cloud_trace;
mod composer;
mod connect;
mod crash;
mod custom_topics;
mod delivery;
mod export;
mod filter;
mod gateway;
mod incoming;
mod messages;
mod model;
mod model_faults;
pub mod numbers;
mod ota;
mod palette;
mod payload;
mod preflight;
mod problems;
mod profiles;
mod registration;
mod ret_codes;
mod services;
mod sessions;
mod settings;
mod shadow;
mod shell;
mod simulation;
mod simulator;
mod states;
mod subscriptions;
mod system_topics;
mod topics;
mod values;
mod wire;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// A name for storage and tests.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language with this [`Self::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.id() == id)
    }

    /// The value of the page's `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// Its own name for itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Zh => "中文",
            Self::En => "English",
        }
    }
}

/// Writes methods of [`Lang`]: `name: "中文" / "English";`, or with values, `name(count: u64): "{count} 条" / "{count}";`.
macro_rules! wording {
    ($($name:ident $(($($arg:ident : $type:ty),+ $(,)?))? : $zh:literal / $en:literal;)+) => {
        #[allow(missing_docs, reason = "the text says what it is")]
        impl $crate::i18n::Lang {
            $($crate::i18n::wording_method!($name $(($($arg : $type),+))? : $zh / $en);)+
        }
    };
}

macro_rules! wording_method {
    ($name:ident : $zh:literal / $en:literal) => {
        pub const fn $name(self) -> &'static str {
            match self {
                Self::Zh => $zh,
                Self::En => $en,
            }
        }
    };
    ($name:ident ($($arg:ident : $type:ty),+) : $zh:literal / $en:literal) => {
        pub fn $name(self, $($arg : $type),+) -> String {
            match self {
                Self::Zh => format!($zh),
                Self::En => format!($en),
            }
        }
    };
}

pub use cloud_choices::{CHOICES, ChoiceGroup, ChoiceKind, ChoiceWords, Pick};
pub use crash::plain_panic;
pub use problems::millis;
use {wording, wording_method};
