//! Properties that are set, by the product's thing model or as JSON.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::{form_of, go_button, json_field, object};
use crate::i18n::Lang;
use crate::simulator::Platform;
use crate::simulator::services::model::SetOutcome;
use crate::ui::cloud::actions::Action;
use crate::ui::cloud::outcome::{Done, Fault};
use crate::ui::cloud::{Cloud, use_cloud};
use crate::ui::components::{IconName, Switch, ValueEditor};
use crate::ui::context::use_lang;
use crate::uiot::Credential;
use crate::uiot::model::{AccessMode, DataType, Draft};

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct PropertyDraft {
    pub(super) as_json: RwSignal<bool>,
    json: RwSignal<String>,
    picked: RwSignal<BTreeSet<String>>,
    desired: RwSignal<bool>,
    fields: Fields,
}

impl PropertyDraft {
    pub(super) fn new() -> Self {
        Self {
            as_json: RwSignal::new(false),
            json: RwSignal::new(String::new()),
            picked: RwSignal::new(BTreeSet::new()),
            desired: RwSignal::new(false),
            fields: Fields::new(),
        }
    }
}

/// A property that the cloud may set, or a parameter of a command: identifier, name, type.
#[derive(Clone, PartialEq)]
pub(super) struct Slot {
    pub(super) identifier: String,
    pub(super) name: String,
    pub(super) data_type: Arc<DataType>,
}

fn writable(platform: &Platform, target: &Credential) -> Vec<Slot> {
    let product = platform.registry().product(&target.product_sn);
    let properties =
        product.map(|product| product.model.template().properties.as_slice()).unwrap_or_default();
    let writable = properties.iter().filter(|property| property.access == AccessMode::ReadWrite);
    let slot = |property: &crate::uiot::model::Property| Slot {
        identifier: property.identifier.clone(),
        name: property.name.clone(),
        data_type: Arc::new(property.data_type.clone()),
    };
    writable.map(slot).collect()
}

/// The draft of a property; it begins with what the device last reported.
fn draft_of(cloud: Cloud, target: &Credential, slot: &Slot) -> RwSignal<Draft> {
    let name = format!("{}/{}", target.product_sn, slot.identifier);
    cloud.drafts.property.fields.draft(&name, &slot.data_type, || {
        untrack(|| {
            cloud.look(|platform, _| {
                let device = platform.registry().device(target)?;
                device.model.values().get(&slot.identifier).map(|sample| sample.value.clone())
            })
        })
    })
}

/// What the form says, with `null` for what cannot be written.
fn values(cloud: Cloud, target: &Credential, slots: &[Slot]) -> Result<Map<String, Value>, Fault> {
    let picked = cloud.drafts.property.picked.get_untracked();
    let mut values = Map::new();
    for slot in slots.iter().filter(|slot| picked.contains(&slot.identifier)) {
        let draft = draft_of(cloud, target, slot).get_untracked();
        let value = draft.value().map_err(|_| Fault::Form(Lang::cloud_value_unreadable))?;
        values.insert(slot.identifier.clone(), value);
    }
    if values.is_empty() { Err(Fault::Form(Lang::cloud_nothing_picked)) } else { Ok(values) }
}

fn submit(cloud: Cloud, slots: &[Slot]) {
    let draft = cloud.drafts.property;
    let Some(target) = untrack(|| cloud.target()) else { return };
    let values = if draft.as_json.get_untracked() {
        draft.json.with_untracked(|typed| object(typed))
    } else {
        values(cloud, &target, slots)
    };
    let desired = draft.desired.get_untracked();
    match values {
        Err(fault) => cloud.decline(Action::Property, fault),
        Ok(values) => cloud.attempt(Action::Property, |platform, now| {
            Ok(match platform.set_property(now, &target, values, desired)? {
                SetOutcome::Sent { request_id } => Done::Called(target.clone(), request_id),
                SetOutcome::Stored { versions, .. } => {
                    let words: Vec<_> =
                        versions.iter().map(|(name, version)| format!("{name} v{version}")).collect();
                    Done::Stored(words.join(", "))
                }
            })
        }),
    }
}

pub(super) fn form() -> AnyView {
    let lang = use_lang();
    let cloud = use_cloud();
    let draft = cloud.drafts.property;
    let slots = Memo::new(move |_| {
        let target = cloud.target();
        target.map(|target| cloud.look(|platform, _| writable(platform, &target))).unwrap_or_default()
    });
    // Whoever goes on in JSON begins with what the form says.
    Effect::new(move |before: Option<bool>| {
        let as_json = draft.as_json.get();
        let empty = draft.json.with_untracked(String::is_empty);
        if as_json
            && (before == Some(false) || empty)
            && let Some(target) = untrack(|| cloud.target())
        {
            let said = slots.with_untracked(|slots| {
                values(cloud, &target, slots).ok().or_else(|| {
                    let first = slots.first()?;
                    Some(Map::from_iter([(first.identifier.clone(), first.data_type.sample())]))
                })
            });
            if let Some(text) = said.and_then(|said| serde_json::to_string_pretty(&said).ok()) {
                draft.json.set(text);
            }
        }
        as_json
    });
    let rows = move || {
        let Some(target) = cloud.target() else { return Vec::new() };
        let rows = slots.get().into_iter().map(|slot| row(cloud, &target, &slot));
        rows.collect::<Vec<_>>()
    };
    let controls = view! {
        <Show when=move || draft.as_json.get()>
            {json_field("cloud-property-json", Lang::cloud_json_object, draft.json)}
        </Show>
        <Show when=move || !draft.as_json.get()>
            <div class="cl-values" data-testid="cloud-properties">
                {rows}
            </div>
            <Show when=move || slots.with(Vec::is_empty)>
                <p class="hint">{move || lang.get().cloud_no_properties()}</p>
            </Show>
        </Show>
        <div class="row cl-line">
            <Switch
                id="cloud-desired"
                on=draft.desired
                toggle=move || draft.desired.update(|desired| *desired = !*desired)
                labelled_by="cloud-desired-name".to_owned()
            />
            <span id="cloud-desired-name" class="fg2">
                {move || lang.get().cloud_desired()}
            </span>
            {go_button("cloud-send", Lang::cloud_send, IconName::Send)}
        </div>
    };
    form_of(controls.into_any(), move || slots.with_untracked(|slots| submit(cloud, slots)))
}

fn row(cloud: Cloud, target: &Credential, slot: &Slot) -> AnyView {
    let lang = use_lang();
    let picked = cloud.drafts.property.picked;
    let draft = draft_of(cloud, target, slot);
    let identifier = slot.identifier.clone();
    // Whoever changes a value wants it sent.
    let changed = identifier.clone();
    Effect::new(move |before: Option<()>| {
        draft.track();
        if before.is_some() {
            picked.update(|picked| {
                picked.insert(changed.clone());
            });
        }
    });
    let (is_picked, name, shown) = (identifier.clone(), identifier.clone(), identifier.clone());
    let pick = move |on: bool| {
        picked.update(|picked| {
            if on {
                picked.insert(identifier.clone())
            } else {
                picked.remove(&identifier)
            };
        });
    };
    view! {
        <div class="cl-prop" data-testid="cloud-property" data-identifier=shown>
            <label class="cl-pick">
                <input
                    type="checkbox"
                    data-testid="cloud-property-pick"
                    aria-label=move || lang.get().cloud_pick(&name)
                    prop:checked=move || picked.with(|picked| picked.contains(&is_picked))
                    on:change:target=move |event| pick(event.target().checked())
                />
            </label>
            <ValueEditor
                id=format!("cloud-value-{}", slot.identifier)
                label=slot.identifier.clone()
                name=slot.name.clone()
                data_type=Arc::clone(&slot.data_type)
                draft
            />
        </div>
    }
    .into_any()
}
