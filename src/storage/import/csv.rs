//! Tables as RFC 4180 has them, and as spreadsheets write them: separated by commas, semicolons or tabs.

use super::{ImportError, ImportErrorKind};

/// A row, and the line of the text on which it begins (from 1).
pub(super) type Row = (usize, Vec<String>);

/// The rows that are not empty.
pub(super) fn rows(text: &str) -> Result<Vec<Row>, ImportError> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: char| first.matches(separator).count();
    // The last of equals wins: a comma, where there is none of them.
    let separator = [';', '\t', ','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(',');
    let mut rows = Vec::new();
    let (mut row, mut cell) = (Vec::new(), String::new());
    let (mut line, mut start) = (1, 1);
    // The line on which a quotation was opened.
    let mut quoted: Option<usize> = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        line += usize::from(character == '\n');
        match (character, quoted) {
            ('"', Some(_)) if characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            ('"', Some(_)) => quoted = None,
            (_, Some(_)) => cell.push(character),
            // Spreadsheets write ="007" for digits that are no number.
            ('"', None) if matches!(cell.trim(), "" | "=") => {
                cell.clear();
                quoted = Some(line);
            }
            ('\r', None) => {}
            ('\n', None) => {
                end_row(&mut rows, start, &mut row, &mut cell);
                start = line;
            }
            (_, None) if character == separator => row.push(std::mem::take(&mut cell)),
            (_, None) => cell.push(character),
        }
    }
    if let Some(line) = quoted {
        return Err(ImportErrorKind::OpenQuote.at(line));
    }
    end_row(&mut rows, start, &mut row, &mut cell);
    Ok(rows)
}

fn end_row(rows: &mut Vec<Row>, start: usize, row: &mut Vec<String>, cell: &mut String) {
    row.push(std::mem::take(cell));
    let row: Vec<String> = row.drain(..).map(|cell| cell.trim().to_owned()).collect();
    if row.iter().any(|cell| !cell.is_empty()) {
        rows.push((start, row));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        rows(text).unwrap().into_iter().map(|(_, row)| row).collect()
    }

    #[test]
    fn cells_are_read_as_spreadsheets_write_them() {
        assert_eq!(
            cells("a, b ,c\r\n\r\n1,\"x, \"\"y\"\"\nz\",\n"),
            [["a", "b", "c"], ["1", "x, \"y\"\nz", ""]]
        );
        assert_eq!(cells("a;b\n1,5;2"), [["a", "b"], ["1,5", "2"]]);
        assert_eq!(cells("a\tb\n=\"007\"\t2"), [["a", "b"], ["007", "2"]]);
        assert_eq!(cells("one"), [["one"]]);
        assert_eq!(cells(" \n , \n"), Vec::<Vec<String>>::new());
        assert_eq!(rows("a\n\"x\ny\"\nb").unwrap().iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn a_quotation_that_nothing_closes_is_told_with_its_line() {
        let error = rows("a,b\n1,2\n3,\"4\n5,6").unwrap_err();
        assert_eq!((error.line, error.kind), (Some(3), ImportErrorKind::OpenQuote));
    }
}
