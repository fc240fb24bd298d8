// A widget's model where no kernel stands behind it: the state, with word of its changes, and nobody who answers.

/** @template {object} State */
export class LocalModel {
  /** @type {State} */
  #state;
  /** @type {Map<string, Set<() => void>>} */
  #listeners = new Map();

  /** @param {State} state */
  constructor(state) {
    this.#state = { ...state };
  }

  /** @template {keyof State} Key @param {Key} key */
  get(key) {
    return this.#state[key];
  }

  /** @template {keyof State & string} Key @param {Key} key @param {State[Key]} value */
  set(key, value) {
    if (this.#state[key] === value) return;
    this.#state[key] = value;
    for (const callback of [...(this.#listeners.get(`change:${key}`) ?? [])]) callback();
  }

  save_changes() {}

  send() {}

  /** @param {string} event @param {() => void} callback */
  on(event, callback) {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(callback));
  }

  /** @param {string} event @param {() => void} callback */
  off(event, callback) {
    this.#listeners.get(event)?.delete(callback);
  }
}
