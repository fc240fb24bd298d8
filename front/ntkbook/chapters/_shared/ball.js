// Where the parameters of a network are moved to on the sphere of radius R around θ₀: at random, along the gradient of
// the kernel's largest eigenvalue, or where training goes first.
import { eigh } from "../../linear_algebra.js";
import { crossEntropy } from "../../losses.js";
import { forward, fromLeaves, pullBack } from "../../one_hidden_layer.js";
import { normal } from "../../random.js";

/** @typedef {import("../../problem.js").Problem} Problem */
/** @typedef {import("../../random.js").Key} Key */

/** Directions from θ₀, of any length. @type {Record<string, (problem: Problem, key: Key) => Float64Array>} */
const DIRECTIONS = {
  random: ({ net }, key) => fromLeaves(net, normal(key, net.size)),
  eigenvalue(problem) {
    const size = problem.Y.length;
    const { vectors } = eigh(problem.Theta0, size);
    const top = Float64Array.from({ length: size }, (_, i) => vectors[i * size + size - 1]);
    return growth(problem, top);
  },
  /** −J₀ᵀ∇C(z₀). */
  training({ net, pass, z0, Y, K }) {
    forward(net, pass, net.theta0);
    const residual = crossEntropy.residual(z0, Y, K, new Float64Array(Y.length));
    return pullBack(net, pass, net.theta0, residual, new Float64Array(net.size)).map((slope) => -slope);
  },
};

/** θ₀ + R·(unit vector). @param {Problem} problem @param {string} direction @param {number} R
 * @param {Key} key of the random direction */
export function moved(problem, direction, R, key) {
  const along = DIRECTIONS[direction](problem, key);
  const length = Math.sqrt(along.reduce((sum, value) => sum + value * value, 0));
  return problem.net.theta0.map((value, i) => value + (R * along[i]) / length);
}

/** ½∇(wᵀΘ_θw) = ½∇‖g‖² = Hg at θ₀, where g = Jᵀw = ∇(w·f) and H = ∇²(w·f), unit by unit: with w·f = (σ_w/√n) Σ_j Σ_i
 * q_ij erf(a_ij), q_ij = Σ_k V_jk w_ik and erf″(a) = −2a erf′(a).
 * @param {Problem} problem @param {Float64Array} w N × K */
export function growth({ net, pass }, w) {
  const { n, d, K, stride, sigmaB, out, theta0 } = net;
  const { N, rows, XT, a, s } = pass;
  forward(net, pass, theta0);
  const g = pullBack(net, pass, theta0, w, new Float64Array(net.size));
  const Hg = new Float64Array(net.size); // w·f is linear in the last biases
  for (let j = 0; j < n; j++) {
    const unit = j * stride;
    const outgoing = unit + d + 1;
    for (let i = 0; i < N; i++) {
      const at = j * rows + i;
      let [q, moved_q, moved_a] = [0, 0, sigmaB * g[unit + d]];
      for (let k = 0; k < K; k++) {
        q += theta0[outgoing + k] * w[i * K + k];
        moved_q += g[outgoing + k] * w[i * K + k];
      }
      for (let m = 0; m < d; m++) moved_a += g[unit + m] * XT[m * rows + i];
      const inner = out * s[at] * (moved_q - 2 * a[at] * q * moved_a);
      for (let m = 0; m < d; m++) Hg[unit + m] += inner * XT[m * rows + i];
      Hg[unit + d] += sigmaB * inner;
      for (let k = 0; k < K; k++) Hg[outgoing + k] += out * s[at] * moved_a * w[i * K + k];
    }
  }
  return Hg;
}
