use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::journal::Budget;

/// Bytes of a megabyte, as memory is counted.
const MEGABYTE: usize = 1024 * 1024;

/// How much the log is to keep, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetForm {
    /// Memory in megabytes.
    pub megabytes: String,
    /// Messages.
    pub messages: String,
}

/// A number that is none, or out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetFault {
    /// Not a whole number.
    Number,
    /// Outside the range.
    Range,
}

impl Default for BudgetForm {
    fn default() -> Self {
        Self::of(Budget::default())
    }
}

impl BudgetForm {
    /// Megabytes that can be set. Below, there is room for little; above, a page may run out of memory.
    pub const MEGABYTES: RangeInclusive<u64> = 16..=1024;
    /// Messages that can be set.
    pub const MESSAGES: RangeInclusive<u64> = 1_000..=4_000_000;

    /// The form that gives this budget.
    pub fn of(budget: Budget) -> Self {
        Self { megabytes: (budget.bytes / MEGABYTE).to_string(), messages: budget.messages.to_string() }
    }

    /// What is wrong with the megabytes.
    pub fn megabytes_fault(&self) -> Option<BudgetFault> {
        number(&self.megabytes, &Self::MEGABYTES).err()
    }

    /// What is wrong with the messages.
    pub fn messages_fault(&self) -> Option<BudgetFault> {
        number(&self.messages, &Self::MESSAGES).err()
    }

    /// The budget, if both numbers are right.
    pub fn budget(&self) -> Option<Budget> {
        let megabytes = usize::try_from(number(&self.megabytes, &Self::MEGABYTES).ok()?).ok()?;
        let messages = number(&self.messages, &Self::MESSAGES).ok()?;
        Some(Budget { bytes: megabytes * MEGABYTE, messages })
    }
}

/// A whole number; commas and spaces between its digits are what people write for reading.
fn number(text: &str, range: &RangeInclusive<u64>) -> Result<u64, BudgetFault> {
    let is_gap = |character: char| matches!(character, ',' | '，' | '_') || character.is_whitespace();
    let digits: String = text.chars().filter(|character| !is_gap(*character)).collect();
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(BudgetFault::Number);
    }
    // More digits than the type holds are too many all the same.
    let number = digits.parse().unwrap_or(u64::MAX);
    if range.contains(&number) { Ok(number) } else { Err(BudgetFault::Range) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(megabytes: &str, messages: &str) -> BudgetForm {
        BudgetForm { megabytes: megabytes.into(), messages: messages.into() }
    }

    #[test]
    fn a_budget_comes_back_as_it_was_set() {
        let form = form(" 16 ", "4,000,000");
        let budget = form.budget().unwrap();
        assert_eq!((budget.bytes, budget.messages), (16 << 20, 4_000_000));
        assert_eq!(BudgetForm::of(budget).budget(), Some(budget));
        assert_eq!(BudgetForm::default().budget(), Some(Budget::default()));
        let text = serde_json::to_string(&form).unwrap();
        assert_eq!(serde_json::from_str::<BudgetForm>(&text).unwrap(), form);
    }

    #[test]
    fn what_is_no_budget_is_told() {
        for text in ["", "x", "-5", "1.5", "1e3", "0x10", "，"] {
            assert_eq!(form(text, text).megabytes_fault(), Some(BudgetFault::Number), "{text}");
            assert_eq!(form(text, text).messages_fault(), Some(BudgetFault::Number), "{text}");
        }
        for (megabytes, messages) in [("15", "999"), ("1025", "4000001"), ("0", "99999999999999999999999")] {
            assert_eq!(form(megabytes, "1000").megabytes_fault(), Some(BudgetFault::Range));
            assert_eq!(form("16", messages).messages_fault(), Some(BudgetFault::Range));
            assert_eq!(form(megabytes, messages).budget(), None);
        }
    }
}
