use super::{Lang, wording};
use crate::storage::import::{ImportError, ImportErrorKind, Remark};
use crate::storage::share::ShareError;
use crate::storage::vault::VaultError;
use crate::storage::{Damage, SaveError};

wording! {
    profiles: "连接配置" / "Profiles";
    show_profiles: "展开连接配置" / "Show the profiles";
    no_profiles: "还没有保存的配置" / "No saved profiles";
    no_profiles_hint:
        "连接成功后可保存，方便下次一键连接。也可以导入 MQTTX 的连接、控制台的设备 CSV，或本工具的 JSON。"
        / "Save one after your first connection, or import connections from MQTTX, the device CSV of the console, or JSON of this tool.";
    choose_or_drop: "选择文件或拖放到此处" / "Choose or drop a file";
    search_profiles: "搜索配置" / "Search profiles";
    profiles_found(count: usize): "找到 {count} 个配置" / "Profiles found: {count}";
    no_profile_found: "没有符合的配置" / "No profile has these words";
    profiles_clear_search: "清除搜索" / "Clear the search";
    profiles_unsaved_full:
        "浏览器的存储已满，新的配置只保留到页面关闭。导出配置，或删除不用的配置。"
        / "The browser has no room left: new profiles last until the page closes. Export them, or delete some.";
    profiles_unsaved_blocked:
        "浏览器不让本页写入存储，配置只保留到页面关闭。导出配置以保留。"
        / "The browser lets this page store nothing: profiles last until the page closes. Export them to keep them.";
    profiles_shortcuts: "快捷键" / "Shortcuts";
    profiles_start_simulator: "启动模拟器" / "Start simulator";
    profiles_all_shortcuts: "全部快捷键" / "All shortcuts";
    import_word: "导入" / "Import";
    more_word: "更多" / "More";
    more_for(name: &str): "{name} 的更多操作" / "More for {name}";
    connect_with(name: &str): "连接 {name}" / "Connect {name}";
    too_many_sessions: "打开的会话太多，先关闭一些。" / "Too many sessions are open; close some first.";

    save_word: "保存" / "Save";
    save_profile: "保存配置" / "Save profile";
    save_secret_hint:
        "密码不写入配置；勾选“在本机记住密码”才会加密保存。"
        / "The profile holds no secret; one is stored, encrypted, only if it is to be remembered on this computer.";
    save_offer_hint: "保存这个连接的配置，下次一键连接" / "Save this connection as a profile, for one click next time";
    edit_profile: "编辑配置" / "Edit profile";
    edit_profile_menu: "编辑…" / "Edit…";
    unsaved_changes: "有未保存的更改" / "Unsaved changes";
    profile_saved(name: &str): "已保存 {name}" / "{name} saved";
    profile_removed(name: &str): "已删除 {name}" / "{name} deleted";
    copy_of(name: &str): "{name} 副本" / "Copy of {name}";
    open_in_new_session: "在新会话中打开" / "Open in a new session";
    duplicate_profile: "复制一份" / "Duplicate";
    export_menu: "导出…" / "Export…";
    forget_secret: "忘记密码" / "Forget the secret";
    secret_forgotten(name: &str): "已忘记 {name} 的密码" / "The secret of {name} is forgotten";
    remove_profile: "删除" / "Delete";
    profile_name: "名称" / "Name";
    profile_name_missing: "名称必填。" / "A name is required.";
    profile_folder: "文件夹" / "Folder";
    profile_folder_hint: "用 / 分级，例如 一号厂/温室" / "Nest with /, as in plant 1/greenhouse";
    profile_colour: "颜色" / "Colour";
    profile_notes: "备注" / "Notes";
    profile_colour_none: "无颜色" / "No colour";
    colour_1: "蓝" / "Blue";
    colour_2: "橙" / "Orange";
    colour_3: "青" / "Teal";
    colour_4: "紫" / "Purple";
    colour_5: "黄" / "Yellow";
    colour_6: "灰" / "Grey";

    damaged_profiles(count: usize):
        "{count} 处内容无法读取，已原样保留" / "{count} damaged, kept word for word";
    damaged_nameless: "未命名" / "Without a name";
    damaged_drop: "删除这段文本" / "Delete this text";
    damage_json(line: usize, column: usize):
        "从第 {line} 行第 {column} 字节起不是 JSON。" / "No JSON from line {line}, byte {column} on.";
    damage_shape: "是 JSON，但不是本工具的格式。" / "JSON, but of another kind than this tool writes.";
    damage_newer(version: u64):
        "由更新的版本写成（格式 {version}）。更新本工具后即可读取。"
        / "Written by a newer version (form {version}). Update this tool to read it.";
    damage_fields(names: &str):
        "这些字段无法读取，已用默认值：{names}。其余保留。" / "These fields are unreadable and have their defaults: {names}. The rest was kept.";
    damage_twin: "与另一个配置的标识相同。" / "Another profile has the same identifier.";

    remember_secret: "在本机记住密码" / "Remember the secret on this computer";
    remember_secrets: "在本机记住这些密码" / "Remember these secrets on this computer";
    secret_locked: "记住的密码已锁定。" / "Remembered secrets are locked.";
    remember_hint_off: "密码只在这个标签页的内存中。" / "The secret stays in this tab's memory.";
    remember_hint_on:
        "保存配置时，用口令加密后存入浏览器。" / "Encrypted under a passphrase and stored in the browser when the profile is saved.";
    vault_unavailable:
        "浏览器只为 https 页面或本机页面加密，这里不能记住密码。"
        / "Browsers encrypt only for pages that came by https or from this computer, so no secret can be remembered here.";
    secrets_remembered:
        "记住的密码已加密保存，其他密码只在内存中" / "Remembered secrets are stored encrypted; all others stay in memory";
    vault_create: "设置口令" / "Set a passphrase";
    vault_create_do: "设置" / "Set";
    vault_about:
        "记住的密码以口令加密（AES-256-GCM，PBKDF2 60 万轮）后存入本浏览器。口令本身不保存，忘记后无法找回。"
        / "Remembered secrets are encrypted under it (AES-256-GCM, PBKDF2 with 600,000 rounds) and stored in this browser. The passphrase is stored nowhere; if it is forgotten, they are lost.";
    vault_unlock: "解锁已记住的密码" / "Unlock the remembered secrets";
    vault_unlock_do: "解锁" / "Unlock";
    vault_unlock_about(count: usize):
        "输入口令以使用本机记住的 {count} 个密码，直到页面关闭。"
        / "Type the passphrase to use what is remembered on this computer (secrets: {count}), until the page closes.";
    vault_lock: "锁定" / "Lock";
    vault_locked(count: usize): "本机记住 {count} 个密码，已锁定" / "Remembered secrets: {count}, locked";
    vault_open(count: usize): "本机记住 {count} 个密码" / "Remembered secrets: {count}";
    passphrase: "口令" / "Passphrase";
    passphrase_again: "再输入一次" / "Once more";
    passphrase_hint: "至少 8 个字符，几个不相干的词最好。" / "At least 8 characters; several unrelated words are best.";
    passphrase_short: "太短：至少 8 个字符。" / "Too short: at least 8 characters.";
    passphrase_fair: "可以，再长一些更难猜。" / "It will do; a longer one is harder to guess.";
    passphrase_strong: "长度足够。" / "Long enough.";
    passphrase_differs: "两次输入不一致。" / "The two differ.";
    forget_passphrase: "忘记口令了" / "Forgot it";
    forget_all_title(count: usize): "忘记本机记住的 {count} 个密码？" / "Forget all remembered secrets ({count})?";
    forget_all_about:
        "密码与口令都会从本浏览器删除，无法撤销。配置保留。"
        / "The secrets and their passphrase are deleted from this browser; this cannot be undone. The profiles stay.";
    forget_all_do: "全部忘记" / "Forget all";
    all_forgotten(count: usize): "已忘记 {count} 个密码" / "Secrets forgotten: {count}";
    vault_wrong: "口令不对。" / "This is not the passphrase.";
    vault_damaged:
        "本机保存的密码已损坏，无法解密。全部忘记后可重新设置。"
        / "What is stored is damaged and cannot be decrypted. Forget all to begin anew.";
    vault_newer(version: u64):
        "由更新的版本写成（格式 {version}），先更新本工具。" / "Written by a newer version (form {version}); update this tool first.";
    vault_absent: "本机没有记住的密码。" / "No secrets are remembered here.";
    vault_exists: "另一个标签页已设置口令。关闭后重试。" / "Another tab has set a passphrase. Close this and try again.";
    vault_empty: "口令为空。" / "The passphrase is empty.";
    vault_replaced:
        "另一个标签页更换或删除了记住的密码，已锁定。" / "Another tab replaced or deleted the remembered secrets; they are locked.";
    vault_is_locked: "已锁定，先解锁。" / "Locked; unlock first.";
    vault_not_stored_full:
        "浏览器的存储已满，密码只保留到页面关闭。" / "The browser has no room left: the secrets last until the page closes.";
    vault_not_stored_blocked:
        "浏览器不让本页写入存储，密码只保留到页面关闭。"
        / "The browser lets this page store nothing: the secrets last until the page closes.";
    vault_failed: "浏览器的加密功能出错，密码没有保存。" / "The browser's cryptography failed; the secret was not stored.";

    import_profiles: "导入连接配置" / "Import profiles";
    choose_file: "选择文件…" / "Choose a file…";
    import_paste: "或粘贴内容" / "Or paste the text";
    import_hint:
        "本工具的 JSON、MQTTX 导出的连接、控制台的设备 CSV（ProductSN、DeviceSN、DeviceSecret 列，顺序不限）。"
        / "This tool's JSON, connections exported by MQTTX, or the console's device CSV (columns ProductSN, DeviceSN, DeviceSecret in any order).";
    import_read: "读取" / "Read";
    import_count(count: usize): "导入 {count} 个" / "Import {count}";
    import_found(count: usize): "找到 {count} 个配置，全选" / "Profiles found: {count}. Select all";
    import_more(count: usize): "另有 {count} 个，随全选导入" / "{count} more, imported unless all are deselected";
    import_none_chosen: "没有选择任何配置。" / "None is chosen.";
    import_secrets(count: usize):
        "其中 {count} 个带有密码，只保留在这个标签页的内存中。" / "With a secret: {count}; it stays in this tab's memory.";
    profiles_imported(count: usize): "已导入 {count} 个配置" / "Profiles imported: {count}";
    import_too_large(megabytes: usize): "文件超过 {megabytes} MB。" / "The file is above {megabytes} MB.";
    import_unreadable: "浏览器读不了这个文件。" / "The browser cannot read this file.";
    import_line(line: usize, what: &str): "第 {line} 行：{what}" / "Line {line}: {what}";
    import_blank: "没有内容。" / "There is nothing in it.";
    import_too_many(count: usize, most: usize):
        "有 {count} 个配置，一次最多 {most} 个。分成几份再导入。" / "It holds {count} profiles; {most} go at once. Split it.";
    import_not_json(column: usize):
        "从第 {column} 字节起不是 JSON。检查是否完整复制。" / "No JSON from byte {column} on. Check that it was copied in full.";
    import_unknown_json:
        "是 JSON，但不是已知的格式：本工具或 MQTTX 的导出。" / "JSON, but neither an export of this tool nor of MQTTX.";
    import_no_columns:
        "不是带 DeviceSN 列的表格，也不是 JSON。第一行应为列名。单个三元组粘贴到连接表单。"
        / "Neither JSON nor a table with a column DeviceSN. The first line has to name the columns. A single credential is pasted into the connect form.";
    import_no_profiles: "里面没有配置。" / "It holds no profiles.";
    import_open_quote: "引号没有闭合。" / "A quotation mark is never closed.";
    draft_remark_plain_tcp(address: &str):
        "原为 {address}：浏览器不能用 TCP，已改为 WebSocket 和默认端口，请核对。"
        / "Was {address}: browsers speak no TCP, so it is WebSocket with the default port now. Check it.";
    draft_remark_version_5: "原为 MQTT 5，已改为 3.1.1。" / "Was MQTT 5; it is 3.1.1 now.";
    draft_remark_certificates:
        "自带证书无法带入，浏览器使用系统的证书。" / "Certificates of its own were left out; the browser uses the system's.";
    draft_remark_unverified:
        "原先不校验服务器证书，浏览器总会校验。" / "It did not check the server's certificate; browsers always do.";
    draft_remark_messages(count: usize): "{count} 条消息没有导入。" / "{count} messages were left out.";
    draft_remark_options(count: usize):
        "{count} 个订阅的 MQTT 5 选项没有导入。" / "{count} subscriptions lost their options of MQTT 5.";
    draft_remark_fields(names: &str): "无法读取，已用默认值：{names}。" / "Unreadable, with defaults instead: {names}.";
    draft_remark_missing(name: &str): "缺少 {name}。" / "{name} is missing.";

    export_profiles: "导出连接配置" / "Export profiles";
    export_profiles_all(count: usize): "全部 {count} 个" / "All {count}";
    export_profiles_shown(count: usize): "搜索到的 {count} 个" / "The {count} that the search shows";
    export_with_secrets(count: usize): "包含密码（已知 {count} 个）" / "With secrets ({count} known)";
    export_secrets_none: "文件不含密码。" / "The file holds no secrets.";
    export_secrets_warning:
        "文件是明文，得到它的人都能以这些设备的身份登录。" / "The file is plain text: whoever has it can log in as these devices.";
    export_secrets_locked: "已锁定的密码不在其中。" / " Secrets that are locked are not in it.";
    profiles_exported(count: usize): "已导出 {count} 个配置" / "Profiles exported: {count}";
    profiles_export_failed: "浏览器没能生成文件。" / "The browser could not make the file.";

    share_link: "分享链接" / "Share link";
    share_no_secret: "不含密码" / "no secret";
    share_hint:
        "含表单与订阅，不含通用 MQTT 的用户名。打开的人先看到内容，自己填密码。"
        / "The form and its subscriptions, but no user name of a generic broker. Whoever opens it sees them first and types the secret.";
    share_too_long(kibibytes: usize):
        "链接超过 {kibibytes} KiB，无法打开。减少订阅或改用导出。"
        / "Above {kibibytes} KiB, so it cannot be opened. Take subscriptions out, or export instead.";
    shared_title: "打开分享的连接？" / "Open a shared connection?";
    shared_about:
        "这些内容来自链接。打开后只填入表单，不会自动连接，密码由你填写。"
        / "This comes from the link. Opening it fills in a form; nothing connects by itself, and the secret is for you to type.";
    shared_foreign:
        "这不是 UIoT Core 的服务器：运行它的人会收到你填写的密码。先向分享的人核实地址。"
        / "This is no server of UIoT Core: whoever runs it receives the secret that you type. Check the address with the person who shared it.";
    shared_subscriptions(count: usize): "连接后订阅 {count} 个 Topic" / "{count} subscriptions after connecting";
    shared_open: "打开" / "Open";
    shared_discard: "不打开" / "Discard";
    share_empty: "链接里没有内容。" / "The link says nothing.";
    share_to_form: "到连接表单" / "To the connect form";
    share_broken_hint:
        "链接可能被截断或改动。请分享的人重新复制。" / "It may have been cut or changed on its way. Have it copied anew.";
    share_error_length(bytes: usize, most: usize):
        "链接有 {bytes} 字节，超过上限 {most}，没有读取。" / "The link has {bytes} bytes, above the limit of {most}; it was not read.";
    share_error_subscriptions(count: usize, most: usize):
        "链接有 {count} 个订阅，超过上限 {most}。" / "The link has {count} subscriptions, above the limit of {most}.";
    share_error_values(values: &str): "链接里的这些值没有意义：{values}" / "These values of the link mean nothing: {values}";
}

/// How much of a value is shown, in characters.
const SHOWN: usize = 80;

impl Lang {
    /// Why something stored could not be read.
    pub fn damage(self, damage: &Damage) -> String {
        match damage {
            Damage::NotJson { line, column } => self.damage_json(*line, *column),
            Damage::Shape => self.damage_shape().into(),
            Damage::Newer(version) => self.damage_newer(*version),
            Damage::Fields(names) => self.damage_fields(&names.join(", ")),
            Damage::Twin => self.damage_twin().into(),
        }
    }

    /// Why secrets could not be stored or opened.
    pub fn vault_error(self, error: VaultError) -> String {
        match error {
            VaultError::Unavailable => self.vault_unavailable().into(),
            VaultError::Absent => self.vault_absent().into(),
            VaultError::Exists => self.vault_exists().into(),
            VaultError::EmptyPassphrase => self.vault_empty().into(),
            VaultError::WrongPassphrase => self.vault_wrong().into(),
            VaultError::Damaged => self.vault_damaged().into(),
            VaultError::Newer(version) => self.vault_newer(version),
            VaultError::Locked => self.vault_is_locked().into(),
            VaultError::Replaced => self.vault_replaced().into(),
            VaultError::NotStored(SaveError::Full) => self.vault_not_stored_full().into(),
            VaultError::NotStored(SaveError::Blocked) => self.vault_not_stored_blocked().into(),
            VaultError::Failed => self.vault_failed().into(),
        }
    }

    /// Why a text holds no profiles.
    pub fn profile_import_error(self, error: ImportError) -> String {
        use crate::storage::import::{MOST_BYTES, MOST_PROFILES};
        let what = match error.kind {
            ImportErrorKind::Empty => self.import_blank().into(),
            ImportErrorKind::TooLarge(_) => self.import_too_large(MOST_BYTES >> 20),
            ImportErrorKind::TooMany(count) => self.import_too_many(count, MOST_PROFILES),
            ImportErrorKind::NotJson(column) => self.import_not_json(column),
            ImportErrorKind::UnknownJson => self.import_unknown_json().into(),
            ImportErrorKind::Newer(version) => self.damage_newer(version),
            ImportErrorKind::NoColumns => self.import_no_columns().into(),
            ImportErrorKind::NoProfiles => self.import_no_profiles().into(),
            ImportErrorKind::OpenQuote => self.import_open_quote().into(),
        };
        match error.line {
            Some(line) => self.import_line(line, &what),
            None => what,
        }
    }

    /// What of a profile could not be taken over as it was.
    pub fn import_remark(self, remark: &Remark) -> String {
        match remark {
            Remark::PlainTcp(address) => self.draft_remark_plain_tcp(address),
            Remark::Version5 => self.draft_remark_version_5().into(),
            Remark::Certificates => self.draft_remark_certificates().into(),
            Remark::Unverified => self.draft_remark_unverified().into(),
            Remark::Messages(count) => self.draft_remark_messages(*count),
            Remark::SubscriptionOptions(count) => self.draft_remark_options(*count),
            Remark::Fields(names) => self.draft_remark_fields(&names.join(", ")),
            Remark::Missing(name) => self.draft_remark_missing(name),
        }
    }

    /// Why a link cannot be opened.
    pub fn share_error(self, error: &ShareError) -> String {
        use crate::storage::share::{MOST_BYTES, MOST_SUBSCRIPTIONS};
        match error {
            ShareError::TooLong(bytes) => self.share_error_length(*bytes, MOST_BYTES),
            ShareError::TooManySubscriptions(count) => {
                self.share_error_subscriptions(*count, MOST_SUBSCRIPTIONS)
            }
            ShareError::Values(values) => {
                let shown = values.iter().take(8).map(|(key, value)| {
                    let value: String = value.chars().take(SHOWN).collect();
                    format!("{key}={value}")
                });
                self.share_error_values(&shown.collect::<Vec<_>>().join(", "))
            }
        }
    }
}
