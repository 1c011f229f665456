use super::{Lang, wording};
use crate::journal::query::{Key, PatternFault, QueryError, QueryFault};

wording! {
    filter: "筛选" / "Filter";
    filter_messages: "筛选内容、Topic 或 /正则/" / "Filter text, topic or /regex/";
    filter_wire: "筛选，如 type:SUBACK code:0x80" / "Filter, e.g. type:SUBACK code:0x80";
    filter_options: "筛选条件" / "Filter options";
    clear_filter: "清除筛选" / "Clear the filter";
    matching_topics: "匹配的 Topic" / "Matching topics";
    all: "全部" / "All";
    any: "不限" / "Any";
    packet_type: "报文类型" / "Packet type";
    nothing_found: "没有符合筛选的内容" / "Nothing matches the filter";
    errors_only: "只看错误" / "Errors only";
    errors_only_hint:
        "RetCode 非 0、被拒绝、超时、违反协议"
        / "RetCode other than 0, refused, overdue, rules broken";
    from_time: "从" / "From";
    to_time: "到（不含）" / "Until";
    time_hint: "14:32、14:32:13.124 或 2026-11-22T14:32" / "14:32, 14:32:13.124 or 2026-11-22T14:32";
    filter_hint:
        "空格分隔的条件须同时满足；前加 - 取反。可写 \"词组\"、/正则/i，及 topic: hex: code: id: size:>1000"
        / "All terms must hold; a - before one turns it round. Also “phrases” in quotes, /regex/i, topic: hex: code: id: size:>1000";
    filtering(percent: u32): "正在筛选 {percent}%" / "Filtering, {percent}%";
    filter_shown(shown: &str, total: &str): "显示 {shown} 条，共 {total} 条" / "{shown} of {total} shown";

    query_direction: "dir: 只能是 in 或 out。" / "dir: takes in or out.";
    query_qos: "qos: 只能是 0、1 或 2。" / "qos: takes 0, 1 or 2.";
    query_is: "is: 只能是 error。" / "is: takes error.";
    query_time(key: &str):
        "{key}: 写作 14:32、14:32:13.124 或 2026-11-22T14:32:13。"
        / "{key}: takes 14:32, 14:32:13.124 or 2026-11-22T14:32:13.";
    query_type:
        "type: 是报文类型（如 SUBACK），或 CONN、PUB、SUB、PING、NOTE。"
        / "type: takes a packet type such as SUBACK, or CONN, PUB, SUB, PING, NOTE.";
    query_code: "code: 是整数，如 220 或 0x80。" / "code: takes a whole number such as 220 or 0x80.";
    query_packet_id: "id: 是 1–65535 的整数。" / "id: takes a number from 1 to 65535.";
    query_size: "size: 是字节数，如 >1000、<=64、200。" / "size: takes bytes, such as >1000, <=64 or 200.";
    query_topic:
        "topic: 是 Topic 的一部分、带 + # 的过滤器，或 = 加完整 Topic。"
        / "topic: takes a piece of a topic, a filter with + and #, or = and a whole topic.";
    query_bytes: "hex: 是十六进制字节，如 0a0b。" / "hex: takes bytes in hexadecimal, such as 0a0b.";
    query_pattern: "正则表达式有误：" / "Regular expression: ";
    query_pattern_large:
        "正则表达式太大，请减少重复次数。" / "The regular expression is too large; repeat less in it.";
}

impl Lang {
    /// Why a filter's text means nothing, or what can be written where nothing stands yet. Of a bad pattern
    /// [`QueryFault::pattern_words`] belong behind it, marked as English.
    pub fn query_error(self, error: &QueryError) -> String {
        match &error.fault {
            QueryFault::Empty(key) | QueryFault::Value(key) => self.query_value(*key),
            QueryFault::HexOdd => format!("hex: {}", self.hex_odd()),
            QueryFault::HexDigit(found) => format!("hex: {}", self.hex_digit(*found)),
            QueryFault::Pattern(PatternFault::Syntax(_)) => self.query_pattern().into(),
            QueryFault::Pattern(PatternFault::TooLarge) => self.query_pattern_large().into(),
        }
    }

    fn query_value(self, key: Key) -> String {
        match key {
            Key::Topic => self.query_topic().into(),
            Key::Direction => self.query_direction().into(),
            Key::Qos => self.query_qos().into(),
            Key::Is => self.query_is().into(),
            Key::After | Key::Before => self.query_time(key.name()),
            Key::Bytes => self.query_bytes().into(),
            Key::Type => self.query_type().into(),
            Key::Code => self.query_code().into(),
            Key::PacketId => self.query_packet_id().into(),
            Key::Size => self.query_size().into(),
        }
    }
}
