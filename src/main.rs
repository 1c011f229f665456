//! Mounts the app in the place of what the page shows while it loads. A panic ends up in a banner; nothing else lives here.

/// Overwrites all memory that is freed: a password stays in no page of it after its last owner. What is typed and what is sent is
/// copied by the browser's bindings, by JSON and by buffers, which wiping a type of our own would miss.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

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
