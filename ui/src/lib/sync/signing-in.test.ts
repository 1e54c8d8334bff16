import { describe, expect, it } from "vitest";
import type { AccountView } from "../api";
import {
  empty,
  formFor,
  given,
  groupsOf,
  lacking,
  read,
  requestOf,
  tidyCode,
  wantsFile,
  type Secrets,
} from "./signing-in";

const CODE = "07070707-0707-4707-8707-070707070707";
const NOTHING: Secrets = { appKey: "", masterKey: "", password: "", code: "" };
const KEYED: Secrets = { ...NOTHING, appKey: "key" };
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
    expect(lacking(form, { ...KEYED, password: " " })).toBeNull();
  });

  it("empties every field of a secret that is there", () => {
    const address = { value: "https://talks.example.org" };
    const fields = { address, appKey: { value: "key" }, masterKey: undefined, password: { value: "word" } };
    const secrets = read(fields);
    empty(fields);
    expect(secrets).toEqual({ ...NOTHING, appKey: "key", password: "word" });
    expect(address.value).toBe("https://talks.example.org");
    expect([fields.appKey.value, fields.password.value]).toEqual(["", ""]);
  });

  it("says what is missing before anything is sent", () => {
    const lacks = (some: Partial<ReturnType<typeof formFor>>, secrets = KEYED) => {
      const found = lacking({ ...filledForm(), ...some }, secrets);
      return found && [found.field, found.error.code];
    };
    expect(lacks({})).toBeNull();
    expect(lacks({ address: "  " })).toEqual(["address", "address_missing"]);
    expect(lacks({ address: "talks.example.org" })).toEqual(["address", "address_bad"]);
    expect(lacks({ address: "http://127.0.0.1:1337/parse" })).toBeNull();
    expect(lacks({ appId: "" })).toEqual(["appId", "app_id_missing"]);
    expect(lacks({}, NOTHING)).toEqual(["appKey", "field_missing"]);
    expect(lacks({ server: "parse" }, NOTHING)).toBeNull();
    expect(lacks({ who: "sign_up", username: "ada" })).toEqual(["password", "field_missing"]);
    expect(lacks({ who: "log_in" }, { ...KEYED, password: "word" })).toEqual(["username", "field_missing"]);
    expect(lacks({ who: "recovery_code" })).toEqual(["code", "field_missing"]);
    expect(lacks({ who: "recovery_code" }, { ...KEYED, code: "0707" })).toEqual(["code", "recovery_code_bad"]);
    expect(lacks({ who: "recovery_code" }, { ...KEYED, code: CODE })).toBeNull();
    expect(lacks({ mastered: true })).toEqual(["masterKey", "master_key_missing"]);
  });

  it("names the first field of the page that is missing", () => {
    const form = { ...filledForm(), who: "log_in" as const, mastered: true };
    const order = [NOTHING, KEYED, { ...KEYED, password: "word" }].map((secrets) => {
      return lacking({ ...form, username: "ada" }, secrets)?.field;
    });
    expect(order).toEqual(["appKey", "password", "masterKey"]);
    expect(lacking(form, KEYED)?.field).toBe("username");
  });

  it("asks for what was sent before again, and only for that", () => {
    const sent = given({ ...KEYED, masterKey: "all" });
    expect(sent).toEqual(["appKey", "masterKey"]);
    const code = (some: Partial<ReturnType<typeof formFor>>, secrets = NOTHING) =>
      lacking({ ...filledForm(), ...some }, secrets, sent)?.error.code;
    expect(code({})).toBe("secret_again");
    // A Parse Server may want no key after all.
    expect(code({ server: "parse" })).toBe("app_key_again");
    expect(code({ who: "log_in", username: "ada" }, KEYED)).toBe("field_missing");
    expect(code({ mastered: true }, KEYED)).toBe("secret_again");
    expect(code({}, KEYED)).toBeUndefined();
  });

  it("offers the file where no keychain serves, and only until it is chosen", () => {
    const form = filledForm();
    expect(wantsFile({ code: "keychain_missing", params: {} }, form)).toBe(true);
    expect(wantsFile({ code: "keychain_missing", params: {} }, { ...form, keys: "file" })).toBe(false);
    expect(wantsFile({ code: "remote_unreachable", params: {} }, form)).toBe(false);
  });

  it("asks before a server that was not told of every deletion is left", () => {
    const untold = { server: "lean_cloud" as const, app_id: "app", host: "old.example.org", deletions: 2, files: 1 };
    const asks = (some: Partial<ReturnType<typeof formFor>>, secrets = KEYED) =>
      lacking({ ...filledForm(), ...some }, secrets, [], untold)?.error.params["deletions"] ?? null;
    expect(asks({})).toBe("2");
    expect(asks({ forgetUntold: true })).toBeNull();
    const again = { who: "recovery_code" as const };
    const code = { ...KEYED, code: CODE };
    expect(asks(again, code)).toBeNull();
    expect(asks({ ...again, appId: "another" }, code)).toBe("2");
    expect(asks({ ...again, server: "parse" }, code)).toBe("2");
    expect(lacking(filledForm(), KEYED, [], untold)?.field).toBeNull();
    expect(lacking(filledForm(), KEYED)).toBeNull();
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
