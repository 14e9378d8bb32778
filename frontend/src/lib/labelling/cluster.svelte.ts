import { asProblem, type ApiProblem } from '$lib/api/problem';
import type { Category, ClusterImage } from '$lib/api/types';
import { isFresh } from '$lib/categories/fresh';
import type { FetchCluster } from './cluster-service';
import { purityOf, type Purity } from './purity';
import type { Settled } from './submissions.svelte';

/** The service takes no more images with one answer. */
const MOST = 1000;

/** A cluster that is being labelled: its images from sure to doubtful, a cut, and what was dropped. */
export class ClusterChoice {
  category = $state.raw<Category | null>(null);
  images = $state.raw<ClusterImage[]>([]);
  cut = $state(0);
  size = $state(0);
  loading = $state(false);
  problem = $state.raw<ApiProblem | null>(null);
  readonly queryId: string;
  readonly imageId: string;
  /** Whether the query has its answer already, whose category stays. */
  readonly answered: boolean;

  #dropped = $state.raw(new Set<string>());
  #cursor = $state.raw<string | null>(null);
  #evidence = 1;
  #fetch: FetchCluster;
  #asked = 0;

  constructor(
    query: { queryId: string; imageId: string; size: number; answered: boolean },
    fetch: FetchCluster
  ) {
    this.queryId = query.queryId;
    this.imageId = query.imageId;
    this.answered = query.answered;
    this.size = query.size;
    this.#fetch = fetch;
  }

  /** The images that the category is given to. */
  get kept(): ClusterImage[] {
    return this.images.slice(0, this.cut).filter((each) => !this.isDropped(each.image_id));
  }

  get purity(): Purity | null {
    return purityOf(
      this.kept.map(({ belief }) => belief),
      this.#evidence
    );
  }

  get settled(): Settled {
    return {
      image_ids: this.kept.map((each) => each.image_id),
      dropped_image_ids: this.images
        .map((each) => each.image_id)
        .filter((imageId) => this.isDropped(imageId))
    };
  }

  get hasMore(): boolean {
    return this.#cursor !== null && this.images.length < MOST;
  }

  get ready(): boolean {
    return this.category !== null && !this.loading && this.problem === null;
  }

  isDropped(imageId: string): boolean {
    return this.#dropped.has(imageId);
  }

  /** Shows the cluster for a category that the project has; what was dropped before stays dropped. */
  async choose(category: Category): Promise<void> {
    if (isFresh(category) || this.category?.id === category.id) return;
    if (this.answered && this.category) return;
    this.category = category;
    await this.#load(category, null);
  }

  /** Adds the next images, the more doubtful ones. */
  async more(): Promise<void> {
    if (this.category && this.#cursor && !this.loading)
      await this.#load(this.category, this.#cursor);
  }

  moveCut(place: number): void {
    this.cut = Math.max(0, Math.min(this.images.length, Math.round(place)));
  }

  /** Drops an image or takes it back; one beyond the cut moves the cut behind it. */
  touch(place: number): void {
    const image = this.images[place];
    if (!image) return;
    if (place >= this.cut && !this.isDropped(image.image_id)) return this.moveCut(place + 1);
    const dropped = new Set(this.#dropped);
    if (!dropped.delete(image.image_id)) dropped.add(image.image_id);
    this.#dropped = dropped;
  }

  async #load(category: Category, cursor: string | null): Promise<void> {
    const asked = ++this.#asked;
    this.loading = true;
    this.problem = null;
    try {
      const page = await this.#fetch(this.queryId, category.id, cursor ?? undefined);
      if (asked !== this.#asked) return;
      this.images = cursor ? [...this.images, ...page.items] : page.items;
      if (!cursor) this.cut = page.cut;
      this.size = page.size;
      this.#evidence = page.evidence;
      this.#cursor = page.next_cursor;
    } catch (error) {
      if (asked === this.#asked) this.problem = asProblem(error);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }
}
