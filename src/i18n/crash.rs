use super::wording;

wording! {
    crash_saved(files: usize, entries: &str): "已保存 {files} 个文件，共 {entries} 条。" / "{files} files saved, {entries} entries in all.";
    crash_nothing: "没有可保存的记录。" / "There is nothing in the log to save.";
    crash_unread(names: &str): "出错时正在写入，无法读取：{names}。" / "Was being written just then and cannot be read: {names}.";
    crash_refused(words: &str): "浏览器不让保存：{words}" / "The browser does not let it be saved: {words}";
}

/// Characters of a panic's message that are told.
const MOST: usize = 240;

/// A panic's message without what may be somebody's data, a secret among it: the standard library quotes the text that it could
/// not cut, and the value that was not expected. What is quoted, or in brackets or braces, goes; so does all but the first line.
pub fn plain_panic(message: &str) -> String {
    let mut plain = String::new();
    let mut closing: Vec<char> = Vec::new();
    let line = message.lines().next().unwrap_or_default();
    for character in line.chars().take(8 * MOST) {
        match (closing.last(), character) {
            (Some(end), _) if *end == character => {
                closing.pop();
                if closing.is_empty() {
                    plain.push('…');
                    plain.push(character);
                }
            }
            // Within quotes nothing opens; within brackets more may.
            (Some('"' | '`'), _) => {}
            (_, '"' | '`') => open(character, character, &mut closing, &mut plain),
            (_, '(') => open(character, ')', &mut closing, &mut plain),
            (_, '[') => open(character, ']', &mut closing, &mut plain),
            (_, '{') => open(character, '}', &mut closing, &mut plain),
            (Some(_), _) => {}
            (None, _) if !character.is_control() => plain.push(character),
            (None, _) => {}
        }
        if plain.chars().count() >= MOST {
            break;
        }
    }
    if !closing.is_empty() {
        plain.push('…');
    }
    plain
}

fn open(character: char, end: char, closing: &mut Vec<char>, plain: &mut String) {
    if closing.is_empty() {
        plain.push(character);
    }
    closing.push(end);
}

#[cfg(test)]
mod tests {
    use super::plain_panic;

    #[test]
    fn a_panics_message_quotes_nothing() {
        for (message, plain) in [
            ("already borrowed: BorrowMutError", "already borrowed: BorrowMutError"),
            (
                "index out of bounds: the len is 3 but the index is 7",
                "index out of bounds: the len is 3 but the index is 7",
            ),
            (
                "byte index 5 is not a char boundary; it is inside 'é' (bytes 4..6) of `q8z3é`",
                "byte index 5 is not a char boundary; it is inside 'é' (…) of `…`",
            ),
            (
                r#"called `Result::unwrap()` on an `Err` value: Error { text: "q8z3", at: [1, 2] }"#,
                "called `…` on an `…` value: Error {…}",
            ),
            (r#"a: "unclosed q8z3"#, r#"a: "…"#),
            ("first line\nleft: q8z3", "first line"),
            ("JsValue(Error: {\"(q8z3\") q8z3)", "JsValue(…"),
            ("", ""),
        ] {
            assert_eq!(plain_panic(message), plain, "{message}");
        }
        assert!(plain_panic(&"long ".repeat(1000)).chars().count() <= 241);
        assert_eq!(plain_panic(&"[".repeat(100_000)), "[…");
    }
}
