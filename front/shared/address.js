// The explorer's state in the page's address: ?name.axis=value, defaults left out, everything else untouched.
import { defaults, readValue } from "./values.js";

/** @typedef {import("./values.js").AnyAxis} AnyAxis */
/** @typedef {import("./values.js").Setting} Setting */

/** @param {string} search @param {string} name @param {AnyAxis[]} axes @param {string[]} [free] whose axes take
 * any value
 * @returns {{ setting: Setting, complaints: string[] }} */
export function readAddress(search, name, axes, free = []) {
  const parameters = new URLSearchParams(search);
  const setting = defaults(axes);
  /** @type {string[]} */
  const complaints = [];
  for (const axis of axes) {
    const text = parameters.get(`${name}.${axis.name}`);
    if (text === null) continue;
    const read = readValue(axis, text, free.includes(axis.name));
    if ("value" in read) setting[axis.name] = read.value;
    else complaints.push(read.complaint);
  }
  return { setting, complaints };
}

/** The address with this explorer's part replaced.
 * @param {string} href @param {string} name @param {AnyAxis[]} axes @param {Setting} setting */
export function withSetting(href, name, axes, setting) {
  const url = new URL(href);
  const own = (/** @type {string} */ part) => {
    const parameter = new URLSearchParams(`?${part}`); // a name may be written in many ways
    return axes.some((axis) => parameter.has(`${name}.${axis.name}`));
  };
  // Piece by piece, not through URLSearchParams, which would rewrite other people's parameters.
  const others = url.search
    .slice(1)
    .split("&")
    .filter((part) => part !== "" && !own(part));
  const ours = axes
    .filter((axis) => setting[axis.name] !== axis.default)
    .map((axis) => `${name}.${axis.name}=${written(setting[axis.name])}`);
  const query = [...others, ...ours].join("&");
  url.search = query && `?${query}`; // spelt out, since a first "?" would be taken for the mark; alone it would stay
  return url.href;
}

/** Commas and semicolons, which separate points, may stand in a query as they are. @param {import("./values.js").Value} value */
function written(value) {
  return encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3B", ";");
}

/** While a slider moves the address follows it; where it comes to rest, a step for the back button begins.
 * @param {string} name @param {AnyAxis[]} axes @param {Setting} initial */
export function addressBar(name, axes, initial) {
  let settled = initial;
  const at = (/** @type {Setting} */ setting) => withSetting(location.href, name, axes, setting);
  return {
    /** @param {Setting} setting */
    follow(setting) {
      quietly(() => history.replaceState(history.state, "", at(setting)));
    },
    /** @param {Setting} setting */
    settle(setting) {
      const [before, after] = [at(settled), at(setting)];
      settled = setting;
      if (before === after) return;
      quietly(() => {
        history.replaceState(history.state, "", before);
        history.pushState(null, "", after);
      });
    },
    /** The reader went back or forward. @param {Setting} setting */
    arrived(setting) {
      settled = setting;
    },
  };
}

/** Browsers refuse more than some changes a second; the address is a convenience and may lag behind.
 * @param {() => void} change */
function quietly(change) {
  try {
    change();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
