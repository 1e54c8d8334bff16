import { render } from "svelte/server";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { PracticeView } from "../../lib/api";
import { areaKeys } from "../../lib/keys/areas";
import { listenToKeys, type Handlers } from "../../lib/keys/keyboard.svelte";
import { practice } from "../../lib/practice.svelte";
import { learn, speak } from "../../lib/text/translate.svelte";
import KeysDialog from "./KeysDialog.svelte";

const none = () => undefined;
const everywhere: Handlers = { actions: { keys: none } };
const inPractice: Handlers = { actions: { talk: none, hint: none, undo: none } };

/** The names of the actions on the list while these listen. */
function listed(...listening: Handlers[]): string[] {
  const leave = listening.map((handlers) => listenToKeys(handlers));
  const body = render(KeysDialog).body.replace(/<!--.*?-->/gs, "");
  leave.forEach((one) => one());
  return [...body.matchAll(/<dt[^>]*>(.*?)<\/dt>/g)].map((match) => match[1] ?? "");
}

beforeAll(async () => {
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  await learn("en");
  await speak("en");
});
afterEach(() => practice.take(null));

describe("the list of keys", () => {
  it("has all of them in the areas, so that they can be learnt before", () => {
    expect(listed(everywhere)).toEqual(expect.arrayContaining(["Talk (hold or tap)", "Home", "Back 5 s"]));
  });

  it("has in a practice those that do something there", () => {
    practice.take({ session: "s" } as PracticeView);
    expect(listed(everywhere, inPractice)).toEqual([
      "Undo discarding or deleting",
      "Show the keys",
      "Talk (hold or tap)",
      "Hint",
    ]);
  });

  it("has on the end card the ways to the areas", () => {
    practice.take({ session: "s" } as PracticeView);
    const names = listed(everywhere, { actions: areaKeys(none) });
    expect(names).toEqual([
      "Home",
      "Catalogue",
      "History",
      "Progress",
      "Settings",
      "Recovery",
      "Search",
      "Show the keys",
    ]);
  });
});

describe("the keys for the areas", () => {
  it("lead each to its own, and the search to what was said", () => {
    const opened: string[] = [];
    const keys = areaKeys((area) => opened.push(area));
    for (const action of ["home", "settings", "recovery", "search"] as const) keys[action]?.();
    expect(opened).toEqual(["home", "settings", "recovery", "history"]);
  });
});
