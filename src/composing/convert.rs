//! A typed payload in another format, and JSON made wider or narrower, variables and all.

use crate::payload::{self, Format, json_pieces, json_pretty};

use super::{Template, escaped};

/// How a hint of a number is marked while JSON with variables is rewritten: characters that nobody types.
const MARKS: std::ops::Range<u32> = 0xe000..0xf8ff;

/// What `typed` is in another format, where it means the same bytes there. None where it means nothing as typed, or where the
/// bytes are no text. Between JSON and text nothing changes.
pub fn convert(typed: &str, from: Format, to: Format) -> Option<String> {
    let is_text = |format| matches!(format, Format::Json | Format::Text);
    if from == to || (is_text(from) && is_text(to)) {
        return Some(typed.to_owned());
    }
    let bytes = if is_text(from) { typed.as_bytes().to_vec() } else { payload::parse(from, typed).ok()? };
    // Variables mean nothing once their letters are numbers.
    if is_text(from) && !Template::parse(typed).is_plain() {
        return None;
    }
    let typed = typed_as(&bytes, to)?;
    // Nor do letters that were numbers become variables.
    Some(if is_text(to) { escaped(&typed).into_owned() } else { typed })
}

/// Bytes as they are typed in a format; none where they are no readable text.
pub fn typed_as(bytes: &[u8], format: Format) -> Option<String> {
    match format {
        Format::Json | Format::Text => payload::text(bytes).map(str::to_owned),
        Format::Base64 => Some(payload::base64_text(bytes)),
        Format::Hex => {
            use std::fmt::Write as _;
            let mut text = String::with_capacity(bytes.len() * 3);
            for (index, byte) in bytes.iter().enumerate() {
                let gap = if index == 0 { "" } else { " " };
                // A String takes all that is written.
                let _ = write!(text, "{gap}{byte:02x}");
            }
            Some(text)
        }
    }
}

/// How a file's bytes are best typed: as JSON or text if they are that, else in hexadecimal, or in Base64 beyond a few KB.
pub fn best_format(bytes: &[u8]) -> Format {
    const LONG_FOR_HEX: usize = 4096;
    match payload::text(bytes) {
        Some(_) if payload::json(bytes).is_some() => Format::Json,
        Some(_) => Format::Text,
        None if bytes.len() > LONG_FOR_HEX => Format::Base64,
        None => Format::Hex,
    }
}

/// The JSON with a line for each value; none if it is no JSON.
pub fn pretty(typed: &str) -> Option<String> {
    rewritten(typed, json_pretty)
}

/// The JSON without white space between its values; none if it is no JSON.
pub fn compact(typed: &str) -> Option<String> {
    rewritten(typed, |text| {
        json_pieces(text).map(|(_, piece)| if piece.trim().is_empty() { "" } else { piece }).collect()
    })
}

/// Rewrites JSON in which variables stand as if each were one word.
fn rewritten(typed: &str, rewrite: impl Fn(&str) -> String) -> Option<String> {
    let template = Template::parse(typed);
    if payload::parse(Format::Json, &template.expand(super::Circumstances::default())).is_err() {
        return None;
    }
    let sources: Vec<_> = template.variables().filter_map(|(range, _)| typed.get(range)).collect();
    if sources.len() > MARKS.len() || typed.chars().any(|c| MARKS.contains(&u32::from(c))) {
        return None;
    }
    let mut marked = String::with_capacity(typed.len());
    let mut end = 0;
    for ((range, _), mark) in template.variables().zip(MARKS) {
        marked.push_str(typed.get(end..range.start)?);
        marked.push(char::from_u32(mark)?);
        end = range.end;
    }
    marked.push_str(typed.get(end..)?);
    let result = rewrite(&marked);
    Some(result.chars().fold(String::with_capacity(typed.len()), |mut text, character| {
        let index = u32::from(character).checked_sub(MARKS.start).map(|index| index as usize);
        match index.and_then(|index| sources.get(index)) {
            Some(source) => text.push_str(source),
            None => text.push(character),
        }
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_stay_the_same_in_another_format() {
        assert_eq!(convert("hé", Format::Text, Format::Hex).unwrap(), "68 c3 a9");
        assert_eq!(convert("68 c3 a9", Format::Hex, Format::Base64).unwrap(), "aMOp");
        assert_eq!(convert("aMOp", Format::Base64, Format::Json).unwrap(), "hé");
        assert_eq!(convert("{bad", Format::Json, Format::Text).unwrap(), "{bad");
        assert_eq!(convert("", Format::Text, Format::Hex).unwrap(), "");
        assert_eq!(convert("24 7b 6e 7d", Format::Hex, Format::Text).unwrap(), "$${n}");
    }

    #[test]
    fn what_has_no_other_form_is_left_alone() {
        assert_eq!(convert("ff 00", Format::Hex, Format::Text), None);
        assert_eq!(convert("zz", Format::Hex, Format::Base64), None);
        assert_eq!(convert("{\"a\": ${n}}", Format::Json, Format::Hex), None);
    }

    #[test]
    fn a_file_has_the_format_that_reads_best() {
        assert_eq!(best_format(b"{\"a\": 1}"), Format::Json);
        assert_eq!(best_format("温度".as_bytes()), Format::Text);
        assert_eq!(best_format(&[0, 1, 2]), Format::Hex);
        assert_eq!(best_format(&[0; 5000]), Format::Base64);
    }

    #[test]
    fn json_with_variables_is_rewritten() {
        let typed = "{\"a\": ${n}, \"t\": \"at ${sine 1 2 3s}\",\n\"l\":[1, ${pick 1|2}]}";
        let wide = pretty(typed).unwrap();
        assert_eq!(
            wide,
            "{\n  \"a\": ${n},\n  \"t\": \"at ${sine 1 2 3s}\",\n  \"l\": [\n    1,\n    ${pick 1|2}\n  ]\n}"
        );
        assert_eq!(compact(&wide).unwrap(), "{\"a\":${n},\"t\":\"at ${sine 1 2 3s}\",\"l\":[1,${pick 1|2}]}");
        assert_eq!(compact("{\"a b\": 12345678901234567890}").unwrap(), "{\"a b\":12345678901234567890}");
        assert_eq!(pretty("{\"a\": }"), None);
    }
}
