// Standings made up for tests.
import type { AccountView, SyncPhase, SyncView } from "../api";

export const ACCOUNT: AccountView = {
  server: "lean_cloud",
  address: "https://talks.example.org",
  host: "talks.example.org",
  app_id: "app",
  username: null,
  has_master_key: false,
  all_audio: false,
  stub_user: null,
  audio: "sent",
  keys: "keychain",
  plain_hosts: [],
};

export function view(phase: SyncPhase, some: Partial<SyncView> = {}): SyncView {
  return {
    account: phase.kind === "off" ? null : ACCOUNT,
    phase,
    problem: null,
    until: null,
    last_success: null,
    look: "done",
    looked_at: null,
    waiting: 0,
    waiting_bytes: 0,
    uploading: null,
    stuck: 0,
    conflicts: 0,
    still_there: 0,
    offline: false,
    untold: null,
    closes_in_days: null,
    ...some,
  };
}
