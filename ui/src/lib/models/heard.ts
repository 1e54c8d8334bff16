// Who hears the trainee in a practice with the model that was chosen. Pure.
import type { BriefView, ModelsView, PartnerChoice, PartnerKind } from "../api";

/** Hosts beyond this computer, each once; empty while no model is chosen as partner. */
export function hostsBeyond(view: ModelsView | null): string[] {
  const chosen = (role: string) => view?.roles.find((one) => one.role === role)?.chosen ?? null;
  const partner = chosen("partner");
  if (partner === null) return [];
  const reader = partner.speaks ? null : chosen("speaker");
  const hosts = [partner, chosen("transcriber"), chosen("evaluator"), reader].flatMap((one) =>
    one && !one.on_this_computer ? [one.host] : [],
  );
  return [...new Set(hosts)];
}

/** Who would answer in a run: the one that is wanted, else the one there is. */
export function answering(view: Pick<BriefView, "partners">, wanted: PartnerKind): PartnerChoice | null {
  return view.partners.find(({ kind }) => kind === wanted) ?? view.partners[0] ?? null;
}
