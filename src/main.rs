//! Mounts the app.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(|| leptos::view! { <p>"UIoT Testbench"</p> });
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("UIoT Testbench runs in a browser. Build it with ./script/server or `trunk build`.");
}
