//! The colours of subscriptions: six, so that a row can be told from its neighbours.

use super::WantedSubscription;
use crate::uiot::{PlatformTopic, Service};

/// How many colours there are.
pub const COLOURS: u8 = 6;

/// The number of a colour, from 0.
pub type Colour = u8;

/// Gives each filter a colour: the one that a person chose; that of its family, for system topics (guide, section 3); the one
/// that it had; else the next free one, or the least used.
pub fn assign_colours(
    filters: &[String],
    wanted: &[WantedSubscription],
    before: &[(String, Colour)],
) -> Vec<(String, Colour)> {
    let fixed = |filter: &String| {
        let chosen = wanted.iter().find(|each| each.filter == *filter).and_then(|each| each.colour);
        let had = || before.iter().find(|(known, _)| known == filter).map(|(_, colour)| *colour);
        chosen.filter(|colour| *colour < COLOURS).or_else(|| family(filter)).or_else(had)
    };
    let fixed: Vec<Option<Colour>> = filters.iter().map(fixed).collect();
    let mut used = [0_usize; COLOURS as usize];
    let mut take = |colour: Colour| {
        if let Some(count) = used.get_mut(usize::from(colour)) {
            *count += 1;
        }
    };
    fixed.iter().flatten().for_each(|colour| take(*colour));
    let choose = |(filter, fixed): (&String, Option<Colour>)| {
        let colour = fixed.unwrap_or_else(|| {
            let least =
                (0..COLOURS).zip(used).min_by_key(|(_, count)| *count).map_or(0, |(colour, _)| colour);
            if let Some(count) = used.get_mut(usize::from(least)) {
                *count += 1;
            }
            least
        });
        (filter.clone(), colour)
    };
    filters.iter().zip(fixed).map(choose).collect()
}

/// The colour that the topics of a service share.
fn family(filter: &str) -> Option<Colour> {
    let PlatformTopic::System { topic, .. } = PlatformTopic::parse(filter)? else { return None };
    Some(match topic.service() {
        Service::Properties => 0,
        Service::Shadow => 1,
        Service::Commands => 2,
        Service::Ota => 5,
        Service::Gateway | Service::Registration | Service::Status => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(filters: &[&str], wanted: &[WantedSubscription], before: &[(String, Colour)]) -> Vec<Colour> {
        let filters: Vec<_> = filters.iter().map(|filter| (*filter).to_owned()).collect();
        assign_colours(&filters, wanted, before).into_iter().map(|(_, colour)| colour).collect()
    }

    #[test]
    fn each_takes_the_next_free_colour_and_the_seventh_the_least_used() {
        assert_eq!(colours(&["a", "b", "c", "d", "e", "f", "g"], &[], &[]), [0, 1, 2, 3, 4, 5, 0]);
    }

    #[test]
    fn families_of_system_topics_share_theirs() {
        let system = |suffix: &str| format!("/$system/p/d/{suffix}");
        let filters = [
            "tmodel/property/set",
            "tmodel/property/post_reply",
            "shadow/downstream",
            "tmodel/command",
            "ota/downstream",
        ]
        .map(system);
        let mut filters: Vec<_> = filters.iter().map(String::as_str).collect();
        filters.extend(["/p/d/set", "/p/d/other"]);
        assert_eq!(colours(&filters, &[], &[]), [0, 0, 1, 2, 5, 3, 4]);
    }

    #[test]
    fn a_colour_stays_and_a_chosen_one_wins() {
        let before = vec![("b".to_owned(), 1)];
        assert_eq!(colours(&["b", "c"], &[], &before), [1, 0]);
        let wanted = WantedSubscription { filter: "b".into(), colour: Some(4), ..Default::default() };
        assert_eq!(colours(&["b", "c"], &[wanted], &before), [4, 0]);
        let odd = WantedSubscription { filter: "b".into(), colour: Some(40), ..Default::default() };
        assert_eq!(colours(&["b"], &[odd], &before), [1]);
    }
}
