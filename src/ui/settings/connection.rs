use leptos::prelude::*;

use super::parts::{Number, choice, number, section as make, select, words};
use crate::i18n::Lang;
use crate::storage::{Mode, Preferences};
use crate::ui::components::ChoiceOption;
use crate::ui::context::use_lang;
use crate::ui::preferences::use_preferences;
use crate::uiot::Region;

const MODES: [ChoiceOption; 2] = [
    ChoiceOption { id: "uiot", label: Lang::mode_uiot },
    ChoiceOption { id: "generic", label: Lang::mode_generic },
];

/// Deadlines, and how a new session begins.
pub(super) fn section() -> AnyView {
    let lang = use_lang();
    let preferences = use_preferences();
    let late = number(
        "late",
        "settings-late",
        Lang::late_after,
        Lang::late_hint,
        Number {
            limits: Preferences::LATE,
            read: |all| all.late,
            write: |all, number| all.late = number,
            unit: Lang::unit_ms,
        },
    );
    let overdue = number(
        "overdue",
        "settings-overdue",
        Lang::overdue_after,
        Lang::overdue_hint,
        Number {
            limits: Preferences::OVERDUE,
            read: |all| all.overdue,
            write: |all, number| all.overdue = number,
            unit: Lang::unit_seconds,
        },
    );
    let mode = choice(
        "mode",
        "settings-mode",
        Lang::new_session_mode,
        words(Lang::new_session_mode_hint),
        &MODES,
        Signal::derive(move || {
            let mode = preferences.all.with(|all| all.beginning.mode);
            if mode == Mode::Uiot { MODES[0].id } else { MODES[1].id }
        }),
        Callback::new(move |id| {
            let mode = if id == MODES[0].id { Mode::Uiot } else { Mode::Generic };
            preferences.set(|all| all.beginning.mode = mode);
        }),
    );
    let regions = Signal::derive(move || {
        let name = |region: Region| (region.id().to_owned(), lang.get().region_name(region).to_owned());
        Region::ALL.into_iter().map(name).collect::<Vec<_>>()
    });
    let region = select(
        "region",
        "settings-region",
        Lang::new_session_region,
        words(Lang::new_session_region_hint),
        regions,
        Signal::derive(move || preferences.all.with(|all| all.beginning.region.id().to_owned())),
        Callback::new(move |id: String| {
            if let Some(region) = Region::ALL.into_iter().find(|region| region.id() == id) {
                preferences.set(|all| all.beginning.region = region);
            }
        }),
    );
    let keep_alive = number(
        "keep-alive",
        "settings-keep-alive",
        Lang::new_session_keep_alive,
        Lang::new_session_keep_alive_hint,
        Number {
            limits: Preferences::KEEP_ALIVE,
            read: |all| all.keep_alive,
            write: |all, number| all.keep_alive = number,
            unit: Lang::unit_seconds,
        },
    );
    make("connection", Lang::connection_settings, vec![late, overdue, mode, region, keep_alive])
}
