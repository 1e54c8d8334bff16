import { describe, expect, it } from "vitest";
import type { AccountView } from "../api";
import { empty, formFor, groupsOf, lacking, read, requestOf, tidyCode, type Secrets } from "./signing-in";

const CODE = "07070707-0707-4707-8707-070707070707";
const NOTHING: Secrets = { appKey: "", masterKey: "", password: "", code: "" };
const filledForm = () => ({ ...formFor(null), address: " https://talks.example.org ", appId: " app " });

describe("the form for signing in", () => {
  it("becomes a request, with what was left empty left out", () => {
    const secrets = { ...NOTHING, appKey: " key ", masterKey: "never asked for" };
    expect(requestOf(filledForm(), secrets)).toEqual({
      server: "lean_cloud",
      address: "https://talks.example.org",
      app_id: "app",
      app_key: "key",
      master_key: null,
      who: { kind: "anonymous" },
      stub_user: null,
      audio: "sent",
      keys: "keychain",
      plain_hosts: [],
      forget_untold: false,
    });
  });

  it("agrees to one host by its name", () => {
    expect(requestOf({ ...filledForm(), plainHost: "talks.lan" }, NOTHING).plain_hosts).toEqual(["talks.lan"]);
  });

  it("hands the master key over only when that was chosen", () => {
    const form = { ...filledForm(), mastered: true };
    expect(requestOf(form, { ...NOTHING, masterKey: "all" }).master_key).toBe("all");
  });

  it("sends a password as it was typed, blanks and all", () => {
    const form = { ...filledForm(), who: "log_in" as const, username: " ada " };
    const who = { kind: "log_in", username: "ada", password: " pass word " };
    expect(requestOf(form, { ...NOTHING, password: " pass word " }).who).toEqual(who);
  });

  it("empties every field of a secret that is there", () => {
    const fields = { appKey: { value: "key" }, masterKey: undefined, password: { value: "word" } };
    const secrets = read(fields);
    empty(fields);
    expect(secrets).toEqual({ ...NOTHING, appKey: "key", password: "word" });
    expect([fields.appKey.value, fields.password.value]).toEqual(["", ""]);
  });

  it("says what is missing before anything is sent", () => {
    const lacks = (some: Partial<ReturnType<typeof formFor>>, secrets = NOTHING) =>
      lacking({ ...filledForm(), ...some }, secrets)?.code ?? null;
    expect(lacks({})).toBeNull();
    expect(lacks({ address: "  " })).toBe("address_missing");
    expect(lacks({ address: "talks.example.org" })).toBe("address_bad");
    expect(lacks({ address: "http://127.0.0.1:1337/parse" })).toBeNull();
    expect(lacks({ appId: "" })).toBe("app_id_missing");
    expect(lacks({ who: "sign_up", username: "ada" })).toBe("name_missing");
    expect(lacks({ who: "log_in" }, { ...NOTHING, password: "word" })).toBe("name_missing");
    expect(lacks({ who: "recovery_code" }, { ...NOTHING, code: "0707" })).toBe("recovery_code_bad");
    expect(lacks({ who: "recovery_code" }, { ...NOTHING, code: CODE })).toBeNull();
  });

  it("asks before a server that was not told of every deletion is left", () => {
    const untold = { server: "lean_cloud" as const, app_id: "app", host: "old.example.org", deletions: 2, files: 1 };
    const asks = (some: Partial<ReturnType<typeof formFor>>, secrets = NOTHING) =>
      lacking({ ...filledForm(), ...some }, secrets, untold)?.params["deletions"] ?? null;
    expect(asks({})).toBe("2");
    expect(asks({ forgetUntold: true })).toBeNull();
    const again = { who: "recovery_code" as const };
    const code = { ...NOTHING, code: CODE };
    expect(asks(again, code)).toBeNull();
    expect(asks({ ...again, appId: "another" }, code)).toBe("2");
    expect(asks({ ...again, server: "parse" }, code)).toBe("2");
    expect(lacking(filledForm(), NOTHING)).toBeNull();
  });

  it("begins with what is known of somebody who signs in again, and with nothing secret", () => {
    const account: AccountView = {
      server: "parse",
      address: "https://talks.example.org/parse",
      host: "talks.example.org",
      app_id: "app",
      username: "ada",
      has_master_key: true,
      stub_user: "demo",
      audio: "stays_here",
      all_audio: false,
      keys: "file",
      plain_hosts: [{ host: "talks.example.org", is_server: true }],
    };
    const form = formFor(account);
    expect(form).toMatchObject({ server: "parse", who: "log_in", username: "ada", audio: "stays_here", keys: "file" });
    expect(formFor({ ...account, username: null }).who).toBe("recovery_code");
  });
});

describe("a recovery code", () => {
  it("is shown in five groups", () => {
    expect(groupsOf(CODE)).toEqual(["07070707", "0707", "4707", "8707", "070707070707"]);
    expect(groupsOf("odd")).toEqual(["odd"]);
  });

  it("is understood as people copy it from paper", () => {
    expect(tidyCode(" 07070707 0707 4707 8707 070707070707 ")).toBe(CODE);
    expect(tidyCode("ABCDEFAB-CDEF-4ABC-8DEF-ABCDEFABCDEF")).toBe("abcdefab-cdef-4abc-8def-abcdefabcdef");
    expect(tidyCode(CODE.replaceAll("-", ""))).toBe(CODE);
  });

  it("with a letter too many, or a wrong one, is none", () => {
    expect(tidyCode(`${CODE}0`)).toBeNull();
    expect(tidyCode(CODE.replace("0", "o"))).toBeNull();
    expect(tidyCode("")).toBeNull();
  });
});
