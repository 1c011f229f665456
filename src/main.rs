//! Mounts the app in the place of what the page shows while it loads. A panic ends up in a banner; nothing else lives here.

#[cfg(target_arch = "wasm32")]
fn main() {
    use uiot_testbench::ui::{App, crash};
    std::panic::set_hook(Box::new(crash::tell));
    crash::arm();
    let skeleton = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("boot"));
    if let Some(skeleton) = skeleton {
        skeleton.remove();
    }
    leptos::mount::mount_to_body(App);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("UIoT Testbench runs in a browser: build and serve it with ./script/server or `trunk serve`.");
}
