// One hidden layer of n erf units, f(x) = (σ_w/√n) Vᵀ erf((σ_w/√d) Wx + σ_b b) + σ_b c: forward, J^T r, tangent kernel.
// θ unit by unit, so that a unit's numbers lie together: d weights, the bias, K outgoing weights; then K biases c.
import { erf } from "./erf.js";
import { initialize } from "./networks.js";

/** stride: numbers a unit. size: p. in, out: σ_w/√d, σ_w/√n.
 * @typedef {{ n: number, d: number, K: number, stride: number, size: number, sigmaB: number, in: number, out: number,
 *             theta0: Float64Array }} Network */
/** Inputs as `forward` reads them, (σ_w/√d) x coordinate by coordinate, and what it leaves: erf and erf′ of every unit
 * at every point. N: points; rows: N and copies of the last one up to a multiple of four, which are worked on at once.
 * @typedef {{ N: number, rows: number, XT: Float64Array, a: Float64Array, h: Float64Array, s: Float64Array }} Pass */

/** mlp(d, K, n) as its key draws it. @param {import("./random.js").Key} key
 * @param {{ d: number, K: number, n: number, sigmaW?: number, sigmaB?: number }} shape @returns {Network} */
export function network(key, { d, K, n, sigmaW = 1.5, sigmaB = 0.1 }) {
  const [hidden, last] = initialize(key, [d, n, K], sigmaB > 0);
  const theta0 = unitByUnit(hidden, last, n, d, K);
  const [stride, size] = [d + 1 + K, theta0.length];
  return { n, d, K, stride, size, sigmaB, in: sigmaW / Math.sqrt(d), out: sigmaW / Math.sqrt(n), theta0 };
}

/** A vector of parameter space whose numbers come in the order of Python's leaves: W and b of each layer.
 * @param {Network} net with biases @param {Float64Array} leaves */
export function fromLeaves({ n, d, K }, leaves) {
  const [b, V, c] = [d * n, d * n + n, d * n + n + n * K];
  const hidden = { W: leaves.subarray(0, b), b: leaves.subarray(b, V) };
  return unitByUnit(hidden, { W: leaves.subarray(V, c), b: leaves.subarray(c) }, n, d, K);
}

/** @param {import("./networks.js").Dense} hidden @param {import("./networks.js").Dense} last
 * @param {number} n @param {number} d @param {number} K */
function unitByUnit(hidden, last, n, d, K) {
  const stride = d + 1 + K;
  const theta = new Float64Array(n * stride + K);
  for (let j = 0; j < n; j++) {
    const unit = j * stride;
    for (let i = 0; i < d; i++) theta[unit + i] = hidden.W[i * n + j];
    if (hidden.b) theta[unit + d] = hidden.b[j];
    for (let k = 0; k < K; k++) theta[unit + d + 1 + k] = last.W[j * K + k];
  }
  if (last.b) theta.set(last.b, n * stride);
  return theta;
}

/** Room for a pass over inputs X, row by row. @param {Network} net @param {Float64Array} X @returns {Pass} */
export function passOver(net, X) {
  const { d, n } = net;
  const N = X.length / d;
  const rows = 4 * Math.ceil(N / 4);
  const XT = Float64Array.from(
    { length: d * rows },
    (_, at) => net.in * X[Math.min(at % rows, N - 1) * d + Math.floor(at / rows)],
  );
  const room = () => new Float64Array(n * rows);
  return { N, rows, XT, a: room(), h: room(), s: room() };
}

/** f_θ at the points, N × K; the pass keeps erf and erf′. @param {Network} net @param {Pass} pass
 * @param {Float64Array} theta @param {Float64Array} [z] */
export function forward(net, pass, theta, z = new Float64Array(pass.N * net.K)) {
  const { n, d, K, stride, sigmaB, out } = net;
  const { N, rows, XT, a, h, s } = pass;
  for (let j = 0; j < n; j++) {
    const unit = j * stride;
    const bias = sigmaB * theta[unit + d];
    for (let i = 0; i < rows; i += 4) {
      let first = bias;
      let second = bias;
      let third = bias;
      let fourth = bias;
      for (let m = 0, x = i; m < d; m++, x += rows) {
        const weight = theta[unit + m];
        first += weight * XT[x];
        second += weight * XT[x + 1];
        third += weight * XT[x + 2];
        fourth += weight * XT[x + 3];
      }
      const at = j * rows + i;
      a[at] = first;
      a[at + 1] = second;
      a[at + 2] = third;
      a[at + 3] = fourth;
    }
  }
  erf(a, n * rows, h, s);
  for (let i = 0; i < rows; i += 4) {
    for (let k = 0; k < K; k++) {
      let first = 0;
      let second = 0;
      let third = 0;
      let fourth = 0;
      for (let j = 0, weight = d + 1 + k, at = i; j < n; j++, weight += stride, at += rows) {
        const v = theta[weight];
        first += v * h[at];
        second += v * h[at + 1];
        third += v * h[at + 2];
        fourth += v * h[at + 3];
      }
      const bias = sigmaB * theta[n * stride + k];
      z[i * K + k] = out * first + bias;
      if (i + 1 < N) z[(i + 1) * K + k] = out * second + bias;
      if (i + 2 < N) z[(i + 2) * K + k] = out * third + bias;
      if (i + 3 < N) z[(i + 3) * K + k] = out * fourth + bias;
    }
  }
  return z;
}

/** to ← Jᵀr at the θ of the last `forward`, r: N × K. @param {Network} net @param {Pass} pass
 * @param {Float64Array} theta @param {Float64Array} r @param {Float64Array} to */
export function pullBack(net, pass, theta, r, to) {
  const { n, d, K, stride, sigmaB, out } = net;
  const { N, rows, XT, h, s } = pass;
  const byClass = new Float64Array(K * rows); // (σ_w/√n) r, class by class; nothing for the copies
  for (let i = 0; i < N; i++) for (let k = 0; k < K; k++) byClass[k * rows + i] = out * r[i * K + k];
  for (let j = 0; j < n; j++) {
    const unit = j * stride;
    const outgoing = unit + d + 1;
    for (let m = 0; m < stride; m++) to[unit + m] = 0;
    let bias = 0;
    for (let i = 0; i < rows; i += 4) {
      const at = j * rows + i;
      let [first, second, third, fourth] = [0, 0, 0, 0];
      for (let k = 0, e = i; k < K; k++, e += rows) {
        const v = theta[outgoing + k];
        const [r0, r1, r2, r3] = [byClass[e], byClass[e + 1], byClass[e + 2], byClass[e + 3]];
        to[outgoing + k] += h[at] * r0 + h[at + 1] * r1 + h[at + 2] * r2 + h[at + 3] * r3;
        first += v * r0;
        second += v * r1;
        third += v * r2;
        fourth += v * r3;
      }
      first *= s[at];
      second *= s[at + 1];
      third *= s[at + 2];
      fourth *= s[at + 3];
      bias += first + second + third + fourth;
      for (let m = 0, x = i; m < d; m++, x += rows)
        to[unit + m] += first * XT[x] + second * XT[x + 1] + third * XT[x + 2] + fourth * XT[x + 3];
    }
    to[unit + d] = sigmaB * bias;
  }
  for (let k = 0; k < K; k++) {
    let sum = 0;
    for (let i = 0; i < N; i++) sum += r[i * K + k];
    to[n * stride + k] = sigmaB * sum;
  }
  return to;
}

/** Jv at the θ of the last `forward`, N × K. @param {Network} net @param {Pass} pass @param {Float64Array} theta
 * @param {Float64Array} v in parameter space */
export function pushForward(net, pass, theta, v) {
  const { n, d, K, stride, sigmaB, out } = net;
  const { N, rows, XT, h, s } = pass;
  const z = new Float64Array(N * K);
  for (let j = 0; j < n; j++) {
    const unit = j * stride;
    for (let i = 0; i < N; i++) {
      let moved = sigmaB * v[unit + d];
      for (let m = 0; m < d; m++) moved += v[unit + m] * XT[m * rows + i];
      moved *= s[j * rows + i];
      for (let k = 0; k < K; k++) {
        const outgoing = unit + d + 1 + k;
        z[i * K + k] += out * (theta[outgoing] * moved + v[outgoing] * h[j * rows + i]);
      }
    }
  }
  for (let i = 0; i < N; i++) for (let k = 0; k < K; k++) z[i * K + k] += sigmaB * v[n * stride + k];
  return z;
}

/** Θ_θ(X₁, X₂), (N₁K) × (N₂K), from passes forward at θ. @param {Network} net @param {Pass} left @param {Pass} right
 * @param {Float64Array} theta */
export function tangentKernel(net, left, right, theta) {
  const { n, d, K, stride, sigmaB, out } = net;
  const columns = right.N * K;
  const Theta = new Float64Array(left.N * K * columns);
  const same = left === right;
  const signals = new Float64Array(K * K); // Σ_j s_j s′_j v_jk v_jl
  for (let i = 0; i < left.N; i++) {
    for (let m = 0; m < (same ? i + 1 : right.N); m++) {
      let units = 0;
      signals.fill(0);
      for (let j = 0; j < n; j++) {
        const [p, q] = [j * left.rows + i, j * right.rows + m];
        units += left.h[p] * right.h[q];
        const slopes = left.s[p] * right.s[q];
        for (let k = 0, v = j * stride + d + 1, e = 0; k < K; k++) {
          const signal = slopes * theta[v + k];
          for (let l = 0; l < K; l++, e++) signals[e] += signal * theta[v + l];
        }
      }
      let inputs = sigmaB ** 2;
      for (let t = 0; t < d; t++) inputs += left.XT[t * left.rows + i] * right.XT[t * right.rows + m];
      const outgoing = out ** 2 * units + sigmaB ** 2;
      for (let k = 0; k < K; k++) {
        for (let l = 0; l < K; l++) {
          const value = out ** 2 * inputs * signals[k * K + l] + (k === l ? outgoing : 0);
          Theta[(i * K + k) * columns + m * K + l] = value;
          if (same) Theta[(m * K + l) * columns + i * K + k] = value;
        }
      }
    }
  }
  return Theta;
}
