//! Mounts the app. A panic ends up in the console and in a banner that says so; nothing else lives here.

#[cfg(target_arch = "wasm32")]
fn main() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let banner = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.get_element_by_id("crash"));
        if let Some(banner) = banner {
            // The banner is in index.html, hidden: after a panic nothing can be rendered any more.
            let _ = banner.remove_attribute("hidden");
        }
    }));
    leptos::mount::mount_to_body(uiot_testbench::ui::App);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("UIoT Testbench runs in a browser: build and serve it with ./script/server or `trunk serve`.");
}
