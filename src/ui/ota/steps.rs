//! The five steps of an upgrade, with what and when.

use leptos::prelude::*;

use crate::i18n::Lang;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::services::Desk;
use crate::uiot::ota::{Ended, ProgressState, Run};

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Done,
    Now,
    ToCome,
    Failed,
}

impl Mark {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::ToCome => "todo",
            Self::Failed => "failed",
        }
    }

    const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Done => lang.ota_step_done(),
            Self::Now => lang.ota_step_now(),
            Self::ToCome => lang.ota_step_todo(),
            Self::Failed => lang.ota_step_failed(),
        }
    }
}

/// Whether it ended without the module having what was ordered.
pub(super) fn has_failed(ended: &Ended) -> bool {
    match ended {
        Ended::Success { version, target } => version != target,
        Ended::Failure { .. } => true,
        Ended::Cancelled { .. } => false,
    }
}

/// The steps, and what stands under each; `percent` is how much of the present one is done.
pub(super) fn view(desk: Desk, run: Memo<Option<Run>>, percent: Memo<u8>) -> AnyView {
    let lang = use_lang();
    let names: [fn(Lang) -> &'static str; 5] = [
        Lang::ota_step_reported,
        Lang::ota_step_received,
        Lang::ota_downloading,
        Lang::ota_burning,
        Lang::ota_step_result,
    ];
    let steps = names
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let mark = Memo::new(move |_| {
                run.with(|run| run.as_ref().map_or(Mark::ToCome, |run| mark_of(run, index)))
            });
            let detail = move || {
                desk.bench.follow_times();
                run.with(|run| {
                    run.as_ref().and_then(|run| detail_of(desk, lang.get(), run, index, percent.get()))
                })
            };
            view! {
                <li
                    class=move || mark.get().class()
                    data-testid="ota-step"
                    data-state=move || mark.get().class()
                    aria-current=move || (mark.get() == Mark::Now).then_some("step")
                >
                    <i>
                        {move || match mark.get() {
                            Mark::Done => view! { <Icon name=IconName::Check small=true /> }.into_any(),
                            Mark::Failed => view! { <Icon name=IconName::Close small=true /> }.into_any(),
                            _ => ().into_any(),
                        }}
                    </i>
                    <b class="med">{move || name(lang.get())}</b>
                    <span class="sr">{move || mark.get().words(lang.get())}</span>
                    <bdi class="mono fg3 num">{move || detail().unwrap_or_else(|| "—".to_owned())}</bdi>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="steps">{steps}</ol> }.into_any()
}

fn mark_of(run: &Run, index: usize) -> Mark {
    let ended = run.ended.as_ref().map(|(_, ended)| ended);
    // What was under way when it ended otherwise than well.
    let stopped = |is_last: bool| match ended {
        None => Mark::Now,
        Some(Ended::Success { .. }) => Mark::Done,
        Some(_) if is_last => Mark::Failed,
        Some(_) => Mark::Done,
    };
    match (index, run.state()) {
        (0, _) if run.from.is_none() => Mark::ToCome,
        (0 | 1, _) => Mark::Done,
        (2, None) => Mark::ToCome,
        (2, Some(state)) => match run.burning {
            Some(_) => Mark::Done,
            None => stopped(state == ProgressState::Downloading),
        },
        (3, Some(ProgressState::Burning)) => stopped(true),
        (3, _) => Mark::ToCome,
        _ => match ended {
            None => Mark::ToCome,
            Some(ended) if has_failed(ended) => Mark::Failed,
            Some(_) => Mark::Done,
        },
    }
}

fn detail_of(desk: Desk, lang: Lang, run: &Run, index: usize, percent: u8) -> Option<String> {
    let time = |at| desk.bench.short_time_of(at);
    let share = |is_here: bool, at| {
        let begun = time(at);
        if is_here && percent < 100 { format!("{percent} % · {begun}") } else { begun }
    };
    match index {
        0 => run.from.as_ref().map(|from| format!("{} · {}", from.version, time(from.at))),
        1 => Some(format!("{} · {}", run.update.version, time(run.ordered))),
        2 => run.downloading.map(|at| share(run.burning.is_none(), at)),
        3 => run.burning.map(|at| share(true, at)),
        _ => run.ended.as_ref().map(|(at, ended)| {
            let what = match ended {
                Ended::Success { version, .. } => version.clone(),
                Ended::Failure { err_code, .. } => format!("ErrCode {err_code}"),
                Ended::Cancelled { .. } => lang.ota_cancelled().to_owned(),
            };
            format!("{what} · {}", time(*at))
        }),
    }
}
