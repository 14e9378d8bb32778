import defaults from '$lib/api/defaults.json';
import type {
  FixMatchFinetune,
  FrozenFinetune,
  FullFinetune,
  HyperRuleFinetune,
  RoundConfig,
  Schemas
} from '$lib/api/types';

/** What the service takes for what a configuration leaves out; `npm run types` writes it down. */
export const DEFAULTS = defaults as unknown as {
  RoundConfig: RoundConfig;
  FrozenFinetune: FrozenFinetune;
  FullFinetune: FullFinetune;
  FixMatchFinetune: FixMatchFinetune;
  HyperRuleFinetune: HyperRuleFinetune;
  ReviewConfig: Schemas['ReviewConfig'];
};
