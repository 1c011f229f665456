//! Arrays and structs: the same controls again, for each item and member.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Spot, focus_id, part};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::model::{ArraySpec, DRAFT_ITEMS, Draft, StructSpec};

pub(super) fn members(spot: &Spot, spec: &StructSpec) -> AnyView {
    let members = spot.draft.with_untracked(|draft| match draft.part(&spot.at) {
        Some(Draft::Members(members)) => members.iter().map(|(identifier, _)| identifier.clone()).collect(),
        _ => Vec::new(),
    });
    let parts = members.into_iter().enumerate().filter_map(|(index, identifier)| {
        let member = spec.members.iter().find(|member| member.identifier == identifier)?;
        let data_type = Arc::new(member.data_type.clone());
        Some(part(spot.inner(index, &identifier, identifier.clone(), member.name.clone(), data_type)))
    });
    view! {
        <div class="val-in" role="group" id=spot.input_id() aria-labelledby=spot.label_id()>
            {parts.collect_view()}
        </div>
    }
    .into_any()
}

pub(super) fn items(spot: &Spot, spec: &ArraySpec) -> AnyView {
    let lang = use_lang();
    let count = spot.count();
    let most = spec.size.and_then(|size| usize::try_from(size).ok()).unwrap_or(DRAFT_ITEMS).min(DRAFT_ITEMS);
    let item_type = Arc::new((*spec.item).clone());
    let add_id = format!("{}-add", spot.id);
    let add = {
        let (spot, item_type) = (spot.clone(), Arc::clone(&item_type));
        move |_| {
            spot.draft.update(|draft| {
                if let Some(Draft::Items(items)) = draft.part_mut(&spot.at)
                    && items.len() < most
                {
                    items.push(Draft::new(&item_type));
                }
            });
        }
    };
    let item = {
        let (spot, add_id) = (spot.clone(), add_id.clone());
        move |index: usize| {
            let label = format!("[{index}]");
            let name = label.clone();
            let inner = spot.inner(index, &index.to_string(), label, String::new(), Arc::clone(&item_type));
            let (outer, add_id) = (spot.clone(), add_id.clone());
            let remove = move |_| {
                outer.draft.update(|draft| {
                    if let Some(Draft::Items(items)) = draft.part_mut(&outer.at)
                        && index < items.len()
                    {
                        items.remove(index);
                    }
                });
                let left = count.get_untracked();
                // What comes after moves up into its place.
                let next = if index < left { format!("{}-{index}-rm", outer.id) } else { add_id.clone() };
                focus_id(next);
            };
            view! {
                <li class="row">
                    {part(inner)}
                    <button
                        type="button"
                        class="btn gho ico"
                        id=format!("{}-{index}-rm", spot.id)
                        data-testid="value-remove"
                        aria-label=move || lang.get().value_remove(&name)
                        on:click=remove
                    >
                        <Icon name=IconName::Close />
                    </button>
                </li>
            }
            .into_any()
        }
    };
    let is_full = move || count.get() >= most;
    view! {
        <div class="val-in" role="group" id=spot.input_id() aria-labelledby=spot.label_id()>
            <ul class="val-l">
                <For each=move || 0..count.get() key=|index| *index children=item />
            </ul>
            <button
                type="button"
                class="btn sm"
                id=add_id
                data-testid="value-add"
                aria-disabled=move || is_full().then_some("true")
                title=move || is_full().then(|| lang.get().value_full(most))
                on:click=add
            >
                <Icon name=IconName::Plus />
                {move || lang.get().value_add()}
            </button>
        </div>
    }
    .into_any()
}
