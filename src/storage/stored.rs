//! What the browser keeps of this tool, as a whole: to be told, and to be erased.

/// What every name of ours in the browser's storage begins with.
const PREFIX: &str = "uiot-testbench.";

/// What is stored of ours in this browser, and in this tab of it: names, bytes, and whether it is the tab's. The bytes are as
/// browsers count them, two for each UTF-16 unit.
pub fn stored() -> Vec<(String, usize, bool)> {
    let mut found = Vec::new();
    for (area, of_tab) in areas() {
        for index in 0..area.length().unwrap_or(0) {
            let Some(name) = area.key(index).ok().flatten().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            let text = area.get_item(&name).ok().flatten().unwrap_or_default();
            let bytes = 2 * (name.encode_utf16().count() + text.encode_utf16().count());
            found.push((name, bytes, of_tab));
        }
    }
    found.sort();
    found
}

/// Removes all that [`stored`] tells.
pub fn erase_stored() {
    let all = stored();
    for (area, of_tab) in areas() {
        for (name, _, _) in all.iter().filter(|(_, _, theirs)| *theirs == of_tab) {
            // Fails only where nothing is stored.
            let _ = area.remove_item(name);
        }
    }
}

fn area(of_tab: bool) -> Option<web_sys::Storage> {
    let window = web_sys::window()?;
    let area = if of_tab { window.session_storage() } else { window.local_storage() };
    area.ok().flatten()
}

fn areas() -> impl Iterator<Item = (web_sys::Storage, bool)> {
    [false, true].into_iter().filter_map(|of_tab| Some((area(of_tab)?, of_tab)))
}
