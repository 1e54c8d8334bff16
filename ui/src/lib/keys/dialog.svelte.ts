// Whether the list of keys lies open.

class KeysDialog {
  shown = $state(false);

  open(): void {
    this.shown = true;
  }

  close(): void {
    this.shown = false;
  }
}

export const keysDialog = new KeysDialog();
