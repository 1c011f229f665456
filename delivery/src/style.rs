//! One style sheet of many, without its comments and the spaces that mean nothing.

use anyhow::{Result, bail};
use cssparser::{ParseError, Parser, ParserInput, Token};

/// The sheet without comments and needless spaces; every other token is kept as it was written, in its order. Fails
/// where a sheet names another file: that would have to be found anew from where the one sheet lies.
pub(crate) fn smaller(sheet: &str) -> Result<String> {
    let mut input = ParserInput::new(sheet);
    let mut copy = Copy { out: String::with_capacity(sheet.len()), named: None };
    let parsed = copy.tokens(&mut Parser::new(&mut input), false);
    if let Some(what) = copy.named {
        bail!("a style sheet names another file: {what}");
    }
    if let Err(error) = parsed {
        bail!("a style sheet is not well formed at line {}", error.location.line + 1);
    }
    Ok(copy.out.trim().to_string())
}

/// Spaces next to these say nothing, whatever stands on the other side.
const ALONE: [char; 4] = ['{', '}', ';', ','];

struct Copy {
    out: String,
    /// A file that the sheet wants.
    named: Option<String>,
}

impl Copy {
    /// Copies the tokens up to the end of the block; `address` where a string in it is one.
    fn tokens<'i>(&mut self, parser: &mut Parser<'i, '_>, address: bool) -> Result<(), ParseError<'i, ()>> {
        // What was passed over between two tokens, if it may be needed.
        let mut gap = "";
        loop {
            let start = parser.position();
            let Ok(token) = parser.next_including_whitespace_and_comments().cloned() else { break };
            let written = parser.slice_from(start);
            let mut close = "";
            let mut addresses = false;
            match &token {
                Token::WhiteSpace(_) => {
                    gap = " ";
                    continue;
                }
                Token::Comment(_) => {
                    gap = if gap.is_empty() { "/**/" } else { gap };
                    continue;
                }
                Token::UnquotedUrl(to) => self.wants(to),
                Token::QuotedString(to) if address => self.wants(to),
                Token::AtKeyword(name) if name.eq_ignore_ascii_case("import") => self.wants("@import"),
                Token::Function(name) => {
                    close = ")";
                    addresses = ["url", "src", "image-set"].iter().any(|one| name.eq_ignore_ascii_case(one));
                }
                Token::ParenthesisBlock => close = ")",
                Token::SquareBracketBlock => close = "]",
                Token::CurlyBracketBlock => close = "}",
                _ if token.is_parse_error() => return Err(parser.new_custom_error(())),
                _ => {}
            }
            self.gap(gap, written);
            gap = "";
            self.out.push_str(written);
            if !close.is_empty() {
                parser.parse_nested_block(|inner| self.tokens(inner, addresses))?;
                if close == "}" {
                    self.end_block();
                }
                self.out.push_str(close);
            }
        }
        self.gap(gap, "");
        Ok(())
    }

    /// Puts the gap between what stands there and what comes, where it is needed.
    fn gap(&mut self, gap: &str, next: &str) {
        // What follows a colon stays as it is: `--nothing: ;` says something.
        let needless = self.out.is_empty()
            || self.out.ends_with(ALONE)
            || (next.starts_with(ALONE) && !self.out.ends_with(':'));
        if !needless {
            self.out.push_str(gap);
        }
    }

    /// The last semicolon of a block separates nothing, a space before the bracket neither.
    fn end_block(&mut self) {
        while self.out.ends_with([' ', ';']) && !self.out.ends_with(": ") && !self.out.ends_with("\\;") {
            self.out.pop();
        }
    }

    fn wants(&mut self, address: &str) {
        // What carries its content with it, or is in the page, can be found from anywhere.
        if !address.starts_with("data:") && !address.starts_with('#') {
            self.named = Some(address.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_needless_spaces_go_and_the_rest_stays() {
        for (written, kept) in [
            (
                "/* a */\n.a , .b {\n  color : red ;\n  margin: 0 -1px;\n}\n",
                ".a,.b{color : red;margin: 0 -1px}",
            ),
            (".a :hover{x: y}.a:hover{}", ".a :hover{x: y}.a:hover{}"),
            (
                "@media (min-width: 1px) and (x) { .a > .b + .c { d: e } }",
                "@media (min-width: 1px) and (x){.a > .b + .c{d: e}}",
            ),
            (
                ".a { --none: ; --b: calc(1px + var(--c, 2px)); }",
                ".a{--none: ;--b: calc(1px + var(--c,2px))}",
            ),
            (
                ".a::after { content: \"/* no; { comment } \\\" */\"; }",
                ".a::after{content: \"/* no; { comment } \\\" */\"}",
            ),
            ("a/**/b{c:d/**/e}", "a/**/b{c:d/**/e}"),
            (".a\\;{b: url(data:image/png;base64,AA==)}", ".a\\;{b: url(data:image/png;base64,AA==)}"),
            ("[data-a=\"b\" i] .c{}", "[data-a=\"b\" i] .c{}"),
            (".a{height: 100vh; height: 100dvh}", ".a{height: 100vh;height: 100dvh}"),
            (".a{.b &{c: d}}", ".a{.b &{c: d}}"),
        ] {
            assert_eq!(smaller(written).unwrap(), kept);
        }
    }

    #[test]
    fn making_it_smaller_twice_changes_nothing() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../style");
        for name in crate::files::below(&folder).unwrap() {
            let sheet = crate::files::text(&folder.join(&name)).unwrap();
            let once = smaller(&sheet).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(smaller(&once).unwrap(), once, "{name}");
            assert!(once.len() < sheet.len() && once.matches('{').count() == once.matches('}').count());
        }
    }

    #[test]
    fn a_sheet_that_names_a_file_or_is_broken_fails() {
        for (sheet, words) in [
            ("@import \"b.css\";", "@import"),
            (".a{b: url(c.png)}", "c.png"),
            (".a{b: url(\"c.png\")}", "c.png"),
            (".a{b: image-set(\"c.png\" 1x)}", "c.png"),
            (".a{b: c)}", "well formed"),
            (".a{b: \"c\n}", "well formed"),
        ] {
            assert!(smaller(sheet).unwrap_err().to_string().contains(words), "{sheet}");
        }
    }
}
