/** One piece of work after the other; of those that come while another waits, none more: what waits sees what they would have seen. */
export class Turn {
  #end: Promise<void> = Promise.resolve();
  #waits = false;

  take(work: () => Promise<void>): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#end = this.#end.then(() => {
      this.#waits = false;
      return work();
    });
  }
}
