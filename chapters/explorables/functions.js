// The activations and their derivatives: nnlib/activations.py, formula by formula (tests/test_explorables.py compares).
"use strict";

const functions = (() => {
  const { abs, exp, expm1, log1p, max, min, sqrt, tanh, PI } = Math;
  const clip = (z, low, high) => min(max(z, low), high);

  function sigmoid(z) {
    const e = exp(-abs(z));
    return (z >= 0 ? 1 : e) / (1 + e);
  }
  function sigmoidSlope(z) {
    const e = exp(-abs(z)), q = e / (1 + e);    // the smaller one of sigma(z) and sigma(-z): 1 - q loses nothing
    return q * (1 - q);
  }
  function tanhSlope(z) {
    const e = exp(-2 * abs(z));
    return 4 * e / (1 + e) ** 2;
  }
  const SLOPE = 2 * sqrt(2 / PI), CUBE = 0.044715;
  const twiceU = (z) => SLOPE * z * (1 + CUBE * z ** 2);
  function geluSlope(z) {
    z = clip(z, -30, 30);
    return sigmoid(twiceU(z)) + z * sigmoidSlope(twiceU(z)) * SLOPE * (1 + 3 * CUBE * z ** 2);
  }

  return {
    sigmoid: { value: sigmoid, slope: sigmoidSlope },
    tanh: { value: tanh, slope: tanhSlope },
    relu: { value: (z) => max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
    leaky_relu: { value: (z) => max(z, 0.01 * z), slope: (z) => (z > 0 ? 1 : 0.01) },
    elu: { value: (z) => (z > 0 ? z : expm1(z)), slope: (z) => exp(min(z, 0)) },
    softplus: { value: (z) => max(z, 0) + log1p(exp(-abs(z))), slope: sigmoid },
    silu: {
      value: (z) => max(z, -1000) * sigmoid(z),
      slope: (z) => sigmoid(z) + clip(z, -1000, 1000) * sigmoidSlope(z),
    },
    gelu: { value: (z) => max(z, -30) * sigmoid(twiceU(clip(z, -30, 30))), slope: geluSlope },
    log_sigmoid: { value: (z) => min(z, 0) - log1p(exp(-abs(z))), slope: (z) => sigmoid(-z) },
    identity: { value: (z) => z, slope: () => 1 },
  };
})();
