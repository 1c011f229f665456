//! The page that names every crate in the app, with its licence and the texts of it: `licenses.html`. A licence that is not
//! on the list of those we may ship stops the build.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use spdx::{Expression, ParseMode};

use crate::crates::{Crates, Krate};
use crate::texts::Texts;

/// What may go into the page: asks for no more than to be named, or (MPL) for the sources that the crate's page has anyway.
const ALLOWED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

const STYLE: &str = include_str!("licenses.css");

/// Writes `licenses.html` and its style sheet into `out`. `rust` is the version of the compiler that made the page.
///
/// # Errors
/// Where a crate has no licence, or one that is not allowed; where a file cannot be read or written.
pub(crate) fn write(crates: &Crates, version: &str, rust: Option<&str>, out: &Path) -> Result<()> {
    check(crates)?;
    let hash = Sha256::digest(STYLE);
    let hash = hash.iter().take(8).fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
    let style = format!("licenses-{hash}.css");
    let page = page(crates, &Texts::read(crates)?, version, rust, &style);
    for (name, text) in [(style.as_str(), STYLE), ("licenses.html", &page)] {
        let path = out.join(name);
        std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// The same as plain text, for the one file, which has no page beside it.
///
/// # Errors
/// Where a file cannot be read.
pub(crate) fn notices(crates: &Crates, version: &str, rust: Option<&str>) -> Result<String> {
    let texts = Texts::read(crates)?;
    let mut out = format!(
        "UIoT Testbench {version} is under MIT or Apache-2.0, as you choose. It is built of the components below, each with \
        its authors and its licence.\n\n"
    );
    for krate in crates.root().into_iter().chain(crates.linked()) {
        let licence = expression(krate)?.unwrap_or_default();
        let _ = write!(out, "{} {}: {licence}", krate.name, krate.version);
        if let Some(link) = &krate.repository {
            let _ = write!(out, ", {link}");
        }
        for place in texts.of(krate) {
            let _ = write!(out, ", text {}", place + 1);
        }
        out.push('\n');
    }
    let _ = writeln!(out, "Rust standard library {}: MIT OR Apache-2.0", rust.unwrap_or_default());
    for (number, entry) in texts.texts.iter().enumerate() {
        let _ = write!(
            out,
            "\n==== Text {}: {}, of {}\n\n{}\n",
            number + 1,
            entry.files.join(", "),
            entry.users.join(", "),
            entry.text.trim_matches('\n')
        );
    }
    Ok(out)
}

/// The licence of a crate as an expression of SPDX; none where it has only a text.
///
/// # Errors
/// Where it cannot be read as one.
pub(crate) fn expression(krate: &Krate) -> Result<Option<String>> {
    let Some(licence) = &krate.licence else { return Ok(None) };
    let canonical = Expression::canonicalize(licence).with_context(|| {
        format!("the licence of {} {}, “{licence}”, is no expression", krate.name, krate.version)
    })?;
    Ok(Some(canonical.unwrap_or_else(|| licence.clone())))
}

/// Names all crates whose licence is not allowed.
fn check(crates: &Crates) -> Result<()> {
    let wrong: Vec<_> = crates
        .all
        .iter()
        .filter(|krate| !krate.licence.as_deref().is_some_and(allowed))
        .map(|krate| {
            format!(
                "{} {}: {}",
                krate.name,
                krate.version,
                krate.licence.as_deref().unwrap_or("no licence named")
            )
        })
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    bail!(
        "these licences are not among those that may be shipped:\n  {}\n\
        Do without the crate, or, if its terms allow what we do, add the licence to ALLOWED in delivery/src/licenses.rs",
        wrong.join("\n  ")
    )
}

fn allowed(licence: &str) -> bool {
    Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|expression| {
        expression.evaluate(|wanted| {
            // An exception only adds to what one may do; but one that we do not know is looked at first.
            let exception = match &wanted.addition {
                None => true,
                Some(addition) => addition.id().is_some_and(|id| id.name == "LLVM-exception"),
            };
            exception && wanted.license.id().is_some_and(|id| ALLOWED.contains(&id.name))
        })
    })
}

fn page(crates: &Crates, texts: &Texts, version: &str, rust: Option<&str>, style: &str) -> String {
    let mut out = String::new();
    let _ = write!(
        out,
        r##"<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>许可 · Licences · UIoT Testbench</title>
<link rel="stylesheet" href="{style}">
</head>
<body>
<header>
<h1>许可 · <span lang="en">Licences</span></h1>
<p><a href="./">UIoT Testbench {}</a></p>
<p>UIoT Testbench 以 MIT 或 Apache-2.0 许可发布，由使用者任选其一。程序由下列开源组件构建，各有其作者与许可。</p>
<p lang="en">UIoT Testbench is under MIT or Apache-2.0, as you choose. The program is built of the components below, each with its authors and its licence.</p>
</header>
<main>
<h2>程序中的组件 · <span lang="en">In the program</span></h2>
<ul>
"##,
        text(version)
    );
    for krate in crates.root().into_iter().chain(crates.linked()) {
        line(&mut out, krate, Some(texts.of(krate)));
    }
    let _ = writeln!(
        out,
        r##"<li><a href="https://github.com/rust-lang/rust">Rust standard library{}</a> <span class="licence">MIT OR Apache-2.0</span></li>"##,
        rust.map_or_else(String::new, |rust| format!(" {}", text(rust)))
    );
    out.push_str(
        r##"</ul>
<p>没有附文本的组件，其发布包中不含许可文件：上面是作者写明的许可，出处见链接。</p>
<p lang="en">Where a component has no text, its package holds no licence file: what stands here is what its author named, and the link leads to where it comes from.</p>
<h2>仅在编译时使用 · <span lang="en">Used by the compiler alone</span></h2>
<p>这些组件在编译时生成代码，本身不在程序中。</p>
<p lang="en">These write code while the program is compiled; they are not in it themselves.</p>
<ul>
"##,
    );
    for krate in crates.compiling() {
        line(&mut out, krate, None);
    }
    out.push_str("</ul>\n<h2>许可文本 · <span lang=\"en\">Texts</span></h2>\n");
    for (number, entry) in texts.texts.iter().enumerate() {
        let number = number + 1;
        let _ = writeln!(
            out,
            "<section id=\"text-{number}\">\n<h3>{number} · {}</h3>\n<p class=\"users\">{}</p>\n<pre>\n{}</pre>\n</section>",
            text(&entry.files.join(", ")),
            text(&entry.users.join(", ")),
            text(entry.text.trim_matches('\n')),
        );
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// A crate's line in a list; `texts` only where they are on the page.
fn line(out: &mut String, krate: &Krate, texts: Option<&[usize]>) {
    let name = format!("{} {}", text(&krate.name), text(&krate.version));
    match krate.repository.as_deref().filter(|link| link.starts_with("https://")) {
        Some(link) => {
            let _ = write!(out, "<li><a href=\"{}\">{name}</a>", text(link));
        }
        None => {
            let _ = write!(out, "<li><span>{name}</span>");
        }
    }
    let licence = expression(krate).ok().flatten().unwrap_or_default();
    let _ = write!(out, " <span class=\"licence\">{}</span>", text(&licence));
    for place in texts.unwrap_or(&[]) {
        let number = place + 1;
        let _ = write!(out, " <a href=\"#text-{number}\">文本 <span lang=\"en\">text</span> {number}</a>");
    }
    if texts.is_some_and(<[usize]>::is_empty) {
        out.push_str(" <span class=\"none\">未附文本 <span lang=\"en\">no text</span></span>");
    }
    out.push_str("</li>\n");
}

/// As text of HTML, in an attribute too.
fn text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crates::tests::{checkout, ours, three};

    #[test]
    fn a_licence_that_may_not_be_shipped_stops_the_build_by_name() {
        check(&three()).unwrap();
        let mut crates = three();
        crates.all[0].licence = Some("GPL-3.0-only".to_owned());
        crates.all[1].licence = None;
        let said = check(&crates).unwrap_err().to_string();
        assert!(
            said.contains("alpha 1.2.3: GPL-3.0-only") && said.contains("beta-macro 1.2.3: no licence"),
            "{said}"
        );
        assert!(!said.contains("uiot-testbench 1.2.3"), "{said}");
    }

    #[test]
    fn an_expression_is_allowed_where_one_way_through_it_is() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "MIT OR GPL-3.0-only",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(allowed(good), "{good}");
        }
        for bad in [
            "GPL-2.0-or-later",
            "MIT AND AGPL-3.0-only",
            "LicenseRef-mine",
            "Apache-2.0 WITH Classpath-exception-2.0",
            "",
        ] {
            assert!(!allowed(bad), "{bad}");
        }
    }

    #[test]
    fn the_page_of_this_checkout_has_every_crate_and_every_text_once() {
        let crates = ours();
        let texts = Texts::read(crates).unwrap();
        let page = page(crates, &texts, "0.1.0", Some("1.95.0"), "licenses-0.css");
        for krate in crates.linked() {
            assert!(page.contains(&format!(">{} {}</a>", krate.name, krate.version)), "{}", krate.name);
        }
        assert!(page.contains("Rust standard library 1.95.0"));
        let own = std::fs::read_to_string(checkout().join("LICENSE-MIT")).unwrap();
        assert_eq!(page.matches(&text(own.trim_matches('\n'))).count(), 1);
        for number in 1..=texts.texts.len() {
            assert_eq!(page.matches(&format!("<section id=\"text-{number}\">")).count(), 1);
            assert!(page.contains(&format!("href=\"#text-{number}\"")), "text {number} is nobody's");
        }
        // Apache's text has a handful of spellings, not one for each crate.
        assert!(texts.texts.len() * 2 < crates.all.len(), "{} texts", texts.texts.len());
        // Nothing of the machine that made it, and nothing that a strict policy would refuse.
        assert!(!page.contains(env!("CARGO_MANIFEST_DIR")) && !page.contains(".cargo/registry"));
        assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("<style"));
    }

    #[test]
    fn the_plain_text_has_every_crate_and_the_same_texts() {
        let crates = ours();
        let notices = notices(crates, "0.1.0", Some("1.95.0")).unwrap();
        for krate in crates.linked() {
            assert!(notices.contains(&format!("\n{} {}: ", krate.name, krate.version)), "{}", krate.name);
        }
        for entry in &Texts::read(crates).unwrap().texts {
            assert!(notices.contains(entry.text.trim_matches('\n')), "{:?}", entry.users);
        }
        assert!(!notices.contains(".cargo/registry"));
    }

    #[test]
    fn what_crates_say_is_shown_as_text() {
        let mut crates = three();
        crates.all[0].repository = Some("https://example.org/\"><script>".to_owned());
        crates.all[1].repository = Some("javascript:alert(1)".to_owned());
        let page = page(&crates, &Texts::default(), "1.2.3", None, "licenses-0.css");
        assert!(page.contains("https://example.org/&quot;&gt;&lt;script&gt;"), "{page}");
        assert!(!page.contains("<script") && !page.contains("javascript:"), "{page}");
    }

    #[test]
    fn the_files_stand_in_the_folder() {
        let out = std::env::temp_dir().join(format!("uiot-licenses-{}", std::process::id()));
        std::fs::create_dir_all(&out).unwrap();
        write(&three(), "1.2.3", None, &out).unwrap();
        let page = std::fs::read_to_string(out.join("licenses.html")).unwrap();
        let style = page.split("href=\"licenses-").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert_eq!(std::fs::read_to_string(out.join(format!("licenses-{style}"))).unwrap(), STYLE);
        std::fs::remove_dir_all(&out).unwrap();
    }
}
