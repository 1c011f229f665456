//! What was reported beside what is desired. A click on a key takes it into the editor, or out of it.

use leptos::prelude::*;
use serde_json::Value;

use super::draft::ROWS;
use super::{View, class_of};
use crate::i18n::Lang;
use crate::payload::json_pieces;
use crate::storage::{TimeFormat, Times};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName};
use crate::ui::preferences::{Preferences, use_preferences};
use crate::uiot::shadow::{Pair, Row, Shadow, Verdict, pairs};

/// Keys that are shown at most; the document has them all.
const SHOWN: usize = 300;
/// Characters of a value that are shown.
const CUT: usize = 200;
/// The last second of the year 9999: no time beyond it can be written.
const LAST_SECOND: i64 = 253_402_300_799;

const FILTERS: &[ChoiceOption] = &[
    ChoiceOption { id: "all", label: Lang::all },
    ChoiceOption { id: "differences", label: Lang::shadow_filter_differences },
];

#[derive(Clone, PartialEq)]
struct Line {
    key: String,
    reported: Option<String>,
    desired: Option<String>,
    verdict: Verdict,
    /// When each came to the platform, in Unix seconds.
    reported_at: Option<i64>,
    desired_at: Option<i64>,
}

#[derive(Clone, Default, PartialEq)]
struct Lines {
    shown: Vec<Line>,
    /// Keys that the filter lets through and that are not shown.
    rest: usize,
    differences: usize,
    keys: usize,
}

impl Lines {
    fn of(shadow: &Shadow, differences_only: bool) -> Self {
        let mut lines = Self::default();
        for pair in pairs(shadow.reported(), shadow.desired()) {
            lines.keys += 1;
            let differs = pair.verdict == Verdict::Differs;
            lines.differences += usize::from(differs);
            if differences_only && !differs {
                continue;
            }
            if lines.shown.len() == SHOWN {
                lines.rest += 1;
            } else {
                lines.shown.push(Line::of(shadow, &pair));
            }
        }
        lines
    }
}

impl Line {
    fn of(shadow: &Shadow, pair: &Pair<'_>) -> Self {
        Self {
            key: pair.key.to_owned(),
            reported: pair.reported.map(short),
            desired: pair.desired.map(short),
            verdict: pair.verdict,
            reported_at: pair.reported.and_then(|_| shadow.reported_at(pair.key)),
            desired_at: pair.desired.and_then(|_| shadow.desired_at(pair.key)),
        }
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(CUT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

pub(super) fn table(view: View) -> AnyView {
    let View { lang, kept, .. } = view;
    let lines = Memo::new(move |_| {
        let only = kept.differences.get();
        view.read_document(|shadow| Lines::of(shadow, only)).unwrap_or_default()
    });
    let filter = Signal::derive(move || if kept.differences.get() { "differences" } else { "all" });
    let preferences = use_preferences();
    view! {
        <section class="sh-compare" aria-labelledby="shadow-compare">
            <div class="bar">
                <h2 id="shadow-compare">{move || lang.get().shadow_compare()}</h2>
                <span class="fg3 num" data-testid="shadow-keys">{move || lines.with(|lines| lines.keys)}</span>
                <Show when=move || lines.with(|lines| lines.differences > 0)>
                    <span class="chip warn" data-testid="shadow-differences">
                        <Icon name=IconName::Warning small=true />
                        {move || lang.get().shadow_differ(lines.with(|lines| lines.differences))}
                    </span>
                </Show>
                <span class="right">
                    <Choice
                        id="shadow-filter"
                        class="sm"
                        label=Signal::derive(move || lang.get().shadow_filter().to_owned())
                        options=FILTERS
                        value=filter
                        on_choose=move |id| kept.differences.set(id == "differences")
                    />
                </span>
            </div>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="shadow-compare">
                <Show when=move || lines.with(|lines| !lines.shown.is_empty()) fallback=move || empty(view, lines)>
                    <table class="sh-tb" data-testid="shadow-table">
                        {head(lang)}
                        <tbody>
                            <For
                                each=move || {
                                    lines.with(|lines| {
                                        lines.shown.iter().map(|line| line.key.clone()).collect::<Vec<_>>()
                                    })
                                }
                                key=String::clone
                                children=move |key| row(view, preferences, lines, key)
                            />
                        </tbody>
                    </table>
                    <Show when=move || lines.with(|lines| lines.rest > 0)>
                        <p class="pad fg3">{move || lang.get().shadow_rest(lines.with(|lines| lines.rest))}</p>
                    </Show>
                </Show>
            </div>
        </section>
    }
    .into_any()
}

fn head(lang: RwSignal<Lang>) -> AnyView {
    view! {
        <thead>
            <tr>
                <th scope="col">{move || lang.get().shadow_key()}</th>
                <th scope="col">"Reported "<span>{move || lang.get().shadow_reported()}</span></th>
                <th scope="col" class="c">
                    <span class="sr">{move || lang.get().shadow_verdict()}</span>
                </th>
                <th scope="col">"Desired "<span>{move || lang.get().shadow_desired()}</span></th>
                <th scope="col" class="r">{move || lang.get().shadow_updated()}</th>
            </tr>
        </thead>
    }
    .into_any()
}

fn row(view: View, preferences: Preferences, lines: Memo<Lines>, key: String) -> AnyView {
    let View { lang, kept, .. } = view;
    let key = StoredValue::new(key);
    let line = Memo::new(move |_| {
        lines.with(|lines| lines.shown.iter().find(|line| key.with_value(|key| *key == line.key)).cloned())
    });
    let verdict =
        Memo::new(move |_| line.with(|line| line.as_ref().map_or(Verdict::NotDesired, |line| line.verdict)));
    let reported = Memo::new(move |_| line.with(|line| line.as_ref()?.reported.clone()));
    let desired = Memo::new(move |_| line.with(|line| line.as_ref()?.desired.clone()));
    let times = Memo::new(move |_| {
        line.with(|line| line.as_ref().map_or((None, None), |line| (line.reported_at, line.desired_at)))
    });
    let row_of_key = move || {
        kept.draft.rows.with(|rows| {
            rows.iter().find(|(_, row)| key.with_value(|key| *key == row.key)).map(|(id, _)| *id)
        })
    };
    let is_taken = move || !kept.draft.as_json.get() && row_of_key().is_some();
    let take = move |_| {
        if kept.draft.as_json.get_untracked() {
            return add_to_json(view, key);
        }
        match untrack(row_of_key) {
            Some(id) => kept.draft.remove(id),
            None if kept.draft.rows.with_untracked(Vec::len) < ROWS => {
                kept.draft.add(current(view, key));
            }
            None => view.desk.tell(lang.get_untracked().shadow_too_many_rows(ROWS)),
        }
    };
    let sign = move || match verdict.get() {
        Verdict::NotDesired => ().into_any(),
        Verdict::Differs => view! {
            <span class="c-warn" title=move || lang.get().shadow_differs()>
                <Icon name=IconName::Warning small=true />
                <span class="sr">{move || lang.get().shadow_differs()}</span>
            </span>
        }
        .into_any(),
        Verdict::Same => view! {
            <span class="c-ok" title=move || lang.get().shadow_same()>
                <Icon name=IconName::Check small=true />
                <span class="sr">{move || lang.get().shadow_same()}</span>
            </span>
        }
        .into_any(),
    };
    view! {
        <tr
            class:df=move || verdict.get() == Verdict::Differs
            data-testid="shadow-row"
            data-key=key.get_value()
            data-verdict=move || verdict.get().id()
        >
            <th scope="row">
                <button
                    type="button"
                    class="sh-key mono"
                    data-testid="shadow-take"
                    aria-pressed=move || is_taken().to_string()
                    title=move || key.with_value(|key| lang.get().shadow_take(key))
                    on:click=take
                >
                    {key.get_value()}
                </button>
            </th>
            <td class="mono">{move || reported.with(|text| value_view(text.as_deref()))}</td>
            <td class="c">{sign}</td>
            <td class="mono">{move || desired.with(|text| value_view(text.as_deref()))}</td>
            <td class="mono fg3 r num">{move || times_view(lang, preferences, view, times.get())}</td>
        </tr>
    }
    .into_any()
}

/// A row for the editor with what was reported, else with what is desired.
fn current(view: View, key: StoredValue<String>) -> Row {
    let read = |shadow: &Shadow| {
        key.with_value(|key| {
            let value = shadow.reported().get(key).or_else(|| shadow.desired().get(key));
            Row::of(key, value.unwrap_or(&Value::Null))
        })
    };
    untrack(|| view.read(read)).unwrap_or_default()
}

fn add_to_json(view: View, key: StoredValue<String>) {
    let draft = view.kept.draft;
    let row = current(view, key);
    let (Ok(mut values), Ok(value)) =
        (draft.meaning.with_untracked(|meaning| meaning.values.clone()), row.value())
    else {
        return view.desk.tell(view.lang.get_untracked().shadow_json_first().to_owned());
    };
    values.insert(row.key, value);
    draft.fill(&values);
}

fn value_view(text: Option<&str>) -> AnyView {
    match text {
        None => view! { <span class="fg3">"—"</span> }.into_any(),
        Some(text) => json_pieces(text)
            .map(|(kind, piece)| view! { <span class=class_of(kind)>{piece.to_owned()}</span> })
            .collect_view()
            .into_any(),
    }
}

fn times_view(
    lang: RwSignal<Lang>,
    preferences: Preferences,
    view: View,
    (reported, desired): (Option<i64>, Option<i64>),
) -> AnyView {
    let write = |at: i64| time_of(preferences, view, at);
    match (reported.map(write), desired.map(write)) {
        (Some(reported), Some(desired)) => view! {
            <span class="sh-at">
                <Icon name=IconName::ArrowUp small=true />
                <span class="sr">{move || lang.get().shadow_reported()}</span>
                {reported}
            </span>
            <span class="sh-at">
                <Icon name=IconName::ArrowDown small=true />
                <span class="sr">{move || lang.get().shadow_desired()}</span>
                {desired}
            </span>
        }
        .into_any(),
        (Some(at), None) | (None, Some(at)) => at.into_any(),
        (None, None) => "—".into_any(),
    }
}

/// A time of the platform as the settings have it. It counts from no connection of this page, and may be long ago: then it has
/// its date.
fn time_of(preferences: Preferences, view: View, at: i64) -> String {
    let micros = u64::try_from(at).ok().filter(|_| at <= LAST_SECOND).map(|at| at * 1_000_000);
    let Some(micros) = micros else { return at.to_string() };
    let times = preferences.times.get();
    let write =
        |format, micros| Times { format, ..times }.write_short(micros, preferences.offset_at(micros), None);
    match times.format {
        TimeFormat::Unix | TimeFormat::DateTime => write(times.format, micros),
        TimeFormat::Time | TimeFormat::SinceConnect => {
            let now = view.desk.bench.device(|device| device.clock().unix_micros(device.clock().now()));
            let with_date = write(TimeFormat::DateTime, micros);
            let is_today = now.abs_diff(micros) < 86_400_000_000
                && with_date.get(..5) == write(TimeFormat::DateTime, now).get(..5);
            if is_today { write(TimeFormat::Time, micros) } else { with_date }
        }
    }
}

/// What stands in the table's place.
fn empty(view: View, lines: Memo<Lines>) -> AnyView {
    let View { desk, lang, .. } = view;
    let was_read = Memo::new(move |_| desk.read(|services| services.shadow_read.is_some()) == Some(true));
    let is_reading = Memo::new(move |_| view.read(|shadow| shadow.gets_under_way() > 0) == Some(true));
    view! {
        <div class="empty" data-testid="shadow-empty">
            {move || {
                let words = lang.get();
                if is_reading.get() {
                    view! { <b>{words.shadow_waiting()}</b> }.into_any()
                } else if lines.with(|lines| lines.keys > 0) {
                    view! { <b>{words.shadow_no_differences()}</b> }.into_any()
                } else if was_read.get() {
                    view! { <b>{words.shadow_no_keys()}</b> }.into_any()
                } else {
                    view! {
                        <b>{words.shadow_unread()}</b>
                        <span>{words.shadow_unread_why()}</span>
                        <button
                            type="button"
                            class="btn"
                            data-testid="shadow-get-first"
                            on:click=move |_| view.get()
                        >
                            <Icon name=IconName::ArrowDown />
                            {words.shadow_get()}
                        </button>
                    }
                    .into_any()
                }
            }}
        </div>
    }
    .into_any()
}
