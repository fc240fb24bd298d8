// A grid of six cells that say their number, for tests of what reads it.
export const AXES = [
  {
    kind: "axis",
    name: "n",
    label: "width n",
    values: [64, 256, 1024],
    default: 256,
    integer: true,
    unit: "",
    scale: "log",
  },
  {
    kind: "choice",
    name: "anchor",
    label: "anchor",
    values: ["init", "zero"],
    labels: ["θ₀", "0"],
    default: "init",
  },
];
/** Two points of two classes in a square, to be moved. */
export const POINTS = {
  kind: "points",
  name: "points",
  label: "points",
  default: "0.5,-0.3,1;-1,1,0",
  values: ["0.5,-0.3,1;-1,1,0"],
  classes: 2,
  most: 3,
  box: [
    [-2, 2],
    [-2, 2],
  ],
  drawn: ["x0", "x1"],
  height: "",
};
export const START = { n: 256, anchor: "init" };
export const BETWEEN = { n: 100, anchor: "init" };

/** @param {number} index */
export const cellOf = (index) => ({ arrays: {}, sentence: `cell ${index}` });
