//! What is wrong with a file of a thing model: where, and why.

use super::{Lang, wording};
use crate::uiot::model::{
    JsonKind, TemplateError, TemplateFault, TemplatePlace, TemplateProblem, TemplateRule,
};

wording! {
    model_too_deep: "嵌套太深。" / "nested too deep.";
    model_no_template:
        "没有 Property、Event、Command，也没有 Template。"
        / "neither Property, Event, Command nor Template is there.";
    model_missing: "缺少这个字段。" / "this field is missing.";
    model_wrong_kind(expected: &str, found: &str): "应为{expected}，实际是{found}。" / "{expected} expected, {found} found.";
    model_not_integer: "应为 64 位以内的整数。" / "an integer of up to 64 bits expected.";
    model_negative: "不能是负数。" / "must not be negative.";
    model_unknown_word(found: &str, allowed: &str): "“{found}”不可用，可用：{allowed}。" / "\"{found}\" is not possible; possible: {allowed}.";
    model_place(path: &str, what: &str): "{path}：{what}" / "{path}: {what}";
    kind_null: "null" / "null";
    kind_boolean: "布尔值" / "a boolean";
    kind_number: "数字" / "a number";
    kind_string: "文本" / "a text";
    kind_array: "数组" / "a list";
    kind_object: "对象" / "an object";

    model_rule_too_many(count: usize, limit: usize): "有 {count} 个，最多 {limit} 个。" / "{count} of them; at most {limit}.";
    model_rule_identifier: "标识符为 1–32 个字母、数字、下划线，不以数字开头。" / "an identifier has 1 to 32 letters, digits and _, and begins with no digit.";
    model_rule_twice(first: &str): "与 {first} 重复。" / "the same as in {first}.";
    model_rule_name: "名称为 1–32 个中文、字母、数字、下划线。" / "a name has 1 to 32 Chinese characters, letters, digits and _.";
    model_rule_description(length: usize): "描述有 {length} 个字符，最多 100 个。" / "a description of {length} characters; at most 100.";
    model_rule_unit(length: usize): "单位有 {length} 个字符，最多 16 个。" / "a unit of {length} characters; at most 16.";
    model_rule_bound_missing(key: &str): "缺少 {key}。" / "{key} is missing.";
    model_rule_min_above_max(min: &str, max: &str): "Min {min} 大于 Max {max}。" / "Min {min} is above Max {max}.";
    model_rule_bound_outside: "类型装不下这个数。" / "the type cannot hold this number.";
    model_rule_step: "Step 应大于 0。" / "Step has to be above 0.";
    model_rule_bool_text(value: u8): "{value} 没有说明文字。" / "{value} has no text.";
    model_rule_enum_items(count: usize): "枚举有 {count} 项，应为 1–25 项。" / "an enum of {count} items; 1 to 25.";
    model_rule_enum_value(value: &str): "“{value}”不是 32 位整数。" / "\"{value}\" is no integer of 32 bits.";
    model_rule_enum_text(value: i64): "{value} 没有描述。" / "{value} has no description.";
    model_rule_string_length: "字符串长度为 1–2048。" / "a string's length is 1 to 2048.";
    model_rule_array_size: "数组大小为 1–128。" / "an array's size is 1 to 128.";
    model_rule_array_item(name: &str): "数组元素不能是 {name}。" / "an array cannot hold {name}.";
    model_rule_no_members: "结构体没有成员。" / "the struct has no members.";
    model_rule_member(name: &str): "结构体成员不能是 {name}。" / "a struct cannot have {name}.";
    model_rule_unknown_type(name: &str): "平台没有类型 {name}，或它的 Spec 形状不对。" / "the platform has no type {name}, or its Spec has another shape.";
}

impl Lang {
    /// Why a text is no thing model, with its place.
    pub fn template_error(self, error: &TemplateError) -> String {
        let what = match &error.fault {
            TemplateFault::Json(fault) => self.json_fault(fault),
            TemplateFault::TooDeep => self.model_too_deep().into(),
            TemplateFault::NoTemplate => self.model_no_template().into(),
            TemplateFault::Missing => self.model_missing().into(),
            TemplateFault::WrongKind { expected, found } => {
                self.model_wrong_kind(self.json_kind(*expected), self.json_kind(*found))
            }
            TemplateFault::NotInteger => self.model_not_integer().into(),
            TemplateFault::Negative => self.model_negative().into(),
            TemplateFault::UnknownWord { found, allowed } => {
                let found: String = found.chars().take(40).collect();
                self.model_unknown_word(&found, &allowed.join(", "))
            }
        };
        match &error.place {
            TemplatePlace::Text(place) => self.at_place(place.line, place.column, &what),
            TemplatePlace::Path(path) if path.is_empty() => what,
            TemplatePlace::Path(path) => self.model_place(path, &what),
        }
    }

    /// Which rule of the console a thing model breaks, with its place.
    pub fn template_problem(self, problem: &TemplateProblem) -> String {
        use TemplateRule as R;
        let what = match &problem.rule {
            R::TooMany { count, limit } => self.model_rule_too_many(*count, *limit),
            R::IdentifierForm => self.model_rule_identifier().into(),
            R::IdentifierTwice { first } | R::NameTwice { first } => self.model_rule_twice(first),
            R::NameForm => self.model_rule_name().into(),
            R::DescriptionLength(length) => self.model_rule_description(*length),
            R::UnitLength(length) => self.model_rule_unit(*length),
            R::BoundMissing(bound) => self.model_rule_bound_missing(bound.key()),
            R::MinAboveMax { min, max } => self.model_rule_min_above_max(&min.to_string(), &max.to_string()),
            R::BoundOutsideType(_) => self.model_rule_bound_outside().into(),
            R::StepNotPositive => self.model_rule_step().into(),
            R::BoolText(value) => self.model_rule_bool_text(*value),
            R::EnumItems(count) => self.model_rule_enum_items(*count),
            R::EnumValue(value) => self.model_rule_enum_value(value),
            R::EnumText(value) => self.model_rule_enum_text(*value),
            R::StringLength(_) => self.model_rule_string_length().into(),
            R::ArraySize(_) => self.model_rule_array_size().into(),
            R::ArrayItemType(name) => self.model_rule_array_item(name),
            R::NoMembers => self.model_rule_no_members().into(),
            R::MemberType(name) => self.model_rule_member(name),
            R::UnknownType(name) => self.model_rule_unknown_type(name),
        };
        self.model_place(&problem.path, &what)
    }

    const fn json_kind(self, kind: JsonKind) -> &'static str {
        match kind {
            JsonKind::Null => self.kind_null(),
            JsonKind::Boolean => self.kind_boolean(),
            JsonKind::Number => self.kind_number(),
            JsonKind::String => self.kind_string(),
            JsonKind::Array => self.kind_array(),
            JsonKind::Object => self.kind_object(),
        }
    }
}
