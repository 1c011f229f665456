//! Thing models, by product: what a person read from a file or made by hand is there again in the next session.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Damage, Recovered};
use crate::uiot::model::Template;

/// Products whose models are kept at most; the one that was used least recently goes first.
pub const PRODUCTS: usize = 20;
/// Bytes that a model may take in the browser's storage, which has room for some 5 MB; a larger one is not kept.
pub const LARGEST: usize = 256 * 1024;
/// Bytes that all of them may take: profiles need room, too.
const ALL: usize = 1024 * 1024;

/// The models that are kept, the one that was used last at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Models(Vec<Kept>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    product: String,
    model: Value,
}

impl Models {
    /// Reads what [`Self::to_text`] wrote. What cannot be read is told with its text.
    pub fn read(text: Option<&str>) -> Recovered<Self> {
        let Some(text) = text else { return Recovered::default() };
        let entries: Vec<Value> = match serde_json::from_str(text) {
            Ok(entries) => entries,
            Err(error) => {
                return Recovered {
                    value: Self::default(),
                    damage: vec![(Damage::of(&error), text.to_owned())],
                };
            }
        };
        let mut models = Recovered::<Self>::default();
        for entry in entries {
            match serde_json::from_value::<Kept>(entry.clone()) {
                Ok(kept) if Template::from_value(kept.model.clone()).is_ok() => models.value.0.push(kept),
                _ => models.damage.push((Damage::Shape, entry.to_string())),
            }
        }
        models
    }

    /// For storage.
    pub fn to_text(&self) -> String {
        // Texts and values can always be written.
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// The model of a product.
    pub fn get(&self, product: &str) -> Option<Template> {
        let kept = self.0.iter().find(|kept| kept.product == product)?;
        Template::from_value(kept.model.clone()).ok()
    }

    /// Keeps the model of a product, in the place of an earlier one; none forgets it. Whether it is kept: one that is larger than
    /// [`LARGEST`] is not, and an earlier one is gone all the same.
    pub fn put(&mut self, product: &str, template: Option<&Template>) -> bool {
        self.0.retain(|kept| kept.product != product);
        let model = template.and_then(|template| serde_json::to_value(template).ok());
        let Some(model) = model.filter(|model| model.to_string().len() <= LARGEST) else { return false };
        self.0.push(Kept { product: product.to_owned(), model });
        while self.0.len() > PRODUCTS || (self.0.len() > 1 && self.to_text().len() > ALL) {
            self.0.remove(0);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uiot::model::build::Part;

    fn model(part: Part) -> Template {
        let mut template = Template::default();
        template.add(part);
        template
    }

    #[test]
    fn a_model_of_each_product_is_there_again() {
        let mut models = Models::default();
        assert!(models.put("one", Some(&model(Part::Event))));
        assert!(models.put("two", Some(&model(Part::Command))));
        assert!(models.put("one", Some(&model(Part::Property("struct")))));
        let again = Models::read(Some(&models.to_text()));
        assert_eq!(again, Recovered::sound(models.clone()));
        assert_eq!(again.value.get("one"), Some(model(Part::Property("struct"))));
        assert_eq!(again.value.get("three"), None);
        assert!(!models.put("one", None));
        assert_eq!(models.get("one"), None);
        assert!(models.get("two").is_some());
    }

    #[test]
    fn what_version_1_wrote_is_read() {
        let text = r#"[{"product":"kx4m7q2vbn9wd5ts","model":{"Property":[{"Identifier":"t","Name":"t",
            "AccessMode":"r","DataType":{"Type":"date"}}],"Event":[],"Command":[]}}]"#;
        let models = Models::read(Some(text));
        assert_eq!(models.damage, []);
        let template = models.value.get("kx4m7q2vbn9wd5ts").unwrap();
        assert_eq!(template.properties[0].identifier, "t");
    }

    #[test]
    fn the_least_recently_used_goes_and_a_huge_one_is_not_kept() {
        let mut models = Models::default();
        for number in 0..=PRODUCTS {
            assert!(models.put(&number.to_string(), Some(&model(Part::Event))));
        }
        assert_eq!(models.get("0"), None);
        assert!(models.get("1").is_some());
        let mut huge = model(Part::Event);
        huge.events[0].description = Some("x".repeat(LARGEST));
        assert!(!models.put("1", Some(&huge)));
        assert_eq!(models.get("1"), None);
    }

    #[test]
    fn what_is_damaged_is_told_and_the_rest_is_read() {
        assert_eq!(Models::read(None), Recovered::default());
        let broken = Models::read(Some("[{]"));
        assert_eq!(broken.damage, [(Damage::NotJson { line: 1, column: 3 }, "[{]".to_owned())]);
        let text = r#"[{"product":"a","model":{"Property":1}},{"product":"b","model":{"Event":[]}},7]"#;
        let models = Models::read(Some(text));
        assert_eq!(models.value.get("a"), None);
        assert!(models.value.get("b").is_some());
        assert_eq!(models.damage.len(), 2);
    }
}
