/** A number under Advanced: which choice it is, the field of the service's configuration, and its bounds. */
type NumberChoice<Key> = {
  key: Key;
  name: string;
  label: string;
  hint?: string;
  min: number;
  max: number;
  step?: 'any';
  /** What is taken where nothing is typed. */
  automatic?: string;
};

type View = 'smallestCrop' | 'colourJitter' | 'greyscale' | 'blur' | 'flip';
type Recipe =
  | 'batchSize'
  | 'learningRate'
  | 'weightDecay'
  | 'queueSize'
  | 'keyMomentum'
  | 'temperature'
  | 'projectionDim'
  | 'batchNormSplits'
  | 'checkpointSeconds'
  | 'seed';

const share = { min: 0, max: 1, step: 'any' } as const;

/** Returns the numbers of the recipe; `batch` is the batch size that is taken unless another is typed. */
export const numbersWith = (batch: number): NumberChoice<Recipe>[] => [
  {
    key: 'batchSize',
    name: 'batch_size',
    label: 'Batch size',
    min: 8,
    max: 8192,
    automatic: `${batch}, by the images`
  },
  {
    key: 'learningRate',
    name: 'learning_rate',
    label: 'Learning rate',
    hint: 'For a batch of 256; scaled to the batch.',
    min: 0,
    max: 100,
    step: 'any',
    automatic: "MoCo v2's"
  },
  { key: 'weightDecay', name: 'weight_decay', label: 'Weight decay', ...share },
  {
    key: 'queueSize',
    name: 'queue_size',
    label: 'Queue of other images',
    hint: 'What an image is told apart from.',
    min: 8,
    max: 2 ** 20,
    automatic: 'By the images'
  },
  { key: 'keyMomentum', name: 'key_momentum', label: 'Key momentum', ...share },
  {
    key: 'temperature',
    name: 'temperature',
    label: 'Temperature',
    min: 0.01,
    max: 10,
    step: 'any'
  },
  { key: 'projectionDim', name: 'projection_dim', label: 'Projection size', min: 2, max: 4096 },
  {
    key: 'batchNormSplits',
    name: 'batch_norm_splits',
    label: 'Parts of a batch',
    hint: 'Each with statistics of its own.',
    min: 1,
    max: 64
  },
  {
    key: 'checkpointSeconds',
    name: 'checkpoint_seconds',
    label: 'Checkpoint every, in seconds',
    hint: 'At most this much is lost when it is cancelled.',
    min: 1,
    max: 86_400,
    step: 'any'
  },
  {
    key: 'seed',
    name: 'seed',
    label: 'Seed',
    hint: 'The same seed gives the same run.',
    min: 0,
    max: 2 ** 31 - 1
  }
];

/** The random views of an image: how small a crop may be, and how often each change is made. */
export const VIEWS: NumberChoice<View>[] = [
  { key: 'smallestCrop', name: 'smallest_crop', label: 'Smallest crop', ...share, min: 0.01 },
  { key: 'colourJitter', name: 'colour_jitter', label: 'Colour jitter', ...share },
  { key: 'greyscale', name: 'greyscale', label: 'Greyscale', ...share },
  { key: 'blur', name: 'blur', label: 'Blur', ...share },
  { key: 'flip', name: 'flip', label: 'Flip', ...share }
];
