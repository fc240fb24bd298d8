// How a worker that computes in slices hears its messages: in a turn between two slices, and woken where it sleeps.

const door = new MessageChannel();
/** Ends the sleep. */
let wake = () => {};

/** Lets waiting messages in. */
export function turn() {
  return new Promise((resolve) => {
    door.port1.onmessage = resolve;
    door.port2.postMessage(null);
  });
}

/** Until there is something to do. */
export function sleep() {
  return new Promise((/** @type {(value: void) => void} */ resolve) => {
    wake = resolve;
  });
}

/** A message has brought something to do. */
export function awake() {
  wake();
}
