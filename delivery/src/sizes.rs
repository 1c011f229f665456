//! Which crate takes how many bytes of a WebAssembly file that still has the names of its functions.
//!
//! A function made from a generic one counts for the crate that wrote it, not for the one that uses it: the compiler keeps
//! only the former in the name.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// How many of the biggest functions, and of the most repeated ones, are told.
const TOP: usize = 30;

/// The report on a file, as text. `of` is the crate whose modules are told one by one.
///
/// # Errors
/// Where the file is no WebAssembly, or has no names.
pub(crate) fn report(wasm: &[u8], of: &str) -> Result<String> {
    let module = Module::read(wasm)?;
    if module.names.is_empty() {
        bail!(
            "the file has no names of functions: build it with CARGO_PROFILE_RELEASE_STRIP=none (script/size does)"
        );
    }
    let functions = module.functions();
    let code = functions.iter().map(|(_, size)| size).sum::<usize>();
    let mut out = String::new();

    let _ = writeln!(out, "{:>10}  of the whole file, names and all, is", wasm.len());
    for (name, size) in &module.sections {
        let _ = writeln!(out, "{size:>10}  {name}");
    }

    if module.sections.iter().any(|(name, _)| name.contains("reloc.CODE")) {
        out.push_str(
            "\nThe file is linked so that it can be cut: a number in it takes five bytes that takes one or two in the page.\n\
            So the shares tell more than the bytes.\n",
        );
    }

    table(&mut out, "Code by crate", code, sums(&functions, |name| krate(name).to_owned()), usize::MAX);
    let own: Vec<_> = functions.iter().filter(|(name, _)| krate(name) == of).cloned().collect();
    table(&mut out, &format!("Code of {of} by module"), code, sums(&own, |name| room(name, of)), TOP);

    let mut biggest: Vec<_> = functions.iter().map(|(name, size)| (name.clone(), *size, 1)).collect();
    biggest.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    table(&mut out, "The biggest functions", code, biggest, TOP);

    let mut repeated = sums(&functions, without_types);
    repeated.retain(|(_, _, count)| *count > 1);
    table(&mut out, "Generic functions and closures, all copies together", code, repeated, TOP);

    let mut data = module.data.clone();
    data.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let whole = data.iter().map(|(_, size)| size).sum();
    let data = data.into_iter().map(|(name, size)| (name, size, 1)).collect();
    table(&mut out, "Data by segment", whole, data, TOP);
    Ok(out)
}

/// What matters of a module.
#[derive(Default)]
struct Module<'a> {
    /// Functions that come from outside: they have the first numbers, and no body.
    imported: u32,
    bodies: Vec<usize>,
    names: HashMap<u32, &'a str>,
    /// Name and bytes of each section, in the order of the file.
    sections: Vec<(String, usize)>,
    /// Name and bytes of each segment of data.
    data: Vec<(String, usize)>,
}

impl<'a> Module<'a> {
    fn read(wasm: &'a [u8]) -> Result<Self> {
        let mut module = Module::default();
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload.context("this is not a WebAssembly file")?;
            if let Some((id, range)) = payload.as_section() {
                let name = match &payload {
                    Payload::CustomSection(section) => format!("section {:?}", section.name()),
                    _ => section(id).to_owned(),
                };
                module.sections.push((name, range.len()));
            }
            match payload {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        if matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                            module.imported += 1;
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => module.bodies.push(body.range().len()),
                Payload::DataSection(segments) => {
                    for (number, segment) in segments.into_iter().enumerate() {
                        module.data.push((format!("segment {number}"), segment?.data.len()));
                    }
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(names) = section.as_known() {
                        module.read_names(names)?;
                    }
                }
                _ => {}
            }
        }
        Ok(module)
    }

    fn read_names(&mut self, names: wasmparser::NameSectionReader<'a>) -> Result<()> {
        for name in names {
            match name? {
                Name::Function(map) => {
                    for naming in map {
                        let naming = naming?;
                        self.names.insert(naming.index, naming.name);
                    }
                }
                Name::Data(map) => {
                    for naming in map {
                        let naming = naming?;
                        if let Some(segment) = self.data.get_mut(naming.index as usize) {
                            naming.name.clone_into(&mut segment.0);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The readable name of each function that has a body, and its bytes.
    fn functions(&self) -> Vec<(String, usize)> {
        let mut functions = Vec::with_capacity(self.bodies.len());
        for (number, size) in (self.imported..).zip(&self.bodies) {
            let name = match self.names.get(&number) {
                // The short form is without the hash that tells copies of one function apart.
                Some(name) => format!("{:#}", rustc_demangle::demangle(name)),
                None => "(no name)".to_owned(),
            };
            functions.push((name, *size));
        }
        functions
    }
}

fn section(id: u8) -> &'static str {
    match id {
        1 => "types",
        2 => "imports",
        3 => "functions",
        4 => "tables",
        5 => "memories",
        6 => "globals",
        7 => "exports",
        8 => "start",
        9 => "elements",
        10 => "code",
        11 => "data",
        12 => "count of data",
        _ => "other",
    }
}

/// Bytes and number of the functions that share a key, the most bytes first.
fn sums(functions: &[(String, usize)], key: impl Fn(&str) -> String) -> Vec<(String, usize, usize)> {
    let mut sums = BTreeMap::<String, (usize, usize)>::new();
    for (name, size) in functions {
        let sum = sums.entry(key(name)).or_default();
        sum.0 += size;
        sum.1 += 1;
    }
    let mut rows: Vec<_> = sums.into_iter().map(|(name, (size, count))| (name, size, count)).collect();
    rows.sort_by_key(|(_, size, _)| std::cmp::Reverse(*size));
    rows
}

fn table(out: &mut String, title: &str, whole: usize, rows: Vec<(String, usize, usize)>, top: usize) {
    let _ = writeln!(out, "\n{title}\n{:>10} {:>6} {:>6}  ", "bytes", "%", "count");
    let rest = rows.len().saturating_sub(top);
    for (name, size, count) in rows.iter().take(top) {
        let _ = writeln!(out, "{size:>10} {:>6.2} {count:>6}  {name}", percent(*size, whole));
    }
    if rest > 0 {
        let (size, count) = rows[top..].iter().fold((0, 0), |sum, row| (sum.0 + row.1, sum.1 + row.2));
        let _ = writeln!(out, "{size:>10} {:>6.2} {count:>6}  {rest} more", percent(size, whole));
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// The crate that a function comes from. An implementation counts for the crate of its type, and for that of its trait
/// where the type is anyone's (`<T as tachys::…>`) or none's (`<&str as …>`, `<[u8] as …>`).
fn krate(name: &str) -> &str {
    let Some(inside) = name.strip_prefix('<') else { return head(name).unwrap_or("(no crate)") };
    // `<crate::Type>::f`, `<Type as crate::Trait>::f`, and `<impl crate::Trait for crate::Type>::f` of older names.
    let inside = &inside[..closing(inside)];
    let (trait_, type_) = match split(inside, " as ") {
        Some((type_, trait_)) => (Some(trait_), type_),
        None => match split(inside.strip_prefix("impl ").unwrap_or(inside), " for ") {
            Some((trait_, type_)) => (Some(trait_), type_),
            None => (None, inside),
        },
    };
    head(type_).or_else(|| trait_.and_then(head)).unwrap_or("(no crate)")
}

/// The first name of a path with several; none of a type without a path.
fn head(path: &str) -> Option<&str> {
    let path = path.trim_start_matches(['&', '*', '(', '[', ' ', '<']);
    let path = path.strip_prefix("mut ").or_else(|| path.strip_prefix("const ")).unwrap_or(path);
    let path = path.strip_prefix("dyn ").unwrap_or(path);
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
    // In the newer names a crate may have its hash beside it: `core[1234]::fmt`.
    let after = path[end..]
        .split_once(']')
        .filter(|_| path[end..].starts_with('['))
        .map_or(&path[end..], |(_, rest)| rest);
    (end > 0 && after.starts_with("::")).then(|| &path[..end])
}

/// Where the bracket ends that is open at the beginning of the text.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            // Not the arrow of `fn() -> T`.
            '>' if last != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
        last = c;
    }
    text.len()
}

/// Splits at the first such word that stands in no brackets.
fn split<'t>(text: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    text.match_indices(word)
        .map(|(at, _)| (&text[..at], &text[at + word.len()..]))
        .find(|(before, _)| before.matches('<').count() == before.replace("->", "").matches('>').count())
}

/// The module of our own that a function is in: two names below the crate.
fn room(name: &str, of: &str) -> String {
    let path = match name.find(&format!("{of}::")) {
        Some(at) => &name[at + of.len() + 2..],
        None => return of.to_owned(),
    };
    let names: Vec<_> = path.split("::").collect();
    let is_module = |name: &&str| {
        name.chars().next().is_some_and(char::is_lowercase) && !name.contains(['<', '{', '>', ' '])
    };
    // The last name is the function's own.
    let modules: Vec<_> =
        names[..names.len() - 1].iter().copied().take_while(|name| is_module(name)).take(2).collect();
    if modules.is_empty() { of.to_owned() } else { modules.join("::") }
}

/// The name with what stands in brackets after `::` left out, and numbers of closures: the same for all copies of a
/// generic function. The type of an implementation stays.
fn without_types(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some(at) = rest.find("::<") {
        out.push_str(&rest[..at]);
        let inside = &rest[at + 3..];
        // `path::<impl Trait for Type>::f` is where it stands, not what it is made for.
        let end = closing(inside);
        if inside.starts_with("impl ") {
            out.push_str("::<");
            out.push_str(&inside[..end]);
            out.push('>');
        }
        rest = inside.get(end + 1..).unwrap_or("");
    }
    out.push_str(rest);
    while let Some((before, after)) = out.split_once("{closure#") {
        let after = after.split_once('}').map_or("", |(_, after)| after);
        out = format!("{before}{{{{closure}}}}{after}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_counts_for_the_crate_that_wrote_it() {
        for (name, of) in [
            ("uiot_testbench::ui::shell::tabs", "uiot_testbench"),
            ("<T as tachys::view::any_view::IntoAny>::into_any::build", "tachys"),
            ("<&T as core::fmt::Display>::fmt", "core"),
            ("<alloc::vec::Vec<T> as core::ops::Drop>::drop", "alloc"),
            ("<core::iter::Map<I, fn() -> a::B> as core::iter::Iterator>::next", "core"),
            ("<impl serde::de::Visitor for uiot_testbench::storage::Profile>::visit", "uiot_testbench"),
            ("<core[12ab]::fmt::builders::DebugStruct>::is_pretty", "core"),
            ("<[u8] as alloc::slice::ToVec>::to_vec", "alloc"),
            ("uiot_testbench::mqtt::<impl uiot_testbench::mqtt::Session>::send", "uiot_testbench"),
            ("memcpy", "(no crate)"),
            ("__wasm_call_ctors", "(no crate)"),
        ] {
            assert_eq!(krate(name), of, "{name}");
        }
    }

    #[test]
    fn copies_of_a_generic_function_have_one_name() {
        for (name, short) in [
            ("core::ptr::drop_in_place::<alloc::vec::Vec<u8>>", "core::ptr::drop_in_place"),
            ("a::f::<fn(a::B<u8>) -> a::C>::{closure#0}", "a::f::{{closure}}"),
            ("a::<impl b::C for a::D>::f", "a::<impl b::C for a::D>::f"),
            ("<alloc::vec::Vec<T>>::push", "<alloc::vec::Vec<T>>::push"),
        ] {
            assert_eq!(without_types(name), short);
        }
    }

    #[test]
    fn modules_of_our_own_are_told_two_deep() {
        for (name, of) in [
            ("app::ui::model::page::{{closure}}", "ui::model"),
            ("app::mqtt::Session::send", "mqtt"),
            ("<app::storage::profile::Profile as core::clone::Clone>::clone", "storage::profile"),
            ("app::main", "app"),
        ] {
            assert_eq!(room(name, "app"), of, "{name}");
        }
    }

    #[test]
    fn a_file_without_names_and_one_that_is_none_are_told_from_each_other() {
        let empty = report(b"\0asm\x01\0\0\0", "app").unwrap_err().to_string();
        assert!(empty.contains("no names"), "{empty}");
        let other = report(b"<!doctype html>", "app").unwrap_err().to_string();
        assert!(other.contains("not a WebAssembly"), "{other}");
    }

    #[test]
    fn bodies_are_found_by_their_names_and_imports_are_left_out() {
        // One type, one function from outside, one of our own of two bytes, and names for both.
        let wasm = b"\0asm\x01\0\0\0\
            \x01\x04\x01\x60\0\0\
            \x02\x07\x01\x01m\x01f\0\0\
            \x03\x02\x01\0\
            \x0a\x04\x01\x02\0\x0b\
            \0\x16\x04name\x01\x0f\x02\0\x04away\x01\x06app::f";
        let module = Module::read(wasm).unwrap();
        assert_eq!(module.functions(), [("app::f".to_owned(), 2)]);
        let report = report(wasm, "app").unwrap();
        assert!(report.contains("         2 100.00      1  app\n"), "{report}");
    }
}
