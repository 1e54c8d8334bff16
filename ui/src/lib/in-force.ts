// What a control shows after somebody used it. The browser shows the new state at once, whoever decides about it; where
// that is refused nothing changes for Svelte, and the control would go on showing what is not so.
import { tick } from "svelte";

/** Waits for what a control asked for, however that ends, and then has it show what is in force. */
export async function showInForce(asked: unknown, show: () => void): Promise<void> {
  try {
    await asked;
  } finally {
    await tick();
    show();
  }
}
