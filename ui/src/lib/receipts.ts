// What was deleted and can still be taken back, oldest first. Pure: the moment comes in by argument.
import type { DeleteReceipt } from "./api";

type Receipts = readonly DeleteReceipt[];

/** Those that can still be undone at `now`, in milliseconds since 1970. The same list when nothing ran out. */
export function stillOpen(receipts: Receipts, now: number): Receipts {
  const open = receipts.filter((receipt) => timeLeft(receipt, now) > 0);
  return open.length === receipts.length ? receipts : open;
}

/** Milliseconds until a deletion is for good. */
export function timeLeft(receipt: DeleteReceipt, now: number): number {
  return Date.parse(receipt.undo_until) - now;
}
