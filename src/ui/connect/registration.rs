//! A dynamic registration as it goes on: its steps, what it waits for, what came of it, and the secret that it brought.

use leptos::prelude::*;

use super::FormState;
use super::profiles::Profiles;
use crate::device::{Device, Registered};
use crate::i18n::millis;
use crate::ui::bench::Bench;
use crate::ui::components::{CopyButton, Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::ui::page::Page;
use crate::ui::services::Trail;
use crate::ui::sessions::Session;
use crate::uiot::registration::{Cause, Mark, Progress, Stage, Step};
use crate::uiot::{AuthMode, TopicFamily};

impl Bench {
    /// Puts the secret that a registration brought into the form, whichever page is shown; unless the form is another device's
    /// by then.
    pub(in crate::ui) fn follow_registration(self) {
        Effect::new(move |_| {
            // Followed for its changes alone.
            self.services(|_| ());
            let Some((device, secret)) = self.device(Device::take_registered) else { return };
            if self.profile.with_untracked(|form| form.device().as_ref() == Some(&device)) {
                self.profile.update(|form| {
                    (form.registration, form.device_secret) = (AuthMode::Static, secret);
                });
            }
        });
    }

    /// Shows the steps of the registration that begins now, and stays with them: nobody is led away from the secret.
    pub(in crate::ui) fn show_registration(self) {
        self.asked.set(false);
        if Page::shown() != Page::Connect {
            Page::Connect.open();
        }
        super::after_page(|| {
            if let Ok(Some(panel)) = document().query_selector("[data-testid=registration-panel]") {
                panel.scroll_into_view_with_bool(false);
            }
        });
    }
}

/// Takes no room before there was a registration.
#[component]
pub(in crate::ui) fn RegistrationPanel() -> impl IntoView {
    let state = expect_context::<FormState>();
    let known = Memo::new(move |_| state.bench.registration());
    let is_there = Memo::new(move |_| known.with(Option::is_some));
    move || is_there.get().then(|| view! { <Panel state known /> })
}

#[component]
fn Panel(state: FormState, known: Memo<Option<Registered>>) -> impl IntoView {
    let lang = use_lang();
    let bench = state.bench;
    let progress = Memo::new(move |_| {
        known.with(|known| known.as_ref().map_or(Progress::Stopped, |known| known.course.progress().clone()))
    });
    let runs = Memo::new(move |_| progress.with(|progress| matches!(progress, Progress::At(_))));
    let has_secret = Memo::new(move |_| {
        known.with(|known| known.as_ref().is_some_and(|known| known.course.secret().is_some()))
    });
    let has_trail = Memo::new(move |_| !bench.trail(&[TopicFamily::Registration]).is_empty());
    let device = move || {
        known.with(|known| known.as_ref().map(|known| known.course.device().client_id())).unwrap_or_default()
    };
    let chip = move || match progress.get() {
        Progress::At(_) => "chip acc",
        Progress::Done => "chip ok",
        Progress::Failed(_) => "chip err",
        Progress::Stopped => "chip warn",
    };
    view! {
        <section
            class="reg"
            aria-labelledby="registration-title"
            data-testid="registration-panel"
            data-progress=move || progress.with(progress_id)
        >
            <div class="row wrap reg-h">
                <Icon name=IconName::Key />
                <h2 id="registration-title">{move || lang.get().family_registration()}</h2>
                <bdi class="mono fg3 brk">{device}</bdi>
                <span class=chip>
                    {move || progress.with(|progress| lang.get().registration_state(progress))}
                </span>
                <button
                    type="button"
                    class="btn sm right"
                    data-testid=move || if runs.get() { "registration-stop" } else { "registration-close" }
                    on:click=move |_| {
                        if runs.get_untracked() {
                            bench.device(Device::disconnect);
                        } else {
                            bench.device(Device::dismiss_registration);
                            // It goes with the panel.
                            focus("connect");
                        }
                    }
                >
                    {move || {
                        let (icon, text) = if runs.get() {
                            (IconName::Stop, lang.get().registration_stop())
                        } else {
                            (IconName::Close, lang.get().close_dialog())
                        };
                        view! { <Icon name=icon small=true /> {text} }
                    }}
                </button>
            </div>
            <ol class="regs">
                {Stage::ALL.map(|stage| view! { <StageView bench known stage /> }).collect_view()}
            </ol>
            <div role="status" class="reg-s">
                <Outcome known />
            </div>
            <Show when=move || runs.get()>
                <p class="fg3 num reg-s">{move || waited(bench, known)}</p>
            </Show>
            <Show when=move || has_secret.get()>
                <SecretRow state known />
            </Show>
            <div class="row wrap">
                <Show when=move || progress.with(|progress| *progress == Progress::Done)>
                    <AfterSuccess />
                </Show>
                <button type="button" class="btn sm" data-testid="registration-wire" on:click=move |_| Page::Wire.open()>
                    <Icon name=IconName::Wire />
                    {move || lang.get().registration_to_wire()}
                </button>
            </div>
            <Show when=move || has_trail.get()>
                <Trail families=&[TopicFamily::Registration] />
            </Show>
        </section>
    }
    .into_any()
}

const fn progress_id(progress: &Progress) -> &'static str {
    match progress {
        Progress::At(_) => "running",
        Progress::Done => "done",
        Progress::Failed(_) => "failed",
        Progress::Stopped => "stopped",
    }
}

/// How a stage stands, and when it was done and how long it took.
#[component]
fn StageView(bench: Bench, known: Memo<Option<Registered>>, stage: Stage) -> impl IntoView {
    let lang = use_lang();
    let mark = Memo::new(move |_| {
        known.with(|known| known.as_ref().map_or(Mark::ToCome, |known| known.course.mark(stage)))
    });
    let times = move || {
        bench.follow_times();
        let (at, took) = known.with(|known| {
            let course = &known.as_ref()?.course;
            Some((course.ended_at(stage)?, course.time_of(stage)))
        })?;
        let at = bench.short_time_of(at);
        let micros = |took: std::time::Duration| u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        Some(took.map_or(at.clone(), |took| format!("{at} · {} ms", millis(micros(took)))))
    };
    let icon = move || match mark.get() {
        Mark::Done => Some(view! { <Icon name=IconName::Check small=true /> }),
        Mark::Failed => Some(view! { <Icon name=IconName::Close small=true /> }),
        Mark::Stopped => Some(view! { <Icon name=IconName::Stop small=true /> }),
        Mark::Now | Mark::ToCome => None,
    };
    view! {
        <li
            class=move || mark.get().id()
            data-testid="registration-step"
            data-step=stage.id()
            data-state=move || mark.get().id()
            aria-current=move || (mark.get() == Mark::Now).then_some("step")
        >
            <i aria-hidden="true">{icon}</i>
            <b class="med">{move || lang.get().stage(stage)}<span class="sr">" "{move || lang.get().mark(mark.get())}</span></b>
            <span class="mono fg3 num">{move || times().unwrap_or_else(|| "—".to_owned())}</span>
        </li>
    }
    .into_any()
}

/// How long the present step has taken so far.
fn waited(bench: Bench, known: Memo<Option<Registered>>) -> Option<String> {
    bench.seconds.track();
    let now = bench.device(|device| device.clock().now());
    known.with(|known| {
        let course = &known.as_ref()?.course;
        Some(format!("{} s", course.took(course.step(), now)?.as_secs()))
    })
}

/// What it waits for, or what came of it: why, what may be behind it, what it may have changed.
#[component]
fn Outcome(known: Memo<Option<Registered>>) -> impl IntoView {
    let lang = use_lang();
    move || {
        let lang = lang.get();
        let known = known.get()?;
        let step = known.course.step();
        Some(match known.course.progress() {
            Progress::At(step) => view! { <p>{lang.registration_wait(*step)}</p> }.into_any(),
            Progress::Done => view! { <p>{lang.registration_success()}</p> }.into_any(),
            Progress::Stopped => {
                view! { <p data-testid="registration-aftermath">{lang.registration_aftermath(step)}</p> }
                    .into_any()
            }
            Progress::Failed(failure) => {
                let causes = lang.registration_causes(failure);
                // What was refused or answered changed nothing.
                let is_unsure = matches!(failure.step, Step::Leaving | Step::LoggingIn)
                    || !matches!(
                        failure.cause,
                        Cause::Refused(_) | Cause::SubscriptionRefused | Cause::Answer(..) | Cause::NotSent
                    );
                view! {
                    <p data-testid="registration-failure" data-code=cause_id(&failure.cause)>
                        {lang.registration_failure(failure, known.ended.as_ref()).join(" ")}
                    </p>
                    {is_unsure
                        .then(|| {
                            view! { <p data-testid="registration-aftermath">{lang.registration_aftermath(step)}</p> }
                        })}
                    {(!causes.is_empty())
                        .then(|| {
                            view! {
                                <p>{lang.likely_causes()}</p>
                                <ul data-testid="registration-causes">
                                    {causes.into_iter().map(|cause| view! { <li>{cause}</li> }).collect_view()}
                                </ul>
                            }
                        })}
                }
                    .into_any()
            }
        })
    }
}

const fn cause_id(cause: &Cause) -> &'static str {
    match cause {
        Cause::Refused(_) => "refused",
        Cause::SubscriptionRefused => "subscription-refused",
        Cause::ConnectionLost => "connection-lost",
        Cause::TimedOut => "timed-out",
        Cause::Answer(..) => "answer",
        Cause::NoPassword => "no-password",
        Cause::Misread(_) => "misread",
        Cause::NotSent => "not-sent",
    }
}

/// The DeviceSecret, masked until it is asked to show, and whether the form has it.
#[component]
fn SecretRow(state: FormState, known: Memo<Option<Registered>>) -> impl IntoView {
    let lang = use_lang();
    let shown = RwSignal::new(false);
    let secret = move || {
        known.with(|known| {
            let secret = known.as_ref().and_then(|known| known.course.secret());
            secret.map(|secret| secret.expose().to_owned()).unwrap_or_default()
        })
    };
    let in_form = move || {
        let secret = secret();
        state.bench.profile.with(|form| !form.registers() && form.device_secret.expose() == secret)
    };
    let label = Signal::derive(move || format!("{} DeviceSecret", lang.get().copy()));
    view! {
        <div class="row wrap reg-k">
            <span class="fg3">"DeviceSecret"</span>
            <span class="mono brk" data-testid="registration-secret">
                {move || {
                    let secret = secret();
                    if shown.get() { secret } else { "•".repeat(secret.chars().count().min(32)) }
                }}
            </span>
            <button
                type="button"
                class="btn gho ico sm"
                class:on=move || shown.get()
                data-testid="registration-reveal"
                aria-pressed=move || shown.get().to_string()
                aria-label=move || lang.get().show_secret()
                title=move || lang.get().show_secret()
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                <Icon name=IconName::Eye />
            </button>
            <CopyButton label text=move || untrack(secret) />
            <span class="fg2" data-testid="registration-in-form">
                {move || {
                    if in_form() { lang.get().registration_in_form() } else { lang.get().registration_not_in_form() }
                }}
            </span>
        </div>
    }
    .into_any()
}

/// What is to be done with what was won.
#[component]
fn AfterSuccess() -> impl IntoView {
    let lang = use_lang();
    let profiles = expect_context::<Profiles>();
    let session = expect_context::<Session>();
    view! {
        <button
            type="button"
            class="btn sm"
            data-testid="registration-save"
            on:click=move |_| profiles.save(&session)
        >
            <Icon name=IconName::Save />
            {move || lang.get().save_profile()}
        </button>
        <button
            type="button"
            class="btn sm"
            data-testid="registration-messages"
            on:click=move |_| Page::Messages.open()
        >
            <Icon name=IconName::Messages />
            {move || lang.get().registration_to_messages()}
        </button>
    }
    .into_any()
}
