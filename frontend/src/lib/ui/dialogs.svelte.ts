/** The dialogs that are open, the last on top. A modal one makes all else out of reach. */
class Dialogs {
  #open = $state.raw<string[]>([]);

  /** The dialog that can be reached, if one is open. */
  get top(): string | undefined {
    return this.#open.at(-1);
  }

  /** Says that a dialog is open; returns the function that says that it is closed. */
  opened(id: string): () => void {
    this.#open = [...this.#open, id];
    return () => void (this.#open = this.#open.filter((each) => each !== id));
  }
}

export const dialogs = new Dialogs();
