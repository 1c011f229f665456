use leptos::prelude::*;

use super::FormState;
use crate::i18n::Lang;
use crate::storage::{Correction, Finding, Holder, Page, Verdict, preflight};
use crate::ui::bench::{Bench, PageTabs};
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;
use crate::ui::sessions::Sessions;
use crate::uiot::limits;

/// What can be told of the form before it connects, check by check, as it is typed.
#[component]
pub(super) fn Preflight(state: FormState) -> impl IntoView {
    let lang = use_lang();
    let page = Page { https: window().location().protocol().is_ok_and(|scheme| scheme == "https:") };
    let found = Memo::new(move |_| {
        let holder = state.holder();
        state.bench.profile.with(|profile| preflight(profile, page, holder))
    });
    let count =
        move |verdict| found.with(|found| found.iter().filter(|each| each.verdict() == verdict).count());
    let tally = move || {
        let lang = lang.get();
        match (count(Verdict::Wrong), count(Verdict::Warning), count(Verdict::Blank)) {
            (0, 0, 0) => vec![("ok", Verdict::Good, String::new(), lang.preflight_good().to_owned())],
            (0, 0, _) => vec![("", Verdict::Blank, String::new(), lang.preflight_blank().to_owned())],
            (wrong, warnings, _) => [
                (wrong > 0).then(|| ("err", Verdict::Wrong, wrong.to_string(), lang.preflight_errors(wrong))),
                (warnings > 0).then(|| {
                    ("warn", Verdict::Warning, warnings.to_string(), lang.preflight_warnings(warnings))
                }),
            ]
            .into_iter()
            .flatten()
            .collect(),
        }
    };
    let lines = move || found.get().into_iter().enumerate().collect::<Vec<(usize, Finding)>>();
    let line = move |(_, finding): (usize, Finding)| view! { <Line state finding /> };
    view! {
        <section class="card" aria-labelledby="preflight-title" data-testid="preflight">
            <div class="bar">
                <h2 id="preflight-title">{move || lang.get().preflight()}</h2>
                <span class="right row gap1" role="status">
                    {move || {
                        tally()
                            .into_iter()
                            .map(|(class, verdict, number, words)| {
                                let (title, count) = (words.clone(), number.clone());
                                view! {
                                    <span class=format!("chip sq {class}") title=title data-count=count>
                                        <Icon name=icon(verdict) small=true />
                                        <span class="sr">{words}</span>
                                        <span aria-hidden="true">{number}</span>
                                    </span>
                                }
                            })
                            .collect_view()
                    }}
                </span>
            </div>
            <ul class="pf">
                <For
                    each=lines
                    key=|(place, finding)| (*place, format!("{finding:?}"))
                    children=line
                />
            </ul>
        </section>
    }
}

#[component]
fn Line(state: FormState, finding: Finding) -> impl IntoView {
    let lang = use_lang();
    let verdict = finding.verdict();
    let class = match verdict {
        Verdict::Good => "g",
        Verdict::Blank => "b",
        Verdict::Warning => "w",
        Verdict::Wrong => "e",
    };
    let text = move || lang.get().finding(finding);
    let words = match finding.field() {
        Some(field) => view! {
            <button type="button" class="lnk" on:click=move |_| super::focus(field)>
                {text}
            </button>
        }
        .into_any(),
        None => text.into_any(),
    };
    let fix = finding.correction().map(|correction| {
        view! {
            " "
            <button
                type="button"
                class="lnk fix"
                data-testid="preflight-fix"
                on:click=move |_| {
                    state.bench.profile.update(|profile| correction.apply(profile));
                    // The button is gone with what it mended: the focus goes to what it changed.
                    if let Some(field) = finding.field() {
                        super::focus(field);
                    }
                }
            >
                {move || label(lang.get(), correction)}
            </button>
        }
    });
    view! {
        <li class=class data-code=finding.code() data-verdict=id(verdict)>
            <Icon name=icon(verdict) />
            <span class="sr">{move || lang.get().verdict(verdict)}</span>
            <span class="grow">{words} {fix}</span>
        </li>
    }
}

fn label(lang: Lang, correction: Correction) -> String {
    match correction {
        Correction::KeepAlive => lang.use_value(limits::KEEP_ALIVE_DEFAULT),
        Correction::Tls => lang.use_wss().into(),
        Correction::Host(_) => lang.use_new_host().into(),
    }
}

const fn icon(verdict: Verdict) -> IconName {
    match verdict {
        Verdict::Good => IconName::Good,
        Verdict::Blank => IconName::Blank,
        Verdict::Warning => IconName::Warning,
        Verdict::Wrong => IconName::Error,
    }
}

const fn id(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Good => "good",
        Verdict::Blank => "blank",
        Verdict::Warning => "warning",
        Verdict::Wrong => "wrong",
    }
}

impl FormState {
    /// Who else is connected as what the form says.
    pub(super) fn holder(self) -> Holder {
        holder_of(self.bench, self.sessions, self.other_tabs)
    }
}

/// Who else is connected as what the form of this session says.
pub(super) fn holder_of(bench: Bench, sessions: Sessions, other_tabs: PageTabs) -> Holder {
    let identity = bench.profile.with(|profile| profile.plan().and_then(|plan| plan.identity()));
    let Some(identity) = identity else { return Holder::Nobody };
    if sessions.holder(&identity, bench).is_some() {
        Holder::Session
    } else if other_tabs.is_held_elsewhere(&identity) {
        Holder::Tab
    } else {
        Holder::Nobody
    }
}
