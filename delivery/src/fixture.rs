//! A small page and a small program, for the tests.

use tempfile::TempDir;

use crate::Site;
use crate::files::put;
use crate::program::Program;

/// The smallest WebAssembly module, one that does nothing.
pub(crate) const WASM: &[u8] = b"\0asm\x01\0\0\0";

const INDEX: &str = r#"<!doctype html>
<html lang="zh-CN" data-theme="light">
  <head>
    <meta charset="utf-8" />
    <title>UIoT Testbench</title>
    <!-- A remark. -->
    <script>
      (function () {
        // A remark.
        first();
      })();
    </script>
    <link rel="icon" href="./icon-1.svg"/>
    <link rel="stylesheet" href="./a-1.css"/>
    <link rel="stylesheet" href="./b-1.css"/>
<script type="module">
import init, * as bindings from './uiot-testbench-1.js';
window.wasmBindings = bindings;
</script>
  <link rel="modulepreload" href="./uiot-testbench-1.js" crossorigin="anonymous"><link rel="preload" href="./uiot-testbench-1_bg.wasm" crossorigin="anonymous" as="fetch" type="application/wasm"></head>
  <body>
    <p>消息</p>
    <div id="boot-failed" hidden></div>
    <script>
      (function () {
        second();
      })();
    </script>
  </body>
</html>
"#;

/// A folder as trunk leaves it.
pub(crate) fn staged() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path();
    put(page, "index.html", INDEX).unwrap();
    put(page, "icon-1.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    put(page, "a-1.css", "/* A remark. */\n.a { color: red; }\n").unwrap();
    put(page, "b-1.css", ".b { color: blue; }\n").unwrap();
    put(page, "uiot-testbench-1.js", "export { initSync, __wbg_init as default };\n").unwrap();
    put(page, "uiot-testbench-1_bg.wasm", WASM).unwrap();
    folder
}

/// A program of two files, whose script has what must be escaped inside a page.
pub(crate) fn program() -> Program {
    Program {
        script: "const text = \"</script><!--\";\nawait WebAssembly.compileStreaming(part(\"main.wasm\"));\n"
            .to_string(),
        files: vec![
            ("main.wasm".to_string(), WASM.to_vec()),
            ("shadow.wasm".to_string(), [WASM, &[0, 1, 0]].concat()),
        ],
        main: "main.wasm".to_string(),
    }
}

/// A site of a known version in folders of its own, which are gone with the second.
pub(crate) fn site() -> (Site, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    for name in ["manifest.webmanifest", "icons/apple-touch-icon.png", "icon.svg"] {
        put(&root.join("assets"), name, "{}").unwrap();
    }
    let site = Site {
        root,
        out: folder.path().join("out"),
        version: "1.2.3".to_string(),
        commit: "0123456789ab".to_string(),
        built: "2026-11-23T00:00:00+00:00".to_string(),
    };
    (site, folder)
}
