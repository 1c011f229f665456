//! The right pane of the cloud's side: faults on request, simulated devices, and the ways to what is set less often.

use leptos::prelude::*;

use super::choices::ChoicesBody;
use super::devices::Devices;
use super::devices_new::DeleteBody;
use super::faults::{Faults, FaultsBar};
use super::product::ProductBody;
use crate::device::simulator;
use crate::i18n::Lang;
use crate::mqtt::Moment;
use crate::simulator::{FaultTexts, Platform};
use crate::ui::bench::Bench;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::{Toast, Toasts, use_lang};
use crate::uiot::{Credential, RetCode};

/// What is open above the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Window {
    /// The settings of products.
    Products,
    /// What the documents leave open.
    Choices,
    /// Whether this device is to be deleted.
    Delete(Credential),
}

/// What the pane keeps of a session while another page or session is shown.
#[derive(Clone, Copy)]
pub(super) struct Right {
    bench: Bench,
    /// Grows when something was done here.
    revision: RwSignal<u32>,
    /// For whom faults are set; none for all.
    pub(super) target: RwSignal<Option<Credential>>,
    /// The faults' values as they were typed.
    pub(super) texts: RwSignal<FaultTexts>,
    /// The device whose details are shown.
    pub(super) unfolded: RwSignal<Option<Credential>>,
    pub(super) window: RwSignal<Option<Window>>,
    lang: RwSignal<Lang>,
    toasts: Toasts,
}

/// Makes the pane's memory known to the session's screens.
pub(super) fn provide(bench: Bench) {
    provide_context(Right {
        bench,
        revision: RwSignal::new(0),
        target: RwSignal::new(None),
        texts: RwSignal::default(),
        unfolded: RwSignal::new(None),
        window: RwSignal::new(None),
        lang: use_lang(),
        toasts: expect_context(),
    });
}

impl Right {
    /// Reads from the platform, and again each second and whenever something was done here. `read` must not touch signals.
    pub(super) fn read<T>(self, read: impl FnOnce(&Platform) -> T) -> T {
        self.revision.track();
        self.bench.seconds.track();
        simulator().act(|platform, _| read(platform))
    }

    /// Reads from the platform with the present. `read` must not touch signals.
    pub(super) fn read_at<T>(self, read: impl FnOnce(&Platform, Moment) -> T) -> T {
        self.revision.track();
        self.bench.seconds.track();
        simulator().act(|platform, now| read(platform, now))
    }

    /// Does something with the platform. `act` must not touch signals.
    pub(super) fn act<T>(self, act: impl FnOnce(&mut Platform, Moment) -> T) -> T {
        let done = simulator().act(act);
        self.revision.update(|revision| *revision = revision.wrapping_add(1));
        done
    }

    /// Does something that the platform may refuse, which is then said; whether it was done.
    pub(super) fn try_act(self, act: impl FnOnce(&mut Platform, Moment) -> Result<(), RetCode>) -> bool {
        let done = self.act(act);
        if let Err(code) = done {
            self.tell(self.lang.get_untracked().sim_refused(code));
        }
        done.is_ok()
    }

    /// Says something in a toast.
    pub(super) fn tell(self, text: String) {
        self.toasts.show(Toast { text, undo: None, gone: None });
    }

    /// The session's own device.
    pub(super) fn own_device(self) -> Option<Credential> {
        self.bench.uiot_device.get().filter(|_| self.bench.is_simulated())
    }
}

/// See the [module's docs](self).
#[component]
pub(super) fn RightPane() -> impl IntoView {
    let lang = use_lang();
    let right = expect_context::<Right>();
    view! {
        <section class="pane cloud-r" data-testid="cloud-right">
            <FaultsBar right />
            <div class="scroll">
            <Faults right />
            <Devices right />
            <div class="row wrap pad">
                <button
                    type="button"
                    class="btn sm grow"
                    data-testid="sim-products"
                    on:click=move |_| right.window.set(Some(Window::Products))
                >
                    <Icon name=IconName::Settings />
                    {move || lang.get().sim_products()}
                </button>
                <button
                    type="button"
                    class="btn sm grow"
                    data-testid="sim-choices"
                    on:click=move |_| right.window.set(Some(Window::Choices))
                >
                    <Icon name=IconName::Page />
                    {move || lang.get().sim_choices()}
                </button>
            </div>
            </div>
            <Windows right />
        </section>
    }
    .into_any()
}

/// The dialog: one, with what was asked for in it.
#[component]
fn Windows(right: Right) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        right.window.track();
        // Once its controls are there: one of them takes the focus.
        request_animation_frame(move || {
            let Some(dialog) = dialog.try_get_untracked().flatten() else { return };
            if right.window.with_untracked(Option::is_none) {
                return dialog.close();
            }
            if !dialog.open() {
                // Fails only for a dialog that is open already.
                let _ = dialog.show_modal();
            }
        });
    });
    // The page may go while it is open: it is not to open by itself when one comes back.
    on_cleanup(move || drop(right.window.try_set(None)));
    let closed = move |_| {
        if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
            right.window.set(None);
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="dlg sim-dlg"
            class:small=move || right.window.with(|window| matches!(window, Some(Window::Delete(_))))
            data-testid="sim-dialog"
            aria-labelledby="sim-dlg-title"
            on:close=closed
            // Keys that mean something in the page under it do not here.
            on:keydown=move |event| event.stop_propagation()
        >
            {move || match right.window.get()? {
                Window::Products => Some(view! { <ProductBody right /> }.into_any()),
                Window::Choices => Some(view! { <ChoicesBody right /> }.into_any()),
                Window::Delete(device) => Some(view! { <DeleteBody right device /> }.into_any()),
            }}
        </dialog>
    }
    .into_any()
}

/// The head of a window: its title, and a button that closes it.
pub(super) fn window_head(right: Right, title: impl Fn() -> String + Send + 'static) -> AnyView {
    let lang = use_lang();
    view! {
        <div class="bar tall">
            <h2 id="sim-dlg-title">{title}</h2>
            <button
                type="button"
                class="btn gho ico right"
                data-testid="sim-dialog-close"
                aria-label=move || lang.get().sim_close()
                title=move || lang.get().sim_close()
                on:click=move |_| right.window.set(None)
            >
                <Icon name=IconName::Close />
            </button>
        </div>
    }
    .into_any()
}
