//! Trees of payloads against what others make of the same bytes: serde_json, ciborium and rmpv.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::Value;
use uiot_testbench::payload::diff::diff;
use uiot_testbench::payload::tree::{Kind, NodeId, NodeKind, Step, Tree, TreeBuilder, Visible};

fn tree(kind: Kind, bytes: &[u8]) -> Tree {
    TreeBuilder::all(kind, bytes.into())
}

/// The value that a JSON tree holds, put together from its leaves.
fn value(tree: &Tree, id: NodeId) -> Value {
    let leaf = || serde_json::from_slice(tree.value_bytes(id)).unwrap();
    let children = || {
        let mut at = tree.first_child(id);
        std::iter::from_fn(move || {
            let child = at?;
            let next = tree.after(child);
            at = (tree.parent(next) == Some(id)).then_some(next);
            Some(child)
        })
    };
    match tree.node(id).unwrap().kind() {
        NodeKind::Map => {
            let key = |id| serde_json::from_str(&tree.key(id, usize::MAX).unwrap().text);
            Value::Object(children().map(|id| (key(id).unwrap(), value(tree, id))).collect())
        }
        NodeKind::Array => Value::Array(children().map(|id| value(tree, id)).collect()),
        _ => leaf(),
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        proptest::num::f64::NORMAL.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn cbor() -> impl Strategy<Value = ciborium::Value> {
    use ciborium::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<Vec<u8>>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
            prop::collection::vec((inner.clone(), inner.clone()), 0..8).prop_map(Value::Map),
            (any::<u64>(), inner).prop_map(|(tag, inner)| Value::Tag(tag, Box::new(inner))),
        ]
    })
}

fn message_pack() -> impl Strategy<Value = rmpv::Value> {
    use rmpv::Value;
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<Vec<u8>>().prop_map(Value::from),
        (any::<i8>(), any::<Vec<u8>>()).prop_map(|(kind, data)| Value::Ext(kind, data)),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
            prop::collection::vec((inner.clone(), inner), 0..8).prop_map(Value::Map),
        ]
    })
}

fn any_payload() -> impl Strategy<Value = (Kind, Vec<u8>)> {
    prop_oneof![
        json().prop_map(|value| (Kind::Json, serde_json::to_vec(&value).unwrap())),
        cbor().prop_map(|value| (Kind::Cbor, cbor_bytes(&value))),
        message_pack().prop_map(|value| (Kind::MessagePack, message_pack_bytes(&value))),
    ]
}

fn cbor_bytes(value: &ciborium::Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn message_pack_bytes(value: &rmpv::Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, value).unwrap();
    bytes
}

/// How many nodes a value should have: keys have none.
fn nodes_of_cbor(value: &ciborium::Value) -> usize {
    use ciborium::Value;
    match value {
        Value::Array(items) => 1 + items.iter().map(nodes_of_cbor).sum::<usize>(),
        Value::Map(pairs) => 1 + pairs.iter().map(|(_, value)| nodes_of_cbor(value)).sum::<usize>(),
        Value::Tag(_, inner) => nodes_of_cbor(inner),
        _ => 1,
    }
}

fn nodes_of_message_pack(value: &rmpv::Value) -> usize {
    use rmpv::Value;
    match value {
        Value::Array(items) => 1 + items.iter().map(nodes_of_message_pack).sum::<usize>(),
        Value::Map(pairs) => 1 + pairs.iter().map(|(_, value)| nodes_of_message_pack(value)).sum::<usize>(),
        _ => 1,
    }
}

/// All that can be asked of a tree, which is not to panic and to agree with itself.
fn look_at_all(tree: &Tree) {
    let mut visible = Visible::new(tree);
    visible.unfold_all(tree);
    assert_eq!(visible.len(), tree.len());
    for id in tree.ids() {
        assert_eq!(visible.node(visible.row_of(id)), Some(id));
        assert!(tree.value(id, 40).text.len() < 40 * 4 + 200);
        let (_, _, _) = (tree.key(id, 40), tree.path(id), tree.copy_value(id));
        assert!(tree.parent(id).is_none_or(|parent| parent < id && tree.after(parent) >= tree.after(id)));
        assert!(tree.value_range(id).len() == tree.value_bytes(id).len());
    }
    visible.fold_all(tree);
    assert!(visible.len() <= tree.len());
    let _ = tree.lines(NodeId::ROOT, 40).count();
    let _ = tree.fault().map(|fault| tree.place(fault.offset));
}

/// A few bytes of a payload changed, taken away or put in.
fn damaged(mut bytes: Vec<u8>, damage: Vec<(prop::sample::Index, Option<u8>)>) -> Vec<u8> {
    for (at, byte) in damage {
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        match byte {
            Some(byte) => bytes[at] = byte,
            None => bytes.truncate(at),
        }
    }
    bytes
}

fn damage() -> impl Strategy<Value = Vec<(prop::sample::Index, Option<u8>)>> {
    let byte = prop_oneof![
        Just(None),
        any::<u8>().prop_map(Some),
        prop::sample::select(&b"{}[]:,\"\\0123-+.eE \n"[..]).prop_map(Some)
    ];
    prop::collection::vec((any::<prop::sample::Index>(), byte), 0..4)
}

fn accepts(text: &[u8]) -> bool {
    // What is ignored is not checked for UTF-8, nor are halves of surrogate pairs refused.
    std::str::from_utf8(text).is_ok() && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

proptest! {
    #[test]
    fn a_tree_of_json_holds_its_values(value_in in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value_in) } else { serde_json::to_string(&value_in) }.unwrap();
        let tree = tree(Kind::Json, text.as_bytes());
        prop_assert!(tree.is_whole(), "{:?}", tree.fault());
        let root: Value = value(&tree, NodeId::ROOT);
        prop_assert_eq!(root, value_in);
        look_at_all(&tree);
    }

    #[test]
    fn json_is_what_serde_json_takes_for_json(value in json(), damage in damage()) {
        let text = damaged(serde_json::to_vec(&value).unwrap(), damage);
        let tree = tree(Kind::Json, &text);
        prop_assert_eq!(tree.is_whole(), accepts(&text), "{:?} {:?}", String::from_utf8_lossy(&text), tree.fault());
        prop_assert_eq!(tree.is_whole(), tree.fault().is_none());
        look_at_all(&tree);
    }

    #[test]
    fn json_in_disorder_too(text in "[\\[\\]{}:,\"0-9eE.+ tfnrulase\\\\-]{0,24}") {
        let tree = tree(Kind::Json, text.as_bytes());
        prop_assert_eq!(tree.is_whole(), accepts(text.as_bytes()), "{}: {:?}", text, tree.fault());
        look_at_all(&tree);
    }

    #[test]
    fn cbor_that_others_write_is_read(value in cbor()) {
        let bytes = cbor_bytes(&value);
        let tree = tree(Kind::Cbor, &bytes);
        prop_assert!(tree.is_whole(), "{:?}", tree.fault());
        prop_assert_eq!(tree.len(), nodes_of_cbor(&value));
        look_at_all(&tree);
    }

    #[test]
    fn message_pack_that_others_write_is_read(value in message_pack()) {
        let bytes = message_pack_bytes(&value);
        let tree = tree(Kind::MessagePack, &bytes);
        prop_assert!(tree.is_whole(), "{:?}", tree.fault());
        prop_assert_eq!(tree.len(), nodes_of_message_pack(&value));
        look_at_all(&tree);
    }

    #[test]
    fn what_others_read_of_any_bytes_is_read(bytes in prop::collection::vec(any::<u8>(), 0..40), value in cbor(), damage in damage()) {
        let written = cbor_bytes(&value);
        for bytes in [bytes, damaged(written, damage)] {
            let cbor = tree(Kind::Cbor, &bytes);
            look_at_all(&cbor);
            let mut rest = bytes.as_slice();
            if ciborium::from_reader::<ciborium::Value, _>(&mut rest).is_ok() {
                prop_assert_eq!(cbor.is_whole(), rest.is_empty(), "{:02x?} {:?}", bytes, cbor.fault());
            }
            let pack = tree(Kind::MessagePack, &bytes);
            look_at_all(&pack);
            let mut rest = bytes.as_slice();
            let read = rmpv::decode::read_value(&mut rest);
            prop_assert!(!pack.is_whole() || read.is_ok() && rest.is_empty(), "{:02x?} {:?}", bytes, read);
        }
    }

    #[test]
    fn slices_of_any_size_come_to_the_same(
        (kind, bytes) in any_payload(),
        damage in damage(),
        work in 1_usize..40,
    ) {
        let bytes: Arc<[u8]> = damaged(bytes, damage).into();
        let all = TreeBuilder::all(kind, Arc::clone(&bytes));
        let mut builder = TreeBuilder::new(kind, bytes);
        let mut before = 0.0;
        while let Step::More(progress) = builder.advance(work) {
            prop_assert!(progress > before && progress <= 1.0);
            before = progress;
        }
        let sliced = builder.finish();
        prop_assert_eq!(sliced.fault(), all.fault());
        prop_assert!(sliced.ids().eq(all.ids()));
        prop_assert!(all.ids().all(|id| sliced.node(id) == all.node(id)));
    }

    #[test]
    fn any_two_payloads_can_be_compared(before in json(), after in json(), damage in damage()) {
        let before = serde_json::to_vec(&before).unwrap();
        let other = serde_json::to_vec(&after).unwrap();
        for after in [damaged(before.clone(), damage), other, vec![0xff, 0x81]] {
            let found = diff(&before, &after);
            prop_assert_eq!(found.identical, before == after);
            for line in &found.lines {
                prop_assert!(line.marks.iter().all(|mark| line.text.get(mark.clone()).is_some_and(|text| !text.is_empty())));
            }
        }
    }
}
