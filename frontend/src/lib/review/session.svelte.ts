import { asProblem, type ApiProblem } from '$lib/api/problem';
import { newKey } from '$lib/api/new-key';
import type { Confirmed, Page, PageAnswer, Pages } from './types';
import type { ReviewService } from './service';

/** Pages at hand: the one that is looked at, and those that follow it, fetched and decoded. */
const AT_HAND = 3;

type Sending = { page: Page; answer: PageAnswer; key: string };
/** A page that was confirmed; of one from before a reload only the id is known. */
type Given = { id: string; answer: PageAnswer | null };

/**
 * One person's pages of a review. The next page is there at once; answers are sent behind it, in their order.
 *
 * `before` is what was said of the page at hand when it was confirmed, where it has been taken back.
 */
export class ReviewSession {
  pages = $state.raw<Page[]>([]);
  before = $state.raw<PageAnswer | null>(null);
  waiting = $state.raw<Pages['waiting_for']>(null);
  problem = $state.raw<ApiProblem | null>(null);
  /** Why an answer did not count, in words, until the next page is confirmed. */
  refused = $state.raw<string | null>(null);
  started = $state(false);
  /** Images that were confirmed here and not counted by the service yet. */
  unsent = $state(0);
  given = $state.raw<Given[]>([]);
  onConfirmed: (confirmed: Confirmed) => void = () => {};
  #service: ReviewService;
  #size: () => number;
  #sending: Promise<void> = Promise.resolve();
  #underWay = new Set<string>();
  #asking: Promise<void> | null = null;
  #since = 0;

  constructor(service: ReviewService, size: () => number) {
    this.#service = service;
    this.#size = size;
  }

  get current(): Page | null {
    return this.pages[0] ?? null;
  }

  async start(): Promise<void> {
    const mine = this.#service.mine().catch(() => []);
    await this.refill();
    this.given = [
      ...(await mine).toReversed().map(({ id }) => ({ id, answer: null })),
      ...this.given
    ];
    this.started = true;
  }

  /** Has the service hand out what is missing, and keep what is here; one request at a time. */
  refill(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** Confirms the page at hand and goes on to the next one. */
  confirm(answer: Omit<PageAnswer, 'seconds'>): void {
    const page = this.current;
    if (!page) return;
    const seconds = Math.round((this.#service.now() - this.#since) / 100) / 10;
    const sending = { page, answer: { ...answer, seconds }, key: newKey() };
    this.refused = null;
    this.#underWay.add(page.id);
    this.unsent += page.images.length;
    this.given = [...this.given, { id: page.id, answer: sending.answer }];
    this.#show(this.pages.slice(1));
    this.#sending = this.#sending.then(() => this.#send(sending));
  }

  /** Takes the newest confirmed page back; it is the one at hand then. */
  async undo(): Promise<void> {
    const last = this.given.at(-1);
    if (!last) return;
    this.given = this.given.slice(0, -1);
    const key = newKey();
    await this.#sending;
    const undone = await this.#persist(() => this.#service.undo(last.id, key));
    if (!undone) return;
    const { page, changed } = undone;
    if (changed.length > 0)
      this.refused = `${changed.length} of its labels stay: somebody has changed them meanwhile.`;
    if (page) this.#show([page, ...this.pages.filter(({ id }) => id !== page.id)], last.answer);
    else this.refused ??= 'Its labels are withdrawn. The review has ended.';
  }

  /** Resolves once everything is sent. */
  idle = (): Promise<void> => this.#sending;

  /** Returns the pages to give back when the tab goes away: those that nobody has answered. */
  atHand(): string[] {
    return this.pages.map(({ id }) => id).filter((id) => !this.#underWay.has(id));
  }

  /** Drops pages that others may show differently by now, and asks for those of the changed review. */
  async anew(): Promise<void> {
    this.#show([]);
    await this.refill();
  }

  #show(pages: Page[], before: PageAnswer | null = null): void {
    const other = pages[0]?.id !== this.current?.id;
    this.before = before;
    this.pages = pages;
    if (other) this.#since = this.#service.now();
    void this.#service.load(
      pages.slice(0, AT_HAND).flatMap(({ images }) => images.map(({ id }) => id))
    );
  }

  async #ask(): Promise<void> {
    try {
      const { items, waiting_for } = await this.#service.pages(AT_HAND, this.#size());
      this.problem = null;
      const known = new Set(this.pages.map(({ id }) => id));
      const fresh = items.filter(({ id }) => !known.has(id) && !this.#underWay.has(id));
      this.waiting = waiting_for;
      if (fresh.length > 0) this.#show([...this.pages, ...fresh], this.before);
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  async #send({ page, answer, key }: Sending): Promise<void> {
    const confirmed = await this.#persist(() => this.#service.confirm(page.id, answer, key));
    this.#underWay.delete(page.id);
    this.unsent -= page.images.length;
    if (!confirmed) this.given = this.given.filter(({ id }) => id !== page.id);
    else {
      if (confirmed.kept.length > 0)
        this.refused = `${confirmed.kept.length} answers do not count. ${confirmed.kept[0]!.reason}`;
      this.onConfirmed(confirmed);
    }
    if (this.pages.length < AT_HAND) await this.refill();
  }

  /** Sends until the service has answered; null where it refuses, and the person is told why. */
  async #persist<Answer>(send: () => Promise<Answer>): Promise<Answer | null> {
    for (;;) {
      try {
        const answer = await send();
        this.problem = null;
        return answer;
      } catch (error) {
        const problem = asProblem(error);
        if (problem.status === null || !problem.retryable) {
          this.refused = problem.message;
          return null;
        }
        this.problem = problem;
        await this.#service.wait();
      }
    }
  }
}
