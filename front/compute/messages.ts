// What a page and its computing worker say to each other.
import type { Arrays } from "../explorer/types.js";
import type { AnyAxis, Setting } from "../shared/values.js";

/** An explorer, with the grid that the build has computed for it, packed. */
export interface Opening {
  kind: "open";
  explorer: string;
  experiment: string;
  axes: AnyAxis[];
  grid: Uint8Array<ArrayBuffer>;
}

/** A setting to compute in place of whatever this explorer has asked for before; or that it asks for nothing any more,
 * and then, that it will not again. */
export type Wish =
  | { kind: "compute"; explorer: string; request: number; setting: Setting }
  | { kind: "forget" | "close"; explorer: string };

/** The picture as far as it has got; the whole of it, with its words; or why there is none. */
export type Answer = { explorer: string; request: number } & (
  | { kind: "part"; arrays: Arrays }
  | { kind: "cell"; arrays: Arrays; sentence: string }
  | { kind: "refused"; message: string }
);
