//! Numbers as both languages write them, short enough for the boxes they stand in.

/// With a comma every three digits: `1,000,000`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// At most five characters for all that can be counted: `99999`, `123k`, `1.2M` and so on.
pub fn compact(number: u64) -> String {
    match number {
        0..100_000 => number.to_string(),
        100_000..1_000_000 => format!("{}k", number / 1000),
        1_000_000..100_000_000 => format!("{}.{}M", number / 1_000_000, number % 1_000_000 / 100_000),
        100_000_000..10_000_000_000 => format!("{}M", number / 1_000_000),
        10_000_000_000..10_000_000_000_000 => format!("{}G", number / 1_000_000_000),
        10_000_000_000_000..10_000_000_000_000_000 => format!("{}T", number / 1_000_000_000_000),
        _ => format!("{}P", number / 1_000_000_000_000_000),
    }
}

/// So many a second, in at most five characters: `0.2`, `3.4`, `999.9`, `12.3k`, `123k`.
pub fn rate(a_second: f64) -> String {
    match a_second {
        // What happens at all does not read as nothing.
        0.0 => "0.0".to_owned(),
        ..0.1 => "<0.1".to_owned(),
        ..999.95 => format!("{a_second:.1}"),
        ..99_950.0 => format!("{:.1}k", a_second / 1e3),
        ..999_500.0 => format!("{:.0}k", a_second / 1e3),
        ..99_950_000.0 => format!("{:.1}M", a_second / 1e6),
        _ => format!("{:.0}M", a_second / 1e6),
    }
}

/// Binary megabytes with one decimal: `11.6`.
pub fn megabytes(bytes: usize) -> String {
    let tenths = bytes / 104_858;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A size with its unit, in bytes, binary kilobytes or megabytes: `44.0 KB`, `1.5 MB`.
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{:.1} KB", bytes as f64 / 1_024.0),
        _ => format!("{} MB", megabytes(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_has_a_size_too() {
        let texts = [0, 1_023, 1_024, 45_056, 1_600_000].map(size);
        assert_eq!(texts, ["0 B", "1023 B", "1.0 KB", "44.0 KB", "1.5 MB"]);
    }

    #[test]
    fn thousands_are_parted() {
        let texts = [0, 7, 999, 1_000, 18_204, 1_000_000].map(grouped);
        assert_eq!(texts, ["0", "7", "999", "1,000", "18,204", "1,000,000"]);
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn counts_and_rates_fit_their_boxes() {
        let texts = [99_999, 100_000, 1_000_000, 99_999_999, 100_000_000, 12_345_678_901].map(compact);
        assert_eq!(texts, ["99999", "100k", "1.0M", "99.9M", "100M", "12G"]);
        let texts = [0.0, 0.04, 0.2, 3.4, 999.94, 999.96, 12_345.0, 99_949.0, 99_951.0, 1e6].map(rate);
        assert_eq!(texts, ["0.0", "<0.1", "0.2", "3.4", "999.9", "1.0k", "12.3k", "99.9k", "100k", "1.0M"]);
        for power in 0..19 {
            assert!(compact(10_u64.pow(power) - 1).len() <= 5);
            assert!(rate(10_f64.powi(power.min(8) as i32) * 0.999_9).len() <= 5);
        }
    }
}
