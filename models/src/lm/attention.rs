//! Attention over the cache of keys and values (Vaswani et al. 2017, arXiv 1706.03762), in tiles that stay in the processor's
//! own memory: the softmax runs along with the tiles (Dao et al. 2022, arXiv 2205.14135), so scores are never kept.
//!
//! Query heads that share a key head are rows of one product, and so are neighbouring tokens of a prompt.

use crate::kernels::{Grid, Running, narrow, product, soften, widen};
use candle_core::utils::barrier_pool;
use std::ops::Range;
use std::sync::OnceLock;

/// Tokens in a tile of the cache.
const TILE: usize = 64;
/// Rows (query heads of neighbouring tokens) taken through the cache together: more read it less often, fewer stay in the
/// second cache.
const ROWS: usize = 48;
/// Pieces of work that keep the cores busy; with fewer the tiles of one piece are split.
const PIECES: usize = 8;

/// Heads of a layer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heads {
    /// of the query
    pub(super) queries: usize,
    /// of key and value, each shared by the same number of the query's
    pub(super) keys: usize,
    /// numbers in each
    pub(super) width: usize,
}

impl Heads {
    fn shared_by(self) -> usize {
        self.queries / self.keys
    }

    /// Width with zeros up to whole vectors.
    fn padded(self) -> usize {
        self.width.next_multiple_of(8)
    }
}

/// What tokens see.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight {
    /// place of the first of them
    pub(super) position: usize,
    /// tokens each sees, itself among them; `None`: all before it
    pub(super) window: Option<usize>,
    /// what scores are multiplied with
    pub(super) scale: f32,
}

impl Sight {
    /// What the token at this place after the first sees.
    fn of(&self, token: usize) -> Range<usize> {
        let end = self.position + token + 1;
        self.window.map_or(0, |window| end.saturating_sub(window))..end
    }
}

/// Keys and values of all tokens of one layer, as floats of 16 bits (half the memory to fetch for every token that is
/// written): by key head and tile, keys as (width, token), values as (token, width).
#[derive(Debug)]
pub(super) struct Cache {
    heads: Heads,
    tiles: usize,
    keys: Vec<u16>,
    values: Vec<u16>,
}

/// One piece of work: some tokens, the query heads that share one key head, some tiles.
struct Piece {
    key_head: usize,
    tokens: Range<usize>,
    tiles: Range<usize>,
}

/// What a piece comes to: for each row the running softmax and the mix of values, not yet divided by the sum.
struct Mixed {
    running: Vec<Running>,
    values: Vec<f32>,
}

impl Cache {
    /// Room for `context` tokens.
    pub(super) fn new(heads: Heads, context: usize) -> Self {
        let tiles = context.div_ceil(TILE);
        let size = heads.keys * tiles * TILE * heads.padded();
        Self { heads, tiles, keys: vec![0; size], values: vec![0; size] }
    }

    /// Keeps keys and values, (tokens, key heads, width) each, of tokens from `position` on.
    pub(super) fn keep(&mut self, position: usize, keys: &[f32], values: &[f32]) {
        let Heads { keys: key_heads, width, .. } = self.heads;
        let rows = keys.chunks_exact(width).zip(values.chunks_exact(width));
        let mut short_key = vec![0; width];
        for (row, (key, value)) in rows.enumerate() {
            let (at, head) = (position + row / key_heads, row % key_heads);
            let tile = self.range_of_tile(head, at / TILE);
            narrow(&mut short_key, key);
            for (number, to) in short_key.iter().zip(self.keys[tile.clone()].chunks_exact_mut(TILE)) {
                to[at % TILE] = *number;
            }
            narrow(&mut self.values[tile][at % TILE * self.heads.padded()..][..width], value);
        }
    }

    fn range_of_tile(&self, head: usize, tile: usize) -> Range<usize> {
        let size = TILE * self.heads.padded();
        let start = (head * self.tiles + tile) * size;
        start..start + size
    }

    /// What tokens whose keys and values are kept take from the cache: (tokens, query heads, width), of the same shape as
    /// their queries.
    pub(super) fn attend(&self, queries: &[f32], sight: &Sight) -> Vec<f32> {
        let (shared, width) = (self.heads.shared_by(), self.heads.width);
        let tokens = queries.len() / (self.heads.queries * width);
        let together = (ROWS / shared).clamp(1, tokens.max(1));
        let groups = self.heads.keys * tokens.div_ceil(together);
        let splits = PIECES.div_ceil(groups.max(1));
        let mut pieces = vec![];
        for key_head in 0..self.heads.keys {
            for first in (0..tokens).step_by(together) {
                let tokens = first..tokens.min(first + together);
                let seen = sight.of(tokens.start).start / TILE..sight.of(tokens.end - 1).end.div_ceil(TILE);
                for tiles in split(seen, splits) {
                    pieces.push(Piece { key_head, tokens: tokens.clone(), tiles });
                }
            }
        }
        let done: Vec<OnceLock<Mixed>> = pieces.iter().map(|_| OnceLock::new()).collect();
        barrier_pool().execute_chunked(pieces.len(), |range| {
            for (piece, done) in pieces[range.clone()].iter().zip(&done[range]) {
                done.get_or_init(|| self.mix(piece, queries, sight));
            }
        });
        let mut all = vec![0.0; queries.len()];
        let done: Vec<(Piece, Mixed)> =
            pieces.into_iter().zip(done).filter_map(|(piece, mixed)| Some((piece, mixed.into_inner()?))).collect();
        for parts in done.chunk_by(|(a, _), (b, _)| a.key_head == b.key_head && a.tokens == b.tokens) {
            self.put_together(parts, &mut all);
        }
        all
    }

    fn mix(&self, piece: &Piece, queries: &[f32], sight: &Sight) -> Mixed {
        let (shared, padded) = (self.heads.shared_by(), self.heads.padded());
        let rows = piece.tokens.len() * shared;
        let mut scaled = vec![0.0; rows * padded];
        for (row, to) in scaled.chunks_exact_mut(padded).enumerate() {
            let from = &queries[self.query_at(piece, row)..][..self.heads.width];
            to.iter_mut().zip(from).for_each(|(to, from)| *to = from * sight.scale);
        }
        let mut running = vec![Running::START; rows];
        let mut values = vec![0.0; rows * padded];
        let mut scores = vec![0.0; rows * TILE];
        // Widened before it is used: memory is fastest read in order, and the products go through a tile in columns.
        let mut near = vec![0.0; TILE * padded];
        for tile in piece.tiles.clone() {
            let stored = self.range_of_tile(piece.key_head, tile);
            scores.fill(0.0);
            widen(&mut near, &self.keys[stored.clone()]);
            product(&mut scores, Grid::new(&scaled, padded), Grid::new(&near, TILE));
            let rows = scores.chunks_exact_mut(TILE).zip(&mut running).zip(values.chunks_exact_mut(padded));
            for (row, ((scores, running), values)) in rows.enumerate() {
                let seen = sight.of(piece.tokens.start + row / shared);
                let within = |at: usize| at.saturating_sub(tile * TILE).min(TILE);
                scores[..within(seen.start)].fill(f32::NEG_INFINITY);
                scores[within(seen.end)..].fill(f32::NEG_INFINITY);
                soften(scores, running);
                if running.factor != 1.0 {
                    values.iter_mut().for_each(|value| *value *= running.factor);
                }
            }
            widen(&mut near, &self.values[stored]);
            product(&mut values, Grid::new(&scores, TILE), Grid::new(&near, padded));
        }
        Mixed { running, values }
    }

    /// Where a row of a piece begins among the queries.
    fn query_at(&self, piece: &Piece, row: usize) -> usize {
        let shared = self.heads.shared_by();
        let token = piece.tokens.start + row / shared;
        (token * self.heads.queries + piece.key_head * shared + row % shared) * self.heads.width
    }

    /// Writes what pieces of the same rows over different tiles come to.
    fn put_together(&self, parts: &[(Piece, Mixed)], all: &mut [f32]) {
        let Some((piece, _)) = parts.first() else { return };
        let padded = self.heads.padded();
        for row in 0..piece.tokens.len() * self.heads.shared_by() {
            let highest = parts.iter().map(|(_, mixed)| mixed.running[row].highest).fold(f32::NEG_INFINITY, f32::max);
            let weight = |mixed: &Mixed| (mixed.running[row].highest - highest).exp();
            let sum: f32 = parts.iter().map(|(_, mixed)| weight(mixed) * mixed.running[row].sum).sum();
            let to = &mut all[self.query_at(piece, row)..][..self.heads.width];
            for (_, mixed) in parts {
                let weight = weight(mixed) / sum;
                let values = &mixed.values[row * padded..];
                to.iter_mut().zip(values).for_each(|(to, value)| *to += weight * value);
            }
        }
    }
}

/// At most `count` ranges, about equally long, that make up the whole.
fn split(whole: Range<usize>, count: usize) -> impl Iterator<Item = Range<usize>> {
    let length = whole.len().div_ceil(count.max(1)).max(1);
    whole.clone().step_by(length).map(move |start| start..whole.end.min(start + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    /// Numbers that 16 bits hold exactly.
    fn random(count: usize, random: &mut StdRng) -> Vec<f32> {
        (0..count).map(|_| random.random_range(-1000_i16..1000)).map(|n| f32::from(n) / 512.0).collect()
    }

    /// By the definition: scores of all that is seen, softmax, mix.
    fn plainly(heads: Heads, keys: &[f32], values: &[f32], queries: &[f32], sight: &Sight) -> Vec<f32> {
        let row = |all: &[f32], token: usize, head: usize, of: usize| -> Vec<f64> {
            all[(token * of + head) * heads.width..][..heads.width].iter().map(|x| f64::from(*x)).collect()
        };
        let mut mixed = vec![];
        for token in 0..queries.len() / (heads.queries * heads.width) {
            for head in 0..heads.queries {
                let query = row(queries, token, head, heads.queries);
                let key_head = head / heads.shared_by();
                let weights: Vec<f64> = sight
                    .of(token)
                    .map(|at| row(keys, at, key_head, heads.keys).iter().zip(&query).map(|(a, b)| a * b).sum::<f64>())
                    .map(|score| (score * f64::from(sight.scale)).exp())
                    .collect();
                let sum: f64 = weights.iter().sum();
                for number in 0..heads.width {
                    let values = sight.of(token).map(|at| row(values, at, key_head, heads.keys)[number]);
                    mixed.push((values.zip(&weights).map(|(value, weight)| value * weight).sum::<f64>() / sum) as f32);
                }
            }
        }
        mixed
    }

    #[test]
    fn tiles_and_splits_give_what_the_definition_gives() {
        let mut source = StdRng::seed_from_u64(11);
        let shapes = [(4, 2, 8), (12, 2, 16), (3, 3, 10), (9, 1, 24)];
        for (queries, keys, width) in shapes {
            let heads = Heads { queries, keys, width };
            for (position, tokens) in [(0, 1), (0, 70), (63, 2), (130, 1), (300, 1), (150, 33)] {
                for window in [None, Some(1), Some(20), Some(100)] {
                    let seen = position + tokens;
                    let all_keys = random(seen * keys * width, &mut source);
                    let all_values = random(seen * keys * width, &mut source);
                    let asked = random(tokens * queries * width, &mut source);
                    let mut cache = Cache::new(heads, seen + 5);
                    // What an earlier text left behind is not seen.
                    let old = vec![9.0; (seen + 5) * keys * width];
                    cache.keep(0, &old, &old);
                    let before = position * keys * width;
                    cache.keep(0, &all_keys[..before], &all_values[..before]);
                    cache.keep(position, &all_keys[before..], &all_values[before..]);
                    let sight = Sight { position, window, scale: 0.5 };
                    let ours = cache.attend(&asked, &sight);
                    let exact = plainly(heads, &all_keys, &all_values, &asked, &sight);
                    assert_eq!(ours.len(), exact.len());
                    let largest = ours.iter().zip(&exact).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                    assert!(largest < 1e-5, "{heads:?} {sight:?} {tokens} tokens: {largest}");
                }
            }
        }
    }

    #[test]
    fn a_range_is_split_without_gaps() {
        assert_eq!(split(3..10, 3).collect::<Vec<_>>(), [3..6, 6..9, 9..10]);
        assert!(split(3..4, 8).eq(std::iter::once(3..4)));
        assert!(split(0..5, 1).eq(std::iter::once(0..5)));
    }
}
