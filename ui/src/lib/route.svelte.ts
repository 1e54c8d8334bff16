// Where the window is. A practice is no route: while one is open the window shows it, whatever the route is.
import type { RunOptions, TakeTwoOf } from "./api";

export type SettingsSection =
  "general" | "sound" | "talking" | "partner" | "timers" | "sync" | "privacy" | "shortcuts" | "about";

export type Route =
  | { name: "home" }
  | { name: "catalogue" }
  /** `options` are those of an earlier run, as far as they are known. */
  | { name: "brief"; slug: string; takeTwo?: TakeTwoOf; options?: Partial<RunOptions> }
  | { name: "sound-check"; slug: string; options: RunOptions }
  | { name: "history" }
  | { name: "review"; session: string }
  | { name: "progress" }
  | { name: "settings"; section: SettingsSection }
  | { name: "recovery" };

export type Area = "home" | "catalogue" | "history" | "progress" | "settings" | "recovery";

const AREA: Record<Route["name"], Area> = {
  home: "home",
  catalogue: "catalogue",
  brief: "catalogue",
  "sound-check": "catalogue",
  history: "history",
  review: "history",
  progress: "progress",
  settings: "settings",
  recovery: "recovery",
};

class Router {
  current = $state.raw<Route>({ name: "home" });
  #before: Route[] = [];

  get area(): Area {
    return AREA[this.current.name];
  }

  go(route: Route): void {
    this.#before = [...this.#before.slice(-19), this.current];
    this.current = route;
  }

  /** The area's own screen; the way back is forgotten. */
  open(area: Area): void {
    this.#before = [];
    this.current = area === "settings" ? { name: "settings", section: "general" } : { name: area };
  }

  /** The screen before this one, else the area's own screen. */
  back(): void {
    const before = this.#before.at(-1);
    this.#before = this.#before.slice(0, -1);
    if (before) this.current = before;
    else this.open(this.area);
  }

  /** Goes there without a way back to where it is now. */
  replace(route: Route): void {
    this.current = route;
  }
}

export const router = new Router();
