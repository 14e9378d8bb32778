import { address } from '$lib/address';
import { asProblem, problemFrom, type ApiProblem } from '$lib/api/problem';
import type { UploadResult } from '$lib/api/types';
import { inBatches, type Chosen } from './files';

export const BATCH = 50;

type Split = 'pool' | 'test';
type Send = (files: Chosen[], split: Split) => Promise<UploadResult>;

/** Sends one batch of files, each under its path. */
export function sendTo(projectId: string): Send {
  return async (files, split) => {
    const form = new FormData();
    form.set('split', split);
    for (const { file, path } of files) form.append('files', file, path);
    const response = await fetch(address(`/api/v1/projects/${projectId}/images`), {
      method: 'POST',
      body: form
    });
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) throw problemFrom(response.status, body);
    return body as UploadResult;
  };
}

/** Uploads files batch by batch; a batch that fails can be tried again without losing the ones behind it. */
export class Upload {
  total = $state(0);
  sent = $state(0);
  created = $state(0);
  duplicates = $state(0);
  rejected = $state.raw<UploadResult['rejected']>([]);
  running = $state(false);
  problem = $state.raw<ApiProblem | null>(null);

  #send: Send;
  #onBatch: () => void;
  #batches: { files: Chosen[]; split: Split }[] = [];

  constructor(send: Send, onBatch: () => void = () => {}) {
    this.#send = send;
    this.#onBatch = onBatch;
  }

  add(files: Chosen[], split: Split): void {
    if (!this.running && this.#batches.length === 0) this.#reset();
    this.total += files.length;
    this.#batches.push(...inBatches(files, BATCH).map((batch) => ({ files: batch, split })));
    void this.run();
  }

  /** Sends what is left; also after a problem. */
  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.problem = null;
    try {
      while (this.#batches[0]) {
        const { files, split } = this.#batches[0];
        this.#count(await this.#send(files, split));
        this.sent += files.length;
        this.#batches.shift();
        this.#onBatch();
      }
    } catch (error) {
      this.problem = asProblem(error);
    } finally {
      this.running = false;
    }
  }

  /** Gives up the batch that failed, with a reason for each file, and goes on. */
  skipBatch(): void {
    const batch = this.#batches.shift();
    const reason = this.problem?.message ?? 'Not sent.';
    const left = (batch?.files ?? []).map(({ file, path }) => ({
      path,
      filename: file.name,
      reason
    }));
    this.sent += left.length;
    this.rejected = [...this.rejected, ...left];
    void this.run();
  }

  #count({ created, duplicates, rejected }: UploadResult): void {
    this.created += created;
    this.duplicates += duplicates;
    this.rejected = [...this.rejected, ...rejected];
  }

  #reset(): void {
    this.total = this.sent = this.created = this.duplicates = 0;
    this.rejected = [];
  }
}
