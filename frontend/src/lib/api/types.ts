import type { components } from './schema';

type Schemas = components['schemas'];

export type User = Schemas['UserOut'];
export type Project = Schemas['ProjectOut'];
export type Category = Schemas['CategoryOut'];
export type Member = Schemas['MemberOut'];
export type Image = Schemas['ImageOut'];
export type UploadResult = Schemas['UploadOut'];
export type Encoder = Schemas['EncoderOut'];
export type Round = Schemas['RoundOut'];
export type Source = Schemas['SourceOut'];
export type NewSource = Schemas['NewSource'];
export type Estimate = Schemas['Estimate'];
export type Curve = Schemas['CurveOut'];
export type CurvePoint = Schemas['CurvePoint'];
export type PretrainConfig = Schemas['PretrainConfig'];
export type RoundConfig = Schemas['RoundConfig'];
export type Step = Schemas['StepOut'];
export type Job = Schemas['JobOut'];
export type LeaseItem = Schemas['LeaseItem'];
export type Suggestion = Schemas['Suggestion'];
export type Leases = Schemas['LeasesOut'];
export type Annotation = Schemas['AnnotationOut'];
export type MyAnnotation = Schemas['MyAnnotation'];
export type Skip = NonNullable<Annotation['skip']>;
export type Snapshot = Schemas['ProjectSnapshot'];
