// What the page's part of ntkbook hands on.
import type { Setting } from "../shared/values.js";
import type { Sliced } from "./sliced.js";

/** Named arrays, as a picture shows them; NaN is a gap. */
export type Arrays = Record<string, Float64Array>;

/** What the build has computed of a setting, null where it has not: for parts that take too long in a page. */
export type Prepared = (setting: Setting) => Arrays | null;

/** An explorer's computation: the twins of its `compute` and `describe` in Python. */
export interface Experiment {
  compute: (setting: Setting, prepared: Prepared) => Sliced<Arrays>;
  describe: (setting: Setting, arrays: Arrays) => string;
}
