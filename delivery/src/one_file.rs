//! `uiot-testbench.html`: everything in one file, which a browser opens from disk by a double click and which asks for
//! nothing.
//!
//! A page from disk may load neither modules nor WebAssembly, so the script stands in the page and the program beside it as
//! data: base64 of gzip, which is what a browser can undo by itself.

use std::io::Write as _;

use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::files::{integrity, put};
use crate::one_file_guide::Guide;
use crate::program::Program;
use crate::staged::{Form, Staged, attribute};
use crate::{Site, headers, style};

/// Its name in the site.
pub(crate) const NAME: &str = "uiot-testbench.html";

/// Looks first whether all of the file is there, so that one that was cut off says so at once and not at some page. Then
/// answers for the program's `part(name)`: the block of that name, decoded when it is asked for. `fromBase64` is many times
/// quicker than `atob`, where there is one.
const UNPACK: &str = r#"
for (const [name, length] of PARTS) {
  const block = document.getElementById("part-" + name);
  if (!block || block.textContent.length !== length) throw new Error(name + ": incomplete");
}
if (typeof DecompressionStream !== "function") throw new Error("DecompressionStream: missing");
const part = async (name) => {
  const text = document.getElementById("part-" + name).textContent;
  let bytes;
  if (Uint8Array.fromBase64) {
    bytes = Uint8Array.fromBase64(text);
  } else {
    const raw = atob(text);
    bytes = new Uint8Array(raw.length);
    for (let at = 0; at < raw.length; at += 1) bytes[at] = raw.charCodeAt(at);
  }
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain, { headers: { "content-type": "application/wasm" } });
};
"#;

/// Writes the file. `notices` are the licences of what is in it: they go wherever it goes, for whoever opens it as text.
pub(crate) fn write(
    site: &Site,
    staged: &Staged,
    program: &Program,
    guide: &Guide,
    notices: &str,
) -> Result<()> {
    // After the page itself, so that a file that was cut off has the words to say so.
    let mut end = guide.markup.clone();
    let mut parts = Vec::new();
    for (name, content) in &program.files {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(content)?;
        let text = BASE64_STANDARD.encode(packed.finish()?);
        parts.push(json!([name, text.len()]));
        let name = attribute(name);
        end.push_str(&format!(
            "<script type=\"application/octet-stream\" id=\"part-{name}\">{text}</script>\n"
        ));
    }
    end.push_str(&format!(
        "<script type=\"text/plain\" id=\"licences\">\n{}</script>\n",
        inside_data(notices, "a licence")?
    ));
    let boot = inside_script(&format!("{}{}", staged.boot, guide.script))?;
    let script = inside_script(&format!("const PARTS = {};{UNPACK}{}", json!(parts), program.script))?;
    let style = inside_style(&format!("{}{}", staged.style, style::smaller(guide.style)?))?;
    let policy = headers::file_policy(
        &[integrity(boot.as_bytes()), integrity(script.as_bytes())],
        &[integrity(style.as_bytes())],
    );
    let first = format!(
        "\n<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\
         \n<meta name=\"referrer\" content=\"no-referrer\">\
         \n<script>{boot}</script>\n<style>{style}</style>\n<script type=\"module\">{script}</script>",
        attribute(&policy)
    );
    let head = format!(
        "<link rel=\"icon\" href=\"data:image/svg+xml;base64,{}\">\n",
        BASE64_STANDARD.encode(&staged.icon)
    );
    let html = staged.in_form(&Form {
        attributes: &site.attributes("file"),
        first: &first,
        head: &head,
        end: &end,
    })?;
    put(&site.out, NAME, html)
}

/// A script as it may stand in a page: nothing in it ends it, or is changed by the reader of the page (whose hash would
/// then be another). `\x3c` is `<` in every text and regular expression; outside of those these pairs mean nothing.
fn inside_script(script: &str) -> Result<String> {
    ensure!(!script.contains(['\r', '\0']), "a script has a carriage return or a zero in it");
    let mut safe = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(at) = rest.find('<') {
        let (before, after) = rest.split_at(at);
        safe.push_str(before);
        let name = after.get(1..).unwrap_or_default().as_bytes();
        let begins = |word: &[u8]| name.len() >= word.len() && name[..word.len()].eq_ignore_ascii_case(word);
        safe.push_str(if begins(b"!--") || begins(b"script") || begins(b"/script") { "\\x3c" } else { "<" });
        rest = &after[1..];
    }
    safe.push_str(rest);
    Ok(safe)
}

/// Text as it may stand in a block of data.
fn inside_data<'t>(text: &'t str, what: &str) -> Result<&'t str> {
    let lower = text.to_ascii_lowercase();
    let ends = ["</script", "<script", "<!--", "\r", "\0"].into_iter().find(|&mark| lower.contains(mark));
    ensure!(ends.is_none(), "{what} has {} in it", ends.unwrap_or_default().escape_debug());
    Ok(text)
}

/// A style sheet as it may stand in a page.
fn inside_style(style: &str) -> Result<String> {
    ensure!(!style.contains(['\r', '\0']), "a style sheet has a carriage return or a zero in it");
    ensure!(!style.to_ascii_lowercase().contains("</style"), "a style sheet has </style in it");
    Ok(style.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::files::text;
    use crate::fixture;

    fn page() -> String {
        let (site, _folder) = fixture::site();
        let staged = Staged::read(fixture::staged().path()).unwrap();
        let guide = Guide {
            script: "guide();\n",
            style: ".guide { color: red; }",
            markup: "<dialog id=\"guide\"></dialog>\n".to_string(),
        };
        write(&site, &staged, &fixture::program(), &guide, "MIT, <who@example.org>\n").unwrap();
        text(&site.out.join(NAME)).unwrap()
    }

    fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
        page.split_once(from).unwrap().1.split_once(to).unwrap().0
    }

    #[test]
    fn nothing_is_asked_for() {
        let page = page();
        assert!(!page.contains(" src=") && !page.contains("import.meta"));
        for address in page.split("href=\"").skip(1) {
            assert!(address.starts_with("data:") || address.starts_with('#'), "{address}");
        }
        assert!(page.contains("<html data-delivery=\"file\" "));
    }

    #[test]
    fn the_licences_go_where_the_file_goes() {
        assert!(
            page()
                .contains("<script type=\"text/plain\" id=\"licences\">\nMIT, <who@example.org>\n</script>")
        );
        assert!(
            inside_data("MIT</SCRIPT>", "a licence")
                .unwrap_err()
                .to_string()
                .contains("a licence has </script")
        );
    }

    #[test]
    fn the_policy_knows_just_what_stands_in_the_page() {
        let page = page();
        let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
        assert!(!policy.contains("'self'") && !policy.contains("unsafe-inline"), "{policy}");
        for (from, to) in
            [("<script>", "</script>"), ("<script type=\"module\">", "</script>"), ("<style>", "</style>")]
        {
            let hash = integrity(between(&page, from, to).as_bytes());
            assert!(policy.contains(&format!("'{hash}'")), "{from}: {hash} in {policy}");
        }
    }

    #[test]
    fn every_part_is_in_the_page() {
        let page = page();
        for (name, content) in fixture::program().files {
            let text = between(&page, &format!("id=\"part-{name}\">"), "</script>");
            assert!(page.contains(&format!("[\"{name}\",{}]", text.len())));
            let mut plain = Vec::new();
            let packed = BASE64_STANDARD.decode(text).unwrap();
            flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut plain).unwrap();
            assert_eq!(plain, content);
        }
        assert!(page.find("id=\"part-main.wasm\"").unwrap() > page.find("boot-failed").unwrap());
    }

    #[test]
    fn the_guide_is_in_the_page() {
        let page = page();
        assert!(between(&page, "<script>", "</script>").ends_with("})();\nguide();\n"));
        assert!(between(&page, "<style>", "</style>").ends_with(".guide{color: red}"));
        assert!(page.find("<dialog id=\"guide\">").unwrap() < page.find("id=\"part-main.wasm\"").unwrap());
    }

    #[test]
    fn nothing_in_a_script_ends_it() {
        assert_eq!(
            inside_script("a < b; '</script>' + '<!-- <SCRIPT' + '<p>' + '<消'").unwrap(),
            "a < b; '\\x3c/script>' + '\\x3c!-- \\x3cSCRIPT' + '<p>' + '<消'"
        );
        assert!(inside_script("a\r\nb").is_err() && inside_script("a\0b").is_err());
        assert!(inside_style(".a{content:'</STYLE'}").is_err());
    }
}
