// Home's first answer, asked for while the page is still being put together, so that the first picture is complete.
import { core, type HomeView } from "../../lib/api";

let ahead: Promise<HomeView> | null = null;

/** Asks now. The answer is for whoever asks first, until `forget`. Never throws: the screen that asks shows why. */
export async function askAhead(): Promise<void> {
  ahead = core.home();
  await ahead.catch(() => undefined);
}

/** An answer that nobody took grows old. */
export function forget(): void {
  ahead = null;
}

/** What Home shows. Throws `Refused`. */
export function homeView(): Promise<HomeView> {
  const asked = ahead ?? core.home();
  forget();
  return asked;
}
