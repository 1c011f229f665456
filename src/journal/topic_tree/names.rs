use std::cmp::Ordering;

/// The order of names in a list: byte by byte, but runs of digits by their value, so that `device-2` comes before
/// `device-10`. Only equal names are equal.
pub(super) fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let (mut a, mut b) = (left, right);
    while let (Some(first), Some(second)) = (a.first(), b.first()) {
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (one, two) = (number(&mut a), number(&mut b));
            one.len().cmp(&two.len()).then_with(|| one.cmp(two))
        } else {
            (a, b) = (&a[1..], &b[1..]);
            first.cmp(second)
        };
        if order.is_ne() {
            return order;
        }
    }
    a.len().cmp(&b.len()).then_with(|| left.cmp(right))
}

/// Takes the digits off the front of `text` and returns them without leading zeros.
fn number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_the_order_of_their_values() {
        let mut names: [&[u8]; 9] =
            [b"d10", b"d9", b"", b"d", b"d2x", b"d2", b"d02", b"e", b"d99999999999999999999999"];
        names.sort_by(|a, b| compare(a, b));
        let sorted: [&[u8]; 9] =
            [b"", b"d", b"d02", b"d2", b"d2x", b"d9", b"d10", b"d99999999999999999999999", b"e"];
        assert_eq!(names, sorted);
    }
}
