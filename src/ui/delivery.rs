//! The version that runs, as screens see it: whether it works offline, whether a newer one waits, and whether the browser
//! offers to install it.

use std::time::Duration;

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::sessions::use_sessions;
use crate::delivery::{Edition, Form, Loss, Notice, Offline, Workers, page, worker::Worker};
use crate::mqtt::State;

/// Where the script of the page leaves an offer to install that came before the program did.
const EARLY_OFFER: &str = "installOffer";

/// See the [module's docs](self).
#[derive(Clone, Copy)]
pub(super) struct Delivery {
    edition: StoredValue<Edition>,
    offline: RwSignal<Offline>,
    workers: RwSignal<Workers>,
    put_off: RwSignal<Option<Notice>>,
    /// Whether a person is asked before a reload.
    pub(super) asking: RwSignal<bool>,
    worker: StoredValue<Option<Worker>, LocalStorage>,
    /// The browser's offer to install.
    offer: RwSignal<Option<JsValue>, LocalStorage>,
}

pub(super) fn use_delivery() -> Delivery {
    expect_context()
}

impl Delivery {
    /// Makes it known to what is rendered below, and starts the service worker where there can be one.
    pub(super) fn provide() {
        let edition = page::edition(&window());
        let delivery = Self {
            offline: RwSignal::new(page::offline(&window(), &edition)),
            edition: StoredValue::new(edition),
            workers: RwSignal::default(),
            put_off: RwSignal::new(None),
            asking: RwSignal::new(false),
            worker: StoredValue::new_local(None),
            offer: RwSignal::new_local(None),
        };
        provide_context(delivery);
        delivery.take_offers();
        if delivery.offline.get_untracked() == Offline::Preparing {
            // Not before the first screen is there and at rest: it would share the network and the processor with it.
            set_timeout(move || when_idle(move || delivery.start()), Duration::from_secs(1));
        }
    }

    fn start(self) {
        let worker = Worker::start(&window(), move |workers| {
            self.offline.set(workers.offline());
            self.workers.set(workers);
        });
        self.worker.set_value(Some(worker));
    }

    /// What runs.
    pub(super) fn edition(self) -> Edition {
        self.edition.get_value()
    }

    /// How it came.
    pub(super) fn form(self) -> Form {
        self.edition.with_value(|edition| edition.form)
    }

    /// Whether it works offline.
    pub(super) fn offline(self) -> Offline {
        self.offline.get()
    }

    /// What is to be said of a new version.
    pub(super) fn notice(self) -> Option<Notice> {
        self.workers.get().notice(self.put_off.get())
    }

    /// Says no more of what is being said, until the page is opened again.
    pub(super) fn put_off(self) {
        self.put_off.set(untrack(|| self.notice()));
    }

    /// What a reload takes away, as it changes.
    pub(super) fn loss(self) -> Loss {
        use_sessions().list().with(|list| {
            let online =
                |bench: super::bench::Bench| bench.status.with(|status| status.state != State::Offline);
            Loss {
                connections: list.iter().filter(|each| online(each.bench)).count(),
                log: list.iter().any(|each| each.bench.live_counts().kept > 0),
            }
        })
    }

    /// Loads the page anew, with the version that waits.
    pub(super) fn reload(self) {
        match self.worker.get_value() {
            Some(worker) => worker.reload(),
            // Fails only where the page is going away already.
            None => drop(window().location().reload()),
        }
    }

    /// Whether the browser offers to install the tool.
    pub(super) fn can_install(self) -> bool {
        self.offer.with(Option::is_some)
    }

    /// Has the browser ask whether to install it. It makes another offer if it wants to.
    pub(super) fn install(self) {
        let Some(offer) = self.offer.get_untracked() else { return };
        self.offer.set(None);
        if let Ok(prompt) = Reflect::get(&offer, &"prompt".into())
            && let Ok(prompt) = prompt.dyn_into::<Function>()
        {
            // The browser says by itself what became of it.
            let _ = prompt.call0(&offer);
        }
    }

    fn take_offers(self) {
        let early = Reflect::get(&window(), &EARLY_OFFER.into()).ok();
        self.offer.set(early.filter(JsValue::is_object));
        // Both live as long as the page.
        let _ = window_event_listener_untyped("beforeinstallprompt", move |event| {
            event.prevent_default();
            self.offer.set(Some(event.into()));
        });
        let _ = window_event_listener_untyped("appinstalled", move |_| self.offer.set(None));
    }
}

/// Does something when the browser has nothing better to do; at once where it does not tell.
fn when_idle(act: impl FnOnce() + 'static) {
    let act = Closure::once_into_js(act);
    let act: &Function = act.unchecked_ref();
    if window().request_idle_callback(act).is_err() {
        // Fails never: it is our own function.
        let _ = act.call0(&JsValue::NULL);
    }
}
