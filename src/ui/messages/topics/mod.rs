//! The overview of topics: a tree with what was counted for each. A click shows the messages of a topic or a branch.

mod overview;
mod row;
mod term;

use leptos::prelude::*;

use super::{View, folds};
use crate::i18n::numbers::grouped;
use crate::ui::bench::Bench;
use crate::ui::components::{Icon, IconName, VirtualList, VirtualRows, focus};
use crate::ui::context::{Narrow, use_lang};
use crate::ui::shell::BUDGET_WINDOW;
use overview::Overview;
use row::{FigureCells, TopicRow};

/// Height of a row in CSS pixels: two lines.
const ROW: f64 = 44.0;
const ROW_NARROW: f64 = 52.0;
/// More topics than this are looked for, not looked through.
const SEARCHED: u32 = 30;

/// The tree outlives a change of pages.
#[derive(Clone, Copy)]
struct Kept(Overview);

/// Keeps the tree while another page is shown.
pub(super) fn provide(bench: Bench) {
    provide_context(Kept(Overview::new(bench)));
}

/// What can be done with the tree.
#[derive(Clone, Copy)]
struct Tree {
    view: View,
    overview: Overview,
    list: VirtualList,
    chosen: term::Chosen,
}

impl Tree {
    /// Shows the messages of a row alone; of all, if that was so already.
    fn choose(self, key: u64) {
        let Self { view, overview, .. } = self;
        overview.current.set(Some(key));
        let row = untrack(|| {
            overview.rows(|tree| {
                let row = *tree.rows().get(tree.row_of(key)?)?;
                let again = term::is_chosen(
                    self.chosen.get_untracked().as_deref(),
                    &tree.path(&row),
                    row.open.is_some(),
                );
                Some((term::value_of(tree, &row), again))
            })
        });
        if let Some((value, again)) = row {
            term::choose(view.listing.text, (!again).then_some(&value));
            self.close_drawer();
        }
    }

    /// Where the pane is a drawer it lies over the messages that were asked for.
    fn close_drawer(self) {
        if self.view.drawer.get_untracked() {
            self.view.drawer.set(false);
            focus("open-subscriptions");
        }
    }

    /// Whether the rows are under a person's hand: a pointer over them, or the keyboard in them.
    fn is_held(self) -> bool {
        let by_keyboard = self.list.scroller.get_untracked().is_some_and(|scroller| {
            // Fails only for a selector that is none.
            scroller.matches(":focus-visible").unwrap_or(false)
        });
        self.overview.hovered.get_value() || by_keyboard
    }

    fn go_to(self, row: usize) {
        let key = untrack(|| self.overview.rows(|tree| tree.rows().get(row).map(|row| row.key())));
        if let Some(key) = key {
            self.overview.current.set(Some(key));
            self.list.reveal(row);
        }
    }

    fn by_key(self, event: &leptos::ev::KeyboardEvent) {
        // With these keys it is a shortcut, of the page or of the browser.
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let overview = self.overview;
        let key = overview.current.get_untracked();
        let place = key.and_then(|key| untrack(|| overview.place(key)));
        let (Some(key), Some(place)) = (key, place) else {
            let moves = ["ArrowDown", "ArrowUp", "ArrowRight", "Home", "End"];
            if moves.contains(&event.key().as_str()) {
                event.prevent_default();
                let last = untrack(|| self.list.count.get()).saturating_sub(1);
                self.go_to(if event.key() == "End" { last } else { 0 });
            }
            return;
        };
        let (open, parent, next_is_below) = untrack(|| {
            overview.rows(|tree| {
                let row = tree.rows().get(place).copied();
                let next = tree.rows().get(place + 1).copied();
                let below = row.zip(next).is_some_and(|(row, next)| next.depth > row.depth);
                (row.and_then(|row| row.open), tree.parent_row(place), below)
            })
        });
        match (event.key().as_str(), open) {
            ("Enter" | " ", _) => self.choose(key),
            ("ArrowRight", Some(false)) => overview.set_open(key, true),
            ("ArrowRight", Some(true)) if next_is_below => self.go_to(place + 1),
            ("ArrowLeft", Some(true)) => overview.set_open(key, false),
            ("ArrowLeft", _) => {
                if let Some(parent) = parent {
                    self.go_to(parent);
                }
            }
            ("ArrowRight", _) => {}
            _ => {
                if let Some(row) = self.list.target(event, Some(place)) {
                    self.go_to(row);
                }
                return;
            }
        }
        event.prevent_default();
    }
}

#[component]
pub(super) fn TopicsTab(view: View) -> impl IntoView {
    let lang = use_lang();
    let overview = expect_context::<Kept>().0;
    let narrow = expect_context::<Narrow>().0;
    let row_height = Signal::derive(move || if narrow.get() { ROW_NARROW } else { ROW });
    let list = overview.list(row_height);
    let chosen = term::chosen(view.listing.text);
    let tree = Tree { view, overview, list, chosen };
    overview.hovered.set_value(false);
    Effect::new(move |_| {
        overview.set_folds(folds(view.bench.shown_plan().as_ref()));
    });
    // Another journal, opened or closed, is read from its beginning.
    Effect::new(move |_| {
        let shown = view.bench.shown();
        if overview.journal.get_value() != shown {
            overview.journal.set_value(shown);
            overview.restart();
        }
    });
    Effect::new(move |_| {
        view.bench.seconds.track();
        overview.refresh(!tree.is_held());
    });
    let is_empty = move || list.count.get() == 0;
    let total = Memo::new(move |_| overview.total());
    let all_chosen = move || chosen.with(Option::is_none);
    view! {
        <ToolBar overview />
        <button
            type="button"
            class="tn all"
            class:sel=all_chosen
            data-testid="all-topics"
            aria-pressed=move || all_chosen().to_string()
            on:click=move |_| {
                term::choose(view.listing.text, None);
                tree.close_drawer();
            }
        >
            <span class="nm">{move || lang.get().all_topics()}</span>
            <FigureCells figures=total />
            <span class="vl ell" title=move || lang.get().topics_counted(total.get().topics.into())>
                {move || lang.get().topics_counted(total.get().topics.into())}
            </span>
        </button>
        <div
            node_ref=list.scroller
            class="scroll topics"
            class:none=is_empty
            data-testid="topic-tree"
            data-topics=move || total.get().topics.to_string()
            role="tree"
            tabindex="0"
            aria-label=move || lang.get().topics()
            aria-activedescendant=move || {
                overview.current.get().filter(|key| overview.place(*key).is_some()).map(|key| format!("topic-{key}"))
            }
            on:scroll=move |_| list.on_scroll()
            on:keydown=move |event| tree.by_key(&event)
            on:pointerenter=move |event| overview.hovered.set_value(event.pointer_type() != "touch")
            on:pointerleave=move |_| overview.hovered.set_value(false)
        >
            <VirtualRows
                list
                row=move |place| view! { <TopicRow overview place chosen on_choose=move |key| tree.choose(key) /> }
            />
        </div>
        <Show when=is_empty>
            <p class="pad fg3 grow">
                {move || {
                    let searched = !overview.search.with(|search| search.trim().is_empty());
                    if searched { lang.get().topics_not_found() } else { lang.get().topics_none() }
                }}
            </p>
        </Show>
        <Footer overview />
    }
}

/// How many topics there are, or a field to look for one; folding.
#[component]
fn ToolBar(overview: Overview) -> impl IntoView {
    let lang = use_lang();
    let topics = Memo::new(move |_| overview.total().topics);
    let is_searched = Memo::new(move |_| topics.get() > SEARCHED || !overview.search.with(String::is_empty));
    let search = move |text: String| {
        overview.search.set(text);
        overview.lay_out(true);
    };
    let clear_by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        if event.key() == "Escape" && !overview.search.with_untracked(String::is_empty) {
            event.stop_propagation();
            search(String::new());
        } else if event.key() == "ArrowDown" {
            event.prevent_default();
            focus("topic-tree");
        }
    };
    view! {
        <div class="tbar">
            <Show
                when=move || is_searched.get()
                fallback=move || view! { <span class="fg3 num">{move || lang.get().topics_counted(topics.get().into())}</span> }
            >
                <span class="inp">
                    <Icon name=IconName::Search small=true />
                    <input
                        type="search"
                        data-testid="topic-search"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        aria-label=move || lang.get().find_topic()
                        placeholder=move || lang.get().find_topic()
                        prop:value=overview.search
                        on:input:target=move |event| search(event.target().value())
                        on:keydown=clear_by_key
                    />
                    <span class="un num">{move || grouped(topics.get().into())}</span>
                </span>
            </Show>
            <span class="right row">
                <button
                    type="button"
                    class="btn gho ico sm"
                    data-testid="topics-unfold"
                    aria-label=move || lang.get().unfold_all()
                    title=move || lang.get().unfold_all()
                    on:click=move |_| overview.set_all_open(true)
                >
                    <Icon name=IconName::Chevron />
                </button>
                <button
                    type="button"
                    class="btn gho ico sm"
                    data-testid="topics-fold"
                    aria-label=move || lang.get().fold_all()
                    title=move || lang.get().fold_all()
                    on:click=move |_| overview.set_all_open(false)
                >
                    <Icon name=IconName::Fold />
                </button>
            </span>
        </div>
    }
}

/// What the numbers mean, and what is not shown.
#[component]
fn Footer(overview: Overview) -> impl IntoView {
    let lang = use_lang();
    let waiting = Memo::new(move |_| overview.figures(|tree| tree.waiting()));
    let beyond = Memo::new(move |_| overview.beyond());
    let admit = move |_| {
        overview.lay_out(true);
        // This button goes.
        focus("topic-tree");
    };
    view! {
        <div class="tfoot">
            <span class="ell" title=move || lang.get().counted_since_detail()>
                {move || match beyond.get() {
                    0 => lang.get().counted_since().to_owned(),
                    count => lang.get().topics_beyond(&grouped(count as u64)),
                }}
            </span>
            <Show when=move || waiting.get().gt(&0)>
                <button type="button" class="chip acc right" data-testid="new-topics" on:click=admit>
                    {move || lang.get().new_topics(waiting.get())}
                </button>
            </Show>
            <button type="button" class="lnk right narrow-only" data-testid="budget-open-narrow" popovertarget=BUDGET_WINDOW>
                {move || lang.get().budget()}
            </button>
        </div>
    }
}
