use super::{Lang, wording};
use crate::journal::Ack;
use crate::journal::export::{Column, Form};
use crate::journal::import::{ImportError, LineFault};

wording! {
    export: "导出" / "Export";
    export_title: "导出记录" / "Export the record";
    export_form: "格式" / "Format";
    export_scope: "范围" / "What";
    export_form_wire: "报文文本" / "Packet text";
    export_jsonl_hint:
        "逐字节完整，每行一条，可以再次打开。" / "Every byte, one entry a line. Can be opened again.";
    export_csv_hint:
        "给表格软件看：二进制载荷写成十六进制，超出单元格上限的载荷会截断。"
        / "For spreadsheets: binary payloads in hex; a payload beyond what a cell holds is cut.";
    export_wire_hint:
        "每个报文一段十六进制转储，text2pcap 可以读取。" / "A hex dump of each packet; text2pcap reads it.";
    export_all(count: &str): "全部 {count} 条，含所有报文" / "All {count}, every packet among them";
    export_shown(count: &str): "列表中的 {count} 条" / "The {count} in the list";
    export_filtered(count: &str): "筛选出的 {count} 条" / "The {count} that pass the filter";
    export_selected: "选中的一条" / "The selected one";
    export_none_selected: "选中的一条（未选择）" / "The selected one (none is)";
    export_no_secrets: "密码与密钥一律以 * 遮盖。" / "Passwords and keys are covered with *.";
    export_start: "导出" / "Export";
    export_progress(done: &str, total: &str, size: &str):
        "已写 {done} / {total} 条，{size}" / "{done} of {total} written, {size}";
    exported(count: &str, size: &str): "已导出 {count} 条，{size}" / "{count} exported, {size}";
    export_gone(count: u64):
        "有 {count} 条在写入之前已被丢弃" / "{count} entries were dropped before they could be written";
    export_replaced:
        "导出期间打开了另一份记录，没有保存文件。请重新导出。"
        / "Another record was opened meanwhile; no file was saved. Export again.";
    export_failed(words: &str):
        "浏览器没能生成文件：{words}" / "The browser could not make the file: {words}";
    export_nothing: "没有可导出的内容。" / "There is nothing to export.";
    close_dialog: "关闭" / "Close";

    open_record: "打开记录…" / "Open a record…";
    open_record_hint:
        "打开导出的 JSONL 文件，只读。也可以把文件拖到页面上。"
        / "Opens an exported JSONL file, to read only. A file can be dropped on the page too.";
    drop_record: "松开以打开记录" / "Drop to open the record";
    record_reading(name: &str, percent: u32): "正在打开 {name}：{percent}%" / "Opening {name}: {percent}%";
    record_shown: "只读记录" / "Record, read only";
    record_entries(count: &str): "{count} 条" / "{count} entries";
    record_live: "会话在后台继续。" / "The session goes on in the background.";
    record_cut: "文件不完整，缺少结尾。" / "The file is cut off: its end is missing.";
    record_over_budget(count: u64):
        "最早的 {count} 条消息超出内存上限，没有保留。"
        / "The oldest {count} messages exceed the memory limit and were not kept.";
    record_faults(count: u64): "{count} 行有问题" / "Faults in {count} lines";
    record_more_faults(count: u64): "还有 {count} 行" / "{count} more";
    record_line(line: u64, what: &str): "第 {line} 行：{what}" / "Line {line}: {what}";
    close_record: "关闭记录" / "Close the record";
    record_failed(name: &str, why: &str): "打不开 {name}：{why}" / "{name} cannot be opened: {why}";
    record_unreadable(words: &str): "浏览器读不了这个文件（{words}）。" / "the browser cannot read it ({words}).";
    import_empty: "文件是空的。" / "it is empty.";
    import_table:
        "这是 CSV 表格。只有 JSONL 格式的导出可以再次打开。"
        / "it is a CSV table. Only exports as JSONL can be opened again.";
    import_compressed: "文件是压缩的，先解压。" / "it is compressed; unpack it first.";
    import_unknown:
        "不是本工具导出的 JSONL 记录，或已全部损坏。"
        / "it is no record that was exported as JSONL, or nothing of it is left.";
    import_newer(version: u64):
        "它由更新的版本写成（格式 {version}），先更新本工具。"
        / "it was written by a newer version (form {version}); update this tool first.";
    line_too_long: "太长，已跳过。" / "too long, left out.";
    line_no_object: "不是 JSON 对象，已跳过。" / "no JSON object, left out.";
    line_json(column: usize):
        "从第 {column} 个字节起不是 JSON，已跳过。" / "not JSON from byte {column} on, left out.";
    line_field(words: &str): "字段有误（{words}），已跳过。" / "a field is wrong ({words}), left out.";
    line_time: "没有时间或超出范围，已跳过。" / "no time, or one out of range; left out.";
    line_direction: "方向不是 in 或 out，已跳过。" / "the direction is neither in nor out; left out.";
    line_no_packet: "没有报文，已跳过。" / "no packet, left out.";
    line_base64: "Base64 有误，已跳过。" / "broken Base64, left out.";
    line_type: "报文与所写类型不符，已跳过。" / "the packet is not of the type it is said to be; left out.";
    line_note: "未知的事件，已跳过。" / "an unknown event, left out.";
    line_ack: "未知的应答状态，已跳过。" / "an unknown state of acknowledgement, left out.";
    line_second_header: "又一个文件头，已跳过。" / "another head of a file, left out.";
    line_backwards: "时间早于前面的行，按前面的时间保留。" / "earlier than a line before it; kept with that line's time.";
    line_disorder: "序号没有递增，已保留。" / "its number does not follow; kept.";

    column_number: "序号" / "No.";
    column_type: "类型" / "Type";
    column_packet_bytes: "报文字节" / "Packet bytes";
    column_payload_bytes: "载荷字节" / "Payload bytes";
    column_ack: "应答" / "Acknowledgement";
    column_ack_millis: "应答用时 ms" / "After ms";
    acked: "已应答" / "Acknowledged";
    ack_waiting: "等待应答" / "Waiting";
    ack_late: "超时未应答" / "Overdue";
    ack_cut: "断开前未应答，将重发" / "Interrupted, to be sent again";
    ack_again: "已重发" / "Sent again";
    ack_gone: "断开前未应答，不再重发" / "Given up";
    ack_is_answer: "是应答" / "An answer";
}

impl Lang {
    /// What an export in this form is good for.
    pub const fn export_hint(self, form: Form) -> &'static str {
        match form {
            Form::Jsonl => self.export_jsonl_hint(),
            Form::Csv => self.export_csv_hint(),
            Form::Wire => self.export_wire_hint(),
        }
    }

    /// The head of a table's column.
    pub const fn export_column(self, column: Column) -> &'static str {
        match column {
            Column::Number => self.column_number(),
            Column::Time => self.time(),
            Column::Direction => self.direction(),
            Column::Type => self.column_type(),
            Column::Topic => "Topic",
            Column::Qos => "QoS",
            Column::Dup => "DUP",
            Column::Retain => "RETAIN",
            Column::PacketId => "Packet ID",
            Column::PacketBytes => self.column_packet_bytes(),
            Column::PayloadBytes => self.column_payload_bytes(),
            Column::Ack => self.column_ack(),
            Column::AckMillis => self.column_ack_millis(),
            Column::Content => self.content(),
        }
    }

    /// What became of a request, for a table.
    pub fn export_ack(self, ack: Ack) -> String {
        match ack {
            Ack::None => String::new(),
            Ack::Pending => self.ack_waiting().into(),
            Ack::After(_) => self.acked().into(),
            Ack::Refused(code) => self.refused(code),
            Ack::Overdue => self.ack_late().into(),
            Ack::Interrupted => self.ack_cut().into(),
            Ack::Resent => self.ack_again().into(),
            Ack::Lost => self.ack_gone().into(),
            Ack::Answers(_) => self.ack_is_answer().into(),
        }
    }

    /// Why a file cannot be opened.
    pub fn import_error(self, error: ImportError) -> String {
        match error {
            ImportError::Empty => self.import_empty().into(),
            ImportError::Table => self.import_table().into(),
            ImportError::Compressed => self.import_compressed().into(),
            ImportError::Unknown => self.import_unknown().into(),
            ImportError::Newer(version) => self.import_newer(version),
        }
    }

    /// What is wrong with a line of a file.
    pub fn line_fault(self, line: u64, fault: &LineFault) -> String {
        let what = match fault {
            LineFault::TooLong => self.line_too_long().into(),
            LineFault::NoObject => self.line_no_object().into(),
            LineFault::Json(column) => self.line_json(*column),
            LineFault::Field(words) => self.line_field(words),
            LineFault::Time => self.line_time().into(),
            LineFault::Direction => self.line_direction().into(),
            LineFault::NoPacket => self.line_no_packet().into(),
            LineFault::Base64 => self.line_base64().into(),
            LineFault::Type => self.line_type().into(),
            LineFault::Note => self.line_note().into(),
            LineFault::Ack => self.line_ack().into(),
            LineFault::SecondHeader => self.line_second_header().into(),
            LineFault::Backwards => self.line_backwards().into(),
            LineFault::Disorder => self.line_disorder().into(),
        };
        self.record_line(line, &what)
    }
}
