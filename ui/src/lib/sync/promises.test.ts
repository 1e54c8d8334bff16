import { describe, expect, it } from "vitest";
import type { AccountView, SyncView } from "../api";
import { ACCOUNT, view as standingOf } from "./made";
import { promiseOfAll, promiseOfVoice } from "./promises";

const HOST = ACCOUNT.host;
const WORDS: AccountView = { ...ACCOUNT, audio: "stays_here" };
const UNTOLD = { server: "lean_cloud" as const, app_id: "app", host: HOST, deletions: 1, files: 0 };

function view(account: AccountView | null, some: Partial<SyncView> = {}): SyncView {
  return standingOf({ kind: account === null ? "off" : "idle" }, { account, ...some });
}

describe("what is promised of where a practice goes", () => {
  it("is nothing before it is known who is signed in", () => {
    expect(promiseOfAll(null, false)).toBeNull();
    expect(promiseOfVoice(null, false)).toBeNull();
  });

  it("is this computer alone while nobody is signed in, from now on where a server has something", () => {
    const said = (some: Partial<SyncView>, left: boolean) => promiseOfAll(view(null, some), left)?.key;
    expect(said({}, false)).toBe("privacy.all_stays");
    expect(said({}, true)).toBe("privacy.stays_from_now");
    expect(said({ untold: UNTOLD }, false)).toBe("privacy.stays_from_now");
    expect(promiseOfVoice(view(null), false)).toEqual({ key: "privacy.stays", host: "", leaves: false });
  });

  it("names the server that gets a copy, or the words alone", () => {
    expect(promiseOfAll(view(ACCOUNT), false)).toEqual({ key: "privacy.promise_copy", host: HOST, leaves: true });
    expect(promiseOfVoice(view(ACCOUNT), false)).toEqual({ key: "privacy.copy_goes", host: HOST, leaves: true });
    expect(promiseOfAll(view(WORDS), false)).toEqual({ key: "privacy.promise_words", host: HOST, leaves: false });
    expect(promiseOfVoice(view(WORDS), false)).toEqual({ key: "privacy.words_go", host: HOST, leaves: false });
  });

  it("is the same everywhere while the user works offline: nothing leaves", () => {
    for (const account of [ACCOUNT, WORDS]) {
      const offline = view(account, { offline: true });
      expect(promiseOfAll(offline, false)).toEqual({ key: "privacy.promise_offline", host: HOST, leaves: false });
      expect(promiseOfVoice(offline, false)?.leaves).toBe(false);
    }
    expect(promiseOfVoice(view(ACCOUNT, { offline: true }), false)?.key).toBe("privacy.copy_waits");
    expect(promiseOfVoice(view(WORDS, { offline: true }), false)?.key).toBe("privacy.words_wait");
  });

  it("does not say that everything stays while a model is chosen that hears", () => {
    const heard = { key: "privacy.models_hear", host: "qwen.example.org", leaves: true };
    for (const account of [null, WORDS]) {
      expect(promiseOfAll(view(account), false, "qwen.example.org")).toEqual(heard);
      expect(promiseOfAll(view(account, { offline: true }), false, "qwen.example.org")?.leaves).toBe(false);
    }
    expect(promiseOfAll(view(ACCOUNT), false, "qwen.example.org")?.key).toBe("privacy.promise_copy");
    const later = (heardBy: string) => promiseOfAll(view(null), false, heardBy, "judge.example.org");
    expect(later("")).toEqual({ key: "privacy.feedback_hears", host: "judge.example.org", leaves: true });
    const both = {
      key: "privacy.models_and_feedback",
      host: "a.example.org",
      later: "judge.example.org",
      leaves: true,
    };
    expect(later("a.example.org")).toEqual(both);
    expect(promiseOfAll(view(null, { offline: true }), false, "", "judge.example.org")?.leaves).toBe(false);
    const offline = promiseOfAll(view(null, { offline: true }), false, "qwen.example.org");
    expect(offline?.key).toBe("privacy.promise_offline");
  });

  it("does not say that a voice stays which others hear", () => {
    expect(promiseOfVoice(view(null), true)).toBeNull();
    expect(promiseOfVoice(view(WORDS), true)).toBeNull();
    expect(promiseOfVoice(view(ACCOUNT), true)?.key).toBe("privacy.copy_goes");
    expect(promiseOfVoice(view(null, { offline: true }), true)?.key).toBe("privacy.promise_offline");
    expect(promiseOfVoice(view(WORDS, { offline: true }), true)?.key).toBe("privacy.words_wait");
  });
});
