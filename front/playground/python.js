// What is on the screen as a few lines of Python: whoever runs them reads the same numbers.
import { orderOf, SCALE } from "./settings.js";

/** @typedef {import("./settings.js").Point} Point */
/** @typedef {import("../shared/values.js").Setting} Setting */

const A_LINE = 5; // points

/** @param {{ setting: Setting, points: Point[] }} state @param {number} steps */
export function asPython({ setting, points }, steps) {
  const { shape, seed, problem } = orderOf(setting, points);
  const { depth, width, classes, activation, sigmaW, sigmaB } = shape;
  const anchor = problem.anchor === 1 ? "init" : "zero";
  return `import jax
import jax.numpy as jnp
import ntkbook as nb

X = jnp.array(
    [
${rows(points)}
    ],
    dtype=float,
)
labels = jnp.eye(${classes})[jnp.array([${points.map(({ label }) => label).join(", ")}])]
Y = nb.smooth_labels(labels, epsilon=${problem.epsilon})

net = nb.mlp(2, ${classes}, ${width}, hidden_layers=${depth}, activation="${activation}", sigma_w=${sigmaW}, sigma_b=${sigmaB})
problem = nb.Problem.of(net, jax.random.key(${seed}), X, Y, lam=${problem.lam}, anchor="${anchor}")
run = nb.gradient_descent(problem, jnp.array([${steps}]), learning_rate=${problem.rate})

gap = nb.logit_gap(run.logits, labels)
numbers = {"loss": run.value, "radius": run.radius, "gap": gap, "drift": run.ntk_drift}
for name, values in numbers.items():
    print(f"{name}: {values[-1]:.6g}")
`;
}

/** @param {Point[]} points */
function rows(points) {
  const pairs = points.map(({ x, y }) => `[${x / SCALE}, ${y / SCALE}],`);
  const lines = Math.ceil(pairs.length / A_LINE);
  return Array.from(
    { length: lines },
    (_, i) => `        ${pairs.slice(i * A_LINE, (i + 1) * A_LINE).join(" ")}`,
  ).join("\n");
}
