//! A product's custom topics, and what is forwarded from one to another.

use leptos::prelude::*;

use super::product::Shown;
use crate::i18n::Lang;
use crate::ui::components::{Choice, ChoiceOption, Icon, IconName, Switch, focus};
use crate::ui::context::use_lang;
use crate::uiot::{CustomTopic, Permission, limits};

const PERMISSIONS: &[ChoiceOption] = &[
    ChoiceOption { id: "pub", label: Lang::simprod_pub },
    ChoiceOption { id: "sub", label: Lang::simprod_sub },
    ChoiceOption { id: "pubsub", label: Lang::simprod_pubsub },
];

fn permission(id: &str) -> Permission {
    match id {
        "pub" => Permission::Pub,
        "sub" => Permission::Sub,
        _ => Permission::PubSub,
    }
}

impl Shown {
    fn define(self, topics: Vec<CustomTopic>) -> bool {
        let sn = self.sn.get_untracked();
        self.right.try_act(|platform, _| platform.define_topics(&sn, topics))
    }

    fn forward(self, change: impl FnOnce(&mut std::collections::BTreeMap<String, String>)) {
        let sn = self.sn.get_untracked();
        self.right
            .try_act(|platform, _| platform.change_product(&sn, |product| change(&mut product.forwards)));
    }
}

/// The topic as devices see it, with what differs between them in braces.
fn written(topic: &CustomTopic) -> String {
    let own = if topic.broadcast { "$broadcast" } else { "{DeviceSN}" };
    format!("/{own}/{}", topic.rest)
}

#[component]
pub(super) fn Topics(shown: Shown) -> impl IntoView {
    let lang = use_lang();
    let topics = Memo::new(move |_| shown.read(|product| product.topics.clone()));
    let published = Memo::new(move |_| shown.read(|product| product.published));
    let rest = RwSignal::new(String::new());
    let may = RwSignal::new("sub");
    let broadcast = RwSignal::new(false);
    let new = move || CustomTopic {
        rest: rest.get().trim().to_owned(),
        permission: permission(may.get()),
        broadcast: broadcast.get(),
    };
    let problem = Memo::new(move |_| {
        let new = new();
        let twice = |known: &CustomTopic| known.rest == new.rest && known.broadcast == new.broadcast;
        if new.rest.is_empty() {
            return None;
        }
        let lang = lang.get();
        match new.check() {
            Err(error) => Some(lang.sim_topic_error(error)),
            Ok(()) => {
                topics.with(|topics| topics.iter().any(twice)).then(|| lang.simprod_topic_twice().to_owned())
            }
        }
    });
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = untrack(new);
        if new.rest.is_empty() || problem.get_untracked().is_some() {
            return focus("topic-rest");
        }
        let mut all = topics.get_untracked();
        all.push(new);
        if shown.define(all) {
            rest.set(String::new());
        }
        focus("topic-rest");
    };
    let row = move |topic: CustomTopic| {
        let text = StoredValue::new(written(&topic));
        let permission = topic.permission;
        let is_broadcast = topic.broadcast;
        let remove = move |_| {
            let all = topics.get_untracked().into_iter().filter(|known| *known != topic);
            shown.define(all.collect());
            focus("topic-rest");
        };
        view! {
            <li data-testid="product-topic">
                <code class="grow">{text.get_value()}</code>
                {is_broadcast.then(|| view! { <span class="chip sq">{move || lang.get().simprod_broadcast()}</span> })}
                <span class="fg3">{move || lang.get().sim_permission(permission)}</span>
                <button
                    type="button"
                    class="btn gho ico sm"
                    aria-label=move || text.with_value(|text| lang.get().simprod_topic_remove(text))
                    title=move || text.with_value(|text| lang.get().simprod_topic_remove(text))
                    disabled=published
                    on:click=remove
                >
                    <Icon name=IconName::Trash />
                </button>
            </li>
        }
    };
    view! {
        <Published published />
        <p class="fg3">
            {move || lang.get().simprod_topic_count(topics.with(Vec::len), limits::CUSTOM_TOPICS)}
        </p>
        <ul class="plist" data-testid="product-topics">
            <For
                each=move || topics.get()
                key=|topic| (topic.rest.clone(), topic.broadcast, topic.permission.publishes(), topic.permission.subscribes())
                children=row
            />
        </ul>
        <form class="card pad col-f" novalidate aria-label=move || lang.get().simprod_topic_add() on:submit=add>
            <div class="fld">
                <label class="lb" for="in-topic-rest">
                    {move || lang.get().simprod_topic()}
                    <span class="nt">{move || lang.get().simprod_topic_hint()}</span>
                </label>
                <span class="inp mono" class:bad=move || problem.get().is_some()>
                    <input
                        id="in-topic-rest"
                        type="text"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        data-testid="topic-rest"
                        aria-invalid=move || problem.get().is_some().then_some("true")
                        aria-describedby="topic-rest-problem"
                        prop:value=rest
                        on:input:target=move |event| rest.set(event.target().value())
                    />
                </span>
                <span class="hint err" id="topic-rest-problem" data-testid="topic-problem">
                    {problem}
                </span>
            </div>
            <div class="row wrap">
                <Choice
                    id="topic-permission"
                    label=Signal::derive(move || lang.get().simprod_permission().to_owned())
                    options=PERMISSIONS
                    value=may
                    on_choose=move |id| may.set(id)
                />
                <label class="fl-n">
                    <Switch
                        id="topic-broadcast"
                        on=broadcast
                        toggle=move || broadcast.update(|on| *on = !*on)
                        labelled_by="topic-broadcast-name".into()
                    />
                    <span id="topic-broadcast-name">{move || lang.get().simprod_broadcast()}</span>
                </label>
                <button type="submit" class="btn right" data-testid="topic-add" disabled=published>
                    <Icon name=IconName::Plus />
                    {move || lang.get().simprod_topic_add()}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// Says that nothing can be changed, where the product is published.
#[component]
pub(super) fn Published(published: Memo<bool>) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Show when=move || published.get()>
            <p class="note warn" data-testid="product-is-published">
                <Icon name=IconName::Warning />
                <span>{move || lang.get().simprod_is_published()}</span>
            </p>
        </Show>
    }
}

/// The rule engine's "forward to another topic".
#[component]
pub(super) fn Forwards(shown: Shown) -> impl IntoView {
    let lang = use_lang();
    let forwards = Memo::new(move |_| shown.read(|product| product.forwards.clone()));
    let fitting = move |fits: fn(Permission) -> bool| {
        Memo::new(move |_| {
            shown.read(|product| {
                let plain = product
                    .topics
                    .iter()
                    .filter(|topic| !topic.broadcast && !topic.rest.contains(['+', '#']));
                plain
                    .filter(|topic| fits(topic.permission))
                    .map(|topic| topic.rest.clone())
                    .collect::<Vec<_>>()
            })
        })
    };
    let sources = fitting(Permission::publishes);
    let targets = fitting(Permission::subscribes);
    let from = RwSignal::new(None::<String>);
    let to = RwSignal::new(None::<String>);
    // What was picked, as long as there is such a topic.
    let picked = move |picked: RwSignal<Option<String>>, all: Memo<Vec<String>>| {
        all.with(|all| picked.get().filter(|picked| all.contains(picked)).or_else(|| all.first().cloned()))
    };
    let add = move |_| {
        let both = untrack(|| picked(from, sources).zip(picked(to, targets)));
        if let Some((from, to)) = both {
            shown.forward(|forwards| drop(forwards.insert(from, to)));
        }
    };
    let choose = move |id: &'static str,
                       label: fn(Lang) -> &'static str,
                       chosen: RwSignal<Option<String>>,
                       all: Memo<Vec<String>>| {
        let options = move || {
            let option = |topic: &String| {
                let own = topic.clone();
                view! {
                    <option value=topic.clone() selected=move || picked(chosen, all).as_ref() == Some(&own)>
                        {topic.clone()}
                    </option>
                }
            };
            all.with(|all| all.iter().map(option).collect_view())
        };
        view! {
            <label class="fld grow">
                <span class="lb">{move || label(lang.get())}</span>
                <span class="inp mono selbox">
                    <select
                        data-testid=id
                        on:change:target=move |event| chosen.set(Some(event.target().value()))
                    >
                        {options}
                    </select>
                </span>
            </label>
        }
    };
    let row = move |(source, target): (String, String)| {
        let name = StoredValue::new(source.clone());
        view! {
            <li data-testid="product-forward">
                <code class="grow">{format!("{source} → {target}")}</code>
                <button
                    type="button"
                    class="btn gho ico sm"
                    aria-label=move || name.with_value(|from| lang.get().simprod_forward_remove(from))
                    title=move || name.with_value(|from| lang.get().simprod_forward_remove(from))
                    on:click=move |_| {
                        name.with_value(|from| shown.forward(|forwards| drop(forwards.remove(from))));
                        focus("forward-add");
                    }
                >
                    <Icon name=IconName::Trash />
                </button>
            </li>
        }
    };
    let possible = Memo::new(move |_| !sources.with(Vec::is_empty) && !targets.with(Vec::is_empty));
    view! {
        <section class="card pad col-f">
            <h3>{move || lang.get().simprod_forwards()}</h3>
            <ul class="plist">
                <For each=move || forwards.get() key=|forward| forward.clone() children=row />
            </ul>
            <Show when=move || forwards.with(std::collections::BTreeMap::is_empty)>
                <p class="fg3">{move || lang.get().simprod_forwards_none()}</p>
            </Show>
            <Show
                when=move || possible.get()
                fallback=move || view! { <p class="fg3">{move || lang.get().simprod_forward_none()}</p> }
            >
                <div class="row wrap ends">
                    {choose("forward-from", Lang::simprod_forward_from, from, sources)}
                    {choose("forward-to", Lang::simprod_forward_to, to, targets)}
                    <button type="button" class="btn" data-testid="forward-add" on:click=add>
                        <Icon name=IconName::Plus />
                        {move || lang.get().simprod_forward_add()}
                    </button>
                </div>
            </Show>
        </section>
    }
    .into_any()
}
