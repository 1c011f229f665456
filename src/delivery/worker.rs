//! The page's side of the service worker: starts it, looks for a new version, and lets that take over when a person says so.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::{Interval, Timeout};
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration, Window};

use super::Workers;

/// Relative to the page: whatever folder that is in.
const SCRIPT: &str = "sw.js";
/// How often a page that stays open looks for a new version, in milliseconds.
const AGAIN: u32 = 60 * 60 * 1000;
/// How long a new version may take to come into force before the page is loaded all the same, in milliseconds.
const PATIENCE: u32 = 4_000;

/// See the [module's docs](self). It lives as long as the page; clones are handles to the same.
#[derive(Clone)]
pub struct Worker(Rc<Inner>);

struct Inner {
    window: Window,
    container: ServiceWorkerContainer,
    registration: RefCell<Option<ServiceWorkerRegistration>>,
    /// Whether a worker was in force for this page.
    served: Cell<bool>,
    replaced: Cell<bool>,
    /// Whether the page is to be loaded again as soon as another worker is in force.
    reloading: Cell<bool>,
    tell: Box<dyn Fn(Workers)>,
    /// Looks how the workers are.
    looker: RefCell<Option<Function>>,
}

impl Worker {
    /// Starts the worker of this folder, and tells how the workers are, now and whenever that changes. To be called where
    /// [`super::Offline::Preparing`] says that it can.
    pub fn start(window: &Window, tell: impl Fn(Workers) + 'static) -> Self {
        let container = window.navigator().service_worker();
        let worker = Self(Rc::new(Inner {
            window: window.clone(),
            served: Cell::new(container.controller().is_some()),
            container,
            registration: RefCell::default(),
            replaced: Cell::new(false),
            reloading: Cell::new(false),
            tell: Box::new(tell),
            looker: RefCell::default(),
        }));
        let looker = worker.listener(Self::look);
        *worker.0.looker.borrow_mut() = Some(looker);
        let changed = worker.listener(Self::changed);
        worker.0.container.set_oncontrollerchange(Some(&changed));
        let asked = worker.0.container.register(SCRIPT);
        let started = worker.clone();
        spawn_local(async move {
            match JsFuture::from(asked).await {
                Ok(registration) => started.follow(registration.unchecked_into()),
                // Forbidden, out of reach, or broken: the page works all the same.
                Err(_) => started.look(),
            }
        });
        worker
    }

    /// A function for the browser that acts on this worker. It lives as long as the page.
    fn listener(&self, act: fn(&Self)) -> Function {
        let weak = Rc::downgrade(&self.0);
        let listener = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = weak.upgrade() {
                act(&Self(inner));
            }
        });
        listener.into_js_value().unchecked_into()
    }

    fn follow(&self, registration: ServiceWorkerRegistration) {
        registration.set_onupdatefound(Some(&self.listener(Self::look)));
        *self.0.registration.borrow_mut() = Some(registration);
        self.look();
        self.search();
        if let Some(document) = self.0.window.document() {
            let back = self.listener(|worker| {
                if worker.0.window.document().is_some_and(|document| !document.hidden()) {
                    worker.search();
                }
            });
            // Fails only for a name that is no event.
            let _ = document.add_event_listener_with_callback("visibilitychange", &back);
        }
        let worker = self.clone();
        Interval::new(AGAIN, move || worker.search()).forget();
    }

    /// Asks the server for a new version. Without a network there is none.
    fn search(&self) {
        let asked = self.0.registration.borrow().as_ref().and_then(|known| known.update().ok());
        let worker = self.clone();
        spawn_local(async move {
            if let Some(asked) = asked {
                // What came of it shows in the registration.
                let _ = JsFuture::from(asked).await;
                worker.look();
            }
        });
    }

    fn look(&self) {
        let registration = self.0.registration.borrow();
        let mut workers = Workers { replaced: self.0.replaced.get(), ..Workers::default() };
        if let Some(registration) = registration.as_ref() {
            let installing = registration.installing();
            workers.installing = installing.is_some();
            workers.waiting = registration.waiting().is_some();
            workers.active = registration.active().is_some();
            if let (Some(installing), Some(looker)) = (installing, self.0.looker.borrow().as_ref()) {
                // The same listener counts once, however often it is added.
                let _ = installing.add_event_listener_with_callback("statechange", looker);
            }
        }
        (self.0.tell)(workers);
    }

    /// Another worker is in force.
    fn changed(&self) {
        if self.0.reloading.get() {
            return self.load_again();
        }
        // The first one of all replaces nothing.
        self.0.replaced.set(self.0.served.replace(true));
        self.look();
    }

    /// Lets the version that waits come into force, and loads the page anew, at the same address. Other tabs go on as they are.
    pub fn reload(&self) {
        self.0.reloading.set(true);
        let waiting = self.0.registration.borrow().as_ref().and_then(ServiceWorkerRegistration::waiting);
        let Some(waiting) = waiting else { return self.load_again() };
        let word = Object::new();
        let is_told = Reflect::set(&word, &"type".into(), &"activate".into()).is_ok()
            && waiting.post_message(&word).is_ok();
        if !is_told {
            return self.load_again();
        }
        let worker = self.clone();
        Timeout::new(PATIENCE, move || worker.load_again()).forget();
    }

    fn load_again(&self) {
        // Fails only where the page is going away already.
        let _ = self.0.window.location().reload();
    }
}
