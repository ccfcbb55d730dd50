//! `uniqueString`: thirteen characters out of a 64-bit variant of MurmurHash3.

/// The hash as text. The algorithm is that of Azure's deployment engine, reproduced from its published results.
pub(super) fn unique_string(text: &str) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut hash = hash(text.as_bytes());
    let mut result = String::with_capacity(13);
    for _ in 0..13 {
        result.push(char::from(ALPHABET[(hash >> 59) as usize]));
        hash <<= 5;
    }
    result
}

const FIRST: u32 = 0x239b_961b;
const SECOND: u32 = 0xab0e_9789;

fn hash(bytes: &[u8]) -> u64 {
    let (mut first, mut second) = (0_u32, 0_u32);
    let blocks = bytes.chunks_exact(8);
    let tail = blocks.remainder();
    for block in blocks {
        first ^= lane(word(&block[..4]), FIRST, 15, SECOND);
        first = first
            .rotate_left(19)
            .wrapping_add(second)
            .wrapping_mul(5)
            .wrapping_add(0x561c_cd1b);
        second ^= lane(word(&block[4..]), SECOND, 17, FIRST);
        second = second
            .rotate_left(13)
            .wrapping_add(first)
            .wrapping_mul(5)
            .wrapping_add(0x0bca_a747);
    }
    if !tail.is_empty() {
        let (low, high) = tail.split_at(tail.len().min(4));
        first ^= lane(word(low), FIRST, 15, SECOND);
        if !high.is_empty() {
            second ^= lane(word(high), SECOND, 17, FIRST);
        }
    }
    let length = bytes.len() as u32;
    first ^= length;
    second ^= length;
    first = first.wrapping_add(second);
    second = second.wrapping_add(first);
    (first, second) = (finish(first), finish(second));
    first = first.wrapping_add(second);
    second = second.wrapping_add(first);
    u64::from(second) << 32 | u64::from(first)
}

/// Up to four bytes, the first lowest.
fn word(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |word, byte| word << 8 | u32::from(*byte))
}

fn lane(word: u32, before: u32, rotation: u32, after: u32) -> u32 {
    word.wrapping_mul(before)
        .rotate_left(rotation)
        .wrapping_mul(after)
}

fn finish(mut hash: u32) -> u32 {
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}
