// The keys that lead to the areas, from wherever they may be left for.
import type { Area } from "../route.svelte";
import type { ActionName } from "./bindings";

const AREAS = ["home", "catalogue", "history", "progress", "settings", "recovery"] as const satisfies readonly Area[];

/** What each of them does, given the way to an area. Searching is done in History. */
export function areaKeys(open: (area: Area) => void): Partial<Record<ActionName, () => void>> {
  const ways = AREAS.map((area) => [area, () => open(area)] as const);
  return { ...Object.fromEntries(ways), search: () => open("history") };
}
