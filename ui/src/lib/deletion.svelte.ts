// Deleting sessions and the ten seconds in which each deletion can be undone, the newest first. Lives above the
// screens, so that the way back stays in sight wherever the user goes.
import { announce } from "./announcer.svelte";
import { core, errorView, type DeleteReceipt, type ErrorView } from "./api";
import { stillOpen } from "./receipts";
import { bytes } from "./text/say.svelte";
import { t } from "./text/translate.svelte";

class Deletion {
  /** What can still be undone, oldest first. */
  receipts = $state.raw<readonly DeleteReceipt[]>([]);
  error = $state.raw<ErrorView | null>(null);

  get newest(): DeleteReceipt | undefined {
    return this.receipts.at(-1);
  }

  /** Deletes; throws `Refused`. */
  async run(sessions: string[]): Promise<void> {
    const receipt = await core.deleteSessions(sessions);
    this.error = null;
    this.receipts = [...this.receipts, receipt];
    announce(this.sentence(receipt));
  }

  sentence(receipt: DeleteReceipt): string {
    const count = receipt.sessions.length;
    return receipt.audio_bytes
      ? t("delete.done", { count, size: bytes(receipt.audio_bytes) })
      : t("delete.done_mute", { count });
  }

  /** Takes the newest deletion back. */
  async undo(): Promise<void> {
    const receipt = this.newest;
    if (!receipt) return;
    this.error = null;
    this.forget(receipt);
    try {
      await core.undoDelete(receipt.sessions);
      announce(t("delete.undone"));
    } catch (cause) {
      this.error = errorView(cause);
    }
  }

  /** Lets go of a deletion: it stays. */
  forget(receipt: DeleteReceipt): void {
    this.receipts = this.receipts.filter((one) => one !== receipt);
  }

  /** Lets go of those whose time is over at `now`. */
  expire(now: number): void {
    this.receipts = stillOpen(this.receipts, now);
  }
}

export const deletion = new Deletion();
