//! The custom topics of each product, as the screens see them: one list for the page, which another tab may change too.

use leptos::prelude::*;

use super::context::Storage;
use crate::storage::{AddFault, CustomTopics, Key};
use crate::uiot::CustomTopic;

/// See the [module's docs](self).
#[derive(Clone, Copy)]
pub(super) struct KeptTopics {
    list: RwSignal<CustomTopics>,
    storage: Storage,
}

/// Reads what is stored, for as long as the page lives.
pub(super) fn provide_page() {
    let storage = expect_context::<Storage>();
    let kept = KeptTopics { list: RwSignal::new(storage.with(|store| store.load_custom_topics())), storage };
    provide_context(kept);
    let listening = storage.with(|store| {
        store.on_change(move |key| {
            if key == Key::CustomTopics {
                kept.list.set(kept.stored());
            }
        })
    });
    StoredValue::new_local(listening);
}

impl KeptTopics {
    /// The custom topics of a product.
    pub(super) fn of(self, product_sn: &str) -> Vec<CustomTopic> {
        self.list.with(|list| list.of(product_sn))
    }

    /// Whether they differ from those that each product begins with.
    pub(super) fn is_changed(self, product_sn: &str) -> bool {
        self.list.with(|list| list.is_changed(product_sn))
    }

    /// Adds a topic to a product, if the console would take it.
    pub(super) fn add(self, product_sn: &str, topic: CustomTopic) -> Result<(), AddFault> {
        self.change(|list| list.add(product_sn, topic))
    }

    /// Takes a topic away.
    pub(super) fn remove(self, product_sn: &str, topic: &CustomTopic) {
        self.change(|list| list.remove(product_sn, topic));
    }

    /// Gives a product the topics that each begins with.
    pub(super) fn reset(self, product_sn: &str) {
        self.change(|list| list.reset(product_sn));
    }

    fn stored(self) -> CustomTopics {
        self.storage.with(|store| store.load_custom_topics())
    }

    /// Changes what is stored by now: another tab may have changed it.
    fn change<T>(self, act: impl FnOnce(&mut CustomTopics) -> T) -> T {
        let mut list = self.stored();
        let before = list.clone();
        let done = act(&mut list);
        if list != before {
            self.storage.with(|store| {
                // The storage's notice says so where it is in memory only.
                let _ = store.save_text(Key::CustomTopics, &list.to_text());
            });
        }
        self.list.set(list);
        done
    }
}
