import { asProblem, type ApiProblem } from '$lib/api/problem';
import { newKey } from '$lib/api/new-key';
import type {
  PageSubmission,
  Reply,
  Submission,
  SubmitQueue
} from '$lib/labelling/submissions.svelte';
import type { Confirmed, Page, PageAnswer, Pages } from './types';
import type { ReviewService } from './service';

/** Pages at hand: the one that is looked at, and those that follow it, fetched and decoded. */
const AT_HAND = 3;

/** A page that was confirmed; of one from before a reload only the id is known. */
type Given = { id: string; page: Page | null; answer: PageAnswer | null };

/**
 * One person's pages of a review. The next page is there at once; answers are sent behind it by the queue of all the
 * person's answers, which outlives this page.
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
  given = $state.raw<Given[]>([]);
  onConfirmed: (confirmed: Confirmed) => void = () => {};
  #service: ReviewService;
  #submissions: SubmitQueue;
  #id: string;
  #size: () => number;
  #recalled: Promise<void> = Promise.resolve();
  #asking: Promise<void> | null = null;
  #since = 0;
  #stop: () => void;

  /** `size` returns how many images fit on the screen. */
  constructor(
    service: ReviewService,
    submissions: SubmitQueue,
    { id, size }: { id: string; size: () => number }
  ) {
    this.#service = service;
    this.#submissions = submissions;
    this.#id = id;
    this.#size = size;
    this.#stop = submissions.listen({
      accepted: (submission, reply) => this.#isOurs(submission) && this.#take(submission, reply),
      refused: (submission, problem) =>
        this.#isOurs(submission) && this.#takeRefusal(submission, problem)
    });
  }

  get current(): Page | null {
    return this.pages[0] ?? null;
  }

  /** Images that were confirmed and not counted by the service yet. */
  get unsent(): number {
    const ours = this.#submissions.pending.filter((each) => this.#isOurs(each));
    return ours.reduce((sum, { answer, images }) => sum + (answer ? images : 0), 0);
  }

  async start(): Promise<void> {
    await this.#submissions.ready;
    void this.#submissions.run();
    this.#recalled = this.#recall();
    await this.refill();
    this.started = true;
  }

  /** Hears no more of answers, because the page is left. */
  end(): void {
    this.#stop();
  }

  /** Has the service hand out what is missing, and keep what is here; one request at a time. */
  refill(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** Confirms the page at hand and goes on to the next one. */
  confirm(said: Omit<PageAnswer, 'seconds'>): void {
    const page = this.current;
    if (!page) return;
    const seconds = Math.round((this.#service.now() - this.#since) / 100) / 10;
    const answer = { ...said, seconds };
    this.refused = null;
    this.given = [...this.given, { id: page.id, page, answer }];
    this.#show(this.pages.slice(1));
    this.#submissions.add({ ...this.#about(page.id, page.images), answer });
  }

  /** Takes the newest confirmed page back; it is the one at hand then. */
  async undo(): Promise<void> {
    if (this.given.length === 0) await this.#recalled;
    const last = this.given.at(-1);
    if (!last) return;
    this.given = this.given.slice(0, -1);
    if (last.page && this.#submissions.withdraw(last.id)) {
      this.#bringBack(last.page, last.answer);
      return;
    }
    const undone = last.answer;
    this.#submissions.add({ ...this.#about(last.id), answer: null, undone });
    await this.#submissions.idle();
  }

  /** Resolves once everything is sent, and what follows from that is here. */
  async idle(): Promise<void> {
    await this.#submissions.idle();
    await this.#asking;
  }

  /** Returns the pages to give back when the tab goes away: those that nobody has answered. */
  atHand(): string[] {
    return this.pages.map(({ id }) => id).filter((id) => !this.#submissions.has(id));
  }

  /** Drops pages that others may show differently by now, and asks for those of the changed review. */
  async anew(): Promise<void> {
    this.#show([]);
    await this.refill();
  }

  #about(pageId: string, images: Page['images'] = []) {
    const first = images[0] ? { imageId: images[0].id } : {};
    const kind = 'page' as const;
    return {
      key: newKey(),
      kind,
      queryId: pageId,
      roundId: this.#id,
      images: images.length,
      ...first
    };
  }

  #isOurs(submission: Submission): submission is PageSubmission {
    return submission.kind === 'page' && submission.roundId === this.#id;
  }

  #bringBack(page: Page, before: PageAnswer | null): void {
    this.#show([page, ...this.pages.filter(({ id }) => id !== page.id)], before);
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

  /** Learns which pages were confirmed before a reload; what was on its way then has to arrive first. */
  async #recall(): Promise<void> {
    await this.#submissions.idle();
    const mine = (await this.#service.mine().catch(() => [])).toReversed();
    const here = new Set([...this.given, ...this.pages].map(({ id }) => id));
    const before = mine.filter(({ id }) => !here.has(id));
    this.given = [...before.map(({ id }) => ({ id, page: null, answer: null })), ...this.given];
  }

  async #ask(): Promise<void> {
    try {
      const { items, waiting_for } = await this.#service.pages(AT_HAND, this.#size());
      this.problem = null;
      const known = new Set(this.pages.map(({ id }) => id));
      const fresh = items.filter(({ id }) => !known.has(id) && !this.#submissions.has(id));
      this.waiting = waiting_for;
      if (fresh.length > 0) this.#show([...this.pages, ...fresh], this.before);
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  #take({ undone: said }: PageSubmission, { confirmed, undone }: Reply): void {
    if (confirmed && confirmed.kept.length > 0)
      this.refused = `${confirmed.kept.length} answers do not count. ${confirmed.kept[0]!.reason}`;
    if (confirmed) this.onConfirmed(confirmed);
    if (undone && undone.changed.length > 0)
      this.refused = `${undone.changed.length} of its labels stay: somebody has changed them meanwhile.`;
    if (undone?.page) this.#bringBack(undone.page, said ?? null);
    else if (undone) this.refused ??= 'Its labels are withdrawn. The review has ended.';
    if (this.pages.length < AT_HAND) void this.refill();
  }

  #takeRefusal({ queryId, answer }: PageSubmission, problem: ApiProblem): boolean {
    this.refused = problem.message;
    if (answer) this.given = this.given.filter(({ id }) => id !== queryId);
    if (this.pages.length < AT_HAND) void this.refill();
    return true;
  }
}
