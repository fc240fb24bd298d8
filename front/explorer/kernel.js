// Talking to Python, if anybody is there.

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Model} Model */

/** A closed connection may throw instead of staying silent; whoever waits for the answer says so in words.
 * @param {Model} model @param {object} content */
export function tell(model, content) {
  try {
    model.send(content);
  } catch (error) {
    console.info("The kernel cannot be reached.", error);
  }
}

/** Calls back if and when a kernel answers; a static page stays silent.
 * @param {Model} model @param {() => void} found @returns {() => void} stop */
export function greetKernel(model, found) {
  const hear = (/** @type {Message} */ message) => {
    if (message.type === "kernel") found();
  };
  model.on("msg:custom", hear);
  tell(model, { type: "hello" });
  return () => model.off("msg:custom", hear);
}
