import { api, unwrap } from '$lib/api/client';
import type { Schemas } from '$lib/api/types';

/**
 * Has the encoder prepared that comes with the service: it knows everyday photographs and needs no download. Returns
 * its id and that of the job.
 */
export const prepareBundled = (project_id: string): Promise<Schemas['EncoderAccepted']> =>
  unwrap(
    api.POST('/api/v1/projects/{project_id}/encoders', {
      params: { path: { project_id } },
      body: {
        name: 'EfficientNet-Lite0',
        encoder: { kind: 'bundled', name: 'efficientnet_lite0' }
      }
    })
  );
