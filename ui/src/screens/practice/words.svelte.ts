// The states and notices of a practice in words.
import type { Notice, PracticeView } from "../../lib/api";
import { calledName } from "../../lib/text/names";
import { t } from "../../lib/text/translate.svelte";

export function phaseText(view: PracticeView): string {
  const name = calledName(view.partner.name);
  switch (view.phase) {
    case "opening":
    case "partner_speaking":
    case "working":
      return t(`practice.phase.${view.phase}`, { name });
    case "your_turn":
      return view.hands_free?.listening ? t("practice.just_speak") : t("practice.phase.your_turn");
    default:
      return t(`practice.phase.${view.phase}`);
  }
}

export function noticeText(notice: Notice, name: string): string {
  switch (notice.kind) {
    case "microphone_switched":
      return t("notice.microphone_switched", { device: notice.device });
    case "stand_in":
      return t("notice.stand_in", { model: notice.model, substitute: notice.substitute });
    default:
      return t(`notice.${notice.kind}`, { name: calledName(name) });
  }
}
