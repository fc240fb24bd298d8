// What an explorer is made of: what Python sends (ntkbook/explorer/widget.py), what a host gives, and what is drawn.
import type { AnyAxis, Setting } from "../shared/values.js";
import type { Scale } from "./sketch.js";

/** Everything but the numbers. An explorer without axes is a figure. */
export interface Spec {
  name: string;
  title: string;
  look_for: string;
  sentence: string;
  axes: AnyAxis[];
  panels: Panel[];
  roles: Record<string, Role>;
  compute: string; // the name of its computation in Python; empty for a figure
  describe: string; // that of its words; empty where Python could not import it
}

/** One pair of axes and what is drawn on it, with names of arrays where their numbers will stand. */
export interface Panel {
  title: string;
  figure: { data: Trace[]; layout: Layout };
}

export type Trace = LineTrace | FieldTrace;

export interface LineTrace {
  type: "scatter";
  name: string;
  mode: string;
  x: string;
  y: string;
  meta: string; // the name of its role
  line: object;
  marker: object;
}

export interface FieldTrace {
  type: "contour" | "heatmap";
  name: string;
  x: string;
  y: string;
  z: string;
  zmin: number;
  zmax: number;
  line?: object; // of contours
  texttemplate?: string; // of numbers in squares
  meta: Shades<string[]>; // its colours, from the least value to the greatest
}

export interface Layout {
  xaxis: PlotAxis;
  yaxis: PlotAxis;
  [more: string]: unknown;
}

export interface PlotAxis {
  title: { text: string };
  [more: string]: unknown;
}

/** How one quantity is drawn. */
export interface Role extends Shades<string> {
  dash: string;
  width: number;
  symbol: string;
}

export interface Shades<Colour> {
  light: Colour;
  dark: Colour;
}

export type Arrays = Record<string, Float32Array>;

/** What one setting shows. */
export interface Cell {
  arrays: Arrays;
  sentence: string;
}

/** The cells of all settings, by their number: row by row, the last axis fastest; null for one that it does not hold.
 * all: how many there are, if it holds all. */
export type Grid = ((cell: number) => Cell | null) & { all?: number };

/** The part of Plotly that panels use. */
export interface Plotly {
  react(plot: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
  purge(plot: HTMLElement): void;
  Plots: { resize(plot: HTMLElement): void };
}

/** An element on which Plotly has drawn holds its data. */
export type Plot = HTMLElement & {
  data?: object[];
  _fullLayout?: { xaxis: Scale; yaxis: Scale };
  on?: (event: "plotly_afterplot", callback: () => void) => void;
};

/** Who computes what the grid lacks: the kernel of a notebook, or the page itself. */
export interface Asker {
  ask(setting: Setting): void;
  /** The reader went on to something the grid holds: an answer that is still under way is not drawn. */
  forget(): void;
  stop(): void;
}

/** What an asker has to tell. `part`: as much of the picture as there is; `refused`: not here, but what is near is. */
export interface Report {
  started(setting: Setting): void;
  part(setting: Setting, arrays: Arrays): void;
  done(setting: Setting, cell: Cell): void;
  failed(setting: Setting, message: string): void;
  refused(setting: Setting, message: string): void;
  silent(setting: Setting): void;
}

/** The state that Python's Explorer and its views share, with its names there. */
export interface Shared {
  spec: Spec;
  grid: DataView | Uint8Array<ArrayBuffer>;
  stills: string[]; // addresses, or SVG text
  setting: Setting;
  plotly_url: string; // where to import Plotly from; empty: from Python
  plotly: DataView | Uint8Array<ArrayBuffer>; // Plotly, deflated, in a notebook's first explorer; else empty
  in_page: boolean; // whether the setting stands in the page's address
  asker?: (model: Model, report: Report) => Asker; // of a page, whose worker computes; a notebook has its kernel
  computes?: string[]; // the axes at any value of which it does
}

/** A host's model, as anywidget's contract has it. */
export interface Model {
  get<Key extends keyof Shared>(key: Key): Shared[Key];
  set<Key extends keyof Shared>(key: Key, value: Shared[Key]): void;
  save_changes(): void;
  send(content: object): void;
  on(event: "msg:custom", callback: Hear): void;
  on(event: Change, callback: () => void): void;
  off(event: "msg:custom", callback: Hear): void;
  off(event: Change, callback: () => void): void;
}

/** JupyterLab says the second when a kernel comes or goes. */
type Change = `change:${keyof Shared}` | "comm_live_update";
export type Hear = (message: Message, buffers: DataView[]) => void;

/** What the kernel says. */
export type Message =
  | { type: "kernel" }
  | { type: "plotly" }
  | { type: "started"; request: string }
  | { type: "result"; request: string; sentence: string; names: string[] }
  | { type: "error"; request: string; message: string };
