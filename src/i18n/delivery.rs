use super::{Lang, wording};
use crate::delivery::{Form, Loss, Notice, Offline};

wording! {
    update_reload: "重新载入" / "Reload";
    update_later: "稍后" / "Later";
    update_ask: "重新载入，使用新版本？" / "Reload for the new version?";
    update_ask_hint: "需要消息记录时先导出。未记住的密码须重新填写。" / "Export the log first if it is needed. Secrets that are not remembered have to be typed again.";
    about_copy: "复制版本信息" / "Copy version details";
    about_form: "形式" / "Form";
    about_offline: "离线使用" / "Use offline";
    about_install: "安装为应用" / "Install as an app";
    about_documents: "文档" / "Documents";
    about_documents_site: "在新标签页中打开。" / "They open in a new tab.";
    about_documents_file: "许可证清单 licenses.html 随网站与压缩包提供。" / "The list of licences, licenses.html, is on the site and in the zip.";
    about_guide: "使用指南" / "Guide";
    about_licences: "第三方许可证" / "Third-party licences";
    cmd_about: "关于：版本与离线状态" / "About: version, use offline";
}

impl Lang {
    /// What is to be said of a new version.
    pub const fn update_notice(self, notice: Notice) -> &'static str {
        match (notice, self) {
            (Notice::Ready, Self::Zh) => "新版本已就绪，重新载入后使用。",
            (Notice::Ready, Self::En) => "A new version is ready: reload to use it.",
            (Notice::Elsewhere, Self::Zh) => {
                "新版本已在另一个标签页中启用；此页仍运行旧版本，方便时重新载入。"
            }
            (Notice::Elsewhere, Self::En) => {
                "The new version is active in another tab; this one still runs the old version. Reload when ready."
            }
        }
    }

    /// What a reload takes away; none if that is nothing.
    pub fn update_loses(self, loss: Loss) -> Option<String> {
        let Loss { connections, log } = loss;
        let text = match (connections, log, self) {
            (0, false, _) => return None,
            (0, true, Self::Zh) => "重新载入后消息记录会丢失。".to_owned(),
            (0, true, Self::En) => "Reloading loses the message log.".to_owned(),
            (_, false, Self::Zh) => format!("重新载入会断开 {connections} 个连接。"),
            (1, false, Self::En) => "Reloading closes 1 connection.".to_owned(),
            (_, false, Self::En) => format!("Reloading closes {connections} connections."),
            (_, true, Self::Zh) => format!("重新载入会断开 {connections} 个连接，消息记录会丢失。"),
            (1, true, Self::En) => "Reloading closes 1 connection and loses the message log.".to_owned(),
            (_, true, Self::En) => {
                format!("Reloading closes {connections} connections and loses the message log.")
            }
        };
        Some(text)
    }

    /// The name of a form of the page.
    pub const fn form_name(self, form: Form) -> &'static str {
        match (form, self) {
            (Form::Site, Self::Zh) => "网站",
            (Form::Site, Self::En) => "Site",
            (Form::File, Self::Zh) => "单个文件",
            (Form::File, Self::En) => "One file",
            (Form::Development, Self::Zh) => "开发版本",
            (Form::Development, Self::En) => "Development build",
        }
    }

    /// What a form of the page means.
    pub const fn form_hint(self, form: Form) -> &'static str {
        match (form, self) {
            (Form::Site, Self::Zh) => "由静态服务器提供；有新版本时会提示，从不自行重新载入。",
            (Form::Site, Self::En) => {
                "Served by a static host. A new version is told of, and never reloads the page by itself."
            }
            (Form::File, Self::Zh) => "全部内容在一个 HTML 文件中，双击即可打开。新版本即新文件。",
            (Form::File, Self::En) => {
                "All of it is in one HTML file that opens by double click. A new version is a new file."
            }
            (Form::Development, Self::Zh) => "由开发用的服务器提供，不含提交号，也不在浏览器中保存。",
            (Form::Development, Self::En) => {
                "Served for work on the code: without a commit, and not kept by the browser."
            }
        }
    }

    /// Whether the tool can be used without a network, and if not, why.
    pub const fn offline_state(self, offline: Offline) -> &'static str {
        match (offline, self) {
            (Offline::File, Self::Zh) => "可离线使用：程序全部在这个文件中。",
            (Offline::File, Self::En) => "Ready to work offline: all of the program is in this file.",
            (Offline::Ready, Self::Zh) => "可离线使用：程序已保存在浏览器中，模拟器不需要网络。",
            (Offline::Ready, Self::En) => {
                "Ready to work offline: the browser keeps the program, and the simulator needs no network."
            }
            (Offline::Preparing, Self::Zh) => "正在保存到浏览器中，以便离线使用。",
            (Offline::Preparing, Self::En) => "The browser is fetching all of it, for use offline.",
            (Offline::Failed, Self::Zh) => {
                "未能保存到浏览器中：文件缺失或被改动、网络中断、空间不足，或浏览器不允许。下次打开时会再试。"
            }
            (Offline::Failed, Self::En) => {
                "Not kept by the browser: a file is missing or was changed on the way, the network broke, there is no room, or the browser forbids it. It is tried again when the page is next opened."
            }
            (Offline::Insecure, Self::Zh) => {
                "不能离线使用：本页经 http 打开，浏览器只保存经 https 或来自本机的页面。改用 https 打开。"
            }
            (Offline::Insecure, Self::En) => {
                "Not offline: the page came by http, and browsers keep only what comes by https or from this computer. Open it by https."
            }
            (Offline::Unsupported, Self::Zh) => {
                "不能离线使用：浏览器没有所需的功能，或在隐私窗口中不提供。可改用单个文件的版本。"
            }
            (Offline::Unsupported, Self::En) => {
                "Not offline: the browser has no service workers, or none in a private window. The one-file version works without."
            }
            (Offline::Development, Self::Zh) => "开发版本不在浏览器中保存。",
            (Offline::Development, Self::En) => "A development build is not kept by the browser.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reload_takes_away_is_named_in_both_languages() {
        let loss = |connections, log| Loss { connections, log };
        for lang in Lang::ALL {
            assert_eq!(lang.update_loses(loss(0, false)), None);
            for some in [loss(0, true), loss(1, false), loss(1, true), loss(2, false), loss(2, true)] {
                assert!(lang.update_loses(some).is_some_and(|text| !text.is_empty()), "{some:?}");
            }
        }
        assert_eq!(
            Lang::Zh.update_loses(loss(2, true)).as_deref(),
            Some("重新载入会断开 2 个连接，消息记录会丢失。")
        );
        assert_eq!(Lang::En.update_loses(loss(1, false)).as_deref(), Some("Reloading closes 1 connection."));
    }
}
