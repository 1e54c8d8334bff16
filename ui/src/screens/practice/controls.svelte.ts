// What the trainee's hands do in a practice: keys and buttons become actions of the core. Decides nothing; the core
// ignores what is not allowed.
import type { Action, PracticeView } from "../../lib/api";
import type { Handlers } from "../../lib/keys/keyboard.svelte";
import { TalkKey } from "../../lib/keys/talk";
import { practice } from "../../lib/practice.svelte";
import { ear } from "../../lib/sound/heard.svelte";
import { Draft } from "./draft.svelte";

type Simple = Exclude<Action["kind"], "type">;

const TAKING: ReadonlySet<string> = new Set(["arming", "recording", "finishing"]);

export class Controls {
  hint = $state(false);
  readonly draft = new Draft();
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

  /** To be called with each view: notices that a take is over, and that a typed turn is there. */
  told(): void {
    const { allowed, lines } = this.view();
    // The talk button may have gone while it was held; then nobody else would let go.
    if (!this.taking && (this.#wasTaking || !allowed.talk)) this.#send(this.#talk.takeEnded());
    if (!this.#wasTaking && this.taking) ear.forget();
    this.#wasTaking = this.taking;
    this.draft.told(lines, allowed.type_instead);
  }

  do(kind: Simple): void {
    void practice.act({ kind });
  }

  /** The typed words were changed. The core counts silence, and typing makes no sound. */
  wrote(text: string): void {
    this.draft.text = text;
    if (this.view().allowed.think && this.draft.stirs(performance.now())) this.do("thinking");
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
    if (talk || stop) this.#send(this.#talk.down(performance.now(), this.taking));
  };

  talkUp = (): void => this.#send(this.#talk.up(performance.now()));

  talkLost = (): void => this.#send(this.#talk.lost());

  toggleTyping = (): void => {
    if (this.typing) this.draft.close();
    else if (this.view().allowed.type_instead) this.draft.open = true;
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
        again: when("again", "again"),
        slower: when("again", "slower"),
        hint: () => (this.hint = !this.hint),
        type: this.toggleTyping,
        pause: this.pauseOrResume,
        end: this.end,
      },
      released: (lost) => (lost ? this.talkLost() : this.talkUp()),
    };
  }

  #send(actions: readonly Action[]): void {
    for (const action of actions) void practice.act(action);
  }
}
