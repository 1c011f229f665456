//! Values that are wanted of a device's shadow, and its document.

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::{form_of, go_button, json_field, object};
use crate::i18n::Lang;
use crate::ui::cloud::actions::Action;
use crate::ui::cloud::outcome::{Done, Fault};
use crate::ui::cloud::{Cloud, use_cloud};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::RetCode;

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct ShadowDraft {
    pub(super) as_json: RwSignal<bool>,
    json: RwSignal<String>,
    rows: RwSignal<Vec<Row>>,
    next: StoredValue<u32>,
    /// Whether the version is typed; else it is whichever the shadow has.
    versioned: RwSignal<bool>,
    version: RwSignal<String>,
}

/// A key and its value, as typed.
#[derive(Clone, PartialEq)]
struct Row {
    id: u32,
    key: String,
    value: String,
}

impl ShadowDraft {
    pub(super) fn new() -> Self {
        let first = Row { id: 0, key: String::new(), value: String::new() };
        Self {
            as_json: RwSignal::new(false),
            json: RwSignal::new("{\n  \"target_temperature\": 25\n}".to_owned()),
            rows: RwSignal::new(vec![first]),
            next: StoredValue::new(1),
            versioned: RwSignal::new(false),
            version: RwSignal::new(String::new()),
        }
    }

    fn add(self) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.rows.update(|rows| rows.push(Row { id, key: String::new(), value: String::new() }));
    }

    fn edit(self, id: u32, edit: impl FnOnce(&mut Row)) {
        self.rows.update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.id == id) {
                edit(row);
            }
        });
    }

    fn remove(self, id: u32) {
        self.rows.update(|rows| rows.retain(|row| row.id != id));
    }

    fn read<T: Default>(self, id: u32, read: impl FnOnce(&Row) -> T) -> T {
        self.rows.with(|rows| rows.iter().find(|row| row.id == id).map(read)).unwrap_or_default()
    }

    /// The values of the rows.
    fn values(self) -> Result<Map<String, Value>, Fault> {
        let mut values = Map::new();
        for row in self.rows.get_untracked() {
            if row.key.is_empty() && row.value.is_empty() {
                continue;
            }
            if row.key.is_empty() {
                return Err(Fault::Form(Lang::cloud_key_empty));
            }
            if values.insert(row.key.clone(), meant(&row.value)).is_some() {
                return Err(Fault::KeyTwice(row.key));
            }
        }
        if values.is_empty() { Err(Fault::Form(Lang::cloud_rows_empty)) } else { Ok(values) }
    }
}

/// A value as it is typed: JSON, else a string.
fn meant(typed: &str) -> Value {
    serde_json::from_str(typed).unwrap_or_else(|_| Value::String(typed.to_owned()))
}

const fn kind(lang: Lang, value: &Value) -> &'static str {
    match value {
        Value::Null => lang.cloud_kind_null(),
        Value::Bool(_) => lang.cloud_kind_boolean(),
        Value::Number(_) => lang.cloud_kind_number(),
        Value::String(_) => lang.cloud_kind_string(),
        Value::Array(_) => lang.cloud_kind_array(),
        Value::Object(_) => lang.cloud_kind_object(),
    }
}

const VERSIONS: &[ChoiceOption] = &[
    ChoiceOption { id: "any", label: Lang::cloud_version_any },
    ChoiceOption { id: "given", label: Lang::cloud_version_given },
];

fn submit(cloud: Cloud) {
    let draft = cloud.drafts.shadow;
    let values = if draft.as_json.get_untracked() {
        draft.json.with_untracked(|typed| object(typed))
    } else {
        draft.values()
    };
    let version = if draft.versioned.get_untracked() {
        match draft.version.with_untracked(|typed| typed.trim().parse::<i32>()) {
            Ok(version) => Some(version),
            Err(_) => return cloud.decline(Action::Shadow, Fault::Form(Lang::cloud_bad_version)),
        }
    } else {
        None
    };
    let Some(target) = untrack(|| cloud.target()) else { return };
    match values {
        Err(fault) => cloud.decline(Action::Shadow, fault),
        Ok(values) => cloud.attempt(Action::Shadow, |platform, now| {
            platform.set_desired_shadow(now, &target, &values, version).map(Done::ShadowVersion)
        }),
    }
}

fn read_document(cloud: Cloud) {
    let Some(target) = untrack(|| cloud.target()) else { return };
    cloud.attempt(Action::Shadow, |platform, now| {
        let document = platform.shadow_document(now, &target)?;
        serde_json::to_string_pretty(&document).map(Done::Document).map_err(|_| RetCode::UNAVAILABLE)
    });
}

pub(super) fn form() -> AnyView {
    let lang = use_lang();
    let cloud = use_cloud();
    let draft = cloud.drafts.shadow;
    let known = Memo::new(move |_| {
        let target = cloud.target()?;
        cloud.look(|platform, _| platform.registry().device(&target).map(|device| device.shadow.version()))
    });
    let rows = view! {
        <div class="cl-rows">
            <For
                each=move || draft.rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>())
                key=|id| *id
                children=move |id| row(draft, id)
            />
            <div class="row">
                <button
                    type="button"
                    class="btn sm"
                    data-testid="cloud-shadow-add"
                    on:click=move |_| draft.add()
                >
                    <Icon name=IconName::Plus />
                    {move || lang.get().cloud_row_add()}
                </button>
                <span class="hint">{move || lang.get().cloud_value_hint()}</span>
            </div>
        </div>
    }
    .into_any();
    let values = view! {
        <Show when=move || draft.as_json.get()>
            {json_field("cloud-shadow-json", Lang::cloud_json_object, draft.json)}
        </Show>
        <div hidden=draft.as_json>{rows}</div>
    };
    let controls = view! {
        {values}
        <div class="row cl-line">
            <span class="fg2">{move || lang.get().cloud_version()}</span>
            <Choice
                id="cloud-shadow-versioned"
                label=Signal::derive(move || lang.get().cloud_version().to_owned())
                options=VERSIONS
                value=Signal::derive(move || if draft.versioned.get() { "given" } else { "any" })
                on_choose=move |id| draft.versioned.set(id == "given")
            />
            <span class="inp mono cl-num">
                <input
                    data-testid="cloud-shadow-version"
                    autocomplete="off"
                    inputmode="numeric"
                    aria-label=move || lang.get().cloud_version()
                    disabled=move || !draft.versioned.get()
                    prop:value=draft.version
                    on:input:target=move |event| draft.version.set(event.target().value())
                />
            </span>
            <span class="fg3" data-testid="cloud-shadow-known">
                {move || known.get().map(|version| lang.get().cloud_version_now(version))}
            </span>
            <span class="right row">
                <button
                    type="button"
                    class="btn"
                    data-testid="cloud-shadow-document"
                    on:click=move |_| read_document(cloud)
                >
                    <Icon name=IconName::Download />
                    {move || lang.get().cloud_read_document()}
                </button>
                {go_button("cloud-send", Lang::cloud_send, IconName::Send)}
            </span>
        </div>
    };
    form_of(controls.into_any(), move || submit(cloud))
}

fn row(draft: ShadowDraft, id: u32) -> AnyView {
    let lang = use_lang();
    let value = Memo::new(move |_| draft.read(id, |row| row.value.clone()));
    let said = move || value.with(|typed| lang.get().cloud_value_is(kind(lang.get(), &meant(typed))));
    view! {
        <div class="cl-row" data-testid="cloud-shadow-row">
            <span class="inp mono">
                <input
                    data-testid="cloud-shadow-key"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=move || lang.get().cloud_key()
                    aria-label=move || lang.get().cloud_key()
                    prop:value=move || draft.read(id, |row| row.key.clone())
                    on:input:target=move |event| draft.edit(id, |row| row.key = event.target().value())
                />
            </span>
            <span class="inp mono">
                <input
                    data-testid="cloud-shadow-value"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=move || lang.get().cloud_value()
                    aria-label=move || lang.get().cloud_value()
                    aria-describedby=format!("cloud-kind-{id}")
                    prop:value=value
                    on:input:target=move |event| draft.edit(id, |row| row.value = event.target().value())
                />
            </span>
            <span id=format!("cloud-kind-{id}") class="fg3 cl-kind" data-testid="cloud-shadow-kind">
                {said}
            </span>
            <button
                type="button"
                class="btn gho ico sm"
                data-testid="cloud-shadow-remove"
                aria-label=move || lang.get().cloud_row_remove()
                title=move || lang.get().cloud_row_remove()
                on:click=move |_| draft.remove(id)
            >
                <Icon name=IconName::Trash />
            </button>
        </div>
    }
    .into_any()
}
