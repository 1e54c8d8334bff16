import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Action, Allowed, PauseCause, PracticeView } from "../../lib/api";
import { practice } from "../../lib/practice.svelte";
import { Controls } from "./controls.svelte";

const NO_MICROPHONE: PauseCause = { kind: "media", error: { code: "microphone_none", params: {} } };
const NOT_WRITTEN: PauseCause = { kind: "media", error: { code: "disk_full", params: {} } };
const TAKE = { length_ms: 900, left_ms: null, locked: false, clip: "c", note: null };

/** A practice that stands still, seen by hands of somebody who types or talks. */
function paused(paused: PauseCause, { typed, take = null }: { typed: boolean; take?: PracticeView["take"] }) {
  const allowed = { carry_on: true, retry: true, type_instead: false, talk: false } as Allowed;
  const view = { phase: "paused", paused, take, allowed, lines: [], earlier: [] } as unknown as PracticeView;
  const controls = new Controls(() => view);
  if (typed) controls.draft.stay();
  return controls;
}

const asked: Action[] = [];
/** Nothing is played here. */
class Silent extends EventTarget {
  pause = () => undefined;
}
vi.stubGlobal("Audio", Silent);
beforeEach(() => {
  asked.length = 0;
  vi.spyOn(practice, "act").mockImplementation((action) => {
    asked.push(action);
    return Promise.resolve();
  });
});

describe("a microphone that fails", () => {
  it("does not stop somebody who chose to type", () => {
    const controls = paused(NO_MICROPHONE, { typed: true });
    expect(controls.passesOver).toBe(true);
    controls.told();
    expect(asked).toEqual([{ kind: "carry_on" }]);
  });

  it("asks somebody who talks what to do", () => {
    const controls = paused(NO_MICROPHONE, { typed: false });
    controls.told();
    expect([controls.passesOver, asked]).toEqual([false, []]);
  });

  it("asks somebody who typed and talks all the same", () => {
    const allowed = { talk: true, type_instead: false } as Allowed;
    const speaking = { phase: "partner_speaking", allowed, take: null, lines: [], earlier: [], paused: null };
    const stopped = { ...speaking, phase: "paused", paused: NO_MICROPHONE, allowed: { carry_on: true } as Allowed };
    let view = speaking as unknown as PracticeView;
    const controls = new Controls(() => view);
    controls.draft.stay();
    controls.talkDown();
    view = stopped as unknown as PracticeView;
    controls.told();
    expect(controls.passesOver).toBe(false);
    expect(asked).not.toContainEqual({ kind: "carry_on" });
  });

  it("lets nobody pass over what is not saved or was said already", () => {
    for (const controls of [
      paused(NOT_WRITTEN, { typed: true }),
      paused(NO_MICROPHONE, { typed: true, take: TAKE }),
      paused({ kind: "user" }, { typed: true }),
    ]) {
      controls.told();
      expect([controls.passesOver, asked]).toEqual([false, []]);
    }
  });

  it("is left behind with the key for typing, and the box opens then", () => {
    const controls = paused(NO_MICROPHONE, { typed: false });
    controls.keys.actions.type?.();
    expect(asked).toEqual([{ kind: "carry_on" }]);
    expect(controls.draft.open).toBe(true);
  });

  it("is not left behind before what was said is heard", () => {
    const controls = paused(NO_MICROPHONE, { typed: false, take: TAKE });
    controls.keys.actions.type?.();
    expect([controls.canTypeOn, asked]).toEqual([false, []]);
  });
});
