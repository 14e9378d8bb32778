/** A question about one of several things: `Confirm` shows it, and passes the thing on if the answer is yes. */
export class Asking<Thing> {
  open = $state(false);
  about = $state.raw<Thing | null>(null);

  ask(about: Thing): void {
    this.about = about;
    this.open = true;
  }
}
