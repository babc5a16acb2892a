//! What stands between the matrices of an encoder: layer norm and the exact GELU. Plain Rust that the compiler turns into
//! vector instructions.

use super::Avx2;

/// Brings each row of `weight.len()` numbers to mean 0 and variance 1, then times `weight`, plus `bias` (Ba et al. 2016,
/// arXiv 1607.06450).
pub(crate) fn normalise(rows: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    match Avx2::found() {
        Some(avx2) => avx2.normalise(rows, weight, bias, epsilon),
        None => plain::normalise(rows, weight, bias, epsilon),
    }
}

/// Replaces each x by x times the share of the normal distribution below x (Hendrycks and Gimpel 2016, arXiv 1606.08415).
pub(crate) fn gelu(numbers: &mut [f32]) {
    match Avx2::found() {
        Some(avx2) => avx2.gelu(numbers),
        None => plain::gelu::<false>(numbers),
    }
}

mod plain {
    use crate::kernels::floats::plain::exponential;

    const LANES: usize = 8;

    #[inline(always)]
    fn sum(numbers: &[f32], of: impl Fn(f32) -> f32) -> f32 {
        let (eights, rest) = numbers.as_chunks::<LANES>();
        let mut sums = [0.0; LANES];
        for eight in eights {
            for (sum, x) in sums.iter_mut().zip(eight) {
                *sum += of(*x);
            }
        }
        sums.into_iter().sum::<f32>() + rest.iter().map(|x| of(*x)).sum::<f32>()
    }

    #[inline(always)]
    pub(super) fn normalise(rows: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
        let width = weight.len().max(1);
        for row in rows.chunks_exact_mut(width) {
            let mean = sum(row, |x| x) / width as f32;
            let variance = sum(row, |x| (x - mean) * (x - mean)) / width as f32;
            let factor = 1.0 / (variance + epsilon).sqrt();
            for ((x, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
                *x = (*x - mean) * factor * weight + bias;
            }
        }
    }

    #[inline(always)]
    pub(super) fn gelu<const FUSED: bool>(numbers: &mut [f32]) {
        for x in numbers {
            *x *= 0.5 * (1.0 + error_function::<FUSED>(*x * std::f32::consts::FRAC_1_SQRT_2));
        }
    }

    /// Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: right to 1.5e-7.
    #[inline(always)]
    fn error_function<const FUSED: bool>(x: f32) -> f32 {
        const FACTORS: [f32; 5] = [0.254_829_6, -0.284_496_74, 1.421_413_8, -1.453_152, 1.061_405_4];
        let size = x.abs();
        let t = 1.0 / (1.0 + 0.327_591_1 * size);
        let [a, b, c, d, e] = FACTORS;
        let beyond = t * (a + t * (b + t * (c + t * (d + t * e)))) * exponential::<FUSED>(-size * size);
        (1.0 - beyond).copysign(x)
    }
}

/// Every function needs AVX2, FMA and F16C.
#[cfg(target_arch = "x86_64")]
pub(super) mod avx2 {
    use super::plain;

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn normalise(rows: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
        plain::normalise(rows, weight, bias, epsilon);
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(in crate::kernels) fn gelu(numbers: &mut [f32]) {
        plain::gelu::<true>(numbers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gelu_is_that_of_candle() {
        let numbers: Vec<f32> = (-900..=900).map(|n| n as f32 / 100.0).collect();
        let exact: Vec<f32> = candle_core::Tensor::new(numbers.as_slice(), &candle_core::Device::Cpu)
            .and_then(|x| x.gelu_erf()?.to_vec1())
            .expect("computes");
        for gelu in [gelu, plain::gelu::<false>] {
            let mut ours = numbers.clone();
            gelu(&mut ours);
            for ((x, ours), exact) in numbers.iter().zip(&ours).zip(&exact) {
                assert!((ours - exact).abs() < 2e-6, "{x}: {ours} for {exact}");
            }
        }
    }

    #[test]
    fn a_row_gets_mean_bias_and_variance_weight() {
        let mut rows: Vec<f32> = (0..38).map(|n| (n * n % 11) as f32).collect();
        normalise(&mut rows, &[2.0; 19], &[3.0; 19], 1e-9);
        for row in rows.chunks_exact(19) {
            let mean = row.iter().sum::<f32>() / 19.0;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / 19.0;
            assert!((mean - 3.0).abs() < 1e-4 && (variance - 4.0).abs() < 1e-3, "{mean} {variance}");
        }
    }
}
