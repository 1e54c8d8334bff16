// Deleting sessions and the ten seconds in which it can be undone. Lives above the screens, so that the way back stays
// in sight wherever the user goes.
import { announce } from "./announcer.svelte";
import { core, errorView, type DeleteReceipt, type ErrorView } from "./api";
import { bytes } from "./text/say.svelte";
import { t } from "./text/translate.svelte";

class Deletion {
  receipt = $state.raw<DeleteReceipt | null>(null);
  error = $state.raw<ErrorView | null>(null);

  /** Deletes; throws `Refused`. */
  async run(sessions: string[]): Promise<void> {
    const receipt = await core.deleteSessions(sessions);
    this.receipt = receipt;
    announce(this.sentence(receipt));
  }

  sentence(receipt: DeleteReceipt): string {
    const count = receipt.sessions.length;
    return receipt.audio_bytes
      ? t("delete.done", { count, size: bytes(receipt.audio_bytes) })
      : t("delete.done_mute", { count });
  }

  async undo(): Promise<void> {
    const receipt = this.receipt;
    if (!receipt) return;
    try {
      await core.undoDelete(receipt.sessions);
      announce(t("delete.undone"));
      this.receipt = null;
    } catch (cause) {
      this.error = errorView(cause);
      this.receipt = null;
    }
  }

  forget(): void {
    [this.receipt, this.error] = [null, null];
  }
}

export const deletion = new Deletion();
