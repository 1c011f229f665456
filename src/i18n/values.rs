//! The control for a value of the thing model, and what is wrong with what was typed there.

use super::{Lang, wording};
use crate::uiot::model::{DataType, DraftFaultKind, Expected, NumberSpec, ValueFaultKind};

wording! {
    value_as_json: "用 JSON 填写" / "Write it as JSON";
    value_json_hint: "任何 JSON 值都能发送，包括不符合物模型的。" / "Any JSON value can be sent, one that breaks the model too.";
    value_no_form: "表单里放不下这个值。" / "The form has no place for this value.";
    value_anew: "用表单重新填写" / "Start anew with the form";
    value_less(name: &str): "减小 {name}" / "Decrease {name}";
    value_more(name: &str): "增大 {name}" / "Increase {name}";
    value_not_listed: "不在列表里" / "not in the list";
    value_now: "现在" / "Now";
    value_date_hint(zone: &str): "按本地时间（{zone}）选择，按毫秒发送。" / "Picked in local time ({zone}), sent as milliseconds.";
    value_add: "添加一项" / "Add an item";
    value_remove(name: &str): "移除 {name}" / "Remove {name}";
    value_full(most: usize): "最多 {most} 项；更多可以用 JSON 填写" / "{most} items at most; write more as JSON";
    value_use(value: &str): "改为 {value}" / "Use {value}";
    value_range_both(min: &str, max: &str): "{min} – {max}" / "{min} – {max}";
    value_range_step(range: &str, step: &str): "{range}，步长 {step}" / "{range}, step {step}";
    value_bytes_of(bytes: usize, limit: u64): "{bytes} / {limit} 字节" / "{bytes} / {limit} bytes";
    value_bytes_free(bytes: usize): "{bytes} 字节" / "{bytes} bytes";
    value_items_of(count: usize, limit: u64): "{count} / {limit} 项" / "{count} / {limit} items";
    value_items_free(count: usize): "{count} 项" / "{count} items";

    value_empty: "还没有填写。" / "Nothing is filled in.";
    value_no_integer(typed: &str): "“{typed}” 不是整数。" / "“{typed}” is no integer.";
    value_no_number(typed: &str): "“{typed}” 不是数字。" / "“{typed}” is no number.";
    value_too_large: "数字太大，无法写成 JSON。" / "The number is too large to be written.";
    value_no_json(why: &str): "不是 JSON：{why}" / "No JSON: {why}";
    value_likely_refused(what: &str): "{what}平台很可能会拒绝。" / "{what} The platform is likely to refuse it.";
    value_below(min: &str): "低于下限 {min}。" / "Below the lowest value, {min}.";
    value_above(max: &str): "高于上限 {max}。" / "Above the highest value, {max}.";
    value_off_step(step: &str): "不在步长 {step} 上；平台是否检查没有文档。" / "Off the step of {step}; whether the platform checks that is not documented.";
    value_fraction: "这里应为整数，不能有小数。" / "An integer is expected, without a fraction.";
    value_as_float: "整数写成了小数的形式。" / "An integer, written like one with a fraction.";
    value_overflow(data_type: &str): "超出 {data_type} 的范围。" / "Outside the range of {data_type}.";
    value_true_false: "平台的 bool 是 0 或 1，不是 true 和 false。" / "A bool of the platform is 0 or 1, not true and false.";
    value_not_bit: "bool 只能是 0 或 1。" / "A bool is 0 or 1.";
    value_no_item: "枚举里没有这一项。" / "The enum has no such item.";
    value_too_long(bytes: usize, limit: u64): "{bytes} 字节，超过上限 {limit}。" / "{bytes} bytes, above the limit of {limit}.";
    value_too_many(count: usize, limit: u64): "{count} 项，超过上限 {limit}。" / "{count} items, above the limit of {limit}.";
    value_unknown: "物模型里没有这个标识符。" / "The model has no such identifier.";
    value_missing: "缺少这个成员。" / "This member is missing.";
    value_wrong_kind(expected: &str, found: &str): "应为{expected}，现在是 {found}。" / "{expected} is expected, this is {found}.";
    expected_integer: "整数" / "An integer";
    expected_number: "数字" / "A number";
    expected_bit: " 0 或 1" / "0 or 1";
    expected_string: "字符串" / "A string";
    expected_millis: "毫秒数" / "A number of milliseconds";
    expected_array: "数组" / "An array";
    expected_object: "对象" / "An object";
}

impl Lang {
    /// What is wrong with a typed value of this type, and what follows from it.
    pub fn draft_fault(self, kind: &DraftFaultKind, data_type: &DataType) -> String {
        let is_whole = matches!(data_type, DataType::Int32(_) | DataType::Enum(_) | DataType::Date(_));
        match kind {
            DraftFaultKind::Empty => self.value_empty().to_owned(),
            DraftFaultKind::NoNumber(typed) if is_whole => self.value_no_integer(&short(typed)),
            DraftFaultKind::NoNumber(typed) => self.value_no_number(&short(typed)),
            DraftFaultKind::TooLarge => self.value_too_large().to_owned(),
            DraftFaultKind::Json(error) => self.value_no_json(&self.payload_error(error)),
            DraftFaultKind::Rule(ValueFaultKind::OffStep(step)) => self.value_off_step(&step.to_string()),
            DraftFaultKind::Rule(rule) => self.value_likely_refused(&self.value_fault(rule, data_type)),
        }
    }

    /// Which rule of the model a value of this type breaks.
    pub fn value_fault(self, rule: &ValueFaultKind, data_type: &DataType) -> String {
        match rule {
            ValueFaultKind::WrongKind { expected, found } => {
                let expected = match expected {
                    Expected::Integer => self.expected_integer(),
                    Expected::Number => self.expected_number(),
                    Expected::ZeroOrOne => self.expected_bit(),
                    Expected::String => self.expected_string(),
                    Expected::Milliseconds => self.expected_millis(),
                    Expected::Array => self.expected_array(),
                    Expected::Object => self.expected_object(),
                };
                self.value_wrong_kind(expected, found.name())
            }
            ValueFaultKind::TrueOrFalse => self.value_true_false().to_owned(),
            ValueFaultKind::Fraction => self.value_fraction().to_owned(),
            ValueFaultKind::WrittenAsFloat => self.value_as_float().to_owned(),
            ValueFaultKind::Overflow => self.value_overflow(data_type.name()),
            ValueFaultKind::BelowMin(min) => self.value_below(&min.to_string()),
            ValueFaultKind::AboveMax(max) => self.value_above(&max.to_string()),
            ValueFaultKind::OffStep(step) => self.value_off_step(&step.to_string()),
            ValueFaultKind::NotZeroOrOne => self.value_not_bit().to_owned(),
            ValueFaultKind::NoItem => self.value_no_item().to_owned(),
            ValueFaultKind::TooLong { bytes, limit } => self.value_too_long(*bytes, *limit),
            ValueFaultKind::TooManyItems { count, limit } => self.value_too_many(*count, *limit),
            ValueFaultKind::Unknown => self.value_unknown().to_owned(),
            ValueFaultKind::Missing => self.value_missing().to_owned(),
        }
    }

    /// Range and step of a number; nothing where the model has none.
    pub fn value_range(self, spec: &NumberSpec) -> String {
        let range = match (&spec.min, &spec.max) {
            (None, None) => return String::new(),
            (Some(min), Some(max)) => self.value_range_both(&min.to_string(), &max.to_string()),
            (Some(min), None) => format!("≥ {min}"),
            (None, Some(max)) => format!("≤ {max}"),
        };
        match &spec.step {
            Some(step) => self.value_range_step(&range, &step.to_string()),
            None => range,
        }
    }

    /// How long a string is, and may be.
    pub fn value_bytes(self, bytes: usize, limit: Option<u64>) -> String {
        limit.map_or_else(|| self.value_bytes_free(bytes), |limit| self.value_bytes_of(bytes, limit))
    }

    /// How many items there are, and may be.
    pub fn value_items(self, count: usize, limit: Option<u64>) -> String {
        limit.map_or_else(|| self.value_items_free(count), |limit| self.value_items_of(count, limit))
    }
}

/// The beginning of what was typed.
fn short(typed: &str) -> String {
    const SHOWN: usize = 24;
    match typed.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &typed[..end]),
        None => typed.to_owned(),
    }
}
