import { describe, expect, it } from "vitest";
import {
  formFor,
  hostsFor,
  keptKey,
  lacking,
  requestOf,
  requestsOf,
  taken,
  takesAll,
  unagreedHost,
  wantsFile,
  withHost,
  withWorkspace,
} from "./choosing";
import { CHOSEN, LOCAL, QWEN, view } from "./made";

const begun = () => formFor(view(), "partner");

describe("the form for a model", () => {
  it("begins with the first host that can take the role", () => {
    expect(begun()).toMatchObject({ preset: "qwen", address: QWEN.address, model: "qwen-partner", voice: "" });
    expect(hostsFor(view(), "speaker").map(({ id }) => id)).toEqual(["qwen"]);
  });

  it("begins with what is chosen, and else where another role is", () => {
    const chosen = { ...CHOSEN, model: "mine", voice: "Ethan" };
    expect(formFor(view({ partner: chosen }), "partner")).toMatchObject({ model: "mine", voice: "Ethan" });
    const local = { ...CHOSEN, preset: "local", address: "http://127.0.0.1:9000/v1", key: null };
    expect(formFor(view({ partner: local }), "evaluator")).toMatchObject({ preset: "local", address: local.address });
  });

  it("begins for a substitute at another host than the first, or with the one that is chosen", () => {
    const first = view({ partner: CHOSEN });
    expect(formFor(first, "partner", "substitute")).toMatchObject({ place: "substitute", preset: "local" });
    expect(requestOf(formFor(first, "partner", "substitute"), "").place).toBe("substitute");
    // Nobody else reads aloud.
    expect(formFor(view({ speaker: CHOSEN }), "speaker", "substitute").preset).toBe("qwen");
    const both = view({ partner: CHOSEN }, { partner: { ...CHOSEN, model: "mine" } });
    expect(formFor(both, "partner", "substitute").model).toBe("mine");
    expect(formFor(both, "partner").model).toBe("qwen-partner");
  });

  it("follows the host, and keeps nothing of the one before", () => {
    const form = { ...withWorkspace(begun(), QWEN, "ws-1"), voice: "Ethan", model: "typed" };
    expect(withHost(form, LOCAL)).toMatchObject({
      preset: "local",
      address: LOCAL.address,
      workspace: "",
      model: "",
      voice: "",
    });
  });

  it("has the address of a workspace while there is one", () => {
    const form = withWorkspace(begun(), QWEN, " ws-1 ");
    expect(form.address).toBe("https://ws-1.qwen.example.org/v1");
    expect(withWorkspace(form, QWEN, "").address).toBe(QWEN.address);
    expect(lacking(withWorkspace(form, QWEN, "a/b"), QWEN, "key", null)?.field).toBe("workspace");
  });

  it("names the first thing that is missing", () => {
    const field = (some: object, key = "", kept: "keychain" | null = null) =>
      lacking({ ...begun(), ...some }, QWEN, key, kept)?.field;
    expect(field({ address: "qwen.example.org" })).toBe("address");
    expect(field({ model: " " })).toBe("model");
    expect(field({})).toBe("key");
    expect(field({}, "key")).toBeUndefined();
    expect(field({}, "", "keychain")).toBeUndefined();
    // Some servers have one model and do not ask for its name.
    expect(lacking({ ...begun(), role: "transcriber", model: "" }, LOCAL, "", null)).toBeNull();
  });

  it("knows the key of an address, whatever stands at its end, and of no other", () => {
    const kept = view({ partner: CHOSEN });
    expect(keptKey(kept, `${QWEN.address}/ `)).toBe("keychain");
    expect(keptKey(kept, "https://elsewhere.example.org/v1")).toBeNull();
  });

  it("becomes a request, with what was left empty left out", () => {
    expect(requestOf({ ...begun(), model: " m " }, " key ")).toMatchObject({ model: "m", voice: null, key: "key" });
    expect(requestOf(begun(), " ").key).toBeNull();
  });

  it("sets up all four roles with a key that goes along once", () => {
    const forms = requestsOf({ ...begun(), model: "mine", voice: "Ethan" }, QWEN, "key");
    expect(forms.map(({ role, model }) => [role, model])).toEqual([
      ["partner", "mine"],
      ["transcriber", "qwen-transcriber"],
      ["evaluator", "qwen-evaluator"],
      ["speaker", "qwen-speaker"],
    ]);
    expect(forms.map(({ key }) => key)).toEqual(["key", null, null, null]);
    expect(forms.map(({ voice }) => voice)).toEqual(["Ethan", null, null, null]);
    expect([takesAll(QWEN), takesAll(LOCAL)]).toEqual([true, false]);
  });

  it("empties the field of the key in the moment in which it is read", () => {
    const field = { value: "sk-1" };
    expect([taken(field), field.value, taken(undefined)]).toEqual(["sk-1", "", ""]);
  });

  it("asks about the host that is only reached without encryption, and about nothing else", () => {
    expect(unagreedHost({ code: "model_plain_http", params: { host: "nas.local" } })).toBe("nas.local");
    expect(unagreedHost({ code: "remote_plain_http", params: { host: "nas.local" } })).toBeNull();
    expect(unagreedHost(null)).toBeNull();
  });

  it("offers a file where there is no keychain, and only then", () => {
    const missing = { code: "keychain_missing", params: {} };
    expect(wantsFile(missing, begun())).toBe(true);
    expect(wantsFile(missing, { ...begun(), keys: "file" })).toBe(false);
    expect(wantsFile({ code: "model_address", params: {} }, begun())).toBe(false);
  });
});
