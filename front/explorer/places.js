// Where a setting is kept: in the model, for Python and other views, and in a page's address, so that a link carries it.
import { addressBar, readAddress, withSetting } from "../shared/address.js";
import { defaults, readValue } from "../shared/values.js";

/** @typedef {import("../shared/values.js").Setting} Setting */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Spec} Spec */
/** @typedef {{ setting: Setting, complaints: string[] }} Found */
/** @typedef {{ read: () => Found, follow: (setting: Setting) => void, settle: (setting: Setting) => void,
 *             link: ((setting: Setting) => string) | null, stop: () => void }} Place */
/** A setting has come from outside: Python's, another view's, or that of the address gone back to.
 * @typedef {(setting: Setting, complaints: string[]) => void} Changed */

/** @param {Model} model @param {Spec} spec @param {Changed} changed @returns {Place} */
export function placeOf(model, spec, changed) {
  const own = inModel(model, spec, changed);
  if (!model.get("in_page") || spec.axes.length === 0) return own;
  const address = inAddress(spec, model.get("computes") ?? [], changed);
  return {
    ...address,
    settle(setting) {
      address.settle(setting);
      own.settle(setting);
    },
    stop() {
      address.stop();
      own.stop();
    },
  };
}

/** @param {Model} model @param {Spec} spec @param {Changed} changed @returns {Place} */
function inModel(model, { axes }, changed) {
  const read = () => legal(axes, model.get("setting"));
  let kept = read().setting;
  const heard = () => {
    const { setting, complaints } = read();
    if (!same(setting, kept)) changed(setting, complaints); // else it is an echo
  };
  model.on("change:setting", heard);
  return {
    read,
    follow() {},
    settle(setting) {
      kept = setting;
      model.set("setting", setting);
      model.save_changes();
    },
    link: null,
    stop: () => model.off("change:setting", heard),
  };
}

/** @param {Spec} spec @param {string[]} free @param {Changed} changed @returns {Place} */
function inAddress({ name, axes }, free, changed) {
  const read = () => readAddress(location.search, name, axes, free);
  const bar = addressBar(name, axes, read().setting);
  const goneBack = () => {
    const { setting, complaints } = read();
    bar.arrived(setting);
    changed(setting, complaints);
  };
  addEventListener("popstate", goneBack);
  return {
    read,
    follow: bar.follow,
    settle: bar.settle,
    link: (setting) => withSetting(location.href, name, axes, setting),
    stop: () => removeEventListener("popstate", goneBack),
  };
}

/** A setting from outside, with the default for what is missing or cannot be meant.
 * @param {Spec["axes"]} axes @param {Setting} given @returns {Found} */
export function legal(axes, given) {
  const setting = defaults(axes);
  /** @type {string[]} */
  const complaints = [];
  for (const axis of axes) {
    if (!(axis.name in given)) continue;
    const read = readValue(axis, String(given[axis.name]), true);
    if ("value" in read) setting[axis.name] = read.value;
    else complaints.push(read.complaint);
  }
  return { setting, complaints };
}

/** @param {Setting} one @param {Setting} other of the same axes */
function same(one, other) {
  return Object.keys(one).every((name) => one[name] === other[name]);
}
