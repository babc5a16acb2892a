//! One layer of the encoder (Devlin et al. 2018, arXiv 1810.04805) over the tokens of several texts at once.

use super::file::{E5File, Sizes};
use crate::error::ModelError;
use crate::kernels::{Fours, Grid, Rows, Running, SCORES, gelu, normalise, product, soften};

/// Tokens whose scores are taken together: few enough to stay in the cache.
const ASKING: usize = 48;
/// The kernels are fast with multiples of this.
const LANES: usize = SCORES;

pub(super) struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
    epsilon: f32,
}

pub(super) struct Layer {
    heads: usize,
    width: usize,
    /// query, key and value below one another
    asked: Fours,
    output: Fours,
    attention_norm: Norm,
    up: Fours,
    down: Fours,
    output_norm: Norm,
}

impl Norm {
    pub(super) fn read(file: &E5File, name: &str) -> Result<Self, ModelError> {
        let floats = |part: &str| file.floats(&format!("{name}.{part}"), file.sizes.width);
        Ok(Self { weight: floats("w")?, bias: floats("b")?, epsilon: file.sizes.epsilon })
    }

    pub(super) fn apply(&self, rows: &mut [f32]) {
        normalise(rows, &self.weight, &self.bias, self.epsilon);
    }
}

/// Matrices of the same number of columns as one.
fn matrix(file: &E5File, names: &[String], rows: usize, columns: usize) -> Result<Fours, ModelError> {
    let (mut bytes, mut bias) = (vec![], vec![]);
    for name in names {
        bytes.push(file.fours(&format!("{name}.w"), rows, columns)?);
        bias.extend(file.floats(&format!("{name}.b"), rows)?);
    }
    let wrong = || file.wrong(&format!("the matrices {names:?} have sizes that do not fit"));
    Fours::new(&bytes, columns, bias).ok_or_else(wrong)
}

impl Layer {
    pub(super) fn read(file: &E5File, number: usize) -> Result<Self, ModelError> {
        let Sizes { width, inner, heads, .. } = file.sizes;
        let name = |part: &str| format!("l{number}.{part}");
        Ok(Self {
            heads,
            width,
            asked: matrix(file, &["q", "k", "v"].map(name), width, width)?,
            output: matrix(file, &[name("ao")], width, width)?,
            attention_norm: Norm::read(file, &name("aln"))?,
            up: matrix(file, &[name("fi")], inner, width)?,
            down: matrix(file, &[name("fo")], width, inner)?,
            output_norm: Norm::read(file, &name("oln"))?,
        })
    }

    /// `state` holds a row for each token of all texts, one text after the other; only attention must keep them apart.
    pub(super) fn apply(&self, state: &mut [f32], lengths: &[usize]) {
        let asked = self.asked.multiply(&Rows::round(state, self.width));
        let mut mixed = vec![0.0; state.len()];
        let (mut asked, mut rest) = (asked.as_slice(), mixed.as_mut_slice());
        for length in lengths {
            let (own, others) = asked.split_at(length * self.asked.rows());
            let (mixed, untouched) = rest.split_at_mut(length * self.width);
            self.attend(own, mixed);
            (asked, rest) = (others, untouched);
        }
        add(state, &self.output.multiply(&Rows::round(&mixed, self.width)));
        self.attention_norm.apply(state);
        let mut inner = self.up.multiply(&Rows::round(state, self.width));
        gelu(&mut inner);
        add(state, &self.down.multiply(&Rows::round(&inner, self.up.rows())));
        self.output_norm.apply(state);
    }

    /// Each token of a text takes from all its tokens. `asked` has query, key and value of each token in its row.
    fn attend(&self, asked: &[f32], mixed: &mut [f32]) {
        let head_width = self.width / self.heads;
        let (row, tokens) = (self.asked.rows(), mixed.len() / self.width);
        let (seen, wide) = (tokens.next_multiple_of(LANES), head_width.next_multiple_of(LANES));
        let scale = 1.0 / (head_width as f32).sqrt();
        let mut queries = vec![0.0; tokens * wide];
        let mut keys = vec![0.0; wide * seen];
        let mut values = vec![0.0; seen * wide];
        let mut scores = vec![0.0; ASKING.min(tokens) * seen];
        let mut taken = vec![0.0; ASKING.min(tokens) * wide];
        for head in 0..self.heads {
            let at = head * head_width;
            for (token, asked) in asked.chunks_exact(row).enumerate() {
                for n in 0..head_width {
                    queries[token * wide + n] = asked[at + n] * scale;
                    keys[n * seen + token] = asked[self.width + at + n];
                }
                values[token * wide..][..head_width].copy_from_slice(&asked[2 * self.width + at..][..head_width]);
            }
            let groups = queries.chunks(ASKING * wide).zip(mixed.chunks_mut(ASKING * self.width));
            for (queries, mixed) in groups {
                let rows = queries.len() / wide;
                let (scores, taken) = (&mut scores[..rows * seen], &mut taken[..rows * wide]);
                scores.fill(0.0);
                taken.fill(0.0);
                product(scores, Grid::new(queries, wide), Grid::new(&keys, seen));
                let mut sums = [1.0; ASKING];
                for (scores, sum) in scores.chunks_exact_mut(seen).zip(&mut sums) {
                    scores[tokens..].fill(f32::NEG_INFINITY);
                    let mut running = Running::START;
                    soften(scores, &mut running);
                    *sum = running.sum;
                }
                product(taken, Grid::new(scores, seen), Grid::new(&values, wide));
                for ((taken, mixed), sum) in taken.chunks_exact(wide).zip(mixed.chunks_exact_mut(self.width)).zip(sums)
                {
                    mixed[at..at + head_width].iter_mut().zip(taken).for_each(|(mixed, taken)| *mixed = taken / sum);
                }
            }
        }
    }
}

fn add(state: &mut [f32], more: &[f32]) {
    state.iter_mut().zip(more).for_each(|(state, more)| *state += more);
}
