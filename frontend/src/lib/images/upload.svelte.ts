import { postForm } from '$lib/api/form';
import { asProblem, type ApiProblem } from '$lib/api/problem';
import type { UploadResult } from '$lib/api/types';
import { newKey } from '$lib/api/new-key';
import { inBatches, inMixedOrder, type Chosen } from './files';

export const BATCH = 50;

type Split = 'pool' | 'test';

/** What the folders of an upload say, and whether some of its labels are held back to measure by. */
export type Meaning = {
  labels: 'ignore' | 'truth' | 'annotate';
  newCategories: boolean;
  holdBack: boolean;
};

/** What one gesture chose: all its batches carry the same `importId`. */
export type Import = Meaning & {
  split: Split;
  importId: string;
  namesEncoding?: string;
  /** Whether files go in a mixed order, so that the first are like the rest. */
  mixed?: boolean;
};

/** Returns an import of images whose folders, if any, say nothing. */
export const plain = (split: Split): Import => ({
  split,
  labels: 'ignore',
  newCategories: false,
  holdBack: false,
  importId: newKey()
});

/** Returns an import of images whose folders mean something: truths make a test set, labels are to learn from. */
export const labelled = (meaning: Meaning, split: Split): Import => ({
  ...meaning,
  split: { truth: 'test', annotate: 'pool', ignore: split }[meaning.labels] as Split,
  importId: newKey()
});

type Send = (files: Chosen[], sent: Import) => Promise<UploadResult>;

/** Sends one batch of files, each under its path. */
export function sendTo(projectId: string): Send {
  return async (files, { split, labels, newCategories, importId, namesEncoding, mixed }) => {
    const form = new FormData();
    form.set('split', split);
    if (mixed) form.set('mixed', 'true');
    if (labels !== 'ignore') {
      form.set('labels', labels);
      form.set('import_id', importId);
      form.set('new_categories', String(newCategories));
    }
    if (namesEncoding) form.set('names_encoding', namesEncoding);
    for (const { file, path } of files) form.append('files', file, path);
    return postForm(`/api/v1/projects/${projectId}/images`, form);
  };
}

/** Uploads files batch by batch; a batch that fails can be tried again without losing the ones behind it. */
export class Upload {
  total = $state(0);
  sent = $state(0);
  created = $state(0);
  duplicates = $state(0);
  rejected = $state.raw<UploadResult['rejected']>([]);
  unlabelled = $state.raw<UploadResult['unlabelled']>([]);
  labelled = $state(0);
  conflicts = $state.raw<UploadResult['conflicts']>([]);
  running = $state(false);
  problem = $state.raw<ApiProblem | null>(null);
  /** Why what should follow an import was not done; its files are stored all the same. */
  unfinished = $state.raw<ApiProblem | null>(null);

  #send: Send;
  #onBatch: () => void;
  #onImport: (sent: Import) => Promise<unknown>;
  #batches: { files: Chosen[]; sent: Import }[] = [];

  /** `onBatch` is called after each batch, `onImport` after the last one of an import. */
  constructor(
    send: Send,
    onBatch: () => void = () => {},
    onImport: (sent: Import) => Promise<unknown> = async () => {}
  ) {
    this.#send = send;
    this.#onBatch = onBatch;
    this.#onImport = onImport;
  }

  add(files: Chosen[], sent: Import): void {
    if (!this.running && this.#batches.length === 0) this.#reset();
    this.total += files.length;
    const ordered = sent.mixed ? inMixedOrder(files) : files;
    this.#batches.push(...inBatches(ordered, BATCH).map((batch) => ({ files: batch, sent })));
    void this.run();
  }

  /** Whether something is still to be sent, or to be decided. */
  get isUnfinished(): boolean {
    return this.sent < this.total || this.problem !== null;
  }

  /** Sends nothing more. */
  stop(): void {
    this.#batches = [];
    this.problem = null;
    this.total = this.sent;
  }

  /** Sends again what a zip's names stopped, with their code page. */
  useCodePage(namesEncoding: string): void {
    const first = this.#batches[0]?.sent;
    if (first) {
      for (const batch of this.#batches)
        if (batch.sent.importId === first.importId) batch.sent = { ...batch.sent, namesEncoding };
    }
    void this.run();
  }

  /** Sends what is left; also after a problem. */
  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.problem = null;
    try {
      while (this.#batches[0]) {
        const [batch] = this.#batches;
        const { files, sent } = batch;
        if (files.length > 0) {
          this.#count(await this.#send(files, sent));
          this.sent += files.length;
          batch.files = []; // sent, even where what follows fails
        }
        if (this.#batches[1]?.sent.importId !== sent.importId) await this.#finish(sent);
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
    const batch = this.#batches[0];
    const reason = this.problem?.message ?? 'Not sent.';
    const left = (batch?.files ?? []).map(({ file, path }) => ({
      path,
      filename: file.name,
      reason
    }));
    this.sent += left.length;
    this.rejected = [...this.rejected, ...left];
    if (left.length > 0)
      batch!.files = []; // what follows the import's last batch still has to be done
    else if (this.#batches.shift()) this.unfinished = this.problem;
    void this.run();
  }

  /** Does what follows an import; a refusal is kept to be shown, for asking again would change nothing. */
  async #finish(sent: Import): Promise<void> {
    try {
      await this.#onImport(sent);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.retryable || problem.status === 401) throw problem;
      this.unfinished = problem;
    }
  }

  #count(result: UploadResult): void {
    this.created += result.created;
    this.duplicates += result.duplicates;
    this.labelled += result.labelled;
    this.unlabelled = [...this.unlabelled, ...result.unlabelled];
    this.conflicts = [...this.conflicts, ...result.conflicts];
    this.rejected = [...this.rejected, ...result.rejected];
  }

  #reset(): void {
    this.total = this.sent = this.created = this.duplicates = this.labelled = 0;
    this.rejected = [];
    this.unlabelled = [];
    this.conflicts = [];
    this.unfinished = null;
  }
}
