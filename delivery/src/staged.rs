//! The page as trunk staged it, taken apart: what stays of its HTML, its style, its scripts, its icon.

use std::cell::RefCell;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use lol_html::html_content::{ContentType, Element};
use lol_html::{RewriteStrSettings, comments, element, rewrite_str, text};

use crate::files;
use crate::style;

/// Where something else goes in each form of the page.
const FIRST: &str = "<!--first-->";
const HEAD: &str = "<!--head-->";
const END: &str = "<!--end-->";

/// The page without what each form of it has in a way of its own.
pub(crate) struct Staged {
    html: String,
    /// All style sheets in their order, as one.
    pub(crate) style: String,
    /// The scripts of index.html in their order, as one classic script: it comes before anything is painted.
    pub(crate) boot: String,
    /// The icon, an SVG.
    pub(crate) icon: Vec<u8>,
}

/// What a form of the page puts into it.
pub(crate) struct Form<'a> {
    /// Attributes of `<html>`.
    pub(crate) attributes: &'a [(&'a str, &'a str)],
    /// After the declaration of the encoding, before anything is loaded or run.
    pub(crate) first: &'a str,
    /// Where the style sheets were.
    pub(crate) head: &'a str,
    /// At the end of the body.
    pub(crate) end: &'a str,
}

/// What is found while the page is read.
#[derive(Default)]
struct Found {
    styles: Vec<String>,
    icons: Vec<String>,
    /// The text of each script, and whether it is trunk's.
    scripts: Vec<(String, bool)>,
    charset: usize,
    body: usize,
    odd: Vec<String>,
}

impl Staged {
    /// Reads `index.html` in the folder and what it names. Fails if it is not of the shape that this knows, so that nothing is
    /// delivered that a browser refuses.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let html = files::text(&folder.join("index.html"))?;
        let (html, found) = taken_apart(&html).context("index.html cannot be read as HTML")?;
        if !found.odd.is_empty() {
            bail!("index.html has what the page may not have:\n  {}", found.odd.join("\n  "));
        }
        ensure!(found.charset == 1, "index.html has {} <meta charset>, 1 is expected", found.charset);
        ensure!(found.body == 1, "index.html has {} <body>, 1 is expected", found.body);
        ensure!(!found.styles.is_empty(), "index.html names no style sheet");
        let trunk = found.scripts.iter().filter(|(_, trunk)| *trunk).count();
        ensure!(trunk == 1, "index.html has {trunk} module scripts made by trunk, 1 is expected");
        let own: Vec<_> =
            found.scripts.iter().filter(|(_, trunk)| !trunk).map(|(text, _)| text.as_str()).collect();
        ensure!(own.len() == 2, "index.html has {} scripts of its own, 2 are expected", own.len());
        ensure!(found.icons.len() == 1, "index.html names {} icons, 1 is expected", found.icons.len());
        ensure!(html.matches("<html ").count() == 1, "index.html has not just one <html> with attributes");

        let mut sheets = String::new();
        for name in &found.styles {
            let sheet = files::text(&folder.join(name))?;
            // By itself, so that a bracket left open in one does not swallow the next.
            sheets.push_str(&style::smaller(&sheet).with_context(|| format!("in {name}"))?);
            sheets.push('\n');
        }
        Ok(Self {
            html: outdented(&html),
            style: sheets,
            boot: own.iter().map(|script| outdented(script)).collect::<Vec<_>>().concat(),
            icon: files::read(&folder.join(&found.icons[0]))?,
        })
    }

    /// The page in one of its forms.
    pub(crate) fn in_form(&self, form: &Form<'_>) -> Result<String> {
        let attributes: String =
            form.attributes.iter().map(|(name, value)| format!("{name}=\"{}\" ", attribute(value))).collect();
        let (before, rest) = self.html.split_once("<html ").context("the page has no <html>")?;
        let (head, rest) = rest.split_once(FIRST).context("the page has no place for what comes first")?;
        let (middle, rest) = rest.split_once(HEAD).context("the page has no place for its style")?;
        let (body, end) = rest.split_once(END).context("the page's body has no end")?;
        Ok([before, "<html ", &attributes, head, form.first, middle, form.head, body, form.end, end].concat())
    }
}

/// The value of an attribute in double quotes.
pub(crate) fn attribute(value: &str) -> String {
    value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// Lines without what they begin with, and without comments that fill them. No text of the page depends on it, and the page's
/// own scripts have no text of several lines (asserted where they are read).
fn outdented(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.fold(String::with_capacity(text.len()), |mut out, line| {
        out.push_str(line);
        out.push('\n');
        out
    })
}

/// The page without styles, scripts and comments, with marks where something else goes; and what was found.
fn taken_apart(html: &str) -> Result<(String, Found)> {
    let found = RefCell::new(Found::default());
    let out = {
        let links = element!("link", |link| {
            let mut found = found.borrow_mut();
            let to = link.get_attribute("href").unwrap_or_default();
            match link.get_attribute("rel").unwrap_or_default().as_str() {
                "stylesheet" => {
                    if found.styles.is_empty() {
                        link.before(HEAD, ContentType::Html);
                    }
                    found.styles.push(to);
                }
                "icon" => found.icons.push(to),
                // Of the program as trunk made it.
                "modulepreload" | "preload" => {}
                _ => return Ok(()),
            }
            link.remove();
            Ok(())
        });
        let scripts = element!("script", |script| {
            let trunk = script.get_attribute("type").as_deref() == Some("module");
            if script.has_attribute("src") {
                found.borrow_mut().odd.push("a script with an address".to_string());
            }
            found.borrow_mut().scripts.push((String::new(), trunk));
            script.remove();
            Ok(())
        });
        let script_text = text!("script", |chunk| {
            if let Some((text, _)) = found.borrow_mut().scripts.last_mut() {
                text.push_str(chunk.as_str());
            }
            Ok(())
        });
        let charset = element!("meta[charset]", |meta| {
            found.borrow_mut().charset += 1;
            meta.after(FIRST, ContentType::Html);
            Ok(())
        });
        let body = element!("body", |body| {
            found.borrow_mut().body += 1;
            body.append(END, ContentType::Html);
            Ok(())
        });
        let all = element!("*", |element| {
            found.borrow_mut().odd.extend(refused(element));
            Ok(())
        });
        let remarks = comments!("*", |comment| {
            comment.remove();
            Ok(())
        });
        let settings = [links, scripts, script_text, charset, body, all, remarks]
            .into_iter()
            .fold(RewriteStrSettings::new(), RewriteStrSettings::append_element_content_handler);
        rewrite_str(html, settings)?
    };
    let mut found = found.into_inner();
    for (script, trunk) in &found.scripts {
        // Those would not outlive the outdenting.
        if !trunk && (script.contains('`') || script.contains("/*")) {
            found.odd.push("a script of its own with ` or /* in it".to_string());
            break;
        }
    }
    Ok((out, found))
}

/// What the page's policy refuses, or what would be lost: it is better found here than by a person with a broken page.
fn refused(element: &Element<'_, '_>) -> Vec<String> {
    let tag = element.tag_name();
    let mut odd: Vec<_> = element
        .attributes()
        .iter()
        .map(|attribute| attribute.name())
        .filter(|name| name == "style" || name.starts_with("on"))
        .map(|name| format!("<{tag} {name}=…>: the policy forbids it"))
        .collect();
    if tag == "style" || tag == "base" || tag == "iframe" {
        odd.push(format!("<{tag}>"));
    }
    odd
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn read(change: impl Fn(String) -> String) -> Result<Staged> {
        let folder = fixture::staged();
        let index = folder.path().join("index.html");
        files::put(folder.path(), "index.html", change(files::text(&index).unwrap())).unwrap();
        Staged::read(folder.path())
    }

    #[test]
    fn the_page_is_taken_apart_and_put_together() {
        let staged = read(|page| page).unwrap();
        assert_eq!(staged.style, ".a{color: red}\n.b{color: blue}\n");
        assert_eq!(staged.boot, "(function () {\nfirst();\n})();\n(function () {\nsecond();\n})();\n");
        assert!(staged.icon.starts_with(b"<svg"));
        let page = staged
            .in_form(&Form {
                attributes: &[("data-a", "\"&<")],
                first: "[first]",
                head: "[head]",
                end: "[end]",
            })
            .unwrap();
        assert!(page.contains("<html data-a=\"&quot;&amp;&lt;\" lang=\"zh-CN\""), "{page}");
        let at = |what: &str| page.find(what).unwrap_or_else(|| panic!("no {what} in {page}"));
        assert!(at("charset") < at("[first]") && at("[first]") < at("<title>"));
        assert!(
            at("[head]") < at("</head>") && at("boot-failed") < at("[end]") && at("[end]") < at("</body>")
        );
        for gone in ["<link", "<script", "<!--", "wasmBindings", "\n  "] {
            assert!(!page.contains(gone), "{gone} in {page}");
        }
    }

    #[test]
    fn a_page_of_another_shape_fails_and_says_why() {
        for (from, to, words) in [
            ("<p>", "<p style=\"width: 1px\">", "<p style=…>"),
            ("<p>", "<p onclick=\"a()\">", "<p onclick=…>"),
            ("<p>", "<script src=\"b.js\"></script><p>", "a script with an address"),
            ("<p>", "<script>third()</script><p>", "3 scripts of its own"),
            ("<script type=\"module\">", "<script>", "0 module scripts"),
            ("first();", "first(`a\n  b`);", "` or /*"),
            ("rel=\"icon\"", "rel=\"other\"", "0 icons"),
            ("rel=\"stylesheet\"", "rel=\"other\"", "no style sheet"),
            ("<meta charset=\"utf-8\" />", "", "0 <meta charset>"),
            ("./a-1.css", "./c-1.css", "c-1.css cannot be read"),
        ] {
            let error = read(|page| page.replace(from, to)).err().map(|error| format!("{error:#}"));
            assert!(error.as_ref().is_some_and(|error| error.contains(words)), "{from} -> {to}: {error:?}");
        }
    }
}
