// What goes wrong, by ntkbook's names. A page says the message as it stands.

/** What is asked for cannot be meant. */
export class InvalidInput extends Error {
  name = "InvalidInput";
}

/** A solver has not reached what it promises, and returns nothing. */
export class NotConverged extends Error {
  name = "NotConverged";
}

/** A computation that ntkbook can do and a page cannot, or not within its budget. */
export class NotInThePage extends Error {
  name = "NotInThePage";
}
