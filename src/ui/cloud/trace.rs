//! What the cloud sees: the platform's trace as a list, newest last.
//!
//! The platform does not tell when it changed: while the page is shown it is asked four times a second, and what came is taken
//! up at once.

use leptos::prelude::*;

use super::trace_detail::Detail;
use super::trace_line::{Said, Words, words};
use super::{Cloud, time_words, use_cloud};
use crate::device::simulator;
use crate::i18n::Lang;
use crate::simulator::{Platform, TRACE_LENGTH, TracePart, TraceRows};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, Place, Slot, VirtualList, VirtualRows};
use crate::ui::context::{Narrow, use_lang};
use crate::uiot::Credential;

/// Height of a row of two lines on a narrow screen, in CSS pixels.
const ROW_NARROW: f64 = 52.0;
/// Height of the list's head; a narrow screen has none.
const HEAD: f64 = 28.0;

/// The part that is wanted, and the one device of which it is wanted.
type Filter = (TracePart, Option<Credential>);

/// The list as it was left when another page is shown.
#[derive(Clone, Copy)]
pub(super) struct Watched {
    part: RwSignal<TracePart>,
    /// Lines of the device acted upon alone.
    only: RwSignal<bool>,
    pub(super) selected: RwSignal<Option<u64>>,
    place: Place,
    rows: StoredValue<TraceRows>,
    /// What the rows are of.
    filter: StoredValue<Filter>,
    /// Grows whenever the rows changed.
    version: RwSignal<u32>,
    /// Lines that came before this one were seen.
    seen: RwSignal<u64>,
}

impl Watched {
    pub(super) fn new() -> Self {
        Self {
            part: RwSignal::new(TracePart::All),
            only: RwSignal::new(false),
            selected: RwSignal::new(None),
            place: Place::at_end(),
            rows: StoredValue::new(TraceRows::default()),
            filter: StoredValue::new((TracePart::All, None)),
            version: RwSignal::new(0),
            seen: RwSignal::new(0),
        }
    }

    /// Begins anew, if other lines are wanted now.
    fn choose(self, filter: Filter) {
        if self.filter.with_value(|known| *known == filter) {
            return;
        }
        self.rows.set_value(TraceRows::new(filter.0, filter.1.clone()));
        self.filter.set_value(filter);
        self.place.reset();
        // Also where nothing is left.
        self.version.update(|version| *version = version.wrapping_add(1));
    }

    /// Takes up what came.
    fn follow(self) {
        let follow = |platform: &Platform| self.rows.try_update_value(|rows| rows.follow(platform.trace()));
        // Told once the platform is let go of: whoever hears of it may ask for it.
        if simulator().act(|platform, _| follow(platform)) == Some(true) {
            self.version.update(|version| *version = version.wrapping_add(1));
        }
    }

    fn read<T>(self, read: impl FnOnce(&TraceRows) -> T) -> T {
        self.rows.with_value(read)
    }
}

const PARTS: &[ChoiceOption] = &[
    ChoiceOption { id: "all", label: Lang::trace_all },
    ChoiceOption { id: "up", label: Lang::trace_up },
    ChoiceOption { id: "down", label: Lang::trace_down },
    ChoiceOption { id: "presence", label: Lang::trace_presence },
    ChoiceOption { id: "failures", label: Lang::trace_failures },
];

/// The list with its filter, and the line that is selected.
#[component]
pub(super) fn TracePane() -> impl IntoView {
    let cloud = use_cloud();
    let watched = cloud.watched;
    let narrow = expect_context::<Narrow>().0;
    let filter = Memo::new(move |_| {
        let device = if watched.only.get() { cloud.target() } else { None };
        (watched.part.get(), device)
    });
    Effect::new(move |_| {
        cloud.looks.track();
        watched.choose(filter.get());
        watched.follow();
    });

    let row_height =
        Signal::derive(move || if narrow.get() { ROW_NARROW } else { cloud.bench.preferences.row.get() });
    let head = Signal::derive(move || if narrow.get() { 0.0 } else { HEAD });
    let count = Memo::new(move |_| {
        watched.version.track();
        watched.read(TraceRows::len)
    });
    let list = VirtualList::new(
        count.into(),
        watched.version.into(),
        row_height,
        head,
        move |range| watched.read(|rows| rows.rows(range)),
        move |seq| watched.read(|rows| rows.row_of(seq)),
    )
    .at(watched.place);
    Effect::new(move |_| {
        watched.version.track();
        if list.follow.get() {
            let next = simulator().act(|platform, _| platform.trace().next_seq());
            watched.seen.set(next);
        }
    });
    view! {
        <section class="cl-trace" aria-labelledby="cloud-trace-title">
            <Bar cloud />
            <List cloud list count />
            <Show when=move || watched.selected.get().is_some()>
                <Detail />
            </Show>
        </section>
    }
    .into_any()
}

#[component]
fn Bar(cloud: Cloud) -> impl IntoView {
    let lang = use_lang();
    let watched = cloud.watched;
    let name = move || cloud.target().map(|target| target.device_sn).unwrap_or_default();
    let choose = move |id: &'static str| watched.part.set(TracePart::from_id(id).unwrap_or_default());
    view! {
        <div class="bar sub cl-tb">
            <h3 id="cloud-trace-title">{move || lang.get().trace_title()}</h3>
            <label class="chk right">
                <input
                    type="checkbox"
                    data-testid="trace-only"
                    prop:checked=watched.only
                    on:change:target=move |event| watched.only.set(event.target().checked())
                />
                <span class="cl-only-n">{move || lang.get().trace_only(&name())}</span>
            </label>
            <Choice
                id="trace-part"
                class="sm"
                label=Signal::derive(move || lang.get().trace_title().to_owned())
                options=PARTS
                value=Signal::derive(move || watched.part.get().id())
                on_choose=choose
            />
        </div>
    }
    .into_any()
}

#[component]
fn List(cloud: Cloud, list: VirtualList, count: Memo<usize>) -> impl IntoView {
    let lang = use_lang();
    let watched = cloud.watched;
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            return watched.selected.set(None);
        }
        let present = watched.selected.get_untracked().map(|seq| watched.read(|rows| rows.row_of(seq)));
        let Some(target) = list.target(&event, present) else { return };
        let Some(seq) = watched.read(|rows| rows.rows(target..target.saturating_add(1)).first().copied())
        else {
            return;
        };
        watched.selected.set(Some(seq));
        if event.key() == "End" {
            list.follow.set(true);
        } else {
            if present.is_some_and(|row| target < row) {
                list.follow.set(false);
            }
            list.reveal(target);
        }
    };
    let unseen = Memo::new(move |_| {
        let shown = count.get();
        let seen = watched.seen.get();
        if list.follow.get() { 0 } else { shown.saturating_sub(watched.read(|rows| rows.row_of(seen))) }
    });
    let kept = Memo::new(move |_| cloud.look(|platform, _| platform.trace().kept()));
    let with_device = move || !watched.only.get();
    view! {
        <div class="log-frame">
            <div
                node_ref=list.scroller
                class="scroll log tracelog"
                class:dev=with_device
                data-testid="trace-log"
                data-shown=move || count.get().to_string()
                data-kept=move || kept.get().to_string()
                role="grid"
                tabindex="0"
                aria-labelledby="cloud-trace-title"
                aria-rowcount=move || (count.get() + 1).to_string()
                aria-activedescendant=move || watched.selected.get().map(|seq| format!("trace-row-{seq}"))
                on:scroll=move |_| list.on_scroll()
                on:keydown=by_key
            >
                <div class="lh" role="row" aria-rowindex="1">
                    <span role="columnheader">{move || lang.get().time()}</span>
                    <span role="columnheader">
                        <span class="sr">{move || lang.get().direction()}</span>
                    </span>
                    <span role="columnheader" class="dv" title=move || lang.get().trace_device()>
                        {move || lang.get().trace_device()}
                    </span>
                    <span role="columnheader" title=move || lang.get().trace_what()>
                        {move || lang.get().trace_what()}
                    </span>
                    <span role="columnheader" title=move || lang.get().trace_limit(TRACE_LENGTH)>
                        {move || lang.get().trace_content()}
                    </span>
                </div>
                <VirtualRows list row=move |place| view! { <Row cloud place /> } />
            </div>
            <Show when=move || count.get() == 0>
                <div class="empty over" data-testid="trace-none">
                    <b>{move || lang.get().trace_none()}</b>
                    <span>{move || lang.get().trace_none_why()}</span>
                </div>
            </Show>
            <Show when=move || unseen.get() != 0>
                <button
                    type="button"
                    class="chip acc newm"
                    data-testid="trace-new"
                    on:click=move |_| list.follow.set(true)
                >
                    <Icon name=IconName::ArrowDown small=true />
                    {move || lang.get().trace_new(unseen.get())}
                </button>
            </Show>
        </div>
    }
    .into_any()
}

/// A piece of a line; what others wrote is set apart.
pub(super) fn piece(said: Said) -> AnyView {
    match said {
        Said::Words(class, text) => view! { <span class=class>{text}</span> }.into_any(),
        Said::Data(class, text) => view! { <bdi class=class>{text}</bdi> }.into_any(),
    }
}

/// What a row shows: its time, and the line in words.
type Shown = Option<(String, Words)>;

/// One row element: it shows a line, and others as the list moves.
#[component]
fn Row(cloud: Cloud, place: Slot) -> impl IntoView {
    let lang = use_lang();
    let preferences = cloud.bench.preferences;
    let shown: Memo<Shown> = Memo::new(move |_| {
        let (seq, lang) = (place.key.get(), lang.get());
        simulator().act(|platform, _| {
            let line = platform.trace().line(seq)?;
            Some((time_words(preferences, platform, line.at), words(lang, line)))
        })
    });
    let selected = Memo::new(move |_| cloud.watched.selected.get() == Some(place.key.get()));
    let text = move |read: fn(&Words) -> String| {
        move || shown.with(|shown| shown.as_ref().map(|(_, words)| read(words)).unwrap_or_default())
    };
    let class = move || {
        let class = shown.with(|shown| shown.as_ref().map_or("lr", |(_, words)| words.class));
        if selected.get() { format!("{class} sel") } else { class.to_owned() }
    };
    let full = text(|words| words.content.iter().map(Said::text).collect());
    let sign = move || {
        shown.with(|shown| {
            shown.as_ref().map(|(_, words)| {
                view! {
                    <span class=words.look>
                        <Icon name=words.sign small=true />
                        <span class="sr">{words.kind}</span>
                    </span>
                }
            })
        })
    };
    let content = move || {
        shown.with(|shown| {
            let pieces = shown.as_ref().map(|(_, words)| words.content.clone()).unwrap_or_default();
            pieces.into_iter().map(piece).collect_view()
        })
    };
    view! {
        <div
            class=class
            id=move || format!("trace-row-{}", place.key.get())
            data-testid="trace-row"
            data-seq=move || place.key.get().to_string()
            data-kind=text(|words| words.id.to_owned())
            data-device=text(|words| words.device.clone())
            role="row"
            aria-rowindex=move || (place.row.get() + 2).to_string()
            aria-selected=move || selected.get().to_string()
            on:click=move |_| cloud.watched.selected.set(Some(place.key.get_untracked()))
        >
            <span class="t" role="gridcell">
                {move || shown.with(|shown| shown.as_ref().map(|(time, _)| time.clone()).unwrap_or_default())}
            </span>
            <span class="d" role="gridcell">
                {sign}
            </span>
            <span class="dv" role="gridcell" title=text(|words| words.device.clone())>
                <bdi>{text(|words| words.device.clone())}</bdi>
            </span>
            <span
                class="tp"
                role="gridcell"
                data-cell="topic"
                title=text(|words| words.what.clone())
            >
                <span class="ell">{text(|words| words.what.clone())}</span>
            </span>
            <span class="pl" role="gridcell" data-cell="content" title=full>
                {content}
            </span>
        </div>
    }
    .into_any()
}
