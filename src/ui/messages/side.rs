//! The pane at the left: subscriptions, and the topics that messages came on.

use leptos::prelude::*;

use super::View;
use super::subscriptions::SubscriptionsTab;
use super::topics::TopicsTab;
use crate::ui::components::{Icon, IconName, focus};
use crate::ui::context::use_lang;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Subscriptions,
    Topics,
}

/// The tab in front; it outlives a change of pages.
#[derive(Clone, Copy)]
struct Front(RwSignal<Tab>);

/// Keeps the choice while another page is shown.
pub(super) fn provide() {
    provide_context(Front(RwSignal::new(Tab::Subscriptions)));
}

/// Brings the subscriptions to the front.
pub(super) fn subscriptions_opener() -> impl Fn() + Copy {
    let front = expect_context::<Front>().0;
    move || front.set(Tab::Subscriptions)
}

#[component]
pub(super) fn SidePane(view: View) -> impl IntoView {
    let lang = use_lang();
    let front = expect_context::<Front>().0;
    // A record has topics; the subscriptions are the live session's.
    let is_record = move || view.bench.shows_record();
    let in_front = Memo::new(move |_| if is_record() { Tab::Topics } else { front.get() });
    let is_front = move |tab: Tab| in_front.get() == tab;
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        // With these keys it is a shortcut, of the page or of the browser.
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let tab = match event.key().as_str() {
            _ if untrack(is_record) => return,
            "ArrowRight" | "ArrowLeft" => match front.get_untracked() {
                Tab::Subscriptions => Tab::Topics,
                Tab::Topics => Tab::Subscriptions,
            },
            "Home" => Tab::Subscriptions,
            "End" => Tab::Topics,
            _ => return,
        };
        event.prevent_default();
        front.set(tab);
        focus(if tab == Tab::Topics { "tab-topics" } else { "tab-subscriptions" });
    };
    let tab_index = move |tab: Tab| move || if is_front(tab) { "0" } else { "-1" };
    view! {
        <section
            class="pane side"
            class:open=move || view.drawer.get()
            class:topics-pane=move || is_front(Tab::Topics)
            aria-label=move || lang.get().side_pane()
        >
            <div class="bar">
                <div class="tabs" role="tablist" aria-label=move || lang.get().side_pane() on:keydown=by_key>
                    <button
                        type="button"
                        role="tab"
                        id="tab-subscriptions"
                        class:on=move || is_front(Tab::Subscriptions)
                        hidden=is_record
                        data-testid="tab-subscriptions"
                        aria-selected=move || is_front(Tab::Subscriptions).to_string()
                        aria-controls="panel-subscriptions"
                        tabindex=tab_index(Tab::Subscriptions)
                        on:click=move |_| front.set(Tab::Subscriptions)
                    >
                        {move || lang.get().subscriptions()}
                        <span class="badge">{move || view.bench.subscriptions.with(Vec::len)}</span>
                    </button>
                    <button
                        type="button"
                        role="tab"
                        id="tab-topics"
                        class:on=move || is_front(Tab::Topics)
                        data-testid="tab-topics"
                        aria-selected=move || is_front(Tab::Topics).to_string()
                        aria-controls="panel-topics"
                        tabindex=tab_index(Tab::Topics)
                        on:click=move |_| front.set(Tab::Topics)
                    >
                        {move || lang.get().topics()}
                    </button>
                </div>
                <button
                    type="button"
                    class="btn gho ico sm right drawer-only"
                    data-testid="close-subscriptions"
                    aria-label=move || lang.get().close_subscriptions()
                    on:click=move |_| {
                        view.drawer.set(false);
                        focus("open-subscriptions");
                    }
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
            // Hidden, not gone: what was typed there stays.
            <div
                class="panel"
                id="panel-subscriptions"
                role="tabpanel"
                aria-labelledby="tab-subscriptions"
                hidden=move || !is_front(Tab::Subscriptions)
            >
                <SubscriptionsTab view />
            </div>
            <div
                class="panel"
                id="panel-topics"
                role="tabpanel"
                aria-labelledby="tab-topics"
                hidden=move || !is_front(Tab::Topics)
            >
                <Show when=move || is_front(Tab::Topics)>
                    <TopicsTab view />
                </Show>
            </div>
        </section>
    }
}
