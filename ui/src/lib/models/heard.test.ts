import { describe, expect, it } from "vitest";
import type { PartnerChoice, PartnerKind, RunOptions } from "../api";
import {
  afterwards,
  answering,
  hearing,
  hearingOnlyIfOthersFail,
  possible,
  promised,
  reachedUnencrypted,
  readingAloud,
} from "./heard";

const scripted: PartnerChoice = {
  kind: "scripted",
  model: null,
  heard: true,
  voice_goes_to: [],
  read_aloud_by: [],
  feedback_by: [],
  only_if_others_fail: [],
  unencrypted: [],
  written_down: false,
  checked: false,
  needs_typing: false,
  substitute_needs_words: false,
  cost: null,
};
const model: PartnerChoice = {
  ...scripted,
  kind: "model",
  model: "m",
  voice_goes_to: ["qwen.example.org"],
  read_aloud_by: ["voice.example.org"],
};

describe("who hears a run", () => {
  const partners = [scripted, model];
  const hosts = (partner: "scripted" | "model", partner_voice: boolean) =>
    hearing({ partners }, { partner, partner_voice });

  it("is also the one who reads aloud, where the partner is heard", () => {
    expect(hosts("model", true)).toEqual(["qwen.example.org", "voice.example.org"]);
    expect(hosts("model", false)).toEqual(["qwen.example.org"]);
  });

  it("is a substitute only if others fail, and a voice that is lent only where the partner is heard", () => {
    const both = { ...model, voice_goes_to: ["a", "b"], read_aloud_by: ["c"], only_if_others_fail: ["b", "c"] };
    const only = (partner_voice: boolean) =>
      hearingOnlyIfOthersFail({ partners: [scripted, both] }, { partner: "model", partner_voice });
    expect(only(true)).toEqual(["b", "c"]);
    expect(only(false)).toEqual(["b"]);
    const told = promised({ partners: [scripted, both] }, { partner: "model" });
    expect(told).toEqual({ hosts: ["a"], otherwise: ["b"] });
  });

  it("is said of the hosts that take part and are reached without encryption", () => {
    const plain = { ...model, voice_goes_to: ["a"], read_aloud_by: ["b"], unencrypted: ["b", "c"] };
    const told = (partner_voice: boolean, offline = false) =>
      reachedUnencrypted({ partners: [scripted, plain] }, { partner: "model", partner_voice }, offline);
    expect(told(true)).toEqual(["b"]);
    expect(told(false)).toEqual([]);
    expect(told(true, true)).toEqual([]);
  });

  it("is said of hosts without encryption that get it for feedback, whoever answers, and also once one is online", () => {
    const feedback_by = ["a", "b", "c"];
    const plain = { ...model, voice_goes_to: ["a"], feedback_by, unencrypted: ["a", "b"] };
    const embedded = { ...scripted, feedback_by, unencrypted: ["b"] };
    const told = (partner: PartnerKind, offline = false) =>
      reachedUnencrypted({ partners: [embedded, plain] }, { partner, partner_voice: true }, offline);
    expect(told("model")).toEqual(["a", "b"]);
    expect(told("scripted")).toEqual(["b"]);
    expect(told("scripted", true)).toEqual(["b"]);
  });

  it("is not the one who reads aloud", () => {
    expect(readingAloud({ partners }, { partner: "model", partner_voice: true })).toEqual(["voice.example.org"]);
    expect(readingAloud({ partners }, { partner: "model", partner_voice: false })).toEqual([]);
    expect(promised({ partners }, { partner: "model" })).toEqual({ hosts: ["qwen.example.org"], otherwise: [] });
  });

  it("is told apart who gets it only afterwards, for feedback", () => {
    const judged = { ...model, voice_goes_to: ["a"], feedback_by: ["a", "b"] };
    const told = (partner: "model" | "scripted") =>
      afterwards({ partners: [{ ...scripted, feedback_by: ["a", "b"] }, judged] }, { partner, partner_voice: true });
    expect(told("model")).toEqual(["b"]);
    expect(told("scripted")).toEqual(["a", "b"]);
  });

  it("is nobody where no model answers", () => {
    expect(hosts("scripted", true)).toEqual([]);
    expect(hearing({ partners: [] }, { partner: "model", partner_voice: true })).toEqual([]);
  });
});

describe("who answers in a run", () => {
  it("is the one who was wanted, and what is promised is theirs", () => {
    const partners = [scripted, model];
    expect(answering({ partners }, "model")?.voice_goes_to).toEqual(["qwen.example.org"]);
    expect(answering({ partners }, "scripted")?.voice_goes_to).toEqual([]);
  });

  it("is the one there is, where the wanted one is gone", () => {
    expect(answering({ partners: [model] }, "scripted")).toBe(model);
    expect(answering({ partners: [scripted] }, "model")).toBe(scripted);
    expect(answering({ partners: [] }, "model")).toBeNull();
  });
});

describe("what can be had of what is wanted", () => {
  const wanted = (partner: PartnerKind): RunOptions => ({
    opener: "partner",
    factor: "normal",
    talk_mode: "push_to_talk",
    review_before_sending: false,
    partner_voice: true,
    partner,
    take_two: null,
  });

  it("is a voice only of somebody who has one", () => {
    const partners = [{ ...scripted, heard: false }, model];
    expect(possible({ partners }, wanted("model"))).toEqual(wanted("model"));
    expect(possible({ partners }, wanted("scripted"))).toEqual({ ...wanted("scripted"), partner_voice: false });
    expect(possible({ partners: [] }, wanted("model")).partner_voice).toBe(false);
  });

  it("is somebody else where a model is gone", () => {
    expect(possible({ partners: [scripted] }, wanted("model")).partner).toBe("scripted");
  });
});
