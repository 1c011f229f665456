//! The custom topics of each product, as a person entered them. A device cannot ask the platform for them (topic.md), so they
//! are kept here; a product of which nothing is kept has those that each product begins with.

use serde_json::{Value, json};

use super::{Damage, Recovered};
use crate::uiot::{CustomTopic, CustomTopicError, limits};

/// Products that are remembered; of more, those that were changed last.
const PRODUCTS: usize = limits::PRODUCTS;
/// The version that is written.
const VERSION: u64 = 1;

/// Why a topic was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddFault {
    /// The console would not take it.
    Check(CustomTopicError),
    /// It is in the list.
    Twin,
    /// The product has [`limits::CUSTOM_TOPICS`] already.
    Full,
}

/// See the [module's docs](self).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomTopics {
    /// ProductSN and topics; what was changed last stands last.
    products: Vec<(String, Vec<CustomTopic>)>,
}

impl CustomTopics {
    /// The topics of a product.
    pub fn of(&self, product_sn: &str) -> Vec<CustomTopic> {
        let own = self.products.iter().find(|(known, _)| known == product_sn);
        own.map_or_else(CustomTopic::defaults, |(_, topics)| topics.clone())
    }

    /// Whether they differ from those that each product begins with.
    pub fn is_changed(&self, product_sn: &str) -> bool {
        self.products.iter().any(|(known, _)| known == product_sn)
    }

    /// Adds a topic to a product.
    ///
    /// # Errors
    /// Nothing changed: the console would not take it, it is there, or there are too many.
    pub fn add(&mut self, product_sn: &str, topic: CustomTopic) -> Result<(), AddFault> {
        topic.check().map_err(AddFault::Check)?;
        let mut topics = self.of(product_sn);
        if topics.iter().any(|known| is_same(known, &topic)) {
            return Err(AddFault::Twin);
        }
        if topics.len() >= limits::CUSTOM_TOPICS {
            return Err(AddFault::Full);
        }
        topics.push(topic);
        self.set(product_sn, topics);
        Ok(())
    }

    /// Takes a topic away from a product.
    pub fn remove(&mut self, product_sn: &str, topic: &CustomTopic) {
        let mut topics = self.of(product_sn);
        topics.retain(|known| !is_same(known, topic));
        self.set(product_sn, topics);
    }

    /// Gives a product the topics that each begins with.
    pub fn reset(&mut self, product_sn: &str) {
        self.products.retain(|(known, _)| known != product_sn);
    }

    fn set(&mut self, product_sn: &str, topics: Vec<CustomTopic>) {
        self.reset(product_sn);
        if topics != CustomTopic::defaults() {
            self.products.push((product_sn.to_owned(), topics));
        }
        let surplus = self.products.len().saturating_sub(PRODUCTS);
        self.products.drain(..surplus);
    }

    /// Reads what was stored. What cannot be read of it is told with its text.
    pub fn read(text: &str) -> Recovered<Self> {
        let failed = |why| Recovered { value: Self::default(), damage: vec![(why, text.to_owned())] };
        let document = match serde_json::from_str::<Value>(text) {
            Err(error) => return failed(Damage::of(&error)),
            Ok(document) => document,
        };
        match document.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(newer) if newer > VERSION => return failed(Damage::Newer(newer)),
            _ => return failed(Damage::Shape),
        }
        let Some(products) = document.get("products").and_then(Value::as_array) else {
            return failed(Damage::Shape);
        };
        let mut found = Recovered::<Self>::default();
        for product in products {
            let sn = product.get("ProductSN").and_then(Value::as_str);
            let topics = product.get("Topics").and_then(Value::as_array);
            let (Some(sn), Some(topics)) = (sn, topics) else {
                found.damage.push((Damage::Shape, product.to_string()));
                continue;
            };
            let mut sound: Vec<CustomTopic> = Vec::new();
            for entry in topics {
                match serde_json::from_value::<CustomTopic>(entry.clone()) {
                    Ok(topic) if topic.check().is_ok() && sound.len() < limits::CUSTOM_TOPICS => {
                        if !sound.iter().any(|known| is_same(known, &topic)) {
                            sound.push(topic);
                        }
                    }
                    _ => found.damage.push((Damage::Shape, entry.to_string())),
                }
            }
            found.value.set(sn, sound);
        }
        found
    }

    /// What is stored.
    pub fn to_text(&self) -> String {
        let product =
            |(sn, topics): &(String, Vec<CustomTopic>)| json!({ "ProductSN": sn, "Topics": topics });
        let products: Vec<_> = self.products.iter().map(product).collect();
        json!({ "version": VERSION, "products": products }).to_string()
    }
}

/// Whether both are the same topic, whatever may be done with it.
fn is_same(one: &CustomTopic, other: &CustomTopic) -> bool {
    one.rest == other.rest && one.broadcast == other.broadcast
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uiot::Permission;

    const P: &str = "kx4m7q2vbn9wd5ts";

    fn topic(rest: &str, permission: Permission) -> CustomTopic {
        CustomTopic { rest: rest.into(), permission, broadcast: false }
    }

    #[test]
    fn a_product_begins_with_the_defaults_and_keeps_what_is_changed() {
        let mut topics = CustomTopics::default();
        assert_eq!(topics.of(P), CustomTopic::defaults());
        topics.add(P, topic("orders/+", Permission::Sub)).unwrap();
        topics.remove(P, &topic("upload", Permission::Pub));
        let rests: Vec<_> = topics.of(P).into_iter().map(|topic| topic.rest).collect();
        assert_eq!(rests, ["upload/event", "set", "orders/+"]);
        assert!(topics.is_changed(P) && !topics.is_changed("other"));
        assert_eq!(topics.of("other"), CustomTopic::defaults());
        let back = CustomTopics::read(&topics.to_text());
        assert_eq!((back.value, back.damage), (topics.clone(), Vec::new()));
        topics.reset(P);
        assert_eq!(topics, CustomTopics::default());
    }

    #[test]
    fn what_the_console_would_not_take_is_not_added() {
        let mut topics = CustomTopics::default();
        for (bad, why) in [
            (topic("a/+", Permission::Pub), AddFault::Check(CustomTopicError::WildcardWithPub)),
            (topic("", Permission::Sub), AddFault::Check(CustomTopicError::EmptyLevel)),
            (topic("upload", Permission::Sub), AddFault::Twin),
        ] {
            assert_eq!(topics.add(P, bad), Err(why));
        }
        for number in 0..limits::CUSTOM_TOPICS - CustomTopic::defaults().len() {
            topics.add(P, topic(&format!("t{number}"), Permission::Pub)).unwrap();
        }
        assert_eq!(topics.add(P, topic("more", Permission::Pub)), Err(AddFault::Full));
        // The same levels below $broadcast are another topic.
        let mut other = CustomTopics::default();
        let news = CustomTopic { broadcast: true, ..topic("set", Permission::Sub) };
        other.add(P, news).unwrap();
    }

    #[test]
    fn products_are_bounded_and_the_last_changed_stay() {
        let mut topics = CustomTopics::default();
        for number in 0..PRODUCTS + 5 {
            topics.add(&format!("p{number}"), topic("x", Permission::Pub)).unwrap();
        }
        assert_eq!(topics.products.len(), PRODUCTS);
        assert!(!topics.is_changed("p0") && topics.is_changed(&format!("p{}", PRODUCTS + 4)));
    }

    #[test]
    fn a_damaged_part_costs_itself_and_is_told() {
        for (text, code) in [
            ("{", "not-json"),
            ("[]", "shape"),
            ("{\"version\":1}", "shape"),
            ("{\"version\":2,\"products\":[]}", "newer"),
        ] {
            let found = CustomTopics::read(text);
            assert_eq!((found.value, found.damage[0].0.code()), (CustomTopics::default(), code), "{text}");
            assert_eq!(found.damage[0].1, text);
        }
        let text = r#"{"version":1,"products":[{"ProductSN":"a","Topics":[{"Rest":"up","Permission":"pub"},
            {"Rest":"a b","Permission":"sub"},{"Rest":"x","Permission":"all"},7]},{"ProductSN":3},9]}"#;
        let found = CustomTopics::read(text);
        assert_eq!(found.value.of("a"), [topic("up", Permission::Pub)]);
        assert_eq!(found.damage.len(), 5);
    }
}
