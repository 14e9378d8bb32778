import type { ServicePath } from '$lib/address';
import { ApiProblem, asProblem } from '$lib/api/problem';
import { usableEncoders } from '$lib/encoders/choose';
import type { Chosen } from '$lib/images/files';
import type { Remembered } from '$lib/images/remembered';
import { labelled, type Import, type Meaning, type Upload } from '$lib/images/upload.svelte';
import { dropName } from './name';
import type { StartService } from './service';

export type Stage = 'project' | 'images' | 'encoder' | 'round';

/** From a drop to the first image: the project, its upload, the encoder, and a round on what has arrived. */
export class Beginning {
  /** What is under way; null where nothing is. */
  stage = $state<Stage | null>(null);
  projectId = $state<string | null>(null);
  upload = $state.raw<Upload | null>(null);
  problem = $state.raw<ApiProblem | null>(null);
  #service: StartService;

  constructor(service: StartService) {
    this.#service = service;
  }

  /**
   * Returns the page to go on with: the images, or the project where there is nothing to label; null on a problem.
   *
   * With `again`, an upload that was broken off, the files go where the first of them went.
   */
  async begin(files: Chosen[], meaning: Meaning, again?: Remembered): Promise<ServicePath | null> {
    this.problem = null;
    this.stage = 'project';
    try {
      return await this.#begin(files, meaning, again);
    } catch (error) {
      this.problem = asProblem(error);
      return null;
    } finally {
      this.stage = null;
    }
  }

  async #begin(files: Chosen[], meaning: Meaning, again?: Remembered): Promise<ServicePath> {
    const service = this.#service;
    const name = again?.name ?? dropName(files, new Date());
    const open = meaning.labels === 'ignore';
    const id = again?.projectId ?? (await service.makeProject(name, open));
    this.projectId = id;
    const sent: Import = again?.as ?? { ...labelled(meaning, 'pool'), mixed: true };
    this.upload = service.upload(id, files, sent, name);
    if (sent.labels !== 'ignore') return `/projects/${id}`;
    this.stage = 'images';
    const encoder = this.#encoder(id);
    encoder.catch(() => {}); // told below, once there are images
    const active = await this.#firstImages(id, this.upload);
    if (active) return `/rounds/${active}/annotate`;
    this.stage = 'encoder';
    const encoderId = await encoder;
    this.stage = 'round';
    return `/rounds/${await service.startRound(id, encoderId)}/annotate`;
  }

  /** Waits until some images are stored; returns the round that runs already, if one does. */
  async #firstImages(projectId: string, upload: Upload): Promise<string | null> {
    for (;;) {
      const sentAll = !upload.isUnfinished;
      const { counts, active_round_id } = await this.#service.project(projectId);
      if (counts.pool > 0) return active_round_id;
      if (sentAll) throw new ApiProblem(422, 'None of these files is an image that can be read.');
      await this.#service.wait();
    }
  }

  async #encoder(projectId: string): Promise<string> {
    const known = usableEncoders(await this.#service.encoders(projectId)).at(-1);
    if (known) return known.id;
    const { id } = await this.#service.prepareEncoder(projectId);
    for (;;) {
      const made = (await this.#service.encoders(projectId)).find((each) => each.id === id);
      if (made?.state === 'ready') return id;
      if (made?.state !== 'pending')
        throw new ApiProblem(409, made?.error ?? 'The encoder could not be prepared.');
      await this.#service.wait();
    }
  }
}
