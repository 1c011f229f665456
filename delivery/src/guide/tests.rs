use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// The smallest picture: one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\nIDATx\x9cc\xf8\x0f\0\x01\x01\x01\0\x1b\xb6\xeeV\0\0\0\0IEND\xaeB`\x82";

/// A checkout that has a guide alone.
struct Checkout(tempfile::TempDir);

impl Checkout {
    /// Two chapters in each language, and a picture.
    fn whole() -> Self {
        let checkout = Self(tempfile::tempdir().unwrap());
        checkout.file(
            "style/tokens.css",
            ":root {\n  --fg: #111;\n}\n:root[data-theme=\"dark\"] {\n  --fg: #eee;\n}\n",
        );
        checkout.file("docs/guide/style.css", "body { color: var(--fg); }\n");
        checkout.file("assets/icon.svg", "<svg/>");
        for lang in Lang::ALL {
            let lang = lang.folder();
            checkout.chapter(lang, "index", "# Guide\n\n* [Wire](wire.md)\n");
            checkout.chapter(
                lang,
                "wire",
                &format!("# The wire\n\n## Bytes\n\n![Bytes](../pictures/{lang}/wire.png)\n"),
            );
            checkout.picture(lang, "wire");
        }
        checkout
    }

    fn file(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn chapter(&self, lang: &str, name: &str, text: &str) {
        self.file(&format!("docs/guide/{lang}/{name}.md"), text);
    }

    fn picture(&self, lang: &str, name: &str) {
        self.file(&format!("docs/guide/pictures/{lang}/{name}.png"), PIXEL);
    }

    fn write(&self) -> Result<Vec<String>> {
        write(self.0.path(), &self.out(), "1.2.3")
    }

    fn out(&self) -> PathBuf {
        self.0.path().join("dist")
    }

    /// The page of a chapter of a guide without faults.
    fn page(&self, path: &str) -> String {
        self.write().unwrap();
        fs::read_to_string(self.out().join("guide").join(path)).unwrap()
    }

    /// What is wrong with the guide; nothing is written then.
    fn fault(&self) -> String {
        let fault = self.write().unwrap_err().to_string();
        assert!(!self.out().exists(), "something was written");
        fault
    }
}

/// `text` as the English chapter on the wire.
fn wire(text: &str) -> Checkout {
    let checkout = Checkout::whole();
    checkout.chapter("en", "wire", text);
    checkout
}

#[test]
fn each_chapter_becomes_a_page_with_its_pictures_and_the_style() {
    let checkout = Checkout::whole();
    let written = checkout.write().unwrap();
    let pages = ["guide/zh/index.html", "guide/zh/wire.html", "guide/en/index.html", "guide/en/wire.html"];
    assert_eq!(written, pages);
    for path in ["guide/pictures/zh/wire.png", "guide/style.css", "guide/icon.svg"] {
        assert!(checkout.out().join(path).is_file(), "{path}");
    }
}

#[test]
fn a_page_leads_to_its_neighbours_the_other_language_and_the_app() {
    let page = Checkout::whole().page("en/wire.html");
    assert!(page.contains("<html lang=\"en\">"));
    assert!(page.contains("<title>The wire · UIoT Testbench User guide</title>"));
    assert!(page.contains("<a rel=\"prev\" href=\"index.html\"><span>Back</span> Guide</a>"));
    assert!(!page.contains("rel=\"next\""));
    assert!(page.contains("lang=\"zh-CN\" href=\"../zh/wire.html\">中文</a>"));
    assert!(page.contains("href=\"../../index.html\""));
    assert!(page.contains("<li><a href=\"wire.html\" aria-current=\"page\">The wire</a></li>"));
    assert!(page.contains("Version 1.2.3"));
}

#[test]
fn a_page_has_no_script_and_no_style_of_its_own() {
    let page = Checkout::whole().page("zh/wire.html");
    for forbidden in ["<script", "style=", "<style", "javascript:", "http:", "onload"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("default-src 'none'; style-src 'self'; img-src 'self'"));
}

#[test]
fn links_between_chapters_lead_to_pages() {
    let page = wire(
        "# W\n\n[a](index.md) [b](index.md#guide) [c](#w) [d](../../index.html) [e](https://mqtt.org/)\n",
    )
    .page("en/wire.html");
    for link in ["index.html", "index.html#guide", "#w", "../../index.html", "https://mqtt.org/"] {
        assert!(page.contains(&format!("<a href=\"{link}\">")), "{link}");
    }
}

#[test]
fn headings_have_anchors_that_lead_to_themselves() {
    let page = wire("# W\n\n## Close code `1006`, and why\n").page("en/wire.html");
    let heading = "<h2 id=\"close-code-1006-and-why\"><a href=\"#close-code-1006-and-why\">Close code <code>1006</code>, and why</a></h2>";
    assert!(page.contains(heading), "{page}");
    let page = wire("# W\n\n## 报文 与 字节（hex）\n").page("en/wire.html");
    assert!(page.contains("id=\"报文-与-字节hex\""));
}

#[test]
fn pictures_have_their_size_and_their_words() {
    let page = wire("# W\n\n![\"A\" & `<b>`](../pictures/en/wire.png)\n").page("en/wire.html");
    let picture = "<img src=\"../pictures/en/wire.png\" alt=\"&quot;A&quot; &amp; &lt;b&gt;\" width=\"1\" height=\"1\" loading=\"lazy\">";
    assert!(!page.contains("<b>") && page.contains(picture), "{page}");
}

#[test]
fn a_wide_table_moves_by_itself() {
    let page = wire("# W\n\n| a | b |\n|---|---|\n| 1 | 2 |\n").page("en/wire.html");
    assert!(
        page.contains("<div class=\"table\" tabindex=\"0\"><table>") && page.contains("</table>\n</div>")
    );
}

#[test]
fn the_style_follows_the_theme_of_the_system_and_prints_light() {
    let checkout = Checkout::whole();
    checkout.write().unwrap();
    let style = fs::read_to_string(checkout.out().join("guide/style.css")).unwrap();
    let wanted = ":root {\n  --fg: #111;\n}\n@media screen and (prefers-color-scheme: dark) {\n:root {\n  --fg: #eee;\n}\n}\nbody { color: var(--fg); }\n";
    assert_eq!(style, wanted);
}

#[test]
fn a_dead_link_is_a_fault_that_names_its_line() {
    assert!(wire("# W\n\n[a](gone.md)\n").fault().contains("en/wire.md line 3: there is no gone.md"));
    assert!(wire("# W\n\n[a](index.md#gone)\n").fault().contains("line 3: index.md has no heading #gone"));
    assert!(wire("# W\n\n\n[a](#gone)\n").fault().contains("line 4: wire.md has no heading #gone"));
    for address in
        ["../../src/lib.rs", "../zh/wire.md", "file.txt", "http://mqtt.org", "javascript:alert(1)", "//x.org"]
    {
        let fault = wire(&format!("# W\n\n[a]({address})\n")).fault();
        assert!(fault.contains(&format!("line 3: {address} leads nowhere in the site")), "{fault}");
    }
}

#[test]
fn markup_is_a_fault() {
    assert!(wire("# W\n\nthe <DeviceSN>\n").fault().contains("en/wire.md line 3: HTML is not taken over"));
    assert!(wire("# W\n\n<script>alert(1)</script>\n").fault().contains("line 3: HTML is not taken over"));
}

#[test]
fn a_picture_that_is_missing_foreign_mute_or_broken_is_a_fault() {
    let missing = wire("# W\n\n![a](../pictures/en/gone.png)\n").fault();
    assert!(missing.contains("en/wire.md line 3: the picture en/gone.png does not exist"));
    let foreign = wire("# W\n\n![a](../pictures/zh/wire.png)\n").fault();
    assert!(foreign.contains("is a picture of the other language"));
    assert!(wire("# W\n\n![](../pictures/en/wire.png)\n").fault().contains("has no description"));
    let elsewhere =
        ["https://x.org/a.png", "../../assets/icon.svg", "../pictures/../../a.png", "data:image/png,"];
    for address in elsewhere {
        let fault = wire(&format!("# W\n\n![a]({address})\n")).fault();
        assert!(fault.contains("pictures stand in ../pictures"), "{fault}");
    }
    let broken = Checkout::whole();
    broken.file("docs/guide/pictures/en/wire.png", "no picture");
    assert!(broken.fault().contains("en/wire.png is no picture"));
}

#[test]
fn a_chapter_of_one_language_is_a_fault() {
    let checkout = Checkout::whole();
    checkout.chapter("zh", "ota", "# OTA\n");
    checkout.chapter("zh", "index", "# Guide\n\n* [Wire](wire.md)\n* [OTA](ota.md)\n");
    let fault = checkout.fault();
    assert!(fault.contains("en/ota.md is missing; zh has this chapter"), "{fault}");
    assert!(fault.contains("the tables of contents of zh/index.md and en/index.md differ"), "{fault}");
}

#[test]
fn a_chapter_that_the_contents_do_not_name_is_a_fault() {
    let checkout = Checkout::whole();
    for lang in Lang::ALL {
        checkout.chapter(lang.folder(), "ota", "# OTA\n");
    }
    assert!(checkout.fault().contains("the contents of index.md do not name ota.md"));
}

#[test]
fn headings_that_cannot_be_told_apart_and_a_missing_title_are_faults() {
    assert!(wire("# W\n\n## A\n\n## A\n").fault().contains("line 5: an earlier heading has the same words"));
    assert!(wire("## A\n").fault().contains("line 1: the chapter has no title"));
    assert!(wire("# A\n\n# B\n").fault().contains("line 3: the chapter has a title already"));
    assert!(wire("# W\n\n## [a](index.md)\n").fault().contains("line 3: a heading holds words alone"));
}

#[test]
fn the_guide_of_this_checkout_is_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let out = tempfile::tempdir().unwrap();
    let written = write(root, out.path(), "0").unwrap();
    assert!(written.len() >= 2, "{written:?}");
    let sheet = fs::read_to_string(out.path().join("guide/style.css")).unwrap();
    assert!(sheet.contains("@media screen and (prefers-color-scheme: dark)"));
}
