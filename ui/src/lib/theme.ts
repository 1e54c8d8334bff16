// The theme as an attribute of the page; the style sheet does the rest.
import type { Theme } from "./api";

/** Light, dark, or whatever the system says, which the style sheet follows by itself without the attribute. */
export function followTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
