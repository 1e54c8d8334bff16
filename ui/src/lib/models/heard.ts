// Who answers in a run, and who hears it. The core says which hosts; here it is only put together. Pure.
import type { BriefView, PartnerChoice, PartnerKind, RunOptions } from "../api";

/** Who would answer in a run: the one that is wanted, else the one there is. */
export function answering(view: Pick<BriefView, "partners">, wanted: PartnerKind): PartnerChoice | null {
  return view.partners.find(({ kind }) => kind === wanted) ?? view.partners[0] ?? null;
}

/** What can be had of what is wanted: a model that answered in an earlier run may be gone, and not everybody is heard. */
export function possible(view: Pick<BriefView, "partners">, wanted: RunOptions): RunOptions {
  const who = answering(view, wanted.partner);
  return {
    ...wanted,
    partner: who?.kind ?? wanted.partner,
    partner_voice: wanted.partner_voice && who?.heard === true,
  };
}

/** Hosts beyond this computer that hear or read the trainee, and those that read the partner's lines aloud. */
export function hearing(
  view: Pick<BriefView, "partners">,
  options: Pick<RunOptions, "partner" | "partner_voice">,
): string[] {
  return [...listening(view, options), ...readingAloud(view, options)];
}

/** Hosts that hear or read the trainee. */
function listening(view: Pick<BriefView, "partners">, options: Pick<RunOptions, "partner">): string[] {
  return answering(view, options.partner)?.voice_goes_to ?? [];
}

/** Hosts that get the partner's lines to read them aloud, and nothing of the trainee. */
export function readingAloud(
  view: Pick<BriefView, "partners">,
  options: Pick<RunOptions, "partner" | "partner_voice">,
): string[] {
  return options.partner_voice ? (answering(view, options.partner)?.read_aloud_by ?? []) : [];
}

/** Hosts that hear or read the trainee: in any case, and only if others fail. */
export function promised(
  view: Pick<BriefView, "partners">,
  options: Pick<RunOptions, "partner">,
): { hosts: string[]; otherwise: string[] } {
  const only = answering(view, options.partner)?.only_if_others_fail ?? [];
  const all = listening(view, options);
  return { hosts: all.filter((host) => !only.includes(host)), otherwise: all.filter((host) => only.includes(host)) };
}

/** Hosts that get what was said once a run is over, for feedback, and nothing of it before. */
export function afterwards(
  view: Pick<BriefView, "partners">,
  options: Pick<RunOptions, "partner" | "partner_voice">,
): string[] {
  const heard = listening(view, options);
  return (answering(view, options.partner)?.feedback_by ?? []).filter((host) => !heard.includes(host));
}

/** Those of them that hear nothing of a run while everybody who was chosen first answers. */
export function hearingOnlyIfOthersFail(
  view: Pick<BriefView, "partners">,
  options: Pick<RunOptions, "partner" | "partner_voice">,
): string[] {
  const only = answering(view, options.partner)?.only_if_others_fail ?? [];
  return hearing(view, options).filter((host) => only.includes(host));
}

/** Those to which nothing that is said travels encrypted: during a run, or once it is over, for feedback, which waits for
 * the network. */
export function reachedUnencrypted(
  view: Pick<BriefView, "partners">,
  options: Pick<RunOptions, "partner" | "partner_voice">,
  offline: boolean,
): string[] {
  const who = answering(view, options.partner);
  const reached = new Set([...(offline ? [] : hearing(view, options)), ...(who?.feedback_by ?? [])]);
  return [...reached].filter((host) => who?.unencrypted.includes(host));
}
