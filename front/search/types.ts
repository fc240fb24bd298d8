/** A place that can be found. kind: “Theorem 7.1”. names: what it is called besides its title. */
export interface Entry {
  id: number;
  address: string;
  kind: string;
  title: string;
  text: string;
  names: string[];
  where: string;
}

/** What the build writes. pages: [address, title, where it stands]; entries: [page, anchor, kind, title, text, names]. */
export interface Stored {
  pages: [string, string, string][];
  entries: [number, string, string, string, string, string[]][];
}

/** matched: the plain words of the place that answer the question. named: whether its names do. */
export interface Hit {
  entry: Entry;
  matched: Set<string>;
  named: boolean;
}

export interface Piece {
  text: string;
  marked: boolean;
}
