//! The program as it is delivered: one script and the WebAssembly files that it asks for.
//!
//! What the compiler leaves is one module. It is cut into a main module and parts, each of which is fetched when a function of it
//! is first called (`src/parts.rs` says which); wasm-bindgen then makes the glue of the main module. The glue, the loader of
//! the parts and the start of the app become one script, so that the page asks for one.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use wasmparser::{Parser, Payload};

use crate::files;

/// The program, not yet laid down in any form.
pub(crate) struct Program {
    /// One ES module. It gets at each file only through `part(name)`, a function that must be defined in front of it
    /// and promises a `Response` of the type `application/wasm`.
    pub(crate) script: String,
    /// The WebAssembly files by name.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// The name of the one that is needed at the start.
    pub(crate) main: String,
}

/// The name under which the main module asks for its loader.
const LOADER: &str = "./parts.js";
const MAIN: &str = "main.wasm";

/// Makes the program of what cargo left.
pub(crate) fn make(wasm: &Path) -> Result<Program> {
    ensure!(wasm.is_file(), "{} is missing: the program was not built", wasm.display());
    let input = files::read(wasm)?;
    ensure!(
        has_relocations(&input)?,
        "{} cannot be cut: it has to be built with the feature `split`",
        wasm.display()
    );
    let work = tempfile::tempdir().context("no temporary folder")?;
    let folder = work.path();
    let cut = folder.join("cut.wasm");
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = folder;
    options.main_out_path = &cut;
    options.main_module = "./main.js";
    options.link_name = LOADER;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("{error:#}"))
        .context("the program could not be cut into parts")?
        .split_modules;
    bind(&cut, folder)?;

    let mut files = vec![(MAIN.to_string(), files::read(&folder.join("main_bg.wasm"))?)];
    for part in parts {
        let name = part.file_name().context("a part without a name")?.to_string_lossy().into_owned();
        // A part may turn out empty; the loader asks for none then.
        if let Ok(bytes) = std::fs::read(&part) {
            files.push((name, bare(&bytes)?));
        }
    }
    let glue = files::text(&folder.join("main.js"))?;
    let loader = files::text(&folder.join(LOADER))?;
    let script = join(&glue, &loader)?;
    files.retain(|(name, _)| script.contains(&format!("part(\"{name}\")")));
    Ok(Program { script, files, main: MAIN.to_string() })
}

/// Runs wasm-bindgen on the main module: `main.js` and `main_bg.wasm` come of it.
fn bind(cut: &Path, folder: &Path) -> Result<()> {
    let done = Command::new("wasm-bindgen")
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--keep-lld-exports",
            "--remove-name-section",
            "--remove-producers-section",
        ])
        .args(["--out-name", "main", "--out-dir"])
        .arg(folder)
        .arg(cut)
        .output()
        .context("wasm-bindgen could not be started: script/bootstrap build installs it")?;
    ensure!(done.status.success(), "wasm-bindgen failed: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

/// Glue, loader and start as one script. Both are made by tools, so their shape is looked at: a part that is not asked for by
/// `part` would be missing in the one file.
fn join(glue: &str, loader: &str) -> Result<String> {
    let mut script = String::with_capacity(glue.len() + loader.len());
    let mut aliases = Vec::new();
    for line in glue.lines() {
        if let Some(rest) = line.strip_prefix("import * as ") {
            let (alias, from) =
                rest.split_once(" from ").context("an import of the glue is not understood")?;
            ensure!(
                from.trim_end_matches(';').trim_matches(['"', '\'']) == LOADER,
                "the glue imports {from}, which is not known here"
            );
            aliases.push(alias.to_string());
        } else if !line.starts_with("export {") {
            push(&mut script, line.strip_prefix("export ").unwrap_or(line));
        }
    }
    let fallback = "new URL('main_bg.wasm', import.meta.url)";
    ensure!(
        script.contains(fallback),
        "the glue does not look like what wasm-bindgen makes for the target web"
    );
    script = script.replace(fallback, &format!("part({MAIN:?})"));

    let mut exports = Vec::new();
    for line in loader.lines() {
        if line.starts_with("import { initSync }") {
            continue;
        }
        let line = match line.strip_prefix("export const ") {
            Some(rest) => {
                exports.push(rest.split_whitespace().next().context("an export without a name")?.to_string());
                line.trim_start_matches("export ").to_string()
            }
            None => line.to_string(),
        };
        push(&mut script, &asks_for_part(&line)?);
    }
    if !exports.is_empty() {
        ensure!(!aliases.is_empty(), "there are parts, but the glue does not import their loader");
    }
    push(&mut script, &format!("const loaders = {{ {} }};", exports.join(", ")));
    for alias in aliases {
        push(&mut script, &format!("const {alias} = loaders;"));
    }
    push(&mut script, &format!("await __wbg_init({{ module_or_path: part({MAIN:?}) }});"));
    if let Some(left) =
        ["import.meta", "\nimport ", "\nexport "].into_iter().find(|word| script.contains(word))
    {
        bail!("the script still has `{}`, which the one file cannot have", left.trim());
    }
    Ok(script)
}

/// A line of the loader with `part(name)` in the place of a request of its own.
fn asks_for_part(line: &str) -> Result<String> {
    let (before, after) = ("fetch(new URL(\"./", "\", import.meta.url))");
    let Some((head, rest)) = line.split_once(before) else { return Ok(line.to_string()) };
    let (name, tail) = rest.split_once(after).context("a request of the loader is not understood")?;
    Ok(format!("{head}part(\"{name}\"){tail}"))
}

fn push(script: &mut String, line: &str) {
    script.push_str(line);
    script.push('\n');
}

/// Whether a module still tells where each function is used.
fn has_relocations(wasm: &[u8]) -> Result<bool> {
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CustomSection(section) = payload.context("not a WebAssembly file")?
            && section.name() == "reloc.CODE"
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A module without names and other custom sections, which nobody reads at run time.
fn bare(wasm: &[u8]) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    let mut kept = wasm.get(..HEADER).context("a part is no WebAssembly file")?.to_vec();
    for payload in Parser::new(0).parse_all(wasm) {
        let Some((id, range)) = payload.context("a part is not understood")?.as_section() else { continue };
        if id != 0 {
            kept.push(id);
            let mut length = range.len();
            while length >= 0x80 {
                kept.push((length & 0x7f) as u8 | 0x80);
                length >>= 7;
            }
            kept.push(length as u8);
            kept.extend_from_slice(&wasm[range]);
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "import * as import1 from \"./parts.js\"\nexport class A {}\n\
                        function f() { return { \"./parts.js\": import1 }; }\n\
                        let x = new URL('main_bg.wasm', import.meta.url);\n\
                        export { initSync, __wbg_init as default };\n";
    const LOADER_TEXT: &str = "import { initSync } from \"./main.js\";\n\
                               const __chunk_1 = makeLoad(() => {\n    \
                               const src = fetch(new URL(\"./chunk_1.wasm\", import.meta.url));\n}, []);\n\
                               export const __wasm_split_load_a = wrap(makeLoad(() => {\n    \
                               const src = fetch(new URL(\"./split_a.wasm\", import.meta.url));\n}, [__chunk_1]));\n";

    #[test]
    fn glue_and_loader_become_one_script_that_asks_for_parts_alone() {
        let script = join(GLUE, LOADER_TEXT).unwrap();
        for part in ["main.wasm", "chunk_1.wasm", "split_a.wasm"] {
            assert!(script.contains(&format!("part(\"{part}\")")), "{part}: {script}");
        }
        assert!(script.contains("\nclass A {}") || script.starts_with("class A {}"), "{script}");
        assert!(script.contains("const import1 = loaders;"), "{script}");
        assert!(script.contains("const loaders = { __wasm_split_load_a };"), "{script}");
        assert!(!script.contains("import.meta") && !script.contains("fetch("), "{script}");
    }

    #[test]
    fn glue_that_imports_something_else_is_refused() {
        let error = join("import * as a from \"env\"\n", "").unwrap_err().to_string();
        assert!(error.contains("env"), "{error}");
        assert!(join("nothing of the kind", "").is_err());
    }

    #[test]
    fn a_part_keeps_its_sections_but_not_its_names() {
        // A type section, and a custom section called "name".
        let wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\0\x06\x04nameX";
        assert_eq!(bare(wasm).unwrap(), b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0");
        assert!(bare(b"no").is_err());
    }

    #[test]
    fn a_module_without_relocations_cannot_be_cut() {
        assert!(!has_relocations(b"\0asm\x01\0\0\0").unwrap());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wasm");
        std::fs::write(&path, b"\0asm\x01\0\0\0").unwrap();
        assert!(make(&path).err().unwrap().to_string().contains("split"));
        assert!(make(&folder.path().join("none.wasm")).is_err());
    }
}
