//! What a person did on the page of the thing model, for as long as the session lives; and the model itself, which is kept for its
//! product in the browser's storage.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use serde_json::Value;

use super::time::TimeForm;
use crate::i18n::Lang;
use crate::storage::{Key, SaveError, Store};
use crate::ui::bench::Bench;
use crate::ui::context::{Storage, Toast, Toasts, use_lang};
use crate::ui::services::{Desk, use_desk};
use crate::uiot::model::reducer::Origin;
use crate::uiot::model::{DataType, Draft, Property, Template, UnknownType};
use crate::uiot::services::Services;

/// A list of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Properties,
    Events,
    Commands,
    Simulation,
    Messages,
}

/// A value that a person works on.
#[derive(Clone)]
pub(super) struct Edit {
    /// What it may be.
    pub(super) data_type: Arc<DataType>,
    /// What it began with; as long as it is the same, nothing was changed.
    base: RwSignal<Draft>,
    pub(super) draft: RwSignal<Draft>,
}

impl Edit {
    /// Begins with this value.
    fn begin(&self, value: Option<&Value>) {
        let base = begun(&self.data_type, value);
        if self.base.with_untracked(|before| *before != base) {
            self.base.set(base.clone());
        }
        if self.draft.with_untracked(|before| *before != base) {
            self.draft.set(base);
        }
    }

    /// Whether it was changed.
    pub(super) fn is_changed(&self) -> bool {
        self.draft.with(|draft| self.base.with(|base| draft != base))
    }
}

/// What was typed cannot be written as JSON.
pub(super) struct NoValue;

/// See the [file's docs](self).
#[derive(Clone, Copy)]
pub(super) struct Kept {
    pub(super) desk: Desk,
    pub(super) lang: RwSignal<Lang>,
    pub(super) tab: RwSignal<Tab>,
    pub(super) filter: RwSignal<String>,
    pub(super) ticked: RwSignal<BTreeSet<String>>,
    pub(super) selected: RwSignal<Option<String>>,
    /// By property.
    pub(super) edits: RwSignal<BTreeMap<String, Edit>>,
    pub(super) time: TimeForm,
    /// Whether values that break the model are sent all the same.
    pub(super) anyway: RwSignal<bool>,
    /// Properties whose values were held back because they break the model.
    pub(super) warned: RwSignal<Vec<String>>,
    /// The event that is chosen.
    pub(super) event: RwSignal<Option<String>>,
    /// What is filled in, by event and parameter.
    pub(super) outputs: RwSignal<BTreeMap<(String, String), Edit>>,
    /// Parameters that are left out of an event.
    pub(super) left_out: RwSignal<BTreeSet<(String, String)>>,
    pub(super) event_time: TimeForm,
    /// RequestIDs of what was asked last: of properties, of an event, of the model, of desired values.
    pub(super) asked_property: RwSignal<Option<String>>,
    pub(super) asked_event: RwSignal<Option<String>>,
    pub(super) asked_template: RwSignal<Option<String>>,
    pub(super) asked_desired: RwSignal<Option<String>>,
    /// What stands in the editor of the model, as long as it was not put to use.
    pub(super) editor: RwSignal<Option<String>>,
    pub(super) editing: RwSignal<bool>,
    /// The model and where it comes from.
    pub(super) template: Memo<Option<(Arc<Template>, Origin)>>,
    /// Drafts outlive the page that made them.
    owner: StoredValue<Owner>,
}

pub(super) fn provide(bench: Bench) {
    let desk = use_desk();
    let template = Memo::new(move |_| {
        bench
            .services(|services| {
                let origin = services.model.template_origin();
                services.model.shared_template().map(|template| (template, origin))
            })
            .flatten()
    });
    let kept = Kept {
        desk,
        lang: use_lang(),
        tab: RwSignal::new(Tab::Properties),
        filter: RwSignal::new(String::new()),
        ticked: RwSignal::new(BTreeSet::new()),
        selected: RwSignal::new(None),
        edits: RwSignal::new(BTreeMap::new()),
        time: TimeForm::new(),
        anyway: RwSignal::new(false),
        warned: RwSignal::new(Vec::new()),
        event: RwSignal::new(None),
        outputs: RwSignal::new(BTreeMap::new()),
        left_out: RwSignal::new(BTreeSet::new()),
        event_time: TimeForm::new(),
        asked_property: RwSignal::new(None),
        asked_event: RwSignal::new(None),
        asked_template: RwSignal::new(None),
        asked_desired: RwSignal::new(None),
        editor: RwSignal::new(None),
        editing: RwSignal::new(false),
        template,
        owner: StoredValue::new(Owner::current().unwrap_or_default()),
    };
    provide_context(kept);
    keep_models(bench, desk);
}

/// The type of a property that no model names: any value passes.
pub(super) fn any_type() -> DataType {
    DataType::Unknown(UnknownType { name: "JSON".to_owned(), spec: None, beside: serde_json::Map::new() })
}

/// What is seen of the model from one change to the next.
#[derive(Clone)]
struct Seen {
    product: Option<String>,
    revision: u32,
    template: Option<(Arc<Template>, Origin)>,
}

/// Takes up the model that is kept for the product, and keeps what becomes of it.
fn keep_models(bench: Bench, desk: Desk) {
    let storage = expect_context::<Storage>();
    let toasts = expect_context::<Toasts>();
    let lang = use_lang();
    let now = Memo::new(move |_| {
        bench.services(|services| (services.device().product_sn.clone(), services.model.template_revision()))
    });
    Effect::new(move |before: Option<Seen>| {
        let Some((product, revision)) = now.get() else {
            return Seen { product: None, revision: 0, template: None };
        };
        let shown = |services: &Services| {
            services.model.shared_template().map(|template| (template, services.model.template_origin()))
        };
        let template = untrack(|| bench.services(shown)).flatten();
        let seen = Seen { product: Some(product.clone()), revision, template: template.clone() };
        if revision == 0 {
            let known = storage.with(Store::load_models).get(&product);
            if let Some(known) = known {
                use_template(desk, Some(Arc::new(known)), Origin::Kept);
            }
            return seen;
        }
        let before = before.filter(|before| before.product == seen.product);
        if before.as_ref().is_some_and(|before| before.revision == revision) {
            return seen;
        }
        if !matches!(template, Some((_, Origin::Kept))) {
            let mut models = storage.with(Store::load_models);
            let kept = models.put(&product, template.as_ref().map(|(template, _)| &**template));
            let saved = storage.with(|store| store.save_text(Key::Models, &models.to_text()));
            if template.is_some() && (!kept || saved == Err(SaveError::Full)) {
                desk.tell(lang.get_untracked().editor_not_kept().to_owned());
            }
        }
        let own = before.and_then(|before| before.template).filter(|(own, origin)| {
            *origin != Origin::Platform && template.as_ref().is_some_and(|(new, _)| new != own)
        });
        if let (Some((own, origin)), Some((_, Origin::Platform))) = (own, &template) {
            let text = lang.get_untracked().model_replaced().to_owned();
            let of = product.clone();
            let back = move || {
                let is_same = |services: &Services| services.device().product_sn == of;
                if desk.bench.device(|device| device.services(is_same)).unwrap_or(false) {
                    use_template(desk, Some(own.clone()), origin);
                }
            };
            toasts.show(Toast { text, undo: Some(Arc::new(back)), gone: None });
        }
        seen
    });
}

/// Has the session use this model.
pub(super) fn use_template(desk: Desk, template: Option<Arc<Template>>, origin: Origin) {
    let change = |services: &mut Services, _| services.model.use_template(template, origin);
    desk.act(change);
}

pub(super) fn use_kept() -> Kept {
    expect_context()
}

impl Kept {
    /// A property of the model.
    pub(super) fn property(self, identifier: &str) -> Option<Property> {
        self.template.with(|shown| shown.as_ref()?.0.property(identifier).cloned())
    }

    /// What a property's value may be.
    pub(super) fn type_of(self, identifier: &str) -> DataType {
        self.property(identifier).map_or_else(any_type, |property| property.data_type)
    }

    /// The last value of a property.
    pub(super) fn current(self, identifier: &str) -> Option<Value> {
        self.desk
            .read(|services| services.model.properties().get(identifier).map(|known| known.value.clone()))
            .flatten()
    }

    /// What a person works on, begun with this value where nothing is changed yet.
    pub(super) fn edit(self, identifier: &str, data_type: &Arc<DataType>, begin: Option<&Value>) -> Edit {
        let known = self.edits.with_untracked(|edits| edits.get(identifier).cloned());
        if let Some(known) = known.filter(|known| known.data_type == *data_type) {
            if !untrack(|| known.is_changed()) {
                known.begin(begin);
            }
            return known;
        }
        let edit = self.new_edit(data_type, begin);
        self.edits.update(|edits| {
            edits.insert(identifier.to_owned(), edit.clone());
        });
        edit
    }

    /// Work on a value that lasts as long as the session.
    pub(super) fn new_edit(self, data_type: &Arc<DataType>, begin: Option<&Value>) -> Edit {
        let begun = begun(data_type, begin);
        let (base, draft) = self
            .owner
            .with_value(|owner| owner.with(|| (RwSignal::new(begun.clone()), RwSignal::new(begun))));
        Edit { data_type: data_type.clone(), base, draft }
    }

    /// Puts a value where a person would have typed it.
    pub(super) fn put(self, identifier: &str, value: &Value) {
        let data_type = Arc::new(untrack(|| self.type_of(identifier)));
        let current = untrack(|| self.current(identifier));
        let edit = self.edit(identifier, &data_type, current.as_ref());
        edit.draft.set(Draft::of(&data_type, value));
    }

    /// Forgets what was typed for these properties: what the device has stands there again.
    pub(super) fn forget_edits<'a>(self, identifiers: impl IntoIterator<Item = &'a String>) {
        for identifier in identifiers {
            let edit = self.edits.with_untracked(|edits| edits.get(identifier).cloned());
            if let Some(edit) = edit {
                let current = untrack(|| self.current(identifier));
                edit.begin(current.as_ref());
            }
        }
    }

    /// The value that would be posted: what was typed, else what the device has, else what a form begins with.
    ///
    /// # Errors
    /// What was typed is no value.
    pub(super) fn value_of(self, identifier: &str) -> Result<Value, NoValue> {
        let edit = self.edits.with(|edits| edits.get(identifier).cloned());
        // What the control shows is what goes out, also where the device's value became another meanwhile.
        let is_shown = self.selected.with(|selected| selected.as_deref() == Some(identifier));
        match edit.filter(|edit| is_shown || edit.is_changed()) {
            Some(edit) => edit.draft.with(|draft| draft.value().map_err(|_| NoValue)),
            None => Ok(self
                .current(identifier)
                .unwrap_or_else(|| Draft::new(&self.type_of(identifier)).value_or_null())),
        }
    }

    /// Asks for the product's model.
    pub(super) fn fetch(self) {
        let asked = self.desk.act(|services, now| {
            let message = services.model.get_template(now);
            services.send(message);
            newest(services)
        });
        self.asked_template.set(asked.flatten());
    }
}

fn begun(data_type: &DataType, begin: Option<&Value>) -> Draft {
    begin.map_or_else(|| Draft::new(data_type), |value| Draft::of(data_type, value))
}

/// The RequestID of what was asked just now.
pub(super) fn newest(services: &Services) -> Option<String> {
    services.model.in_flight().last().map(|request| request.id.clone())
}
