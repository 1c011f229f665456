//! The site: index.html and the files that it names, each with its hash in its name and in the page.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::files::{hashed_name, integrity, put};
use crate::program::Program;
use crate::staged::{Form, Staged, attribute};
use crate::{Site, headers};

/// What was laid down, by name.
pub(crate) struct Laid {
    /// What a browser loads until the first screen is there; the page comes first.
    pub(crate) first: Vec<String>,
    /// What of the program is loaded when it is needed.
    pub(crate) later: Vec<String>,
}

/// What is in `assets/` for those who install the page, copied as it is.
const MANIFEST: &str = "manifest.webmanifest";
const TOUCH_ICON: &str = "icons/apple-touch-icon.png";

/// A browser takes neither style nor scripts of this page from disk; then these words show, which the style hides
/// (style/base.css).
const UNSTYLED: &str = r#"<p class="unstyled">
<span lang="zh-CN">页面没有载入：它需要由服务器提供。要从磁盘直接打开，请用 <a href="uiot-testbench.html">uiot-testbench.html</a>。</span>
<span lang="en">The page did not load: it needs a server. To open it from disk, take <a href="uiot-testbench.html">uiot-testbench.html</a>.</span>
</p>
"#;

/// Answers for the program's `part(name)`: the file of that name, checked. A host that knows no WebAssembly sends it as
/// something else, which a browser would not take.
const FETCH: &str = r#"
const part = async (name) => {
  const [file, integrity] = PARTS[name];
  const response = await fetch(new URL(file, import.meta.url), { integrity });
  if (!response.ok) throw new Error(`${file}: HTTP ${response.status}`);
  if ((response.headers.get("content-type") || "").startsWith("application/wasm")) return response;
  return new Response(response.body, { headers: { "content-type": "application/wasm" } });
};
"#;

/// Writes the site.
pub(crate) fn write(site: &Site, staged: &Staged, program: &Program) -> Result<Laid> {
    let out = site.out.as_path();
    let mut laid = Laid { first: vec!["index.html".to_string()], later: Vec::new() };

    let mut parts = serde_json::Map::new();
    let mut main = None;
    for (name, content) in &program.files {
        let file = written(out, name, content)?;
        parts.insert(name.clone(), json!([file, integrity(content)]));
        if *name == program.main {
            main = Some(file);
        } else {
            laid.later.push(file);
        }
    }
    let main = main.with_context(|| format!("the program has no {}", program.main))?;
    let script = format!("const PARTS = {};{FETCH}{}", json!(parts), program.script);
    let boot = written(out, "boot.js", staged.boot.as_bytes())?;
    let app = written(out, "app.js", script.as_bytes())?;
    let style = written(out, "style.css", staged.style.as_bytes())?;
    let icon = written(out, "icon.svg", &staged.icon)?;

    let assets = site.root.join("assets");
    for name in crate::files::below(&assets)? {
        if name == MANIFEST || name.starts_with("icons/") {
            put(out, &name, crate::files::read(&assets.join(&name))?)?;
        }
    }
    for name in [MANIFEST, TOUCH_ICON] {
        ensure!(assets.join(name).is_file(), "assets/{name} is missing");
    }

    let first = format!(
        "\n<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\
         \n<meta name=\"referrer\" content=\"no-referrer\">\
         \n<script src=\"./{boot}\" integrity=\"{}\"></script>\
         \n<link rel=\"stylesheet\" href=\"./{style}\" integrity=\"{}\">\
         \n<link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" href=\"./{main}\" crossorigin>\
         \n<script type=\"module\" src=\"./{app}\" integrity=\"{}\"></script>",
        attribute(&headers::page_policy()),
        integrity(staged.boot.as_bytes()),
        integrity(staged.style.as_bytes()),
        integrity(script.as_bytes()),
    );
    let head = format!(
        "<link rel=\"icon\" href=\"./{icon}\" type=\"image/svg+xml\">\
         \n<link rel=\"apple-touch-icon\" href=\"./{TOUCH_ICON}\">\
         \n<link rel=\"manifest\" href=\"./{MANIFEST}\">\n"
    );
    let html = staged.in_form(&Form {
        attributes: &site.attributes("site"),
        first: &first,
        head: &head,
        end: UNSTYLED,
    })?;
    put(out, "index.html", html)?;
    laid.first.extend([boot, style, app, main, icon]);
    Ok(laid)
}

fn written(out: &Path, name: &str, content: &[u8]) -> Result<String> {
    let name = hashed_name(name, content);
    put(out, &name, content)?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{below, hash, read, text};
    use crate::fixture;

    fn made() -> (Site, Laid, tempfile::TempDir) {
        let (site, folder) = fixture::site();
        let staged = Staged::read(fixture::staged().path()).unwrap();
        let laid = write(&site, &staged, &fixture::program()).unwrap();
        (site, laid, folder)
    }

    #[test]
    fn every_file_that_the_page_names_is_there_with_its_hash() {
        let (site, laid, _folder) = made();
        let page = text(&site.out.join("index.html")).unwrap();
        let mut named = 0;
        for tag in page.split('<') {
            let value = |name: &str| {
                let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
                rest.split_once('"').map(|(value, _)| value)
            };
            let Some(file) = value("href").or_else(|| value("src")) else { continue };
            let Some(file) = file.strip_prefix("./") else {
                assert_eq!(file, crate::one_file::NAME);
                continue;
            };
            let content = read(&site.out.join(file)).unwrap();
            named += 1;
            if file != MANIFEST && file != TOUCH_ICON {
                assert!(file.contains(&format!("-{}.", hash(&content))), "{file}");
            }
            // Of the program the script checks each file; the other two are for looking at.
            if file.ends_with(".js") || file.ends_with(".css") {
                assert_eq!(value("integrity"), Some(integrity(&content).as_str()), "{file}");
            }
        }
        assert_eq!(named, 7);
        assert_eq!(laid.first.len(), 6);
        for name in laid.first.iter().chain(&laid.later) {
            assert!(site.out.join(name).is_file(), "{name}");
        }
        assert_eq!(below(&site.out).unwrap().iter().filter(|name| name.ends_with(".wasm")).count(), 2);
    }

    #[test]
    fn nothing_runs_that_stands_in_the_page_itself() {
        let (site, _, _folder) = made();
        let page = text(&site.out.join("index.html")).unwrap();
        for script in page.split("<script").skip(1) {
            let (tag, rest) = script.split_once('>').unwrap();
            assert!(tag.contains(" src=") && rest.starts_with("</script>"), "{script}");
        }
        assert!(!page.contains("<style") && !page.contains(" style="));
        let policy = page.find("Content-Security-Policy").unwrap();
        assert!(policy < page.find("<script").unwrap() && policy < page.find("<link").unwrap());
    }

    #[test]
    fn the_page_says_what_it_is_and_from_when() {
        let (site, _, _folder) = made();
        let page = text(&site.out.join("index.html")).unwrap();
        assert!(page.contains(
            "<html data-delivery=\"site\" data-version=\"1.2.3\" data-commit=\"0123456789ab\" \
             data-built=\"2026-11-23T00:00:00+00:00\" lang="
        ));
    }

    #[test]
    fn the_script_knows_each_part_by_name_and_hash() {
        let (site, laid, _folder) = made();
        let app = laid.first.iter().find(|name| name.starts_with("app-")).unwrap();
        let script = text(&site.out.join(app)).unwrap();
        let (parts, _) = script.strip_prefix("const PARTS = ").unwrap().split_once(";\n").unwrap();
        let parts: serde_json::Value = serde_json::from_str(parts).unwrap();
        for name in ["main.wasm", "shadow.wasm"] {
            let content = read(&site.out.join(parts[name][0].as_str().unwrap())).unwrap();
            assert_eq!(parts[name][1], integrity(&content));
        }
        assert!(script.find("const part =").unwrap() < script.find("const text =").unwrap());
    }
}
