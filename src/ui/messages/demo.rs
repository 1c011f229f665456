use leptos::prelude::*;

use super::View;
use crate::ui::components::Switch;
use crate::ui::context::use_lang;

/// Above the log of the demo device: whether it runs by itself.
#[component]
pub(super) fn DemoBar(view: View) -> impl IntoView {
    let lang = use_lang();
    let bench = view.bench;
    let runs = Memo::new(move |_| bench.status.with(|status| status.demo_runs));
    view! {
        <Show when=move || runs.get().is_some()>
            <div class="bar demo">
                <label class="row">
                    <Switch
                        id="demo-running"
                        on=Signal::derive(move || runs.get() == Some(true))
                        toggle=move || bench.device(|device| device.run_demo(runs.get_untracked() != Some(true)))
                        described_by="hint-demo".to_owned()
                    />
                    {move || lang.get().demo_runs()}
                </label>
                <span class="hint ell" id="hint-demo" title=move || lang.get().demo_runs_hint()>{move || lang.get().demo_runs_hint()}</span>
            </div>
        </Show>
    }
}
