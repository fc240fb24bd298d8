// The book's files are named by their content, so a page that has stood open over an update asks for some that are gone.

export const UPDATED = "the book has been updated since this page was opened";

/** Whether the host has one of these files no more. A host that does not answer may have it.
 * @param {string[]} addresses */
export async function gone(addresses) {
  const asked = addresses.map((address) => fetch(address, { method: "HEAD", cache: "no-store" }));
  const replies = await Promise.allSettled(asked);
  return replies.some((reply) => reply.status === "fulfilled" && [404, 410].includes(reply.value.status));
}
