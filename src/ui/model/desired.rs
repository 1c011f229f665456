//! What the cloud wishes the properties to be: getting it, taking it over, and deleting it with its versions.

use leptos::html;
use leptos::prelude::*;

use super::kept::{Kept, newest};
use super::reply::{refused, reply_line};
use super::row::text_of;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::uiot::model::messages::DesiredValue;
use crate::uiot::model::reducer::Asked;

/// Asks for the desired values of the ticked settable properties, or of all where none is ticked. Without a model all that are
/// known or seen may be settable.
pub(super) fn get(kept: Kept) {
    let settable = |identifier: &String| {
        kept.template.with_untracked(|shown| match shown {
            None => true,
            Some((template, _)) => {
                template.property(identifier).is_some_and(|property| property.access.is_writable())
            }
        })
    };
    let all: Vec<_> =
        untrack(|| super::table::identifiers(kept, false)).into_iter().filter(settable).collect();
    let ticked: Vec<_> = kept.ticked.with_untracked(|ticked| {
        all.iter().filter(|identifier| ticked.contains(*identifier)).cloned().collect()
    });
    let require = if ticked.is_empty() { all } else { ticked };
    if require.is_empty() {
        return kept.desk.tell(kept.lang.get_untracked().desired_no_settable().to_owned());
    }
    let asked = kept.desk.act(|services, now| {
        let message = services.model.get_desired(now, require);
        services.send(message);
        newest(services)
    });
    if let Some(asked) = asked {
        kept.asked_desired.set(asked);
    }
}

/// A desired value that may be deleted, and the version that is to be named.
#[derive(Clone)]
struct Wish {
    identifier: String,
    ticked: RwSignal<bool>,
    version: RwSignal<String>,
}

fn desired(kept: Kept) -> Vec<(String, DesiredValue)> {
    let all = kept.desk.read(|services| {
        let desired = services.model.desired().iter();
        desired.map(|(identifier, wish)| (identifier.clone(), wish.clone())).collect()
    });
    all.unwrap_or_default()
}

/// The section in the right pane.
pub(super) fn section(kept: Kept) -> AnyView {
    let lang = use_lang();
    let wishes = Memo::new(move |_| desired(kept));
    let asking = RwSignal::new(Vec::<Wish>::new());
    let deletion = |asked: Asked| matches!(asked, Asked::DesiredDelete(_));
    let refused = Memo::new(move |_| refused(kept, kept.asked_desired).is_some_and(deletion));
    let none = move || wishes.with(Vec::is_empty);
    let ask = move |_| {
        let wish = |(identifier, wish): (String, DesiredValue)| Wish {
            identifier,
            ticked: RwSignal::new(true),
            version: RwSignal::new(wish.version.to_string()),
        };
        asking.set(wishes.get_untracked().into_iter().map(wish).collect());
    };
    view! {
        <div class="bar sub over">
            <h3>{move || lang.get().desired_title()}</h3>
            <span class="badge">{move || wishes.with(Vec::len)}</span>
            <button
                type="button"
                class="btn sm right"
                data-testid="desired-refresh"
                title=move || lang.get().desired_get_hint()
                on:click=move |_| get(kept)
            >
                {move || lang.get().desired_get()}
            </button>
            <Show when=move || !none()>
                <button type="button" class="btn sm" data-testid="desired-delete" on:click=ask>
                    {move || lang.get().desired_delete()}
                </button>
            </Show>
        </div>
        <Show when=none>
            <p class="pad fg3 note-s">{move || lang.get().desired_none()}</p>
        </Show>
        <ul class="wish" data-testid="desired-list">
            <For
                each=move || wishes.get()
                key=|(identifier, wish)| (identifier.clone(), wish.version, wish.value.to_string())
                children=move |(identifier, wish)| line(kept, identifier, wish)
            />
        </ul>
        <div class="wish-r">{reply_line(kept, kept.asked_desired, "desired-reply")}</div>
        <Show when=move || refused.get()>
            <div class="note warn flat" data-testid="desired-refused">
                <Icon name=IconName::Warning />
                <span class="grow">{move || lang.get().desired_refused()}</span>
                <button type="button" class="btn sm" data-testid="desired-again" on:click=move |_| get(kept)>
                    {move || lang.get().desired_again()}
                </button>
            </div>
        </Show>
        {dialog(kept, asking)}
    }
    .into_any()
}

fn line(kept: Kept, identifier: String, wish: DesiredValue) -> AnyView {
    let lang = use_lang();
    let value = text_of(None, &wish.value);
    let id = identifier.clone();
    let hint = move || lang.get().desired_take_hint(&id);
    let name = identifier.clone();
    let take = move |_| {
        kept.put(&identifier, &wish.value);
        kept.selected.set(Some(identifier.clone()));
    };
    view! {
        <li data-testid="desired-value" data-id=name.clone()>
            <span class="mono med ell" title=name.clone()>
                {name.clone()}
            </span>
            <span class="mono ell grow" title=value.clone()>
                {value.clone()}
            </span>
            <span class="mono fg3">"Version " {wish.version}</span>
            <button
                type="button"
                class="btn sm"
                data-testid="desired-take"
                title=hint.clone()
                aria-label=hint
                on:click=take
            >
                {move || lang.get().desired_take()}
            </button>
        </li>
    }
    .into_any()
}

/// Names what is to be deleted, with versions that can be changed. The focus begins on the way back.
fn dialog(kept: Kept, asking: RwSignal<Vec<Wish>>) -> AnyView {
    let lang = use_lang();
    let dialog = NodeRef::<html::Dialog>::new();
    let wrong = RwSignal::new(false);
    Effect::new(move |_| {
        let open = asking.with(|asking| !asking.is_empty());
        let Some(dialog) = dialog.get() else { return };
        if open && !dialog.open() {
            wrong.set(false);
            // Fails only where it is open already.
            let _ = dialog.show_modal();
        } else if !open {
            dialog.close();
        }
    });
    let delete = move |_| {
        let chosen: Vec<_> =
            asking.get_untracked().into_iter().filter(|wish| wish.ticked.get_untracked()).collect();
        let read = |wish: &Wish| {
            let version = wish.version.with_untracked(|typed| typed.trim().parse::<i64>()).ok()?;
            Some((wish.identifier.clone(), version))
        };
        let Some(versions) = chosen.iter().map(read).collect::<Option<Vec<_>>>() else {
            return wrong.set(true);
        };
        asking.set(Vec::new());
        if versions.is_empty() {
            return;
        }
        let asked = kept.desk.act(|services, now| {
            let message = services.model.delete_desired(now, versions);
            services.send(message);
            newest(services)
        });
        if let Some(asked) = asked {
            kept.asked_desired.set(asked);
        }
    };
    let wishes = move || {
        let item = |wish: Wish| {
            let Wish { identifier, ticked, version } = wish;
            let name = identifier.clone();
            view! {
                <li class="row">
                    <label class="chk grow">
                        <input
                            type="checkbox"
                            prop:checked=ticked
                            on:change:target=move |event| ticked.set(event.target().checked())
                        />
                        <span class="mono">{identifier.clone()}</span>
                    </label>
                    <span class="fg3">"Version"</span>
                    <span class="inp sm mono vn">
                        <input
                            type="text"
                            inputmode="numeric"
                            data-testid="desired-version"
                            data-id=identifier
                            aria-label=move || lang.get().desired_version_of(&name)
                            prop:value=version
                            on:input:target=move |event| version.set(event.target().value())
                        />
                    </span>
                </li>
            }
        };
        asking.get().into_iter().map(item).collect_view()
    };
    view! {
        <dialog
            node_ref=dialog
            class="dlg"
            aria-labelledby="desired-title"
            data-testid="desired-dialog"
            on:close=move |_| asking.set(Vec::new())
            on:keydown=move |event| event.stop_propagation()
        >
            <div class="dlg-b">
                <h2 id="desired-title">{move || lang.get().desired_ask()}</h2>
                <p>{move || lang.get().desired_ask_why()}</p>
                <ul class="wish-d">{wishes}</ul>
                <p class="hint err" role="status" hidden=move || !wrong.get()>
                    {move || lang.get().desired_bad_version()}
                </p>
                <div class="row dlg-a">
                    <button
                        type="button"
                        class="btn right"
                        autofocus
                        data-testid="desired-cancel"
                        on:click=move |_| asking.set(Vec::new())
                    >
                        {move || lang.get().cancel()}
                    </button>
                    <button type="button" class="btn dan" data-testid="desired-delete-now" on:click=delete>
                        {move || lang.get().desired_delete()}
                    </button>
                </div>
            </div>
        </dialog>
    }
    .into_any()
}
