//! Values that are typed for properties and parameters. Each keeps its draft in the session, whatever page is shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use serde_json::Value;

use crate::uiot::model::{DataType, Draft};

/// The drafts, by product and identifier.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    /// The session's: what a page makes would go with it.
    owner: StoredValue<Option<Owner>>,
    known: StoredValue<BTreeMap<String, Known>>,
}

/// A draft, and the type for which it was made.
type Known = (Arc<DataType>, RwSignal<Draft>);

impl Fields {
    pub(super) fn new() -> Self {
        Self { owner: StoredValue::new(Owner::current()), known: StoredValue::new(BTreeMap::new()) }
    }

    /// The draft of this name; a new one begins with `value`, or as the type does. So does one whose type has changed.
    pub(super) fn draft(
        self,
        name: &str,
        data_type: &Arc<DataType>,
        value: impl FnOnce() -> Option<Value>,
    ) -> RwSignal<Draft> {
        let found = self
            .known
            .with_value(|known| known.get(name).filter(|(of, _)| of == data_type).map(|(_, draft)| *draft));
        found.unwrap_or_else(|| {
            let first = match value() {
                Some(value) => Draft::of(data_type, &value),
                None => Draft::new(data_type),
            };
            let make = || RwSignal::new(first);
            let draft = match self.owner.get_value() {
                Some(owner) => owner.with(make),
                None => make(),
            };
            self.known.update_value(|known| {
                known.insert(name.to_owned(), (Arc::clone(data_type), draft));
            });
            draft
        })
    }
}
