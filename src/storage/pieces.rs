//! Cuts a list out of the text of a JSON document, so that what cannot be read is kept word for word.

/// The texts of the items of the array that stands under `name` in the outermost object. The text has to be sound JSON.
/// None where there is no such array, or its name is written with escapes.
pub(super) fn items<'a>(text: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0_usize);
    // In the array that is looked for: where its current item begins.
    let mut item: Option<usize> = None;
    let mut found = Vec::new();
    let mut is_next = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = end_of_string(bytes, at);
                if depth == 1 {
                    is_next = text.get(at + 1..end) == Some(name)
                        && text.get(end + 1..).is_some_and(|rest| rest.trim_start().starts_with(':'));
                }
                at = end;
            }
            b'[' | b'{' => {
                depth += 1;
                if byte == b'[' && depth == 2 && is_next {
                    item = Some(at + 1);
                    is_next = false;
                }
            }
            b']' | b'}' => {
                if let Some(start) = item.filter(|_| depth == 2) {
                    let last = text.get(start..at)?.trim();
                    if !last.is_empty() {
                        found.push(last);
                    }
                    return Some(found);
                }
                depth = depth.saturating_sub(1);
            }
            b',' => match item {
                Some(start) if depth == 2 => {
                    found.push(text.get(start..at)?.trim());
                    item = Some(at + 1);
                }
                _ if depth == 1 => is_next = false,
                _ => {}
            },
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the string ends that begins here: its second quotation mark.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn items_come_as_they_were_written() {
        let text =
            r#" {"a":{"list":[9]}, "b":"list" , "list" : [ {"x":[1,"]"]} , 1.50e1, "a\"],b" ,[]] , "z":[2]}"#;
        assert_eq!(items(text, "list").unwrap(), [r#"{"x":[1,"]"]}"#, "1.50e1", r#""a\"],b""#, "[]"]);
        assert_eq!(items(text, "z").unwrap(), ["2"]);
        assert_eq!(items(text, "a"), None);
        assert_eq!(items(r#"{"list":[]}"#, "list").unwrap(), [""; 0]);
        assert_eq!(items(r#"{"list":3,"x":[1]}"#, "list"), None);
        assert_eq!(items("[1]", "list"), None);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in "[\\[\\]{}\",:a\\\\ 温]{0,40}") {
            let _ = items(&text, "a");
        }

        #[test]
        fn every_item_is_found(texts in prop::collection::vec("\\PC{0,8}", 0..6)) {
            let document = json!({ "before": texts, "list": texts, "than": { "list": [1] } }).to_string();
            let found = items(&document, "list").unwrap();
            let back: Vec<String> = found.iter().map(|item| serde_json::from_str(item).unwrap()).collect();
            prop_assert_eq!(back, texts);
            prop_assert!(serde_json::from_str::<Value>(&document).is_ok());
        }
    }
}
