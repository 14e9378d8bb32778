/** The fields of a configuration that are shown under Advanced. */
export const ADVANCED_FIELDS = [
  'stem',
  'batch_size',
  'learning_rate',
  'weight_decay',
  'key_momentum',
  'temperature',
  'queue_size',
  'projection_dim',
  'batch_norm_splits',
  'checkpoint_seconds',
  'seed',
  'smallest_crop',
  'colour_jitter',
  'greyscale',
  'blur',
  'flip'
] as const;

/** All fields of the form that show what is wrong with them. */
export const FIELDS = [
  'name',
  'mode',
  'source_id',
  'initial_encoder_id',
  'target_share',
  'backbone',
  'image_size',
  'epochs',
  ...ADVANCED_FIELDS
] as const;
