//! The frame around a chapter: the way to the others, to the other language and back to the app.

use super::chapter::escaped;
use super::{Chapters, FIRST, Lang};

/// Nothing but what the guide brings along.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

/// What the frame says.
struct Words {
    tag: &'static str,
    name: &'static str,
    product: &'static str,
    guide: &'static str,
    skip: &'static str,
    chapters: &'static str,
    contents: &'static str,
    back: &'static str,
    on: &'static str,
    turn: &'static str,
    version: &'static str,
}

const fn words(lang: Lang) -> Words {
    match lang {
        Lang::Zh => Words {
            tag: "zh-CN",
            name: "中文",
            product: "UIoT 测试台",
            guide: "使用指南",
            skip: "跳到正文",
            chapters: "章节",
            contents: "目录",
            back: "上一章",
            on: "下一章",
            turn: "前后章节",
            version: "版本",
        },
        Lang::En => Words {
            tag: "en",
            name: "English",
            product: "UIoT Testbench",
            guide: "User guide",
            skip: "Skip to the text",
            chapters: "Chapters",
            contents: "Contents",
            back: "Back",
            on: "Next",
            turn: "Chapters before and after",
            version: "Version",
        },
    }
}

/// The page of a chapter. `order` names all of them, and each is in `chapters`.
pub(super) fn page(lang: Lang, name: &str, order: &[String], chapters: &Chapters, version: &str) -> String {
    let Some(chapter) = chapters.get(name) else { return String::new() };
    let (own, other) = (words(lang), words(lang.other()));
    let title_of = |name: &str| chapters.get(name).map(|chapter| escaped(&chapter.title)).unwrap_or_default();
    let there = lang.other().folder();
    let Words { tag, product, guide, skip, chapters: label, contents, version: of, .. } = own;
    let (title, version) = (escaped(&chapter.title), escaped(version));
    let title = if name == FIRST { title } else { format!("{title} · {product} {guide}") };

    let mut list = String::new();
    for each in order {
        let current = if each == name { " aria-current=\"page\"" } else { "" };
        list += &format!("<li><a href=\"{each}.html\"{current}>{}</a></li>\n", title_of(each));
    }
    let place = order.iter().position(|each| each == name).unwrap_or_default();
    let turned = |to: Option<&String>, rel: &str, word: &str| {
        to.map(|to| format!("<a rel=\"{rel}\" href=\"{to}.html\"><span>{word}</span> {}</a>\n", title_of(to)))
            .unwrap_or_default()
    };
    let back = turned(place.checked_sub(1).and_then(|before| order.get(before)), "prev", own.back);
    let on = turned(order.get(place + 1), "next", own.on);

    format!(
        r##"<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="../icon.svg">
<link rel="stylesheet" href="../style.css">
<link rel="alternate" hreflang="{other_tag}" href="../{there}/{name}.html">
</head>
<body>
<a class="skip" href="#text">{skip}</a>
<header>
<a class="app" href="../../index.html">{product}</a>
<a class="contents" href="{FIRST}.html">{guide}<span class="small"> · {contents}</span></a>
<a class="other" hreflang="{other_tag}" lang="{other_tag}" href="../{there}/{name}.html">{other_name}</a>
</header>
<nav class="chapters" aria-label="{label}">
<ol>
{list}</ol>
</nav>
<main id="text" tabindex="-1">
{html}</main>
<nav class="turn" aria-label="{turn}">
{back}{on}</nav>
<footer>{product} · {of} {version}</footer>
</body>
</html>
"##,
        other_tag = other.tag,
        other_name = other.name,
        html = chapter.html,
        turn = own.turn,
    )
}
