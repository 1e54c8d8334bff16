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
  return notice.kind === "microphone_switched"
    ? t("notice.microphone_switched", { device: notice.device })
    : t(`notice.${notice.kind}`, { name: calledName(name) });
}
