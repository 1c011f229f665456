//! The program as it is delivered: one script and the WebAssembly files that it asks for.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

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

/// The program in one piece, as trunk left it in `staged`.
pub(crate) fn make(staged: &Path, wasm: &Path) -> Result<Program> {
    ensure!(wasm.is_file(), "{} is missing: the program was not built", wasm.display());
    let names = files::below(staged)?;
    let wasm = only(&names, ".wasm")?;
    let glue = only(&names, ".js")?;
    let script = files::text(&staged.join(glue))?;
    if !script.contains("__wbg_init as default") {
        bail!("{glue} does not look like what wasm-bindgen makes for the target web");
    }
    let main = "main.wasm".to_string();
    Ok(Program {
        script: format!("{script}\nawait __wbg_init({{ module_or_path: part({main:?}) }});\n"),
        files: vec![(main.clone(), files::read(&staged.join(wasm))?)],
        main,
    })
}

fn only<'a>(names: &'a [String], ending: &str) -> Result<&'a str> {
    let mut found = names.iter().filter(|name| name.ends_with(ending));
    let first = found.next().with_context(|| format!("no {ending} file was staged"))?;
    if found.next().is_some() {
        bail!("more than one {ending} file was staged");
    }
    Ok(first)
}
