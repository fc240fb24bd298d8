// What is on the screen, as a few lines of Python that compute it with ntkbook.
import { plainText } from "../shared/format.js";
import { showSetting } from "../shared/values.js";

/** @typedef {import("../shared/values.js").AnyAxis} AnyAxis */
/** @typedef {import("../shared/values.js").Setting} Setting */

/** @param {import("./types.js").Spec} spec @param {Setting} setting */
export function asPython({ title, axes, compute, describe }, setting) {
  const [module, name] = compute.split(":");
  const [beside, words] = describe.split(":");
  const given = axes.map((axis) => `"${axis.name}": ${literal(axis, setting[axis.name])}`).join(", ");
  const imports =
    beside === module
      ? [`from ${module} import ${[name, words].sort().join(", ")}`]
      : [`from ${module} import ${name}`, `from ${beside} import ${words}`].sort();
  return [
    `# ${plainText(title)}: ${plainText(showSetting(axes, setting))}`,
    ...imports,
    "",
    `setting = {${given}}`,
    `arrays = ${name}(**setting)`,
    `print(${words}(setting, arrays))`,
    "",
  ].join("\n");
}

/** @param {AnyAxis} axis @param {import("../shared/values.js").Value} value */
function literal(axis, value) {
  if (axis.kind !== "axis") return JSON.stringify(value);
  const text = String(value); // such as 0.1, 1e-7, 1e+21: Python reads all of them
  return axis.integer || /[.e]/.test(text) ? text : `${text}.0`;
}
