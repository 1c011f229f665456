//! The lines between panes: dragged, or moved by the arrow keys; what they divide keeps its size in this browser.

use std::collections::BTreeMap;

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::i18n::Lang;
use crate::storage::Key;
use crate::ui::context::{Storage, use_lang};

/// Pixels that an arrow key moves a divider by.
const STEP: f64 = 16.0;

/// A pane whose size a person can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Pane {
    Side,
    Inspector,
    Composer,
    WireDetail,
}

impl Pane {
    const ALL: [Self; 4] = [Self::Side, Self::Inspector, Self::Composer, Self::WireDetail];

    /// Its name in storage.
    const fn name(self) -> &'static str {
        match self {
            Self::Side => "messages.side",
            Self::Inspector => "messages.inspector",
            Self::Composer => "messages.composer",
            Self::WireDetail => "wire.detail",
        }
    }

    const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Side => lang.divider_side(),
            Self::Inspector => lang.divider_inspector(),
            Self::Composer => lang.divider_composer(),
            Self::WireDetail => lang.divider_wire(),
        }
    }

    /// Itself, and what makes room for it.
    const fn selectors(self) -> (&'static str, &'static str) {
        match self {
            Self::Side => (".messages > .side", ".messages > .centre"),
            Self::Inspector => (".messages > .insp", ".messages > .centre"),
            Self::Composer => (".messages .comp", ".messages .log-frame"),
            Self::WireDetail => (".wire > .split", ".wire > .centre"),
        }
    }

    /// The least size of itself, and of what makes room for it, in CSS pixels.
    const fn least(self) -> (f64, f64) {
        match self {
            Self::Side => (180.0, 420.0),
            Self::Inspector => (300.0, 420.0),
            Self::Composer => (160.0, 120.0),
            Self::WireDetail => (120.0, 140.0),
        }
    }

    /// Whether its width is set, and not its height.
    const fn is_width(self) -> bool {
        matches!(self, Self::Side | Self::Inspector)
    }

    /// Its present size, and the most it can have.
    fn measure(self) -> Option<(f64, f64)> {
        let (own, rest) = self.selectors();
        let size = |selectors: &str| {
            let found = document().query_selector(selectors).ok()??;
            let found = found.dyn_into::<web_sys::HtmlElement>().ok()?;
            Some(f64::from(if self.is_width() { found.offset_width() } else { found.offset_height() }))
        };
        let (own, rest) = (size(own)?, size(rest)?);
        let (least, least_rest) = self.least();
        Some((own, (own + rest - least_rest).max(least)))
    }
}

/// The sizes that were set, in CSS pixels by the names of the panes.
#[derive(Clone, Copy)]
pub(in crate::ui) struct PaneSizes(RwSignal<BTreeMap<String, f64>>, Storage);

impl PaneSizes {
    /// Takes up what is remembered. What is no size of a known pane is forgotten.
    pub(in crate::ui) fn provide() {
        let storage = expect_context::<Storage>();
        let mut sizes =
            storage.with(|store| store.load::<BTreeMap<String, f64>>(Key::Panes)).unwrap_or_default();
        sizes.retain(|name, size| {
            let pane = Pane::ALL.into_iter().find(|pane| pane.name() == name);
            pane.is_some_and(|pane| (pane.least().0..10_000.0).contains(size))
        });
        provide_context(Self(RwSignal::new(sizes), storage));
    }

    /// The pane's size for the style property that holds it, if one was set.
    pub(in crate::ui) fn of(self, pane: Pane) -> Option<String> {
        self.0.with(|sizes| sizes.get(pane.name()).map(|size| format!("{size:.0}px")))
    }

    /// All panes have the sizes they came with.
    pub(in crate::ui) fn restore_all(self) {
        self.0.update(BTreeMap::clear);
        self.save();
    }

    fn set(self, pane: Pane, size: Option<f64>) {
        self.0.update(|sizes| {
            match size {
                Some(size) => sizes.insert(pane.name().to_owned(), size),
                None => sizes.remove(pane.name()),
            };
        });
    }

    fn save(self) {
        self.1.with(|store| self.0.with_untracked(|sizes| store.save(Key::Panes, sizes)));
    }
}

/// A drag: where it began, the size then, and the most there may be.
#[derive(Clone, Copy)]
struct Drag {
    from: f64,
    size: f64,
    most: f64,
}

/// The line beside a pane; the stylesheet shows it where there is room for several panes.
#[component]
pub(in crate::ui) fn Divider(pane: Pane) -> impl IntoView {
    let lang = use_lang();
    let sizes = expect_context::<PaneSizes>();
    let line = NodeRef::<html::Div>::new();
    let drag = RwSignal::new(None::<Drag>);
    let (least, _) = pane.least();
    let measured = RwSignal::new((least, least));
    // Larger towards the right or down, or the other way round.
    let sign = if pane == Pane::Side { 1.0 } else { -1.0 };
    let measure = move || {
        // The pane may have gone with its page since this was asked for.
        if let Some(now) = pane.measure() {
            let _ = measured.try_set(now);
        }
    };
    let measure_soon = move || request_animation_frame(measure);
    Effect::new(move |_| {
        sizes.0.track();
        measure_soon();
    });
    let resize =
        move |wanted: f64, most: f64| sizes.set(pane, Some(wanted.clamp(least, most.max(least)).round()));
    let place = move |event: &web_sys::PointerEvent| {
        f64::from(if pane.is_width() { event.client_x() } else { event.client_y() })
    };
    let down = move |event: leptos::ev::PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let (Some(line), Some((size, most))) = (line.get_untracked(), pane.measure()) {
            let _ = line.focus();
            // Fails only for a pointer that is gone already.
            let _ = line.set_pointer_capture(event.pointer_id());
            drag.set(Some(Drag { from: place(&event), size, most }));
        }
    };
    let moved = move |event: leptos::ev::PointerEvent| {
        if let Some(Drag { from, size, most }) = drag.get_untracked() {
            resize(size + sign * (place(&event) - from), most);
        }
    };
    let released = move |_| {
        if drag.get_untracked().is_some() {
            drag.set(None);
            sizes.save();
        }
    };
    let by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let Some((size, most)) = pane.measure() else { return };
        let wanted = match (event.key().as_str(), pane.is_width()) {
            ("ArrowRight", true) | ("ArrowDown", false) => size + sign * STEP,
            ("ArrowLeft", true) | ("ArrowUp", false) => size - sign * STEP,
            ("Home", _) => least,
            ("End", _) => most,
            _ => return,
        };
        event.prevent_default();
        resize(wanted, most);
        sizes.save();
    };
    let restore = move |_| {
        sizes.set(pane, None);
        sizes.save();
    };
    let pixels = |size: f64| (size.round() as i32).to_string();
    view! {
        <div
            node_ref=line
            class="divider"
            class:v=pane.is_width()
            class:drag=move || drag.with(Option::is_some)
            role="separator"
            tabindex="0"
            data-testid=format!("divider-{}", pane.name().replace('.', "-"))
            aria-orientation=if pane.is_width() { "vertical" } else { "horizontal" }
            aria-label=move || pane.label(lang.get())
            title=move || lang.get().divider_hint()
            aria-valuemin=pixels(least)
            aria-valuemax=move || pixels(measured.get().1)
            aria-valuenow=move || pixels(measured.get().0)
            aria-valuetext=move || lang.get().pixels(measured.get().0.round() as i32)
            on:pointerdown=down
            // No text is selected on the way.
            on:mousedown=|event| event.prevent_default()
            on:pointermove=moved
            on:pointerup=released
            on:lostpointercapture=released
            on:keydown=by_key
            on:focus=move |_| measure()
            on:dblclick=restore
        ></div>
    }
}
