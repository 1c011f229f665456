//! The properties: those of the model in its order, then those that were seen in messages and that it does not name.

use leptos::prelude::*;

use super::kept::Kept;
use super::row::{Mark, Row, SPARK};
use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// The identifiers of the properties, all or those that the filter leaves.
pub(super) fn identifiers(kept: Kept, filtered: bool) -> Vec<String> {
    let wanted = if filtered { kept.filter.get().trim().to_lowercase() } else { String::new() };
    let fits = |identifier: &str, name: &str| {
        wanted.is_empty()
            || identifier.to_lowercase().contains(&wanted)
            || name.to_lowercase().contains(&wanted)
    };
    kept.template.with(|shown| {
        let named = shown.as_ref().map(|(template, _)| template.properties.as_slice()).unwrap_or_default();
        let mut list: Vec<String> = Vec::new();
        for property in named.iter().filter(|property| fits(&property.identifier, &property.name)) {
            if !list.contains(&property.identifier) {
                list.push(property.identifier.clone());
            }
        }
        let is_new = |identifier: &&String| {
            !named.iter().any(|property| property.identifier == **identifier) && fits(identifier, "")
        };
        let seen = kept
            .desk
            .read(|services| services.model.properties().keys().filter(is_new).cloned().collect::<Vec<_>>());
        list.extend(seen.into_iter().flatten());
        list
    })
}

pub(super) fn table(kept: Kept) -> AnyView {
    let lang = use_lang();
    let ids = Memo::new(move |_| identifiers(kept, true));
    let none = move || ids.with(Vec::is_empty);
    let all_ticked = move || {
        ids.with(|ids| kept.ticked.with(|ticked| !ids.is_empty() && ids.iter().all(|id| ticked.contains(id))))
    };
    let tick_all = move |_| {
        let on = !untrack(all_ticked);
        kept.ticked.update(|ticked| {
            ids.with_untracked(|ids| {
                for id in ids {
                    if on {
                        ticked.insert(id.clone());
                    } else {
                        ticked.remove(id);
                    }
                }
            });
        });
    };
    let head = |class: &'static str, label: fn(Lang) -> &'static str| {
        view! {
            <th scope="col" class=class>
                {move || label(lang.get())}
            </th>
        }
        .into_any()
    };
    view! {
        <table class="tb mt" data-testid="model-properties">
            <thead>
                <tr>
                    <th scope="col" class="t">
                        <label>
                            <input
                                type="checkbox"
                                data-testid="model-tick-all"
                                aria-label=move || lang.get().model_select_all()
                                title=move || lang.get().model_select_all()
                                prop:checked=all_ticked
                                on:change=tick_all
                            />
                        </label>
                    </th>
                    {head("id", Lang::model_identifier)}
                    {head("ty w", Lang::model_type)}
                    {head("ac w", Lang::model_access)}
                    {head("va r", Lang::model_current)}
                    {head("sp", Lang::model_trend)}
                    {head("ch w", Lang::model_changed)}
                    {head("ra w", Lang::model_range)}
                    {head("st r", Lang::model_standing)}
                </tr>
            </thead>
            <tbody>
                <For each=move || ids.get() key=|id| id.clone() children=move |id| row(kept, id) />
            </tbody>
        </table>
        <Show when=none>
            <p class="empty">
                {move || match kept.filter.with(String::is_empty) {
                    true => lang.get().model_no_properties(),
                    false => lang.get().model_filter_none(),
                }}
            </p>
        </Show>
    }
    .into_any()
}

fn row(kept: Kept, id: String) -> AnyView {
    let lang = use_lang();
    let row = {
        let id = id.clone();
        Memo::new(move |_| Row::of(kept, &id))
    };
    let key = StoredValue::new(id.clone());
    let is_ticked = move || kept.ticked.with(|ticked| key.with_value(|id| ticked.contains(id)));
    let is_selected =
        move || kept.selected.with(|selected| key.with_value(|id| selected.as_ref() == Some(id)));
    let tick = move |_| {
        let id = key.get_value();
        kept.ticked.update(|ticked| {
            if !ticked.remove(&id) {
                ticked.insert(id);
            }
        });
    };
    let access = move || {
        row.with(|row| row.writable).map(|writable| {
            let class = if writable { "chip sq acc" } else { "chip sq" };
            view! { <span class=class>{if writable { "rw" } else { "r" }}</span> }
        })
    };
    let unit = move || row.with(|row| row.unit.text(lang.get()));
    let range = move || row.with(|row| row.range.text(lang.get()));
    let value = move || row.with(|row| row.value.clone()).unwrap_or_else(|| "—".to_owned());
    let spark = move || match row.with(|row| row.line.clone()) {
        None => "—".into_any(),
        Some(line) => view! {
            <svg class="spark" width=SPARK.0 height=SPARK.1 viewBox="0 0 96 20" aria-hidden="true">
                <path d=line.path />
                <circle cx=line.end.0 cy=line.end.1 r="1.8" />
            </svg>
        }
        .into_any(),
    };
    let changed = move || {
        kept.desk.bench.follow_times();
        row.with(|row| row.changed).map(|at| kept.desk.bench.short_time_of(at))
    };
    let meta = move || {
        let lang = lang.get();
        let (access, type_name, range) = row.with(|row| {
            let access = row.writable.map(|writable| if writable { "rw" } else { "r" });
            (access.unwrap_or_default(), row.type_name.clone(), row.range.text(lang))
        });
        let parts = [type_name.as_str(), access, range.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let mark = Memo::new(move |_| row.with(|row| row.mark));
    view! {
        <tr
            class:sel=is_selected
            data-testid="model-property"
            data-id=id.clone()
            data-standing=move || mark.get().id()
            on:click=move |_| kept.selected.set(Some(key.get_value()))
        >
            <td class="t" on:click=move |event| event.stop_propagation()>
                <label>
                    <input
                        type="checkbox"
                        data-testid="model-tick"
                        aria-label=move || key.with_value(|id| lang.get().model_select(id))
                        prop:checked=is_ticked
                        on:change=tick
                    />
                </label>
            </td>
            <th scope="row" class="id">
                <button
                    type="button"
                    class="pn"
                    aria-pressed=move || is_selected().to_string()
                    data-testid="model-choose"
                    title=id.clone()
                >
                    <span class="mono med">{id.clone()}</span>
                    " "
                    <span class="fg3">{move || row.with(|row| row.name.clone())}</span>
                </button>
                <span class="meta fg3">{meta}</span>
            </th>
            <td class="ty w mono fg2" title=move || row.with(|row| row.type_name.clone())>{move || row.with(|row| row.type_name.clone())}</td>
            <td class="ac w">{access}</td>
            <td class="va" title=value>
                <span class="mono med" data-testid="model-value">{value}</span>
                <span class="u fg3">{unit}</span>
            </td>
            <td class="sp fg3">{spark}</td>
            <td class="ch w mono fg3 num" title=changed>{changed}</td>
            <td class="ra w mono fg3" title=range>{range}</td>
            <td class="st r">{move || chip(lang, mark.get())}</td>
        </tr>
    }
    .into_any()
}

/// What a value rests on, in a word; and in full for the tooltip and for who hears the page.
pub(super) fn chip(lang: RwSignal<Lang>, mark: Mark) -> Option<AnyView> {
    if mark == Mark::None {
        return None;
    }
    let (class, icon) = mark.look();
    let (short, long) = mark.words(lang.get());
    let said = long.clone();
    Some(
        view! {
            <span class=class title=said>
                {icon.map(|name| view! { <Icon name small=true /> })}
                <span aria-hidden="true">{short}</span>
                <span class="sr">{long}</span>
            </span>
        }
        .into_any(),
    )
}

/// The field that narrows the list.
pub(super) fn filter(kept: Kept) -> AnyView {
    let lang = use_lang();
    view! {
        <label class="inp sm mf">
            <Icon name=IconName::Search />
            <span class="sr">{move || lang.get().model_filter()}</span>
            <input
                type="search"
                data-testid="model-filter"
                placeholder=move || lang.get().model_filter()
                prop:value=kept.filter
                on:input:target=move |event| kept.filter.set(event.target().value())
            />
        </label>
    }
    .into_any()
}
