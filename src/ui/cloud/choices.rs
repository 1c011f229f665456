//! The window of choices: what the platform's documents leave open, and what the simulator does there. Each can be switched,
//! and holds at once.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::right::{Right, window_head};
use crate::i18n::{CHOICES, ChoiceGroup, ChoiceKind, ChoiceWords, Lang};
use crate::mqtt::QoS;
use crate::simulator::{Choices, Platform};
use crate::ui::components::{Icon, IconName, Switch};
use crate::ui::context::use_lang;
use crate::uiot::RetCode;

/// What the rows share.
#[derive(Clone, Copy)]
struct Shared {
    right: Right,
    lang: RwSignal<Lang>,
    /// All choices as JSON.
    now: Memo<Value>,
    default: StoredValue<Value>,
}

impl Shared {
    fn value(self, name: &str) -> Value {
        self.now.with(|now| Choices::part(now, name).cloned().unwrap_or_default())
    }

    fn default_of(self, name: &str) -> Value {
        self.default.with_value(|all| Choices::part(all, name).cloned().unwrap_or_default())
    }

    fn is_changed(self, name: &str) -> bool {
        self.value(name) != self.default_of(name)
    }

    /// Changes one to a value that it can have.
    fn pick(self, name: &str, value: Value) {
        // What is offered is possible.
        let _ = self.set(name, value);
    }

    /// Changes one; whether that is possible.
    fn set(self, name: &str, value: Value) -> bool {
        self.right.act(|platform, _| match platform.choices.with(name, value) {
            Ok(choices) => {
                platform.choices = choices;
                true
            }
            Err(_) => false,
        })
    }
}

#[component]
pub(super) fn ChoicesBody(right: Right) -> impl IntoView {
    let lang = use_lang();
    let now = Memo::new(move |_| right.read(|platform: &Platform| platform.choices.to_value()));
    let default = StoredValue::new(Choices::default().to_value());
    let shared = Shared { right, lang, now, default };
    let part = RwSignal::new(String::new());
    let names = || CHOICES.iter().flat_map(|group| group.choices).map(|words| words.name);
    let changed = Memo::new(move |_| names().filter(|name| shared.is_changed(name)).count());
    let reset = move |_| {
        right.act(|platform, _| platform.choices = Choices::default());
        right.tell(lang.get_untracked().choices_reset_done().to_owned());
    };
    let fits = move |words: &ChoiceWords| {
        part.with(|part| {
            let part = part.trim().to_lowercase();
            let lang = lang.get();
            part.is_empty()
                || [words.name, lang.choice(words), lang.choice_silence(words)]
                    .iter()
                    .any(|text| text.to_lowercase().contains(&part))
        })
    };
    let none = Memo::new(move |_| !CHOICES.iter().flat_map(|group| group.choices).any(fits));
    let group = |group: &'static ChoiceGroup| {
        let rows: Vec<_> = group
            .choices
            .iter()
            .map(|words| {
                let shows = Memo::new(move |_| fits(words));
                view! { <li hidden=move || !shows.get()>{row(shared, words)}</li> }
            })
            .collect();
        view! {
            <section hidden=move || !group.choices.iter().any(fits)>
                <h3>{move || (group.title)(lang.get())}</h3>
                <ul>{rows}</ul>
            </section>
        }
    };
    view! {
        {window_head(right, move || lang.get().choices_title().to_owned())}
        <div class="choices" data-testid="choices">
            <p class="fg2">{move || lang.get().choices_lead()}</p>
            <div class="row wrap top-c">
                <span class="inp grow">
                    <Icon name=IconName::Search />
                    <input
                        type="search"
                        data-testid="choices-find"
                        aria-label=move || lang.get().choices_find()
                        placeholder=move || lang.get().choices_find()
                        prop:value=part
                        on:input:target=move |event| part.set(event.target().value())
                    />
                </span>
                <Show when=move || changed.get().gt(&0)>
                    <span class="chip acc" data-testid="choices-changed">
                        {move || lang.get().choices_changed(changed.get())}
                    </span>
                </Show>
                <button
                    type="button"
                    class="btn"
                    data-testid="choices-reset"
                    disabled=move || changed.get() == 0
                    on:click=reset
                >
                    {move || lang.get().choices_reset()}
                </button>
            </div>
            {CHOICES.iter().map(group).collect_view()}
            <Show when=move || none.get()>
                <p class="empty">{move || lang.get().choices_none()}</p>
            </Show>
        </div>
    }
    .into_any()
}

/// A value in words, as the default is named.
fn words_of(lang: Lang, kind: ChoiceKind, value: &Value) -> String {
    let number = || value.as_u64().and_then(|code| u8::try_from(code).ok());
    match (kind, value) {
        (ChoiceKind::Flag, Value::Bool(true)) => lang.choices_on().to_owned(),
        (ChoiceKind::Flag, _) => lang.choices_off().to_owned(),
        (ChoiceKind::Pick(picks), value) => {
            let id = value.as_str().unwrap_or_default();
            let pick = picks.iter().find(|pick| pick.id == id);
            pick.map_or(id.to_owned(), |pick| lang.pick(*pick).to_owned())
        }
        (ChoiceKind::Connack | ChoiceKind::ConnackOrNone, Value::Number(_)) => {
            number().map_or(String::new(), |code| connack(lang, code))
        }
        (_, Value::Null) => lang.choices_empty().to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_string(),
    }
}

fn connack(lang: Lang, code: u8) -> String {
    match code {
        0 => format!("0 {}", lang.choices_accept()),
        code => lang.inj_code(code, lang.connect_code(code)),
    }
}

fn row(shared: Shared, words: &'static ChoiceWords) -> AnyView {
    let Shared { lang, .. } = shared;
    let name = words.name;
    let changed = Memo::new(move |_| shared.is_changed(name));
    let id = format!("choice-{name}");
    let default = move || words_of(lang.get(), words.kind, &shared.default_of(name));
    view! {
        <div class="chc" class:changed=move || changed.get() data-testid="choice" data-choice=name>
            <div class="ch-t">
                <span class="med" id=id.clone()>{move || lang.get().choice(words)}</span>
                <span class="fg3">
                    {move || lang.get().choice_silence(words)} " "
                    <span class="def">{move || format!("{}: {}", lang.get().choices_default(), default())}</span>
                </span>
                <code class="fg3">{name}</code>
            </div>
            <div class="ch-c">
                {control(shared, words, id)}
                <Show when=move || changed.get()>
                    <button
                        type="button"
                        class="btn gho ico sm"
                        data-testid="choice-reset"
                        aria-label=move || lang.get().choices_reset_one()
                        title=move || lang.get().choices_reset_one()
                        on:click=move |_| shared.pick(name, shared.default_of(name))
                    >
                        <Icon name=IconName::Again />
                    </button>
                </Show>
            </div>
        </div>
    }
    .into_any()
}

fn control(shared: Shared, words: &'static ChoiceWords, label: String) -> AnyView {
    let (name, lang) = (words.name, shared.lang);
    match words.kind {
        ChoiceKind::Flag => {
            let on = Memo::new(move |_| shared.value(name) == Value::Bool(true));
            let toggle = move || shared.pick(name, Value::Bool(!on.get_untracked()));
            view! { <Switch id="choice-value" on toggle labelled_by=label /> }.into_any()
        }
        ChoiceKind::Pick(picks) => {
            let options: Vec<_> = picks
                .iter()
                .map(|pick| (pick.id.to_owned(), move |lang: Lang| lang.pick(*pick).to_owned()))
                .collect();
            let value = |id: &str| if id.is_empty() { Value::Null } else { json!(id) };
            let id = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            select(shared, name, label, options, id, value)
        }
        ChoiceKind::Connack | ChoiceKind::ConnackOrNone => {
            let none = words.kind == ChoiceKind::ConnackOrNone;
            // 0 is how a keep alive is let pass; of the others it means the same as 5.
            let first = u8::from(name != "keep_alive_refusal");
            let codes = (first..=6).map(|code| code.to_string());
            let codes: Vec<_> = none.then(String::new).into_iter().chain(codes).collect();
            let words = |code: &String, lang: Lang| match code.parse() {
                Ok(code) => connack(lang, code),
                Err(_) => lang.choices_accept().to_owned(),
            };
            let options = codes.into_iter().map(|code| {
                let shown = code.clone();
                (code, move |lang: Lang| words(&shown, lang))
            });
            let id = |value: &Value| value.as_u64().map(|code| code.to_string()).unwrap_or_default();
            let value = |id: &str| id.parse::<u8>().map_or(Value::Null, |code| json!(code));
            select(shared, name, label, options.collect(), id, value)
        }
        ChoiceKind::Qos => {
            let options = [QoS::AtMostOnce, QoS::AtLeastOnce].map(|qos| qos.number().to_string());
            let options = options.into_iter().map(|qos| {
                let shown = qos.clone();
                (qos, move |_: Lang| format!("QoS {shown}"))
            });
            let id = |value: &Value| value.to_string();
            let value = |id: &str| id.parse::<u8>().map_or(Value::Null, |qos| json!(qos));
            select(shared, name, label, options.collect(), id, value)
        }
        kind => {
            let unit = move || match kind {
                ChoiceKind::Millis => "ms".to_owned(),
                ChoiceKind::Factor => "×".to_owned(),
                ChoiceKind::Limit => lang.get().choices_no_limit().to_owned(),
                ChoiceKind::Code | ChoiceKind::CodeOrNone => {
                    let code = shared.value(name).as_i64().map(RetCode);
                    code.and_then(|code| lang.get().ret_code(code)).unwrap_or_default().to_owned()
                }
                _ => String::new(),
            };
            typed(shared, words, label, unit)
        }
    }
}

/// One of a few values.
fn select<W>(
    shared: Shared,
    name: &'static str,
    label: String,
    options: Vec<(String, W)>,
    id: fn(&Value) -> String,
    value: fn(&str) -> Value,
) -> AnyView
where
    W: Fn(Lang) -> String + Send + 'static,
{
    let lang = shared.lang;
    let chosen = move || id(&shared.value(name));
    let options: Vec<_> = options
        .into_iter()
        .map(|(option, words)| {
            let own = option.clone();
            view! {
                <option value=option selected=move || chosen() == own>
                    {move || words(lang.get())}
                </option>
            }
        })
        .collect();
    view! {
        <span class="inp selbox">
            <select
                data-testid="choice-value"
                aria-labelledby=label
                prop:value=chosen
                on:change:target=move |event| shared.pick(name, value(&event.target().value()))
            >
                {options}
            </select>
        </span>
    }
    .into_any()
}

/// What was typed as the value that it stands for; none where it cannot be one.
fn read(kind: ChoiceKind, text: &str) -> Option<Value> {
    let text = text.trim();
    match kind {
        ChoiceKind::Limit | ChoiceKind::CodeOrNone if text.is_empty() => Some(Value::Null),
        ChoiceKind::Code | ChoiceKind::CodeOrNone => text.parse::<i64>().ok().map(|code| json!(code)),
        ChoiceKind::Factor => {
            text.parse::<f64>().ok().filter(|factor| factor.is_finite()).map(|factor| json!(factor))
        }
        ChoiceKind::Text => Some(json!(text)),
        // Within what 32 bits and the page can count.
        _ => text.parse::<u32>().ok().map(|number| json!(number)),
    }
}

/// A value that is typed: taken as soon as it can be one.
fn typed(
    shared: Shared,
    words: &'static ChoiceWords,
    label: String,
    unit: impl Fn() -> String + Send + 'static,
) -> AnyView {
    let (name, kind, lang) = (words.name, words.kind, shared.lang);
    let bad = RwSignal::new(false);
    let text = move || match shared.value(name) {
        Value::Null => String::new(),
        Value::String(text) => text,
        value => value.to_string(),
    };
    let take = move |text: String| {
        let done = read(kind, &text).is_some_and(|value| shared.set(name, value));
        bad.set(!done);
    };
    let numeric = kind != ChoiceKind::Text;
    view! {
        <span class="fld">
            <span class="inp mono" class:bad=bad>
                <input
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    inputmode=numeric.then_some("decimal")
                    data-testid="choice-value"
                    aria-labelledby=label
                    aria-describedby=format!("choice-{name}-problem")
                    aria-invalid=move || bad.get().then_some("true")
                    prop:value=text
                    // What is being typed stays as it is: it is read when it is done.
                    on:change:target=move |event| take(event.target().value())
                />
            </span>
            <span class="hint" class:err=bad id=format!("choice-{name}-problem")>
                {move || if bad.get() { lang.get().choices_bad().to_owned() } else { unit() }}
            </span>
        </span>
    }
    .into_any()
}
