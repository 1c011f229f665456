//! Products and devices from a JSON file, as `products.json` beside this file has them:
//!
//! | where | fields |
//! |---|---|
//! | the file | `Products` |
//! | a product | `Name`, `ProductSN`, `ProductSecret`, `DynamicRegistration`, `PreAuthentication`, `Shadow`, `Published`, `Gateway`, `BehindGateway`, `Topics`, `Forwards`, `Template` or `TemplateFile`, `Firmwares`, `Devices` |
//! | a topic | `Rest` (what follows `/P/D/`, or `/P/$broadcast/`), `Permission` (`pub`, `sub`, `pubsub`), `Broadcast` |
//! | a firmware | `Module` (`default` without it), `Version`, `Size` in bytes, `Description` |
//! | a device | `DeviceSN`, `DeviceSecret`, `Disabled` |
//!
//! All is optional but `Products`; SNs and secrets that are not there are made up, switches are off, and a product has
//! the console's default topics unless it lists its own. `Template` is a thing model as the console exports it;
//! `TemplateFile` names a file that has one, seen from the folder of this one.

use std::path::Path;

use serde_json::{Map, Value};
use uiot_testbench::i18n::Lang;
use uiot_testbench::mqtt::Moment;
use uiot_testbench::simulator::services::ota::Content;
use uiot_testbench::simulator::{CloudResult, NewProduct, Platform, Product};
use uiot_testbench::uiot::ota::DEFAULT_MODULE;
use uiot_testbench::uiot::{CustomTopic, RetCode};

use crate::changing::{forwards, template};

/// Reads the file and makes what it holds; returns its first product, and that one's first device that may connect. An
/// error names the place.
pub(crate) fn install(platform: &mut Platform, now: Moment, file: &Path) -> Result<First, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    from_text(platform, now, &text, folder).map_err(|error| format!("{}: {error}", file.display()))
}

/// ProductSN, and DeviceSN if there is any.
pub(crate) type First = (String, Option<String>);

fn from_text(platform: &mut Platform, now: Moment, text: &str, folder: &Path) -> Result<First, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let file = Node { value: &value, place: String::new() };
    let products = file.fields(&["Products"])?.list("Products")?.ok_or("Products: missing")?;
    let mut made = Vec::new();
    for product in &products {
        made.push(self::product(platform, now, product, folder)?);
    }
    made.into_iter().next().ok_or_else(|| "Products: there is none".into())
}

fn product(platform: &mut Platform, now: Moment, node: &Node<'_>, folder: &Path) -> Result<First, String> {
    let fields = node.fields(&[
        "Name",
        "ProductSN",
        "ProductSecret",
        "DynamicRegistration",
        "PreAuthentication",
        "Shadow",
        "Published",
        "Gateway",
        "BehindGateway",
        "Topics",
        "Forwards",
        "Template",
        "TemplateFile",
        "Firmwares",
        "Devices",
    ])?;
    let new = NewProduct {
        name: fields.text("Name")?.unwrap_or_default(),
        sn: fields.text("ProductSN")?.unwrap_or_default(),
        secret: fields.text("ProductSecret")?.unwrap_or_default(),
        dynamic_registration: fields.flag("DynamicRegistration")?,
        pre_authentication: fields.flag("PreAuthentication")?,
        shadow: fields.flag("Shadow")?,
        gateway: fields.flag("Gateway")?,
        behind_gateway: fields.flag("BehindGateway")?,
    };
    let rule = "ProductSN and ProductSecret have 16 letters and digits, and the SN is there only once";
    let sn = node.took(platform.create_product(new), rule)?;
    if let Some(topics) = fields.list("Topics")? {
        let topics = topics.iter().map(topic).collect::<Result<Vec<_>, _>>()?;
        fields.at("Topics").took(platform.define_topics(&sn, topics), "more than 50 topics")?;
    }
    let to = fields.object("Forwards")?.map(forwards).transpose().map_err(|error| node.said(&error))?;
    if let Some(template) = read_template(&fields, folder)? {
        node.took(platform.set_template(now, &sn, template), "Template")?;
    }
    for firmware in fields.list("Firmwares")?.unwrap_or_default() {
        add_firmware(platform, &sn, &firmware)?;
    }
    let mut first = None;
    for device in fields.list("Devices")?.unwrap_or_default() {
        first = first.or(add_device(platform, now, &sn, &device)?);
    }
    let published = fields.flag("Published")?;
    let change = platform.change_product(&sn, |product: &mut Product| {
        product.published = published;
        product.forwards = to.unwrap_or_default();
    });
    node.took(change, "")?;
    Ok((sn, first))
}

fn topic(node: &Node<'_>) -> Result<CustomTopic, String> {
    let topic = serde_json::from_value::<CustomTopic>(node.value.clone());
    let topic = topic.map_err(|error| node.said(&error.to_string()))?;
    topic.check().map_err(|error| node.said(&format!("no custom topic: {error:?}")))?;
    Ok(topic)
}

fn read_template(
    fields: &Fields<'_>,
    folder: &Path,
) -> Result<Option<uiot_testbench::uiot::model::Template>, String> {
    let node = fields.at("Template");
    match (fields.text("TemplateFile")?, fields.fields.get("Template")) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(node.said("there is TemplateFile too")),
        (None, Some(value)) => template(value.clone()).map(Some).map_err(|error| fields.node.said(&error)),
        (Some(name), None) => {
            let said = |error: &str| fields.at("TemplateFile").said(&format!("{name}: {error}"));
            let text =
                std::fs::read_to_string(folder.join(&name)).map_err(|error| said(&error.to_string()))?;
            let value = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text));
            let value = value.map_err(|error| said(&error.to_string()))?;
            template(value).map(Some).map_err(|error| said(&error))
        }
    }
}

fn add_firmware(platform: &mut Platform, product_sn: &str, node: &Node<'_>) -> Result<(), String> {
    let fields = node.fields(&["Module", "Version", "Size", "Description"])?;
    let module = fields.text("Module")?.unwrap_or_else(|| DEFAULT_MODULE.into());
    let size = fields.at("Size").value.as_u64().ok_or_else(|| fields.at("Size").said("must be a number"))?;
    // The module may be there already.
    let _ = platform.add_firmware_module(product_sn, &module);
    let version = fields.text("Version")?.unwrap_or_default();
    let description = fields.text("Description")?.unwrap_or_default();
    let content = Content::Made { size };
    node.took(
        platform.add_firmware(product_sn, &module, &version, &description, content),
        "ota.md has the rules",
    )
}

/// The new device's DeviceSN if it may connect.
fn add_device(
    platform: &mut Platform,
    now: Moment,
    product_sn: &str,
    node: &Node<'_>,
) -> Result<Option<String>, String> {
    let fields = node.fields(&["DeviceSN", "DeviceSecret", "Disabled"])?;
    let text = |name| fields.text(name).map(Option::unwrap_or_default);
    let rule = "DeviceSN has 4 to 64 letters, digits, - _ @ :, DeviceSecret 16 letters and digits, and the SN is there only once";
    let made = platform.create_device(product_sn, &text("DeviceSN")?, &text("DeviceSecret")?);
    let (device, _) = node.took(made, rule)?;
    if fields.flag("Disabled")? {
        node.took(platform.disable_device(now, &device), "")?;
        return Ok(None);
    }
    Ok(Some(device.device_sn))
}

/// A value, and where it stands: `Products[0].Devices[2]`.
struct Node<'a> {
    value: &'a Value,
    place: String,
}

/// A value that is an object with no fields but known ones.
struct Fields<'a> {
    node: &'a Node<'a>,
    fields: &'a Map<String, Value>,
}

impl<'a> Node<'a> {
    fn said(&self, what: &str) -> String {
        if self.place.is_empty() { what.to_owned() } else { format!("{}: {what}", self.place) }
    }

    fn fields(&'a self, known: &[&str]) -> Result<Fields<'a>, String> {
        let Value::Object(fields) = self.value else { return Err(self.said("must be an object")) };
        if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            let known = known.join(", ");
            return Err(self.said(&format!("{name}: no such field; there are {known}")));
        }
        Ok(Fields { node: self, fields })
    }

    fn took<T>(&self, result: CloudResult<T>, rule: &str) -> Result<T, String> {
        result.map_err(|code| {
            let meaning = Lang::En.ret_code(code).unwrap_or("unknown code");
            let rule = if code == RetCode::PARAMETER_WRONG { format!(": {rule}") } else { String::new() };
            self.said(&format!("{meaning} ({code}){rule}"))
        })
    }
}

impl<'a> Fields<'a> {
    /// A field by itself; `null` where it is not there.
    fn at(&self, name: &str) -> Node<'a> {
        let place = &self.node.place;
        let place = if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
        Node { value: self.fields.get(name).unwrap_or(&Value::Null), place }
    }

    fn text(&self, name: &str) -> Result<Option<String>, String> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.at(name).said("must be a text")),
        }
    }

    fn flag(&self, name: &str) -> Result<bool, String> {
        match self.fields.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.at(name).said("must be true or false")),
        }
    }

    fn object(&self, name: &str) -> Result<Option<&'a Map<String, Value>>, String> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(self.at(name).said("must be an object")),
        }
    }

    fn list(&self, name: &str) -> Result<Option<Vec<Node<'a>>>, String> {
        let Some(value) = self.fields.get(name) else { return Ok(None) };
        let list = self.at(name);
        let Value::Array(items) = value else { return Err(list.said("must be a list")) };
        let item = |(index, value)| Node { value, place: format!("{}[{index}]", list.place) };
        Ok(Some(items.iter().enumerate().map(item).collect()))
    }
}

#[cfg(test)]
mod tests {
    use uiot_testbench::uiot::Credential;

    use super::*;

    fn read(text: &str) -> Result<(Platform, First), String> {
        let mut platform = Platform::new(0, 1);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/simulator");
        from_text(&mut platform, Moment::ZERO, text, &folder).map(|first| (platform, first))
    }

    #[test]
    fn the_sample_is_taken() {
        let (platform, first) = read(include_str!("products.json")).unwrap();
        assert_eq!(first, ("greenhouse000001".into(), Some("greenhouse-07".into())));
        let products = &platform.registry().products;
        assert_eq!(products.len(), 3);
        let greenhouse = &products["greenhouse000001"];
        assert!(greenhouse.dynamic_registration && greenhouse.shadow);
        assert_eq!(greenhouse.model.template().properties.len(), 2);
        assert_eq!(greenhouse.forwards["upload"], "set");
        assert!(greenhouse.devices["greenhouse-09"].disabled);
        let device =
            platform.registry().device(&Credential::new("greenhouse000001", "greenhouse-07")).unwrap();
        assert_eq!(device.secret.expose(), "greenhousesecret");
        assert!(products["gateways00000001"].gateway && products["behindgateways01"].behind_gateway);
    }

    #[test]
    fn errors_name_the_place() {
        let device =
            |device: &str| format!(r#"{{"Products":[{{"Devices":[{{"DeviceSN":"good"}},{device}]}}]}}"#);
        let product = |fields: &str| format!(r#"{{"Products":[{{{fields}}}]}}"#);
        for (text, part) in [
            ("{".to_owned(), "line 1"),
            ("[]".to_owned(), "must be an object"),
            ("{}".to_owned(), "Products: missing"),
            (r#"{"Products":[]}"#.to_owned(), "Products: there is none"),
            (
                device(r#"{"DeviceSN":"abc"}"#),
                "Products[0].Devices[1]: A parameter is wrong (230): DeviceSN has 4",
            ),
            (device(r#"{"DeviceSN":"good"}"#), "only once"),
            (device(r#"{"DeviceSN":12}"#), "Products[0].Devices[1].DeviceSN: must be a text"),
            (
                device(r#"{"Secret":"x"}"#),
                "Products[0].Devices[1]: Secret: no such field; there are DeviceSN",
            ),
            (product(r#""ProductSN":"short""#), "Products[0]: A parameter is wrong (230): ProductSN"),
            (product(r#""Shadow":1"#), "Products[0].Shadow: must be true or false"),
            (
                product(r#""Topics":[{"Rest":"a//b","Permission":"pub"}]"#),
                "Products[0].Topics[0]: no custom topic",
            ),
            (product(r#""Topics":[{"Rest":"a","Permission":"all"}]"#), "Products[0].Topics[0]: "),
            (product(r#""Forwards":{"a":1}"#), "Products[0]: Forwards.a: must be text"),
            (product(r#""TemplateFile":"none.json""#), "Products[0].TemplateFile: none.json: "),
            (product(r#""Template":{"Property":[{}]}"#), "Products[0]: Template: Property[0]"),
            (product(r#""Firmwares":[{"Version":"1"}]"#), "Products[0].Firmwares[0].Size: must be a number"),
            (product(r#""Firmwares":[{"Version":"1 0","Size":1}]"#), "Products[0].Firmwares[0]: "),
        ] {
            let error = read(&text).map(|(_, first)| first).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
