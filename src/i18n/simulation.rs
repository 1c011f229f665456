//! Simulated property values.

use super::{Lang, wording};
use crate::uiot::model::simulation::{
    MOST_LISTED, MOST_POINTS, PlanFault, PlanField, ReplayFault, SourceKind,
};

wording! {
    simulation_tab: "模拟" / "Simulation";
    simulation_title: "模拟属性值" / "Simulated values";
    simulation_rate(rate: usize): "每秒最多 {rate} 条" / "at most {rate}/s";
    simulation_held(rate: usize): "正在限速：每秒 {rate} 条" / "held back to {rate}/s";
    simulation_rate_why(rate: usize): "平台每秒只接收 30 条消息，超出的会无声丢失；模拟最多占用 {rate} 条" / "The platform takes 30 messages a second and drops the rest without a word; the simulation uses {rate} at most";
    simulation_start_all: "全部开始" / "Start all";
    simulation_stop_all: "全部停止" / "Stop all";
    simulation_add: "添加要模拟的属性…" / "Add a property to simulate…";
    simulation_identifier: "属性标识符" / "Property identifier";
    simulation_none: "没有传感器时，让属性按正弦、随机游走等方式自动变化并上报。先添加一个属性。" / "Without sensors, let properties change by themselves, as a sine or a random walk, and be posted. Add a property first.";
    simulation_start: "开始" / "Start";
    simulation_restart: "重新开始" / "Restart";
    simulation_stop: "停止" / "Stop";
    simulation_source: "来源" / "Source";
    simulation_idle: "未开始" / "not started";
    simulation_runs: "运行中" / "running";
    simulation_stopped: "已停止" / "stopped";
    simulation_disconnected: "连接断开，已停止" / "stopped: connection lost";
    simulation_over: "回放完毕" / "replay over";
    simulation_sent(count: u64): "已发 {count}" / "sent {count}";
    simulation_kept(count: u64): "未发 {count}" / "held back {count}";
    simulation_not_started(identifier: &str, field: &str, why: &str): "{identifier} 没有开始：{field}：{why}" / "{identifier} was not started: {field}: {why}";
    simulation_list_hint: "每行一个 JSON 值，或一个 JSON 数组；依次上报，循环。" / "A JSON value on each line, or a JSON list; posted in turn, again and again.";
    simulation_replay_hint: "每行“毫秒,值”，或 JSON 数组 [[毫秒,值],…]、[{\"Time\":…,\"Value\":…},…]；按时间差回放一次。" / "“milliseconds,value” on each line, or JSON: [[milliseconds,value],…], [{\"Time\":…,\"Value\":…},…]; replayed once with the same gaps.";

    source_constant: "固定值" / "Constant";
    source_ramp: "斜坡" / "Ramp";
    source_sine: "正弦" / "Sine";
    source_walk: "随机游走" / "Random walk";
    source_list: "列表循环" / "List";
    source_replay: "回放" / "Replay";

    plan_from: "从" / "From";
    plan_to: "到" / "To";
    plan_step: "步长" / "Step";
    plan_min: "最小值" / "Lowest";
    plan_max: "最大值" / "Highest";
    plan_longest_step: "最大步长" / "Longest step";
    plan_period: "周期" / "Period";
    plan_interval: "间隔" / "Interval";
    plan_constant: "值" / "Value";
    plan_list: "列表" / "List";
    plan_replay: "记录" / "Recording";

    plan_no_number: "应为数字。" / "A number is expected.";
    plan_not_positive: "应大于 0。" / "It has to be more than 0.";
    plan_outside(least: u64, most: u64): "应在 {least} 到 {most} 之间。" / "It has to be from {least} to {most}.";
    plan_reversed: "最大值小于最小值。" / "The highest is below the lowest.";
    plan_empty: "还没有填写。" / "Nothing is filled in.";
    plan_too_many(most: usize): "最多 {most} 个值。" / "{most} values at most.";
    plan_line(line: usize, why: &str): "第 {line} 行不是 JSON：{why}" / "Line {line} is no JSON: {why}";
    plan_bad_constant: "这个值写不成 JSON。" / "The value cannot be written as JSON.";
    replay_too_much(most: usize): "最多 {most} 个值、1 MB。" / "{most} values and 1 MB at most.";
    replay_no_json(why: &str): "不是 JSON：{why}" / "No JSON: {why}";
    replay_no_time(place: usize): "第 {place} 项没有以毫秒计的时间。" / "Item {place} has no time in milliseconds.";
    replay_no_value(place: usize): "第 {place} 项没有值。" / "Item {place} has no value.";
    replay_backwards(place: usize): "第 {place} 项的时间早于前一项。" / "The time of item {place} is before that of the one before it.";
}

impl Lang {
    /// The name of a source.
    pub const fn source_kind(self, kind: SourceKind) -> &'static str {
        match kind {
            SourceKind::Constant => self.source_constant(),
            SourceKind::Ramp => self.source_ramp(),
            SourceKind::Sine => self.source_sine(),
            SourceKind::Walk => self.source_walk(),
            SourceKind::List => self.source_list(),
            SourceKind::Replay => self.source_replay(),
        }
    }

    /// The name of a field of a source.
    pub const fn plan_field(self, kind: SourceKind, field: PlanField) -> &'static str {
        match (field, kind) {
            (PlanField::Low, SourceKind::Ramp) => self.plan_from(),
            (PlanField::High, SourceKind::Ramp) => self.plan_to(),
            (PlanField::Low, _) => self.plan_min(),
            (PlanField::High, _) => self.plan_max(),
            (PlanField::Step, SourceKind::Walk) => self.plan_longest_step(),
            (PlanField::Step, _) => self.plan_step(),
            (PlanField::Period, _) => self.plan_period(),
            (PlanField::Interval, _) => self.plan_interval(),
            (PlanField::Constant, _) => self.plan_constant(),
            (PlanField::List, _) => self.plan_list(),
            (PlanField::Replay, _) => self.plan_replay(),
        }
    }

    /// Why a field says nothing that can be done.
    pub fn plan_fault(self, fault: &PlanFault) -> String {
        match fault {
            PlanFault::NoNumber => self.plan_no_number().to_owned(),
            PlanFault::NotPositive => self.plan_not_positive().to_owned(),
            PlanFault::Outside(least, most) => self.plan_outside(*least, *most),
            PlanFault::Reversed => self.plan_reversed().to_owned(),
            PlanFault::Empty | PlanFault::Replay(ReplayFault::Empty) => self.plan_empty().to_owned(),
            PlanFault::TooMany => self.plan_too_many(MOST_LISTED),
            PlanFault::Line(line, error) => self.plan_line(*line, &self.payload_error(error)),
            PlanFault::Constant => self.plan_bad_constant().to_owned(),
            PlanFault::Replay(fault) => match fault {
                ReplayFault::Empty => self.plan_empty().to_owned(),
                ReplayFault::TooMuch => self.replay_too_much(MOST_POINTS),
                ReplayFault::Json(error) => self.replay_no_json(&self.payload_error(error)),
                ReplayFault::NoTime(place) => self.replay_no_time(*place),
                ReplayFault::NoValue(place) => self.replay_no_value(*place),
                ReplayFault::Backwards(place) => self.replay_backwards(*place),
            },
        }
    }
}
