// What the form for signing in holds, what it still lacks, and the request it becomes. Pure. Secrets are not part of the
// form: they stay in their fields until the moment of sending, and then they are nowhere.
import type {
  AccountView,
  AudioChoice,
  ErrorView,
  KeyPlace,
  ServerKind,
  SignInAs,
  SignInRequest,
  UntoldView,
} from "../api";

export interface SignInForm {
  server: ServerKind;
  address: string;
  appId: string;
  who: SignInAs["kind"];
  username: string;
  stubUser: string;
  audio: AudioChoice;
  keys: KeyPlace;
  /** The host that the user agrees to speak to without encryption. */
  plainHost: string | null;
  /** The server before is not told of every deletion, and that is known. */
  forgetUntold: boolean;
  /** The master key is asked for. */
  mastered: boolean;
}

/** What is typed into fields that are emptied when it is sent. */
export interface Secrets {
  appKey: string;
  masterKey: string;
  password: string;
  code: string;
}

/** A field that holds a secret, as far as it is needed here. */
export interface SecretHolder {
  value: string;
}

/** An empty form, or one for somebody who signs in again. */
export function formFor(account: AccountView | null): SignInForm {
  return {
    server: account?.server ?? "lean_cloud",
    address: account?.address ?? "",
    appId: account?.app_id ?? "",
    who: account === null ? "anonymous" : account.username === null ? "recovery_code" : "log_in",
    username: account?.username ?? "",
    stubUser: account?.stub_user ?? "",
    audio: account?.audio ?? "sent",
    keys: account?.keys ?? "keychain",
    plainHost: null,
    forgetUntold: false,
    mastered: account?.has_master_key ?? false,
  };
}

/** Reads the fields of secrets; one that is not there holds nothing. */
export function read(fields: Partial<Record<keyof Secrets, SecretHolder | undefined>>): Secrets {
  return {
    appKey: fields.appKey?.value ?? "",
    masterKey: fields.masterKey?.value ?? "",
    password: fields.password?.value ?? "",
    code: fields.code?.value ?? "",
  };
}

/** Empties the fields of secrets. */
export function empty(fields: Partial<Record<keyof Secrets, SecretHolder | undefined>>): void {
  for (const field of Object.values(fields)) if (field) field.value = "";
}

const error = (code: string, params: Record<string, string> = {}): ErrorView => ({ code, params });

/**
 * What can be seen to be missing without asking anybody, so that no secret has to be typed twice for it. `untold` is
 * what the server so far would never be told if this is another one.
 */
export function lacking(form: SignInForm, secrets: Secrets, untold: UntoldView | null = null): ErrorView | null {
  const address = form.address.trim();
  if (address === "") return error("address_missing");
  if (!/^https?:\/\/[^\s/]/i.test(address)) return error("address_bad", { address });
  if (form.appId.trim() === "") return error("app_id_missing");
  if (form.who === "recovery_code" && tidyCode(secrets.code) === null) return error("recovery_code_bad");
  if (form.mastered && filled(secrets.masterKey) === null) return error("master_key_missing");
  const named = form.who === "log_in" || form.who === "sign_up";
  if (named && (form.username.trim() === "" || secrets.password === "")) return error("name_missing");
  return untold !== null && !form.forgetUntold && leaves(form, untold) ? untoldError(untold) : null;
}

/** Whether the form is certainly for another user, or another app, than the one that knows the records. */
function leaves(form: SignInForm, untold: UntoldView): boolean {
  const isNew = form.who === "anonymous" || form.who === "sign_up";
  return isNew || form.server !== untold.server || form.appId.trim() !== untold.app_id;
}

function untoldError({ host, deletions, files }: UntoldView): ErrorView {
  return error("untold_elsewhere", { host, deletions: String(deletions), files: String(files) });
}

export function requestOf(form: SignInForm, secrets: Secrets): SignInRequest {
  return {
    server: form.server,
    address: form.address.trim(),
    app_id: form.appId.trim(),
    app_key: filled(secrets.appKey),
    master_key: form.mastered ? filled(secrets.masterKey) : null,
    who: whoOf(form, secrets),
    stub_user: filled(form.stubUser),
    audio: form.audio,
    keys: form.keys,
    forget_untold: form.forgetUntold,
    plain_hosts: form.plainHost === null ? [] : [form.plainHost],
  };
}

function whoOf(form: SignInForm, { password, code }: Secrets): SignInAs {
  const username = form.username.trim();
  switch (form.who) {
    case "anonymous":
      return { kind: "anonymous" };
    case "recovery_code":
      return { kind: "recovery_code", code: tidyCode(code) ?? code };
    case "log_in":
      return { kind: "log_in", username, password };
    case "sign_up":
      return { kind: "sign_up", username, password };
  }
}

function filled(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === "" ? null : trimmed;
}

const GROUPS = [8, 4, 4, 4, 12] as const;

/** A recovery code as it is shown: five groups. Text that is no code stays in one. */
export function groupsOf(code: string): string[] {
  const digits = code.replaceAll("-", "");
  if (digits.length !== 32) return [code];
  let from = 0;
  return GROUPS.map((length) => digits.slice(from, (from += length)));
}

/** A code as somebody typed it from paper, with blanks and capitals, as the server knows it; `null` when it is none. */
export function tidyCode(typed: string): string | null {
  const digits = typed.replace(/[\s\-–—.]/g, "").toLowerCase();
  return /^[0-9a-f]{32}$/.test(digits) ? groupsOf(digits).join("-") : null;
}
