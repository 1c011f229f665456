//! The guide inside the one file: a page from disk has no folder beside it, so the chapters stand in it as templates, without
//! their pictures, and a script shows them in a window. The app knows nothing of it; its links are those of the site.

use std::cell::{Cell, RefCell};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use lol_html::html_content::{ContentType, TextChunk};
use lol_html::{RewriteStrSettings, element, rewrite_str, text};

use crate::files;
use crate::staged::attribute;

/// The languages, by their folders.
const LANGUAGES: [&str; 2] = ["zh", "en"];
/// The chapter that has the others in its order.
const FIRST: &str = "index.html";
/// Around the text of a chapter while it is read. The site's pages have no comments.
const FROM: &str = "<!--guide-from-->";
const TO: &str = "<!--guide-to-->";
/// In front of the identifiers of headings, which could be those of the app's own elements.
const PREFIX: &str = "guide-";

/// What the guide adds to the one file.
pub(crate) struct Guide {
    /// A classic script. It may stand before the page's body.
    pub(crate) script: &'static str,
    /// A style sheet; the app's must be there too.
    pub(crate) style: &'static str,
    /// For the end of the body: the window, and a template for each chapter.
    pub(crate) markup: String,
}

/// The window, empty. Its words come with the chapter.
const WINDOW: &str = r#"<dialog id="guide" class="guide" data-testid="guide">
<div class="guide-bar"><select id="guide-chapters" data-testid="guide-chapters"></select>
<button type="button" class="btn" id="guide-close" data-testid="guide-close"></button></div>
<div id="guide-text" class="guide-text" role="region" tabindex="0" data-testid="guide-text"></div>
</dialog>
"#;

/// Takes the chapters from the pages of the guide in the site `out`.
pub(crate) fn embed(out: &Path) -> Result<Guide> {
    let mut markup = WINDOW.to_owned();
    for lang in LANGUAGES {
        let folder = out.join("guide").join(lang);
        let first = files::text(&folder.join(FIRST))?;
        let order = order(&first).with_context(|| format!("in guide/{lang}/{FIRST}"))?;
        for name in order {
            let page = files::text(&folder.join(format!("{name}.html")))?;
            let chapter = chapter(&page).with_context(|| format!("in guide/{lang}/{name}.html"))?;
            let (name, title) = (attribute(&name), attribute(&chapter.title));
            markup.push_str(&format!(
                "<template data-guide=\"{lang}\" data-chapter=\"{name}\" data-title=\"{title}\">{}</template>\n",
                chapter.text
            ));
        }
    }
    Ok(Guide {
        script: include_str!("one_file_guide/window.js"),
        style: include_str!("one_file_guide/window.css"),
        markup,
    })
}

/// The names of the chapters, as the way to them lists them.
fn order(page: &str) -> Result<Vec<String>> {
    let found = RefCell::new(Vec::new());
    let links = element!("nav.chapters a[href]", |link| {
        found.borrow_mut().extend(link.get_attribute("href"));
        Ok(())
    });
    rewrite_str(page, RewriteStrSettings::new().append_element_content_handler(links))?;
    let mut names = Vec::new();
    for to in found.into_inner() {
        let name = to.strip_suffix(".html").filter(|name| !name.contains('/'));
        names.push(name.with_context(|| format!("{to} is no chapter"))?.to_owned());
    }
    ensure!(!names.is_empty(), "no list of chapters (nav.chapters) was found");
    Ok(names)
}

/// What is shown of a chapter.
struct Chapter {
    /// The words of its heading.
    title: String,
    /// Its markup.
    text: String,
}

fn chapter(page: &str) -> Result<Chapter> {
    let texts = Cell::new(0_usize);
    let title = RefCell::new(String::new());
    let main = element!("main", |main| {
        texts.set(texts.get() + 1);
        main.prepend(FROM, ContentType::Html);
        main.append(TO, ContentType::Html);
        Ok(())
    });
    let heading = text!("main h1", |chunk: &mut TextChunk<'_>| {
        title.borrow_mut().push_str(chunk.as_str());
        Ok(())
    });
    let pictures = element!("main img", |picture| {
        picture.remove();
        Ok(())
    });
    let anchors = element!("main [id]", |anchored| {
        let id = anchored.get_attribute("id").unwrap_or_default();
        Ok(anchored.set_attribute("id", &format!("{PREFIX}{id}"))?)
    });
    let links = element!("main a[href]", |link| {
        let to = link.get_attribute("href").unwrap_or_default();
        if to.starts_with("https://") {
            link.set_attribute("target", "_blank")?;
            link.set_attribute("rel", "noopener noreferrer")?;
        } else if to.contains('/') {
            // To a file of the site, which is not there.
            link.remove_and_keep_content();
        }
        Ok(())
    });
    // A heading leads to itself, to be copied from the address: there is none here.
    let selves = element!("main h2 > a[href^='#'], main h3 > a[href^='#'], main h4 > a[href^='#']", |link| {
        link.remove_and_keep_content();
        Ok(())
    });
    let settings = [main, heading, pictures, anchors, links, selves]
        .into_iter()
        .fold(RewriteStrSettings::new(), RewriteStrSettings::append_element_content_handler);
    let out = rewrite_str(page, settings)?;
    ensure!(texts.get() == 1, "{} <main> where 1 is expected", texts.get());
    let text = out.split_once(FROM).and_then(|(_, rest)| rest.split_once(TO)).map(|(text, _)| text);
    let text = text.context("the text has no end")?.trim().replace("<p></p>\n", "");
    let title = unescaped(title.borrow().trim());
    ensure!(!title.is_empty(), "the chapter has no title (h1)");
    Ok(Chapter { title, text })
}

/// The words of markup without elements.
fn unescaped(markup: &str) -> String {
    let plain =
        markup.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'");
    plain.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(main: &str) -> String {
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><title>T</title></head><body>\n<nav class=\"chapters\"><ol>\
             <li><a href=\"index.html\" aria-current=\"page\">Guide</a></li><li><a href=\"wire.html\">Wire</a></li>\
             </ol></nav>\n<main id=\"text\" tabindex=\"-1\">\n{main}</main>\n<footer>F</footer></body></html>"
        )
    }

    fn site() -> tempfile::TempDir {
        let out = tempfile::tempdir().unwrap();
        for (lang, word) in [("zh", "指南"), ("en", "Guide & more")] {
            let first = page(&format!("<h1 id=\"g\">{}</h1>\n<p>F</p>\n", word.replace('&', "&amp;")));
            files::put(out.path(), &format!("guide/{lang}/index.html"), first).unwrap();
            let wire = page("<h1 id=\"w\">Read <code>it</code></h1>\n<p>W</p>\n");
            files::put(out.path(), &format!("guide/{lang}/wire.html"), wire).unwrap();
        }
        out
    }

    #[test]
    fn every_chapter_of_both_languages_is_a_template_in_its_order() {
        let guide = embed(site().path()).unwrap();
        let heads: Vec<_> =
            guide.markup.split("<template ").skip(1).map(|each| each.split_once('>').unwrap().0).collect();
        assert_eq!(
            heads,
            [
                "data-guide=\"zh\" data-chapter=\"index\" data-title=\"指南\"",
                "data-guide=\"zh\" data-chapter=\"wire\" data-title=\"Read it\"",
                "data-guide=\"en\" data-chapter=\"index\" data-title=\"Guide &amp; more\"",
                "data-guide=\"en\" data-chapter=\"wire\" data-title=\"Read it\"",
            ]
        );
        assert_eq!(guide.markup.matches("</template>").count(), 4);
        assert!(
            !guide.markup.contains("<footer")
                && !guide.markup.contains("<nav")
                && !guide.markup.contains("<!--")
        );
    }

    #[test]
    fn the_guide_of_this_checkout_fits_in() {
        let out = tempfile::tempdir().unwrap();
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let pages = crate::guide::write(root, out.path(), "1.2.3").unwrap();
        let guide = embed(out.path()).unwrap();
        assert_eq!(guide.markup.matches("<template ").count(), pages.len());
        // The last is emphasis that Markdown did not take for one.
        for gone in ["<img", "../", "<p></p>", "**"] {
            assert!(!guide.markup.contains(gone), "{gone}");
        }
    }

    #[test]
    fn what_the_one_file_cannot_have_is_left_out() {
        let text = chapter(&page(
            "<h1 id=\"a\">A</h1>\n<p><img src=\"../pictures/en/a.png\" alt=\"A picture\" width=\"1\" height=\"1\"></p>\n\
             <h2 id=\"b\"><a href=\"#b\">B</a></h2>\n<p>See <a href=\"../../licenses.html\">licences</a>, \
             <a href=\"wire.html#w\">wire</a>, <a href=\"#b\">above</a>, <a href=\"https://example.com/\">there</a>.</p>\n",
        ))
        .unwrap()
        .text;
        assert_eq!(
            text,
            "<h1 id=\"guide-a\">A</h1>\n<h2 id=\"guide-b\">B</h2>\n<p>See licences, <a href=\"wire.html#w\">wire</a>, \
             <a href=\"#b\">above</a>, <a href=\"https://example.com/\" target=\"_blank\" rel=\"noopener noreferrer\">there</a>.</p>"
        );
    }

    #[test]
    fn a_guide_of_another_shape_fails_and_says_where() {
        let changed = |change: fn(String) -> String| {
            let site = site();
            let path = site.path().join("guide/en/wire.html");
            let page = change(files::text(&path).unwrap());
            files::put(site.path(), "guide/en/wire.html", page).unwrap();
            embed(site.path()).err().map(|error| format!("{error:#}")).unwrap_or_default()
        };
        assert_eq!(
            changed(|page| page.replace("main", "div")),
            "in guide/en/wire.html: 0 <main> where 1 is expected"
        );
        assert_eq!(
            changed(|page| page.replace("h1", "h2")),
            "in guide/en/wire.html: the chapter has no title (h1)"
        );
        assert!(embed(tempfile::tempdir().unwrap().path()).is_err());
        assert!(order("<nav></nav>").is_err() && order(&page("").replace("wire.html", "../x.html")).is_err());
    }

    #[test]
    fn the_script_makes_no_markup_of_text() {
        let guide = embed(site().path()).unwrap();
        for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("] {
            assert!(!guide.script.contains(sink), "{sink}");
        }
        // The policy of the one file admits no inline style.
        assert!(!guide.markup.contains("style=") && !guide.markup.contains(" on"));
    }
}
