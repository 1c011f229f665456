use super::{Lang, wording};
use crate::payload::Place;
use crate::payload::tree::{Fault, FaultReason};

wording! {
    views_of_message: "查看方式" / "Views";
    packet_view: "报文" / "Packet";
    mqtt_packet: "MQTT 报文" / "MQTT packet";
    no_packet: "这条报文不完整。" / "The packet is not whole.";
    value_tree: "值的树" / "Tree of values";
    copy_path: "复制路径" / "Copy the path";
    copy_value: "复制值" / "Copy the value";
    copy_payload: "复制载荷" / "Copy the payload";
    copy_topic: "复制 Topic" / "Copy the topic";
    reading_payload: "正在读取载荷" / "Reading the payload";
    stop_reading: "停止" / "Stop";
    reading_stopped(values: usize): "已停止，读到 {values} 个值。" / "Stopped after {values} values.";
    text_in_one_piece(size: &str): "显示为一整段（{size}）" / "Show in one piece ({size})";

    fault_at_byte(offset: usize, what: &str): "第 {offset} 字节：{what}" / "Byte {offset}: {what}";
    fault_kept(what: &str): "{what}以上是读到的部分。" / "{what} What was read is shown.";
    fault_not_utf8: "文本不是 UTF-8。" / "the text is not UTF-8.";
    fault_unexpected_end: "载荷在这里就结束了。" / "the payload ends here, unfinished.";
    fault_trailing: "值已结束，后面还有内容。" / "the value is complete, but more follows.";
    fault_forbidden(byte: u8): "0x{byte:02x} 不该出现在这里。" / "0x{byte:02x} does not belong here.";
    fault_too_many(count: usize): "超过 {count} 个值，其余没有读取。" / "more than {count} values; the rest is left out.";

    diff: "差异" / "Diff";
    diff_previous: "与该 Topic 上一条的差异" / "Diff with the previous on this topic";
    diff_pinned: "与固定消息的差异" / "Diff with the pinned message";
    diff_nothing:
        "没有可以比较的消息：这是该 Topic 同方向的第一条。按 P 固定一条消息，可与任意消息比较。"
        / "Nothing to compare with: it is the first on its topic in this direction. P pins a message to compare others with it.";
    diff_identical: "两条载荷逐字节相同。" / "The payloads are the same to the last byte.";
    diff_same_values: "值都相同，只是写法不同。" / "The values are the same, written differently.";
    diff_cut: "载荷很大，只比较了一部分，或比较得较粗。" / "The payloads are large: only a part was compared, or not in detail.";
    diff_changes(count: usize): "{count} 处变化" / "Changes: {count}";
    diff_by_value: "按值比较" / "by value";
    diff_by_line: "按行比较" / "by line";
    diff_by_byte: "按字节比较" / "by byte";
    diff_removed: "删除：" / "Removed: ";
    diff_added: "新增：" / "Added: ";
    diff_gap(count: usize): "{count} 行相同" / "{count} lines alike";

    pin: "固定，用于比较（P）" / "Pin for comparison (P)";
    unpin: "取消固定（P）" / "Unpin (P)";
    partner_reply: "应答" / "Reply";
    partner_request: "请求" / "Request";
    partner_go: "跳到这条消息（R）" / "Go to that message (R)";
    partner_none: "没有找到对应的请求或应答" / "No request or reply that belongs to it was found";
    open_in_wire: "在「报文」中打开" / "Open in Wire";
    unpin_short: "取消固定" / "Unpin";
    pinned_toast: "已固定，选择另一条消息即可比较" / "Pinned; choose another message to compare";
}

impl Lang {
    /// Why a payload could not be read to its end.
    pub fn tree_fault(self, fault: &Fault, place: Option<Place>) -> String {
        let what = match &fault.reason {
            FaultReason::Json(fault) => self.json_fault(fault),
            FaultReason::NotUtf8 => self.fault_not_utf8().into(),
            FaultReason::UnexpectedEnd => self.fault_unexpected_end().into(),
            FaultReason::Trailing => self.fault_trailing().into(),
            FaultReason::Forbidden(byte) => self.fault_forbidden(*byte),
            FaultReason::TooManyValues => self.fault_too_many(crate::payload::tree::MOST_NODES),
        };
        let placed = match place {
            Some(place) => self.at_place(place.line, place.column, &what),
            None => self.fault_at_byte(fault.offset, &what),
        };
        self.fault_kept(&placed)
    }
}
