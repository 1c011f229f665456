use std::collections::HashMap;

use leptos::prelude::*;

use crate::i18n::Lang;

/// A view of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Tab {
    #[default]
    Json,
    Text,
    Hex,
    Base64,
    Cbor,
    MessagePack,
    Diff,
    Packet,
}

impl Tab {
    /// All of them in the order in which they are offered.
    pub(crate) const ALL: [Self; 8] = [
        Self::Json,
        Self::Text,
        Self::Hex,
        Self::Base64,
        Self::Cbor,
        Self::MessagePack,
        Self::Diff,
        Self::Packet,
    ];

    /// A name for tests.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Cbor => "cbor",
            Self::MessagePack => "msgpack",
            Self::Diff => "diff",
            Self::Packet => "packet",
        }
    }

    pub(crate) const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Text => lang.format_text(),
            Self::Hex => "Hex",
            Self::Base64 => "Base64",
            Self::Cbor => "CBOR",
            Self::MessagePack => "MsgPack",
            Self::Diff => lang.diff(),
            Self::Packet => lang.packet_view(),
        }
    }
}

/// Topics whose tab is remembered.
const REMEMBERED: usize = 1_000;

/// The tabs that a person chose, as long as the page lives: for a topic the one chosen there, else the one chosen last.
#[derive(Clone, Copy)]
pub(crate) struct ChosenTabs {
    last: StoredValue<Tab>,
    of_topic: StoredValue<HashMap<String, Tab>>,
}

impl ChosenTabs {
    /// Makes them known to what is rendered below.
    pub(crate) fn provide() {
        provide_context(Self {
            last: StoredValue::new(Tab::Json),
            of_topic: StoredValue::new(HashMap::new()),
        });
    }

    pub(crate) fn of(self, topic: &str) -> Tab {
        self.of_topic.with_value(|tabs| tabs.get(topic).copied()).unwrap_or_else(|| self.last.get_value())
    }

    pub(crate) fn choose(self, topic: &str, tab: Tab) {
        self.last.set_value(tab);
        self.of_topic.update_value(|tabs| {
            if tabs.len() < REMEMBERED || tabs.contains_key(topic) {
                tabs.insert(topic.to_owned(), tab);
            }
        });
    }
}
