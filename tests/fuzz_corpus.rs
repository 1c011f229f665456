//! The fuzzer's targets as ordinary tests: over the corpus that it kept, and over seeded random inputs. The fuzzer
//! itself is `script/fuzz`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

mod fuzz_targets;

use std::path::Path;

/// The kept inputs of a target.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// The same inputs on every machine: xorshift, with one seed for each input.
fn random_input(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    };
    let length = usize::from(next());
    (0..length).map(|_| next()).collect()
}

/// Random bytes, half of them with a first byte that a broker may send and a length that fits: else hardly a
/// packet would come of them.
fn random_stream(seed: u64) -> Vec<u8> {
    let mut input = random_input(seed);
    if seed.is_multiple_of(2) {
        let mut at = 2;
        while at + 2 < input.len() {
            let kind =
                [0x20, 0x30, 0x32, 0x34, 0x40, 0x50, 0x62, 0x70, 0x90, 0xb0][usize::from(input[at] % 10)];
            let length =
                if kind & 0xf0 == 0x30 { 2 + input[at + 1] % 32 } else { 2 + u8::from(kind == 0x90) };
            (input[at], input[at + 1]) = (kind, length);
            if kind & 0xf0 == 0x30 && at + 3 < input.len() {
                (input[at + 2], input[at + 3]) = (0, input[at + 3] % 6);
            }
            at += 2 + usize::from(length);
        }
    }
    input
}

#[test]
fn the_decoder_keeps_its_promises_over_the_kept_corpus() {
    let corpus = corpus("codec");
    assert!(corpus.len() > 50, "the corpus is there");
    corpus.iter().for_each(|input| fuzz_targets::codec(input));
}

#[test]
fn the_session_keeps_its_promises_over_the_kept_corpus_and_repeats_itself() {
    let corpus = corpus("session");
    assert!(corpus.len() > 50, "the corpus is there");
    for input in corpus {
        fuzz_targets::session(&input);
        assert_eq!(fuzz_targets::story(&input), fuzz_targets::story(&input));
    }
}

#[test]
fn the_platform_keeps_its_promises_over_the_kept_corpus() {
    let corpus = corpus("platform");
    assert!(corpus.len() > 50, "the corpus is there");
    corpus.iter().for_each(|input| fuzz_targets::platform(input));
}

#[test]
fn the_platform_keeps_its_promises_over_random_stories() {
    (0..3_000).for_each(|seed| fuzz_targets::platform(&random_input(seed)));
}

#[test]
fn the_decoder_keeps_its_promises_over_random_bytes() {
    (0..20_000).for_each(|seed| fuzz_targets::codec(&random_stream(seed)));
}

#[test]
fn the_session_keeps_its_promises_over_random_stories() {
    (0..20_000).for_each(|seed| fuzz_targets::session(&random_input(seed)));
}
