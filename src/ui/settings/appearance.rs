use leptos::prelude::*;

use super::parts::{choice, section as make, words};
use crate::i18n::Lang;
use crate::storage::Density;
use crate::ui::components::ChoiceOption;
use crate::ui::context::Theme;
use crate::ui::preferences::use_preferences;

const LANGUAGES: [ChoiceOption; 3] = [
    ChoiceOption { id: "auto", label: Lang::by_browser },
    ChoiceOption { id: Lang::Zh.id(), label: |_| Lang::Zh.own_name() },
    ChoiceOption { id: Lang::En.id(), label: |_| Lang::En.own_name() },
];
const THEMES: [ChoiceOption; 3] = [
    ChoiceOption { id: Theme::System.id(), label: Lang::theme_system },
    ChoiceOption { id: Theme::Light.id(), label: Lang::theme_light },
    ChoiceOption { id: Theme::Dark.id(), label: Lang::theme_dark },
];
const DENSITIES: [ChoiceOption; 2] = [
    ChoiceOption { id: Density::Compact.id(), label: Lang::density_compact },
    ChoiceOption { id: Density::Relaxed.id(), label: Lang::density_relaxed },
];
const SIZES: [ChoiceOption; 3] = [
    ChoiceOption { id: "12", label: |_| "12" },
    ChoiceOption { id: "13", label: |_| "13" },
    ChoiceOption { id: "14", label: |_| "14" },
];

/// Language, theme, rows, type.
pub(super) fn section() -> AnyView {
    let preferences = use_preferences();
    let language = choice(
        "language",
        "settings-language",
        Lang::language,
        words(Lang::language_hint),
        &LANGUAGES,
        Signal::derive(move || preferences.language.get().map_or("auto", Lang::id)),
        Callback::new(move |id| preferences.choose_language(Lang::from_id(id))),
    );
    let theme = choice(
        "theme",
        "settings-theme",
        Lang::theme,
        words(Lang::theme_hint),
        &THEMES,
        Signal::derive(move || preferences.theme.get().id()),
        Callback::new(move |id| preferences.choose_theme(Theme::from_id(id).unwrap_or_default())),
    );
    let density = choice(
        "density",
        "settings-density",
        Lang::density,
        words(Lang::density_hint),
        &DENSITIES,
        Signal::derive(move || preferences.all.with(|all| all.density.id())),
        Callback::new(move |id| preferences.set(|all| all.density = Density::from_id(id))),
    );
    let mono = choice(
        "mono",
        "settings-mono",
        Lang::mono_size,
        words(Lang::mono_size_hint),
        &SIZES,
        Signal::derive(move || {
            let size = preferences.all.with(|all| all.mono).to_string();
            SIZES.iter().map(|option| option.id).find(|id| *id == size).unwrap_or(SIZES[0].id)
        }),
        Callback::new(move |id: &'static str| {
            if let Ok(size) = id.parse() {
                preferences.set(|all| all.mono = size);
            }
        }),
    );
    make("appearance", Lang::appearance, vec![language, theme, density, mono])
}
