//! The firmwares of a product of the simulator, module by module.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::product::Shown;
use super::product_model::bytes;
use crate::i18n::Lang;
use crate::i18n::numbers::size;
use crate::simulator::services::ota::{Content, Firmware as Version};
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, focus};
use crate::ui::context::use_lang;
use crate::uiot::ota::DEFAULT_MODULE;
use crate::uiot::{limits, version_is_regular};

const SOURCES: &[ChoiceOption] = &[
    ChoiceOption { id: "made", label: Lang::simprod_fw_made },
    ChoiceOption { id: "file", label: Lang::simprod_fw_file },
    ChoiceOption { id: "elsewhere", label: Lang::simprod_fw_elsewhere },
];

/// What is being typed for a new firmware.
#[derive(Clone, Copy)]
struct Draft {
    module: RwSignal<String>,
    version: RwSignal<String>,
    source: RwSignal<&'static str>,
    size: RwSignal<String>,
    url: RwSignal<String>,
    md5: RwSignal<String>,
    file: RwSignal<Option<(String, Vec<u8>)>>,
    /// Why the file could not be read.
    unread: RwSignal<Option<String>>,
    /// Whether it was tried to add it, so that what is missing is said too.
    tried: RwSignal<bool>,
}

#[component]
pub(super) fn Firmware(shown: Shown) -> impl IntoView {
    let lang = use_lang();
    let modules = Memo::new(move |_| shown.read(|product| product.ota.modules().clone()));
    let name = RwSignal::new(String::new());
    let bad_name = Memo::new(move |_| {
        let name = name.get();
        let taken = modules.with(|modules| modules.contains_key(name.trim()));
        !name.trim().is_empty() && (taken || !version_is_regular(name.trim()))
    });
    let add_module = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (sn, module) = (shown.sn.get_untracked(), name.get_untracked().trim().to_owned());
        if !module.is_empty() && shown.right.try_act(|platform, _| platform.add_firmware_module(&sn, &module))
        {
            name.set(String::new());
        }
        focus("module-name");
    };
    let listed = move || {
        let section = |(module, versions): (&String, &Vec<Version>)| {
            section(shown, lang, module.clone(), versions.clone())
        };
        modules.with(|modules| modules.iter().map(section).collect_view())
    };
    view! {
        {listed}
        <form class="row wrap ends" novalidate on:submit=add_module>
            <label class="fld grow">
                <span class="lb">{move || lang.get().simprod_fw_module_name()}</span>
                <span class="inp mono" class:bad=bad_name>
                    <input
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        maxlength="32"
                        data-testid="module-name"
                        aria-invalid=move || bad_name.get().then_some("true")
                        prop:value=name
                        on:input:target=move |event| name.set(event.target().value())
                    />
                </span>
            </label>
            <button type="submit" class="btn" data-testid="module-add" disabled=bad_name>
                <Icon name=IconName::Plus />
                {move || lang.get().simprod_fw_module_add()}
            </button>
        </form>
        <NewFirmware shown />
    }
    .into_any()
}

fn section(shown: Shown, lang: RwSignal<Lang>, module: String, versions: Vec<Version>) -> AnyView {
    let module = StoredValue::new(module);
    let remove_module = move |_| {
        let sn = shown.sn.get_untracked();
        module.with_value(|module| {
            shown.right.try_act(|platform, _| platform.remove_firmware_module(&sn, module))
        });
        focus("module-name");
    };
    let none = versions.is_empty();
    let row = |firmware: Version| {
        let version = StoredValue::new(firmware.version.clone());
        let remove = move |_| {
            let sn = shown.sn.get_untracked();
            module.with_value(|module| {
                version.with_value(|version| {
                    shown.right.try_act(|platform, _| platform.remove_firmware(&sn, module, version))
                })
            });
            focus("firmware-version");
        };
        let bytes = usize::try_from(firmware.size).unwrap_or(usize::MAX);
        view! {
            <li data-testid="firmware" data-version=version.get_value()>
                <code class="med">{firmware.version}</code>
                <span class="fg3 num">{size(bytes)}</span>
                <code class="fg3 grow md5">{firmware.elsewhere.unwrap_or(firmware.md5)}</code>
                <button
                    type="button"
                    class="btn gho ico sm"
                    aria-label=move || version.with_value(|version| lang.get().simprod_fw_remove(version))
                    title=move || version.with_value(|version| lang.get().simprod_fw_remove(version))
                    on:click=remove
                >
                    <Icon name=IconName::Trash />
                </button>
            </li>
        }
    };
    let rows: Vec<_> = versions.into_iter().map(row).collect();
    let removable = module.with_value(|module| module != DEFAULT_MODULE);
    view! {
        <section class="card">
            <div class="bar">
                <h3 class="row gap1">
                    {move || lang.get().simprod_fw_module()} " " <code>{module.get_value()}</code>
                </h3>
                {removable
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="btn gho ico sm right"
                                data-testid="module-remove"
                                aria-label=move || {
                                    module.with_value(|module| lang.get().simprod_fw_module_remove(module))
                                }
                                title=move || {
                                    module.with_value(|module| lang.get().simprod_fw_module_remove(module))
                                }
                                on:click=remove_module
                            >
                                <Icon name=IconName::Trash />
                            </button>
                        }
                    })}
            </div>
            <ul class="plist">{rows}</ul>
            {none.then(|| view! { <p class="pad fg3">{move || lang.get().simprod_fw_none()}</p> })}
        </section>
    }
    .into_any()
}

impl Draft {
    fn new() -> Self {
        Self {
            module: RwSignal::new(DEFAULT_MODULE.to_owned()),
            version: RwSignal::new(String::new()),
            source: RwSignal::new("made"),
            size: RwSignal::new("65536".to_owned()),
            url: RwSignal::new(String::new()),
            md5: RwSignal::new(String::new()),
            file: RwSignal::new(None),
            unread: RwSignal::new(None),
            tried: RwSignal::new(false),
        }
    }

    /// What it consists of, or what is wrong with that.
    fn content(self, lang: Lang) -> Result<Content, String> {
        let size = || {
            let size = self.size.get().trim().parse().ok();
            let fits = |size: &u64| (1..=limits::FIRMWARE_SIZE).contains(size);
            size.filter(fits).ok_or_else(|| lang.simprod_fw_bad_size().to_owned())
        };
        match self.source.get() {
            "file" => match (self.unread.get(), self.file.get()) {
                (Some(why), _) => Err(why),
                (_, Some((_, bytes))) if bytes.is_empty() => Err(lang.simprod_fw_bad_size().to_owned()),
                (_, Some((_, bytes))) => Ok(Content::File { bytes: bytes.into() }),
                (_, None) => Err(lang.simprod_fw_no_file().to_owned()),
            },
            "elsewhere" => {
                let (url, md5) = (self.url.get().trim().to_owned(), self.md5.get().trim().to_owned());
                if url.is_empty() {
                    return Err(lang.simprod_fw_bad_url().to_owned());
                }
                let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                if md5.len() != 32 || !md5.bytes().all(digit) {
                    return Err(lang.simprod_fw_bad_md5().to_owned());
                }
                Ok(Content::Elsewhere { url, md5, size: size()? })
            }
            _ => Ok(Content::Made { size: size()? }),
        }
    }
}

/// A line to type in.
fn line(
    id: &'static str,
    label: impl Fn() -> &'static str + Send + 'static,
    value: RwSignal<String>,
) -> AnyView {
    view! {
        <label class="fld grow">
            <span class="lb">{label}</span>
            <span class="inp mono">
                <input
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    data-testid=id
                    aria-describedby="firmware-problem"
                    prop:value=value
                    on:input:target=move |event| value.set(event.target().value())
                />
            </span>
        </label>
    }
    .into_any()
}

#[component]
fn NewFirmware(shown: Shown) -> impl IntoView {
    let lang = use_lang();
    let draft = Draft::new();
    let modules =
        Memo::new(move |_| shown.read(|product| product.ota.modules().keys().cloned().collect::<Vec<_>>()));
    let problem = Memo::new(move |_| {
        let words = lang.get();
        let version = draft.version.get();
        let version = version.trim();
        if version.is_empty() && !draft.tried.get() {
            return None;
        }
        if !version_is_regular(version) {
            return Some(words.simprod_fw_bad_version().to_owned());
        }
        let module = draft.module.get();
        if shown.read(|product| product.ota.firmware(&module, version).is_some()) {
            return Some(words.simprod_fw_exists().to_owned());
        }
        draft.content(words).err()
    });
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        draft.tried.set(true);
        let content = untrack(|| draft.content(lang.get()));
        let (Ok(content), None) = (content, problem.get_untracked()) else {
            return focus("firmware-version");
        };
        let (sn, module) = (shown.sn.get_untracked(), draft.module.get_untracked());
        let version = draft.version.get_untracked().trim().to_owned();
        if shown.right.try_act(|platform, _| platform.add_firmware(&sn, &module, &version, "", content)) {
            draft.version.set(String::new());
            draft.file.set(None);
            draft.tried.set(false);
        }
        focus("firmware-version");
    };
    let options = move || {
        let option = |module: &String| {
            let own = module.clone();
            view! {
                <option value=module.clone() selected=move || draft.module.get() == own>
                    {module.clone()}
                </option>
            }
        };
        modules.with(|modules| modules.iter().map(option).collect_view())
    };
    view! {
        <form class="card pad col-f" novalidate aria-label=move || lang.get().simprod_fw_add() on:submit=add>
            <h3>{move || lang.get().simprod_fw_add()}</h3>
            <div class="row wrap ends">
                <label class="fld grow">
                    <span class="lb">{move || lang.get().simprod_fw_module()}</span>
                    <span class="inp mono selbox">
                        <select
                            data-testid="firmware-module"
                            prop:value=draft.module
                            on:change:target=move |event| draft.module.set(event.target().value())
                        >
                            {options}
                        </select>
                    </span>
                </label>
                {line("firmware-version", move || lang.get().simprod_fw_version(), draft.version)}
            </div>
            <Choice
                id="firmware-source"
                label=Signal::derive(move || lang.get().simprod_fw_source().to_owned())
                options=SOURCES
                value=draft.source
                on_choose=move |id| draft.source.set(id)
            />
            {move || match draft.source.get() {
                "file" => view! { <Chosen draft /> }.into_any(),
                "elsewhere" => {
                    view! {
                        {line("firmware-url", move || lang.get().simprod_fw_url(), draft.url)}
                        {line("firmware-md5", move || lang.get().simprod_fw_md5(), draft.md5)}
                        {line("firmware-size", move || lang.get().simprod_fw_size(), draft.size)}
                    }
                        .into_any()
                }
                _ => line("firmware-size", move || lang.get().simprod_fw_size(), draft.size),
            }}
            <span class="hint err" id="firmware-problem" data-testid="firmware-problem">
                {problem}
            </span>
            <div class="row">
                <button type="submit" class="btn right" data-testid="firmware-add">
                    <Icon name=IconName::Plus />
                    {move || lang.get().simprod_fw_add()}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// A firmware's file.
#[component]
fn Chosen(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let input = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        input.set_value("");
        let Some(file) = file else { return };
        spawn_local(async move {
            let read = bytes(lang.get_untracked(), &file, limits::FIRMWARE_SIZE).await;
            // The window may be gone by now.
            let _ = draft.unread.try_set(read.as_ref().err().cloned());
            let _ = draft.file.try_set(read.ok().map(|bytes| (file.name(), bytes)));
        });
    };
    let name = move || {
        draft.file.with(|file| {
            file.as_ref().map(|(name, bytes)| lang.get().simprod_fw_chosen(name, &size(bytes.len())))
        })
    };
    view! {
        <div class="row wrap">
            <button
                type="button"
                class="btn"
                data-testid="firmware-choose"
                on:click=move |_| {
                    if let Some(input) = input.get_untracked() {
                        input.click();
                    }
                }
            >
                <Icon name=IconName::Open />
                {move || lang.get().simprod_fw_choose()}
            </button>
            <bdi class="fg3">{name}</bdi>
            <input
                node_ref=input
                type="file"
                hidden
                data-testid="firmware-file"
                tabindex="-1"
                aria-hidden="true"
                on:change=chosen
            />
        </div>
    }
    .into_any()
}
