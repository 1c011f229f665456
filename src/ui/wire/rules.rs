use leptos::prelude::*;

use super::Wire;
use super::links::rule_of;
use crate::ui::components::{Icon, IconName};
use crate::ui::context::use_lang;

/// The platform's rules for the selected packet, each kept or broken, and the rules of MQTT that it broke.
#[component]
pub(super) fn Rules(wire: Wire) -> impl IntoView {
    let checks = Memo::new(move |_| {
        wire.subject
            .with(|subject| subject.as_ref().map(|subject| subject.checks.clone()).unwrap_or_default())
    });
    let violations = Memo::new(move |_| {
        wire.subject
            .with(|subject| subject.as_ref().map(|subject| subject.violations.clone()).unwrap_or_default())
    });
    view! {
        <Show when=move || !violations.with(Vec::is_empty)>
            <Violations wire violations />
        </Show>
        <Show when=move || !checks.with(Vec::is_empty)>
            <Platform checks />
        </Show>
    }
}

#[component]
fn Platform(checks: Memo<Vec<crate::uiot::Check>>) -> impl IntoView {
    let lang = use_lang();
    let broken = Memo::new(move |_| checks.with(|checks| checks.iter().filter(|check| !check.kept).count()));
    let list = move || {
        let lang = lang.get();
        checks
            .get()
            .into_iter()
            .map(|check| {
                let (class, icon, said) = if check.kept {
                    ("c-ok", IconName::Check, lang.wire_kept())
                } else {
                    ("c-err", IconName::Close, lang.wire_not_kept())
                };
                view! {
                    <li data-testid="wire-rule" data-kept=check.kept.to_string()>
                        <span class=class>
                            <Icon name=icon small=true />
                            <span class="sr">{said}</span>
                        </span>
                        <span>{lang.packet_rule(&check.rule)}</span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <div class="bar sub over">
            <h2>{move || lang.get().wire_platform_rules()}</h2>
            <span class="right chip" class:ok=move || broken.get() == 0 class:err=move || broken.get().gt(&0)>
                {move || {
                    let icon = if broken.get() == 0 { IconName::Check } else { IconName::Close };
                    view! { <Icon name=icon small=true /> }
                }}
                {move || match broken.get() {
                    0 => lang.get().wire_all_kept().to_owned(),
                    count => lang.get().wire_broken_rules(count),
                }}
            </span>
        </div>
        <ul class="rules" data-testid="wire-rules">{list}</ul>
    }
}

#[component]
fn Violations(wire: Wire, violations: Memo<Vec<u64>>) -> impl IntoView {
    let lang = use_lang();
    let list = move || {
        let lang = lang.get();
        let notes = violations.get();
        let rules: Vec<_> = untrack(|| {
            wire.bench.journal(|journal| {
                notes.into_iter().filter_map(|seq| Some((seq, rule_of(journal, seq)?))).collect()
            })
        });
        rules
            .into_iter()
            .map(|(seq, rule)| {
                view! {
                    <li>
                        <span class="c-err"><Icon name=IconName::Warning small=true /></span>
                        <span class="grow">{lang.rule(rule)}" · "<span class="mono">{rule.number()}</span></span>
                        <button
                            type="button"
                            class="lnk"
                            data-testid="wire-violation"
                            data-seq=seq.to_string()
                            on:click=move |_| wire.go_to(seq)
                        >
                            {lang.wire_to_violation(seq + 1)}
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <div class="bar sub over">
            <h2>{move || lang.get().wire_mqtt_rules()}</h2>
        </div>
        <ul class="rules one">{list}</ul>
    }
}
