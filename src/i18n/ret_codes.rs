use super::Lang;
use crate::uiot::RetCode;

/// Code, Chinese, English, after the platform's list (retcode.md).
const MEANINGS: &[(i64, &str, &str)] = &[
    (-1, "加载数据失败", "Data loading failed"),
    (0, "成功", "Success"),
    (110, "操作超时", "Operation timed out"),
    (130, "服务暂时不可用", "Service temporarily unavailable"),
    (140, "鉴权错误", "Authorization error"),
    (150, "服务暂时不可用", "Service temporarily unavailable"),
    (171, "签名错误", "Signature error"),
    (200, "服务暂时不可用", "Service temporarily unavailable"),
    (210, "缺少参数", "A parameter is missing"),
    (220, "参数超出限制", "A parameter exceeds its limits"),
    (230, "参数错误", "A parameter is wrong"),
    (240, "鉴权错误", "Authorization error"),
    (310, "参数类型错误", "A parameter has the wrong type"),
    (100_002, "产品名称不存在", "No product has this name"),
    (100_003, "产品序列号不存在", "No product has this ProductSN"),
    (100_006, "产品没有这个 Topic", "The product has no such topic"),
    (100_008, "设备不存在", "The device does not exist"),
    (100_014, "设备密码不正确", "The device's password is not correct"),
    (100_019, "设备数量超出限制", "Too many devices"),
    (100_020, "没有记录", "No records found"),
    (100_025, "断开设备失败", "The device could not be disconnected"),
    (100_026, "影子文档版本冲突", "Shadow version conflict"),
    (100_027, "设备影子已关闭", "The device shadow is disabled"),
    (100_031, "固件版本已存在", "The firmware version exists already"),
    (100_032, "固件版本不存在", "The firmware version does not exist"),
    (100_033, "设备未上报过版本", "The device never reported its version"),
    (100_034, "当前版本与目标版本相同", "The device has the target version already"),
    (100_035, "已有升级任务在进行", "Another upgrade is running"),
    (100_036, "设备版本不存在", "The device has no such version"),
    (100_038, "标识符不存在", "The identifier does not exist"),
    (100_039, "设备不在线", "The device is not online"),
    (100_040, "命令超时", "The command timed out"),
    (100_041, "命令回复错误", "The command was answered wrongly"),
    (100_046, "命令不存在", "The command does not exist"),
    (100_047, "事件不存在", "The event does not exist"),
    (100_049, "属性只读", "The property is read-only"),
    (100_053, "接口调用过于频繁", "Called too often"),
    (100_054, "产品已发布", "The product is published"),
    (100_058, "物模型中没有定义这个属性", "The thing model does not define the property"),
];

impl Lang {
    /// What a return code of the platform means; none for codes that its documents do not list.
    pub fn ret_code(self, code: RetCode) -> Option<&'static str> {
        let index = MEANINGS.binary_search_by_key(&code.0, |(number, ..)| *number).ok()?;
        let (_, zh, en) = MEANINGS[index];
        Some(match self {
            Self::Zh => zh,
            Self::En => en,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_listed_code_has_its_words() {
        assert!(MEANINGS.is_sorted_by_key(|(number, ..)| *number));
        for (number, zh, en) in MEANINGS {
            assert_eq!(Lang::Zh.ret_code(RetCode(*number)), Some(*zh));
            assert_eq!(Lang::En.ret_code(RetCode(*number)), Some(*en));
        }
        assert_eq!(Lang::En.ret_code(RetCode(7)), None);
    }
}
