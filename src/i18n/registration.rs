//! Dynamic registration: the choice in the form, its steps, and what each end of it means.

use super::{Lang, wording};
use crate::mqtt::{ConnectReturnCode, EndCause};
use crate::uiot::registration::{ANSWER_TIME, ANSWER_TIME_C, Cause, Failure, Mark, Progress, Stage, Step};

wording! {
    registration: "注册方式" / "Registration";
    registration_static: "静态 · 一机一密" / "Static · per device";
    registration_dynamic: "动态 · 一型一密" / "Dynamic · per product";
    registration_static_hint: "设备有自己的 DeviceSecret" / "The device has its own DeviceSecret";
    registration_dynamic_hint: "设备只有产品的 ProductSecret" / "The device has its product’s ProductSecret alone";
    product_secret: "产品密码" / "product password";
    registration_about:
        "设备用 ProductSecret 登录，换取自己的 DeviceSecret，再用它以静态方式连接。产品要打开「动态注册」；若还打开了「预认证」，要先在产品里添加这个 DeviceSN。"
        / "The device logs in with the ProductSecret, asks for its own DeviceSecret and connects with that. The product needs dynamic registration switched on; with pre-authentication on, the DeviceSN has to be added to it before.";
    registration_once:
        "只有一次：用 DeviceSecret 登录过之后，平台不再接受这台设备动态注册，除非在控制台「重置设备状态」。"
        / "It works once: after a login with its DeviceSecret the platform registers the device no more, unless its state is reset in the console.";
    registration_connect: "注册并连接" / "Register and connect";
    registration_try: "用内置模拟器试一次" / "Try it with the simulator";
    registration_try_too: "或者试试动态注册" / "Or try dynamic registration";
    registration_tried: "表单已换成模拟器里的一台新设备" / "The form now holds a new device of the simulator";

    registering: "注册中" / "Registering";
    registration_done: "已注册" / "Registered";
    registration_failed: "注册未完成" / "Not registered";
    registration_login_failed: "已注册，未登录" / "Registered, not logged in";
    registration_stopped: "已停止" / "Stopped";
    registration_stop: "停止" / "Stop";
    registration_to_messages: "查看消息" / "Show messages";
    registration_to_wire: "查看报文" / "Show packets";

    stage_connect: "以 |2 连接" / "Connect as |2";
    stage_subscribe: "订阅 password_reply" / "Subscribe password_reply";
    stage_ask: "请求" / "Request";
    stage_receive: "收到 DeviceSecret" / "Receive DeviceSecret";
    stage_log_in: "以 |1 重新连接" / "Reconnect as |1";
    mark_done: "完成" / "done";
    mark_now: "进行中" / "under way";
    mark_to_come: "未到" / "not reached";
    mark_failed: "失败" / "failed";
    mark_stopped: "已停止" / "stopped";

    waits_connack: "用 ProductSecret 登录，等待 CONNACK" / "Logging in with the ProductSecret, waiting for CONNACK";
    waits_suback(most: u64): "等待 SUBACK，最多 {most} 秒" / "Waiting for SUBACK, {most} s at most";
    waits_reply(most: u64, c: u64):
        "等待平台应答，最多 {most} 秒（与 Arduino SDK 相同，C SDK 为 {c} 秒）"
        / "Waiting for the answer, {most} s at most (as the Arduino SDK; the C SDK waits {c} s)";
    waits_login: "用得到的 DeviceSecret 登录，等待 CONNACK" / "Logging in with the DeviceSecret, waiting for CONNACK";

    registration_success:
        "设备已用自己的 DeviceSecret 登录，因此已激活，不能再次动态注册。请保存 DeviceSecret：除非在控制台「重置设备状态」，平台不会再告诉一次。"
        / "The device logged in with its own DeviceSecret and so is activated: it cannot register again. Save the secret: unless the device’s state is reset in the console, the platform does not tell it again.";
    registration_in_form: "表单已改为静态，并填入 DeviceSecret。" / "The form is static now and holds the DeviceSecret.";
    registration_not_in_form:
        "表单里没有这个 DeviceSecret，它只在这里。请复制它。"
        / "The form does not hold this DeviceSecret, so it stands only here: copy it.";

    failed_refused: "平台拒绝了登录。" / "The platform refused the login.";
    failed_login:
        "平台给了 DeviceSecret，但用它登录没有成功。DeviceSecret 没有丢失。"
        / "The platform gave the DeviceSecret, but the login with it failed. The secret is not lost.";
    failed_subscription: "平台拒绝了对 password_reply 的订阅。" / "The platform refused the subscription to password_reply.";
    failed_lost: "连接中断。" / "The connection was lost.";
    failed_connect_late: "没有及时连上。" / "The connection took too long.";
    failed_suback_late(most: u64): "{most} 秒内没有 SUBACK。" / "No SUBACK within {most} s.";
    failed_reply_late(most: u64, c: u64):
        "{most} 秒内没有应答（C SDK 等 {c} 秒，Arduino SDK 等 {most} 秒）。在报文里看请求是否有 PUBACK。"
        / "No answer within {most} s (the C SDK waits {c} s, the Arduino SDK {most} s). The packets show whether the request had its PUBACK.";
    failed_answer(code: i64, meaning: &str):
        "平台应答 RetCode {code}（{meaning}）。文档没有列出动态注册的错误码，这里按返回码总表解释。"
        / "The platform answered RetCode {code} ({meaning}). The documents name no codes for registration; this is what their general list says.";
    failed_answer_unknown(code: i64):
        "平台应答 RetCode {code}。平台文档没有这个返回码，按原样显示。"
        / "The platform answered RetCode {code}. The documents do not list this code; it is shown as it came.";
    failed_answer_words(words: &str): "平台的说明：{words}" / "The platform’s words: {words}";
    failed_no_password: "平台应答成功，但其中没有 Password。" / "The platform answered with success, but without a Password.";
    failed_misread(why: &str): "password_reply 上的应答读不懂：{why}" / "The answer on password_reply could not be understood: {why}";
    failed_not_sent:
        "请求发不出去：DeviceSN 里有 Topic 不能包含的字符。改正 DeviceSN。"
        / "The request cannot be sent: the DeviceSN holds what no topic may. Correct the DeviceSN.";

    likely_causes: "文档没有说明每种原因返回什么。可能是：" / "The documents do not say which cause gives which code. It may be that:";
    cause_secret: "ProductSecret 不对，或属于另一个产品。" / "the ProductSecret is wrong, or another product’s.";
    cause_switch: "产品没有打开「动态注册」。" / "dynamic registration is switched off for the product.";
    cause_pre_authentication:
        "产品打开了「预认证」，而这个 DeviceSN 没有添加。" / "pre-authentication is on, and this DeviceSN was not added.";
    cause_activated:
        "设备已激活，即用 DeviceSecret 登录过。改用静态方式；密码丢了，就先在控制台「重置设备状态」。"
        / "the device is activated: it logged in with its DeviceSecret before. Use static registration; if the secret is lost, reset the device’s state in the console first.";
    cause_disabled: "设备被禁用。在控制台启用它。" / "the device is disabled. Enable it in the console.";

    after_nothing: "还没有发出请求，平台没有发放密码。" / "Nothing was requested yet, so the platform gave out no secret.";
    after_asking:
        "请求已发出：平台可能已发放 DeviceSecret，没有「预认证」时也可能已添加设备。只要还没用 DeviceSecret 登录过，应当可以重新注册；文档没有说明密码是否不变。"
        / "The request was sent: the platform may have given out a DeviceSecret and, without pre-authentication, added the device. As long as nobody logged in with that secret, registering anew should work; whether the secret stays the same is not documented.";
    after_secret:
        "登录若已到达平台，设备就已激活，不能再次动态注册。用表单里的 DeviceSecret 以静态方式连接。"
        / "If the login reached the platform, the device is activated and cannot register again. Connect with the DeviceSecret, as static.";
}

impl Lang {
    /// A stage's name.
    pub const fn stage(self, stage: Stage) -> &'static str {
        match stage {
            Stage::Connect => self.stage_connect(),
            Stage::Subscribe => self.stage_subscribe(),
            Stage::Ask => self.stage_ask(),
            Stage::Receive => self.stage_receive(),
            Stage::LogIn => self.stage_log_in(),
        }
    }

    /// How a stage stands.
    pub const fn mark(self, mark: Mark) -> &'static str {
        match mark {
            Mark::Done => self.mark_done(),
            Mark::Now => self.mark_now(),
            Mark::ToCome => self.mark_to_come(),
            Mark::Failed => self.mark_failed(),
            Mark::Stopped => self.mark_stopped(),
        }
    }

    /// Where a registration stands, in a word or two.
    pub const fn registration_state(self, progress: &Progress) -> &'static str {
        match progress {
            Progress::At(_) => self.registering(),
            Progress::Done => self.registration_done(),
            Progress::Failed(Failure { step: Step::Leaving | Step::LoggingIn, .. }) => {
                self.registration_login_failed()
            }
            Progress::Failed(_) => self.registration_failed(),
            Progress::Stopped => self.registration_stopped(),
        }
    }

    /// What a step waits for.
    pub fn registration_wait(self, step: Step) -> String {
        match step {
            Step::Connecting => self.waits_connack().into(),
            Step::Subscribing => self.waits_suback(ANSWER_TIME.as_secs()),
            Step::Asking => self.waits_reply(ANSWER_TIME.as_secs(), ANSWER_TIME_C.as_secs()),
            Step::Leaving | Step::LoggingIn => self.waits_login().into(),
        }
    }

    /// Why a registration failed, sentence by sentence; `ended` is why its connection did, where that was it.
    pub fn registration_failure(self, failure: &Failure, ended: Option<&EndCause>) -> Vec<String> {
        let own = matches!(failure.step, Step::Leaving | Step::LoggingIn);
        let mut said: Vec<String> = Vec::new();
        if own {
            said.push(self.failed_login().into());
        }
        match &failure.cause {
            Cause::Refused(code) => {
                if !own {
                    said.push(self.failed_refused().into());
                }
                said.push(self.end_cause(&EndCause::Refused(*code)));
            }
            Cause::SubscriptionRefused => said.push(self.failed_subscription().into()),
            Cause::ConnectionLost => {
                said.push(ended.map_or_else(|| self.failed_lost().into(), |cause| self.end_cause(cause)));
            }
            Cause::TimedOut => said.push(match failure.step {
                Step::Subscribing if ended.is_none() => self.failed_suback_late(ANSWER_TIME.as_secs()),
                Step::Asking if ended.is_none() => {
                    self.failed_reply_late(ANSWER_TIME.as_secs(), ANSWER_TIME_C.as_secs())
                }
                _ => ended.map_or_else(|| self.failed_connect_late().into(), |cause| self.end_cause(cause)),
            }),
            Cause::Answer(code, words) => {
                said.push(match self.ret_code(*code) {
                    Some(meaning) => self.failed_answer(code.0, meaning),
                    None => self.failed_answer_unknown(code.0),
                });
                said.extend(words.as_ref().map(|words| self.failed_answer_words(words)));
            }
            Cause::NoPassword => said.push(self.failed_no_password().into()),
            Cause::Misread(misread) => said.push(self.failed_misread(&misread.why)),
            Cause::NotSent => said.push(self.failed_not_sent().into()),
        }
        said
    }

    /// What may be behind a refusal; nothing where the cause is known.
    pub fn registration_causes(self, failure: &Failure) -> Vec<&'static str> {
        let is_open = match &failure.cause {
            Cause::Refused(code) => matches!(
                code,
                ConnectReturnCode::BadUserNameOrPassword
                    | ConnectReturnCode::NotAuthorized
                    | ConnectReturnCode::Reserved(_)
            ),
            Cause::SubscriptionRefused | Cause::Answer(..) => true,
            _ => false,
        };
        match failure.step {
            Step::Connecting | Step::Subscribing | Step::Asking if is_open => vec![
                self.cause_secret(),
                self.cause_switch(),
                self.cause_pre_authentication(),
                self.cause_activated(),
                self.cause_disabled(),
            ],
            _ => Vec::new(),
        }
    }

    /// What a registration that ended in this step may have changed at the platform.
    pub const fn registration_aftermath(self, step: Step) -> &'static str {
        match step {
            Step::Connecting | Step::Subscribing => self.after_nothing(),
            Step::Asking => self.after_asking(),
            Step::Leaving | Step::LoggingIn => self.after_secret(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uiot::{Misread, RetCode, SystemTopic};

    const STEPS: [Step; 5] =
        [Step::Connecting, Step::Subscribing, Step::Asking, Step::Leaving, Step::LoggingIn];

    fn words(lang: Lang, step: Step, cause: Cause) -> String {
        lang.registration_failure(&Failure { step, cause }, None).join(" ")
    }

    #[test]
    fn every_failure_has_words_in_both_languages() {
        let misread = Misread { topic: SystemTopic::PasswordReply, why: "no object".into() };
        let code = ConnectReturnCode::NotAuthorized;
        let causes = [
            Cause::Refused(code),
            Cause::SubscriptionRefused,
            Cause::ConnectionLost,
            Cause::TimedOut,
            Cause::Answer(RetCode::UNAUTHORIZED, Some("no".into())),
            Cause::NoPassword,
            Cause::Misread(misread),
            Cause::NotSent,
        ];
        for step in STEPS {
            for cause in &causes {
                let (zh, en) = (words(Lang::Zh, step, cause.clone()), words(Lang::En, step, cause.clone()));
                assert!(!zh.is_empty() && !en.is_empty() && zh != en, "{step:?} {cause:?}");
            }
        }
    }

    #[test]
    fn a_code_that_the_documents_do_not_list_is_shown_as_it_came() {
        let unknown = words(Lang::En, Step::Asking, Cause::Answer(RetCode(987_654), None));
        assert!(unknown.contains("987654") && unknown.contains("do not list"), "{unknown}");
        let known = words(Lang::En, Step::Asking, Cause::Answer(RetCode::UNAUTHORIZED, Some("go".into())));
        assert!(known.contains("140") && known.contains("Authorization error") && known.contains("go"));
    }

    #[test]
    fn likely_causes_are_named_for_a_refusal_and_for_nothing_else() {
        let count = |step, cause| Lang::Zh.registration_causes(&Failure { step, cause }).len();
        assert_eq!(count(Step::Connecting, Cause::Refused(ConnectReturnCode::NotAuthorized)), 5);
        assert_eq!(count(Step::Asking, Cause::Answer(RetCode::UNAUTHORIZED, None)), 5);
        assert_eq!(count(Step::Connecting, Cause::Refused(ConnectReturnCode::ServerUnavailable)), 0);
        assert_eq!(count(Step::LoggingIn, Cause::Refused(ConnectReturnCode::NotAuthorized)), 0);
        assert_eq!(count(Step::Asking, Cause::TimedOut), 0);
    }
}
