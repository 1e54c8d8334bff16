// Notices that an event was lost: revisions count every change of the app without a gap.

export class Revisions {
  #last: number | null = null;

  /** Takes note of a revision; true when one between this and the last was never seen. */
  missed(revision: number): boolean {
    const gap = this.#last !== null && revision !== this.#last + 1;
    this.#last = revision;
    return gap;
  }
}
