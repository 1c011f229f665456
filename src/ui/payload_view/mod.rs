//! A payload in its views: trees, text, bytes, Base64, comparison. Shared by the screens that show a message.
//!
//! Only the view that is looked at is made, and of a large payload only what is on screen of it; reading one into a
//! tree goes on between frames and can be stopped.

mod diff;
mod lines;
mod reading;
mod tab;
mod tree;

use std::sync::Arc;

use leptos::prelude::*;

use crate::payload;
use crate::payload::diff::Diff;
use crate::payload::tree::{Kind, offers};
use crate::ui::context::use_lang;
pub(crate) use diff::Against;
use reading::Reading;
pub(crate) use tab::{ChosenTabs, Tab};
use tree::TreeView;

/// A binary payload up to this size is tried as CBOR and as MessagePack before its tabs are drawn.
const TRIED_AT_ONCE: usize = 256 * 1024;
/// Payloads up to this size are compared before someone asks, for the number of changes in the tab.
pub(crate) const COMPARED_AT_ONCE: usize = 16 * 1024;

/// One payload as it is being looked at.
#[derive(Clone, Copy)]
pub(crate) struct PayloadViews {
    /// The view that is shown.
    pub(crate) tab: RwSignal<Tab>,
    payload: StoredValue<Arc<[u8]>>,
    json: Reading,
    cbor: Reading,
    message_pack: Reading,
    is_text: bool,
    begins_like_json: bool,
}

impl PayloadViews {
    /// Opens a payload in the view that is wanted, or in one that fits: JSON falls back to text, text to bytes.
    pub(crate) fn open(payload: &Arc<[u8]>, wanted: Tab) -> Self {
        let is_text = payload::text(payload).is_some();
        let views = Self {
            tab: RwSignal::new(wanted),
            payload: StoredValue::new(Arc::clone(payload)),
            json: Reading::new(Kind::Json),
            cbor: Reading::new(Kind::Cbor),
            message_pack: Reading::new(Kind::MessagePack),
            is_text,
            begins_like_json: offers(Kind::Json, payload),
        };
        for (reading, kind) in [(views.cbor, Kind::Cbor), (views.message_pack, Kind::MessagePack)] {
            if !is_text && offers(kind, payload) {
                reading.begin(payload);
            }
        }
        let fits = match wanted {
            Tab::Json => views.is_json(payload),
            Tab::Text => is_text,
            Tab::Cbor | Tab::MessagePack => untrack(|| views.is_offered(wanted)),
            Tab::Hex | Tab::Base64 | Tab::Diff | Tab::Packet => true,
        };
        if !fits {
            views.tab.set(match wanted {
                Tab::Json | Tab::Text if is_text && !payload.is_empty() => Tab::Text,
                _ if views.is_json(payload) => Tab::Json,
                _ if is_text => Tab::Text,
                _ => Tab::Hex,
            });
        }
        views
    }

    /// Whether a payload is JSON; a large one counts as such by its beginning.
    fn is_json(self, payload: &Arc<[u8]>) -> bool {
        if !self.begins_like_json || payload.len() > TRIED_AT_ONCE {
            return self.begins_like_json;
        }
        self.json.begin(payload);
        // What is not there yet is taken for JSON until it turns out to be none.
        untrack(|| self.json.tree()).is_none_or(|tree| tree.is_whole())
    }

    /// Whether a tab is there: those of the binary notations only where they are the payload's.
    pub(crate) fn is_offered(self, tab: Tab) -> bool {
        let reading = match tab {
            Tab::Cbor => self.cbor,
            Tab::MessagePack => self.message_pack,
            _ => return true,
        };
        // Any bytes are something in these notations: a container with values is the least.
        reading.tree().is_some_and(|tree| tree.is_whole() && tree.len() > 1)
    }
}

/// What a comparison tells, made when it is asked for.
pub(crate) type Compared = Memo<Option<(Against, Diff)>>;

/// The views of a payload, one of which is shown. `packet` draws the tab of the packet; `compared` is asked when the
/// comparison is shown, or at once if `eager`; `unpin` takes back that another message was pinned to compare with.
#[component]
pub(crate) fn PayloadTabs<P, V>(
    views: PayloadViews,
    #[prop(into)] choose: Callback<Tab>,
    compared: Compared,
    eager: bool,
    #[prop(into)] unpin: Callback<()>,
    packet: P,
) -> impl IntoView
where
    P: Fn() -> V + Copy + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let lang = use_lang();
    let PayloadViews { tab, .. } = views;
    let offered =
        Memo::new(move |_| Tab::ALL.into_iter().filter(|tab| views.is_offered(*tab)).collect::<Vec<_>>());
    let choose_by_key = move |event: leptos::ev::KeyboardEvent| {
        // With these keys it is a shortcut, of the page or of the browser.
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let tabs = offered.get_untracked();
        let now = tabs.iter().position(|offered| *offered == tab.get_untracked()).unwrap_or(0);
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % tabs.len(),
            "ArrowLeft" => (now + tabs.len() - 1) % tabs.len(),
            "Home" => 0,
            "End" => tabs.len() - 1,
            _ => return,
        };
        event.prevent_default();
        if let Some(next) = tabs.get(next) {
            choose.run(*next);
            focus_tab(*next);
        }
    };
    let changes = Memo::new(move |_| {
        let asked = eager || tab.get() == Tab::Diff;
        asked.then(|| compared.with(|found| found.as_ref().map_or(0, |(_, diff)| diff.changes)))
    });
    let panel = move |shown: Tab| {
        // A small payload is in the page in all its views, those of its trees only where they are shown.
        let small = views.payload.with_value(|payload| payload.len()) <= lines::WHOLE;
        let simple = matches!(shown, Tab::Text | Tab::Hex | Tab::Base64);
        // One that is there as a whole scrolls by itself, the others have lists inside.
        let whole = small && simple;
        let wanted =
            Memo::new(move |before: Option<&bool>| before == Some(&true) || whole || tab.get() == shown);
        view! {
            <div
                class="views"
                class:scroll=whole
                role="tabpanel"
                id=format!("panel-{}", shown.id())
                aria-labelledby=format!("tab-{}", shown.id())
                tabindex=if whole { "0" } else { "-1" }
                data-testid=format!("inspector-{}", shown.id())
                hidden=move || tab.get() != shown
            >
                {move || wanted.get().then(|| match shown {
                    Tab::Packet => packet().into_any(),
                    Tab::Diff => (move || diff::diff_view(compared.get(), unpin)).into_any(),
                    _ => body(views, shown),
                })}
            </div>
        }
    };
    view! {
        <div
            class="tabs"
            role="tablist"
            aria-label=move || lang.get().views_of_message()
            data-testid="inspector-tabs"
            data-value=move || tab.get().id()
            on:keydown=choose_by_key
        >
            <For
                each=move || offered.get()
                key=|tab| *tab
                children=move |offered| {
                    let on = move || tab.get() == offered;
                    let count = move || changes.get().filter(|count| offered == Tab::Diff && *count > 0);
                    view! {
                        <button
                            type="button"
                            role="tab"
                            id=format!("tab-{}", offered.id())
                            class:on=on
                            data-option=offered.id()
                            aria-selected=move || on().to_string()
                            aria-controls=format!("panel-{}", offered.id())
                            tabindex=move || if on() { "0" } else { "-1" }
                            on:click=move |_| choose.run(offered)
                        >
                            {move || offered.label(lang.get())}
                            {move || count().map(|count| view! {
                                <span class="badge num" data-testid="diff-count">{count}</span>
                            })}
                        </button>
                    }
                }
            />
        </div>
        {Tab::ALL.map(panel)}
    }
}

fn focus_tab(tab: Tab) {
    use leptos::wasm_bindgen::JsCast;
    let button = document().get_element_by_id(&format!("tab-{}", tab.id()));
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Fails only where nothing can be focused.
        let _ = button.focus();
    }
}

/// One view of a payload.
fn body(views: PayloadViews, tab: Tab) -> AnyView {
    let lang = use_lang();
    let missing = move |what: fn(crate::i18n::Lang) -> &'static str| {
        view! { <p class="pad fg3">{move || what(lang.get())}</p> }.into_any()
    };
    let payload = views.payload.get_value();
    match tab {
        Tab::Json if views.begins_like_json => {
            views.json.begin(&payload);
            view! { <TreeView reading=views.json name="json" /> }.into_any()
        }
        Tab::Json => missing(crate::i18n::Lang::no_json),
        Tab::Cbor => view! { <TreeView reading=views.cbor name="cbor" /> }.into_any(),
        Tab::MessagePack => view! { <TreeView reading=views.message_pack name="msgpack" /> }.into_any(),
        Tab::Text if payload.is_empty() => missing(crate::i18n::Lang::empty_payload),
        Tab::Text if views.is_text => lines::text(&payload),
        Tab::Text => missing(crate::i18n::Lang::no_text),
        Tab::Hex => lines::hex(&payload),
        Tab::Base64 => lines::base64(&payload),
        Tab::Diff | Tab::Packet => ().into_any(),
    }
}
