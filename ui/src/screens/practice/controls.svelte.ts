// What the trainee's hands do in a practice: keys and buttons become actions of the core. Decides nothing; the core
// ignores what is not allowed.
import type { Action, PracticeView } from "../../lib/api";
import type { Handlers } from "../../lib/keys/keyboard.svelte";
import { TalkKey } from "../../lib/keys/talk";
import { practice } from "../../lib/practice.svelte";
import { ear } from "../../lib/sound/heard.svelte";
import { Player } from "../../lib/sound/player.svelte";
import { Draft } from "./draft.svelte";
import { olderClip, Pace } from "./pace";

type Simple = Exclude<Action["kind"], "type">;

/** As much slower as the core makes its own lines. */
const SLOWER = 0.75;
const TAKING: ReadonlySet<string> = new Set(["arming", "recording", "finishing"]);

export class Controls {
  hint = $state(false);
  readonly draft = new Draft();
  /** Plays a line of the earlier run, whose sound the core does not hold. */
  readonly older = new Player();
  readonly #pace = new Pace();
  #slow = $state(false);
  readonly #talk = new TalkKey();
  #wasTaking = false;

  constructor(private readonly view: () => PracticeView) {}

  get taking(): boolean {
    return TAKING.has(this.view().phase);
  }

  /** The box for a typed turn is in sight. A pause hides it and gives it back with its words. */
  get typing(): boolean {
    return this.draft.open && this.view().allowed.type_instead;
  }

  /** The sound failed, and the turns can be typed without it. What was said until then is to be heard and sent first. */
  get canTypeOn(): boolean {
    return this.view().allowed.carry_on && this.view().take === null;
  }

  /** The microphone failed somebody who types: that is no matter to them, so they are not asked what to do. */
  get passesOver(): boolean {
    const paused = this.view().paused;
    const microphone = paused?.kind === "media" && paused.error.code.startsWith("microphone_");
    return microphone && this.draft.stays && this.canTypeOn;
  }

  /** The partner's latest line can be heard now, from the core or from the earlier run. */
  get canHear(): boolean {
    return this.view().allowed.again || olderClip(this.view()) !== null;
  }

  /** The line is heard slower, or is about to be. */
  get slow(): boolean {
    return this.#slow || (this.older.playing && this.older.speed < 1);
  }

  /** To be called with each view: notices that a take is over, and that a typed turn is there. */
  told(): void {
    const { allowed, lines, phase } = this.view();
    this.#slow = this.#pace.told(phase);
    if (phase !== "your_turn") this.older.pause();
    // The talk button may have gone while it was held; then nobody else would let go.
    if (!this.taking && (this.#wasTaking || !allowed.talk)) this.#send(this.#talk.takeEnded());
    if (!this.#wasTaking && this.taking) ear.forget();
    this.#wasTaking = this.taking;
    this.draft.told(lines, allowed.type_instead);
    if (this.passesOver) this.do("carry_on");
  }

  do(kind: Simple): void {
    void practice.act({ kind });
  }

  again = (): void => this.#hear("again");

  /** Slower, and back to the usual pace when it is slower already. */
  slower = (): void => this.#hear(this.slow ? "again" : "slower");

  /** Lets go of what was loaded. */
  release(): void {
    this.older.release();
  }

  /** The typed words were changed. The core counts silence, and typing makes no sound. */
  wrote(text: string): void {
    this.draft.text = text;
    this.stir(text);
  }

  /** Somebody writes, which makes no sound. */
  stir(text: string): void {
    if (this.view().allowed.think && this.draft.stirs(text, performance.now())) this.do("thinking");
  }

  /** Somebody looks for words, which makes no sound either. */
  thinks = (): void => {
    if (this.view().allowed.think) this.do("thinking");
  };

  /** The clocks stand still because nobody answers. */
  get waitsForPartner(): boolean {
    return this.view().paused?.kind === "partner";
  }

  /** Sends the typed words. They stay until the core shows them as a turn. */
  async say(): Promise<void> {
    const text = this.draft.send(this.view().lines);
    if (text === null) return;
    await practice.act({ kind: "type", text });
    await practice.ask();
    this.draft.answered();
    this.told();
  }

  talkDown = (): void => {
    const { talk, stop } = this.view().allowed;
    if (talk && !this.typing) this.draft.talks();
    if (talk || stop) this.#send(this.#talk.down(performance.now(), this.taking));
  };

  talkUp = (): void => this.#send(this.#talk.up(performance.now()));

  talkLost = (): void => this.#send(this.#talk.lost());

  toggleTyping = (): void => {
    if (this.typing) this.draft.close();
    else if (this.canTypeOn) this.typeOn();
    else if (this.view().allowed.type_instead) this.draft.open = true;
  };

  /** Goes on by typing where the sound failed. */
  typeOn = (): void => {
    this.draft.stay();
    this.do("carry_on");
  };

  pauseOrResume = (): void => {
    const { pause, resume } = this.view().allowed;
    if (resume) this.do("resume");
    else if (pause) this.do("pause");
  };

  end = (): void => {
    const { end, cancel } = this.view().allowed;
    if (end) this.do("end");
    else if (cancel && this.view().phase === "opening") this.do("cancel");
  };

  get keys(): Handlers {
    const when = (allowed: keyof PracticeView["allowed"], kind: Simple) => () => {
      if (this.view().allowed[allowed]) this.do(kind);
    };
    return {
      actions: {
        talk: this.talkDown,
        lock: () => {
          const { talk, stop } = this.view().allowed;
          if (talk || stop) this.do("lock");
        },
        send: () => {
          const { send, stop } = this.view().allowed;
          if (send) this.do("send");
          else if (stop) this.do("toggle_talk");
        },
        cancel: () => {
          if (this.hint) this.hint = false;
          else if (this.taking || this.view().phase === "reviewing") when("cancel", "cancel")();
        },
        undo: when("undo_cancel", "undo_cancel"),
        interrupt: when("interrupt", "interrupt"),
        thinking: when("think", "thinking"),
        again: this.again,
        slower: this.slower,
        hint: () => (this.hint = !this.hint),
        type: this.toggleTyping,
        pause: this.pauseOrResume,
        end: this.end,
      },
      released: (lost) => (lost ? this.talkLost() : this.talkUp()),
    };
  }

  #hear(how: "again" | "slower"): void {
    if (this.view().allowed.again) {
      this.#slow = this.#pace.asked(how === "slower");
      this.do(how);
      return;
    }
    const clip = olderClip(this.view());
    if (clip === null) return;
    // The core counts silence and does not know that somebody listens.
    if (this.view().allowed.think) this.do("thinking");
    this.older.setSpeed(how === "slower" ? SLOWER : 1);
    void this.older.play(clip, 0);
  }

  #send(actions: readonly Action[]): void {
    for (const action of actions) void practice.act(action);
  }
}
