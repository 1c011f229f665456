use leptos::prelude::*;

use super::{Icon, IconName};
use crate::i18n::Lang;
use crate::storage::{Fault, Field};
use crate::ui::context::use_lang;

/// A correction of some fault that one click makes.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Fix {
    pub(in crate::ui) fits: fn(Fault) -> bool,
    pub(in crate::ui) label: fn(Lang) -> String,
    pub(in crate::ui) act: Callback<()>,
}

/// What stands under an input: its fault if there is one to show, else a hint.
#[component]
pub(in crate::ui) fn Hint(
    field: Field,
    #[prop(into)] fault: Signal<Option<Fault>>,
    #[prop(into)] hint: Signal<Option<&'static str>>,
    /// A correction that one click makes.
    fix: Option<Fix>,
) -> impl IntoView {
    let lang = use_lang();
    let id = format!("hint-{}", field.id());
    move || match (fault.get(), hint.get()) {
        (Some(fault), _) => {
            let (class, icon) =
                if fault.is_warning() { ("warn", IconName::Warning) } else { ("err", IconName::Error) };
            let fix = fix.filter(|fix| (fix.fits)(fault)).map(|Fix { label, act, .. }| {
                view! {
                    " "
                    <button type="button" class="lnk" on:click=move |_| act.run(())>
                        {move || label(lang.get())}
                    </button>
                }
            });
            view! {
                <span
                    class=format!("hint {class}")
                    id=id.clone()
                    data-testid="field-problem"
                    data-field=field.id()
                    data-code=fault.code()
                >
                    <Icon name=icon small=true />
                    <span>{move || lang.get().fault(fault)}{fix}</span>
                </span>
            }
            .into_any()
        }
        (None, Some(hint)) => view! { <span class="hint" id=id.clone()>{hint}</span> }.into_any(),
        (None, None) => ().into_any(),
    }
}

/// A labelled line of text with its hint or fault below.
#[component]
pub(in crate::ui) fn TextField(
    field: Field,
    /// Beside the label, quieter.
    #[prop(optional, into)]
    note: MaybeProp<String>,
    #[prop(into)] value: Signal<String>,
    on_input: impl Fn(String) + 'static,
    on_blur: impl Fn() + 'static,
    #[prop(into)] fault: Signal<Option<Fault>>,
    #[prop(optional, into)] hint: MaybeProp<&'static str>,
    #[prop(optional)] fix: Option<Fix>,
    /// Inside the input at the right.
    #[prop(optional, into)]
    unit: MaybeProp<String>,
    /// `password` hides what is typed.
    #[prop(optional, into)]
    kind: MaybeProp<&'static str>,
    #[prop(optional)] numeric: bool,
    #[prop(optional)] list: Option<&'static str>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let lang = use_lang();
    let input_id = format!("in-{}", field.id());
    let is_error = move || fault.get().is_some_and(|fault| !fault.is_warning());
    let is_warning = move || fault.get().is_some_and(Fault::is_warning);
    view! {
        <div class="fld">
            <label class="lb" for=input_id.clone()>
                {move || lang.get().field(field)}
                {move || note.get().map(|note| view! { <span class="nt">{note}</span> })}
            </label>
            <span class="inp mono" class:bad=is_error class:wrn=is_warning>
                <input
                    id=input_id
                    data-testid=field.id()
                    type=move || kind.get().unwrap_or("text")
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    inputmode=numeric.then_some("numeric")
                    list=list
                    aria-invalid=move || is_error().then_some("true")
                    aria-describedby=format!("hint-{}", field.id())
                    prop:value=value
                    on:input:target=move |event| on_input(event.target().value())
                    on:blur=move |_| on_blur()
                />
                {move || unit.get().map(|unit| view! { <span class="un">{unit}</span> })}
                {children.map(|children| children())}
            </span>
            <Hint field fault hint=Signal::derive(move || hint.get()) fix />
        </div>
    }
}
