//! Many subscriptions at once, as a person types or pastes them: a filter a line, behind it its QoS if it is to have another.

use crate::mqtt::{NameError, QoS, TopicFilter};

/// Why a line adds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkFault {
    /// It is no topic filter.
    Filter(NameError),
    /// The same filter as in the line with this number.
    Repeats(usize),
    /// QoS 2, which the session does not offer.
    Qos2,
}

/// A line that is neither empty nor a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkLine {
    /// Its number, from 1.
    pub number: usize,
    /// The line itself.
    pub text: String,
    /// What it asks for.
    pub wish: Result<(TopicFilter, QoS), BulkFault>,
}

/// Reads such lines. `#` with a space behind it begins a comment; alone, or before a QoS, it is the filter. A last word `0`,
/// `1` or `2`, with or without a `Q` or `QoS` before it, is the QoS; without one it is `qos`.
pub fn read_bulk(text: &str, qos: QoS, qos2: bool) -> Vec<BulkLine> {
    let mut lines: Vec<BulkLine> = Vec::new();
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
        let (filter, asked) = split(line);
        if line.is_empty()
            || filter.strip_prefix('#').is_some_and(|rest| rest.starts_with(char::is_whitespace))
        {
            continue;
        }
        let asked = asked.unwrap_or(qos);
        let repeated = |filter: &TopicFilter| {
            let same = |line: &&BulkLine| line.wish.as_ref().is_ok_and(|(known, _)| known == filter);
            lines.iter().find(same).map(|line| line.number)
        };
        let wish = match TopicFilter::parse(filter) {
            Err(error) => Err(BulkFault::Filter(error)),
            Ok(_) if asked == QoS::ExactlyOnce && !qos2 => Err(BulkFault::Qos2),
            Ok(filter) => match repeated(&filter) {
                Some(number) => Err(BulkFault::Repeats(number)),
                None => Ok((filter, asked)),
            },
        };
        lines.push(BulkLine { number, text: line.to_owned(), wish });
    }
    lines
}

fn split(line: &str) -> (&str, Option<QoS>) {
    let whole = (line, None);
    let Some((filter, last)) = line.rsplit_once(char::is_whitespace) else { return whole };
    let lower = last.to_ascii_lowercase();
    let digit = lower.strip_prefix("qos").or(lower.strip_prefix('q')).unwrap_or(&lower);
    let qos = match digit {
        "0" => QoS::AtMostOnce,
        "1" => QoS::AtLeastOnce,
        "2" => QoS::ExactlyOnce,
        _ => return whole,
    };
    (filter.trim_end_matches([',', ';']).trim_end(), Some(qos))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Plain = (usize, Result<(String, u8), BulkFault>);

    fn read(text: &str) -> Vec<Plain> {
        let plain =
            |line: BulkLine| (line.number, line.wish.map(|(filter, qos)| (filter.to_string(), qos.number())));
        read_bulk(text, QoS::AtLeastOnce, false).into_iter().map(plain).collect()
    }

    #[test]
    fn a_filter_a_line_with_its_qos_and_comments() {
        let text = "# all of hall 1\nhall/1/#\n\nhall/2/+/t  0\nhall/3 Q0\nhall/4 qos1\n  a b/c \n#\n# 0";
        let wish = |number, filter: &str, qos| (number, Ok((filter.to_owned(), qos)));
        assert_eq!(
            read(text),
            [
                wish(2, "hall/1/#", 1),
                wish(4, "hall/2/+/t", 0),
                wish(5, "hall/3", 0),
                wish(6, "hall/4", 1),
                wish(7, "a b/c", 1),
                wish(8, "#", 1),
                (9, Err(BulkFault::Repeats(8))),
            ]
        );
    }

    #[test]
    fn each_fault_has_its_line() {
        let text = "good\na/#/b\ngood 0\n#no-space\nx 2\n\0";
        assert_eq!(
            read(text),
            [
                (1, Ok(("good".to_owned(), 1))),
                (2, Err(BulkFault::Filter(NameError::MisplacedWildcard))),
                (3, Err(BulkFault::Repeats(1))),
                (4, Err(BulkFault::Filter(NameError::MisplacedWildcard))),
                (5, Err(BulkFault::Qos2)),
                (6, Err(BulkFault::Filter(NameError::Nul))),
            ]
        );
    }
}
