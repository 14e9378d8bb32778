import { fetchPicture, type Outcome } from './picture';
import { later } from './later';

const AT_ONCE = 3;

type Fetch = (imageId: string, signal: AbortSignal) => Promise<Outcome>;
type Wait = (signal: AbortSignal) => Promise<void>;
type Job = {
  imageId: string;
  abort: AbortController;
  resolve: (picture: HTMLImageElement | null) => void;
};

/**
 * The pictures of one labelling session: fetches a few at a time, in the order asked for.
 *
 * Images held ahead must not stand in the way of answers: a browser opens six connections to a host. One that the
 * service cannot give yet makes way for the ones behind it, and is asked for again after a while.
 */
export class PictureLoader {
  #fetch: Fetch;
  #wait: Wait;
  #jobs = new Set<Job>();
  #waiting: Job[] = [];
  #busy = 0;
  #ended = false;

  constructor(fetch: Fetch = fetchPicture, wait: Wait = later) {
    this.#fetch = fetch;
    this.#wait = wait;
  }

  /** Fetches an image, an `urgent` one before all that wait; null where it can never be shown or was let go of. */
  load(imageId: string, urgent = false): Promise<HTMLImageElement | null> {
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      const job = { imageId, abort: new AbortController(), resolve };
      this.#jobs.add(job);
      this.#queue(job, urgent);
    });
  }

  /** Fetches only these images from now on; all others are broken off. */
  keep(imageIds: Iterable<string>): void {
    const kept = new Set(imageIds);
    for (const job of this.#jobs) if (!kept.has(job.imageId)) this.#drop(job);
  }

  /** Breaks off everything, because the session is over. */
  end(): void {
    this.#ended = true;
    this.keep([]);
  }

  #queue(job: Job, first: boolean): void {
    if (first) this.#waiting.unshift(job);
    else this.#waiting.push(job);
    void this.#next();
  }

  #drop(job: Job): void {
    this.#jobs.delete(job);
    this.#waiting = this.#waiting.filter((each) => each !== job);
    job.abort.abort();
    job.resolve(null);
  }

  async #next(): Promise<void> {
    const job = this.#busy < AT_ONCE && this.#waiting.shift();
    if (!job) return;
    this.#busy += 1;
    const outcome = await this.#fetch(job.imageId, job.abort.signal);
    this.#busy -= 1;
    void this.#next();
    if (outcome === 'later') return void this.#again(job);
    this.#jobs.delete(job);
    job.resolve(outcome);
  }

  async #again(job: Job): Promise<void> {
    await this.#wait(job.abort.signal);
    if (this.#jobs.has(job)) this.#queue(job, true);
  }
}
