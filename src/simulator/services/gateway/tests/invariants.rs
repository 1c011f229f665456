use std::collections::BTreeSet;

use super::super::cloud::{notify_add, notify_delete};
use super::*;
use crate::simulator::Random;

/// Both ends of each relation say the same, and who is logged in is online.
fn check(house: &House) {
    let gateways = [&house.gate, &house.other_gate].map(|gate| (gate, &house.desk.at(gate).gateway));
    for sub_device in &house.subs {
        let found = house.desk.at(sub_device);
        let of = |relation: fn(&DeviceTopology) -> &BTreeSet<Credential>| {
            let holds = |(_, place): &&(&Credential, &DeviceTopology)| relation(place).contains(sub_device);
            gateways.iter().filter(holds).map(|(gate, _)| *gate).collect::<Vec<_>>()
        };
        assert_eq!(of(DeviceTopology::sub_devices), found.gateway.owner().into_iter().collect::<Vec<_>>());
        assert_eq!(of(DeviceTopology::logged_in), found.gateway.carrier().into_iter().collect::<Vec<_>>());
        assert_eq!(found.online, found.gateway.carrier().is_some());
        assert!(!(found.online && found.disabled));
        let through_another = found
            .gateway
            .carrier()
            .is_some_and(|carrier| found.gateway.owner().is_some_and(|owner| owner != carrier));
        assert!(!through_another);
    }
}

#[test]
fn the_topology_holds_together_whatever_happens() {
    let mut house = house();
    let mut random = Random::new(0x6a7e);
    let mut online = 0;
    for _ in 0..5000 {
        let mut pick = |number: u64| (random.number() % number) as usize;
        let gate = [&house.gate, &house.other_gate][pick(2)].clone();
        let first = house.subs[pick(3)].clone();
        let devices = [first.clone(), house.subs[pick(3)].clone()];
        let topic = [
            SystemTopic::TopoAdd,
            SystemTopic::TopoDelete,
            SystemTopic::SubLogin,
            SystemTopic::SubLogin,
            SystemTopic::SubLogout,
        ][pick(5)];
        let body = json!({"RequestID":"1","Params":params(&devices.each_ref()[..1 + pick(2)])});
        match pick(12) {
            0 => house.desk.work(|cx| connection_lost(cx, &gate)),
            1 => {
                house.desk.at_mut(&first).disabled = true;
                house.desk.work(|cx| told(cx, &first, Notice::Disabled));
            }
            2 | 3 => {
                house.desk.at_mut(&first).disabled = false;
                house.desk.work(|cx| told(cx, &first, Notice::Enabled));
            }
            4 => drop(house.desk.work(|cx| notify_add(cx, &gate, &devices))),
            5 => drop(house.desk.work(|cx| notify_delete(cx, &gate, &devices))),
            6 => house.desk.choices.gateway.all_or_nothing ^= true,
            7 => house.desk.choices.gateway.login_needs_topology ^= true,
            8 if pick(4) == 0 => {
                // As when it is deleted and made again.
                house.desk.work(|cx| told(cx, &gate, Notice::Deleted));
                assert_eq!(house.desk.at(&gate).gateway, DeviceTopology::default());
            }
            _ => house.desk.says(&gate, topic, &body),
        }
        house.desk.effects();
        check(&house);
        online += house.subs.iter().filter(|sub_device| house.desk.at(sub_device).online).count();
    }
    assert!(online > 1000, "{online}");
}
