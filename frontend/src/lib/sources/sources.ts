import type { NewSource, Source } from '$lib/api/types';
import { counted } from '$lib/format';

export type SourceKind = Source['kind'];
export type DatasetName = Extract<NewSource['source'], { kind: 'dataset' }>['name'];
export type DownloadName = Extract<NewSource['source'], { kind: 'torchvision' }>['name'];

/** What a person says of a new source; each kind reads its own part. */
export type SourceChoices = {
  kind: SourceKind;
  dataset: DatasetName;
  download: DownloadName;
  projectId: string;
  path: string;
};

type KindWords = { title: string; hint: string; admin: boolean };

/** Where images may be; a folder may be a zip. */
const KIND_WORDS: Record<Exclude<SourceKind, 'zip'>, KindWords> = {
  dataset: {
    title: 'Digits that come with the service',
    hint: 'Ready in seconds; a good first try for characters.',
    admin: false
  },
  torchvision: {
    title: 'A public data set',
    hint: 'Downloaded once by the server, without its labels.',
    admin: false
  },
  project: {
    title: 'Another project',
    hint: 'All images to label of a project that you work on.',
    admin: false
  },
  folder: {
    title: 'A folder or zip on the server',
    hint: 'All images in it, folders inside included.',
    admin: true
  }
};

const DATASET_TITLES: Record<DatasetName, string> = {
  'digits-8x8': '1,797 small digits (8 x 8 pixels)',
  'mnist-5000': '5,000 digits of MNIST (28 x 28 pixels)'
};

const DOWNLOAD_TITLES: Record<DownloadName, string> = {
  CIFAR10: 'CIFAR-10: small everyday pictures',
  CIFAR100: 'CIFAR-100: small everyday pictures, more kinds',
  STL10: 'STL-10: everyday pictures, 100,000 of them',
  SVHN: 'SVHN: house numbers',
  MNIST: 'MNIST: handwritten digits',
  FashionMNIST: 'Fashion-MNIST: clothes',
  KMNIST: 'Kuzushiji-MNIST: Japanese characters',
  EuroSAT: 'EuroSAT: satellite pictures',
  DTD: 'DTD: textures',
  Food101: 'Food-101: dishes',
  Flowers102: 'Flowers-102: flowers',
  OxfordIIITPet: 'Oxford-IIIT Pet: cats and dogs',
  FGVCAircraft: 'FGVC Aircraft: aeroplanes',
  Caltech101: 'Caltech-101: objects',
  SUN397: 'SUN397: scenes'
};

const titled = <Name extends string>(titles: Record<Name, string>) =>
  (Object.entries(titles) as [Name, string][]).map(([name, title]) => ({ name, title }));

export const SOURCE_KINDS = (
  Object.entries(KIND_WORDS) as [keyof typeof KIND_WORDS, KindWords][]
).map(([kind, words]) => ({ kind, ...words }));
export const DATASETS = titled(DATASET_TITLES);
export const DOWNLOADS = titled(DOWNLOAD_TITLES);

const isZip = (path: string) => /\.zip(::|$)/i.test(path);

/** Returns the source as the service reads it; a path may name a folder inside a zip, `a.zip::train`. */
export function sourceSpec(choices: SourceChoices): NewSource['source'] {
  if (choices.kind === 'dataset') return { kind: 'dataset', name: choices.dataset };
  if (choices.kind === 'torchvision') return { kind: 'torchvision', name: choices.download };
  if (choices.kind === 'project') return { kind: 'project', project_id: choices.projectId };
  const [path = '', folder = ''] = choices.path.trim().split('::');
  return isZip(choices.path.trim()) ? { kind: 'zip', path, folder } : { kind: 'folder', path };
}

/** Returns the name that a new source gets unless a person writes another. */
export function sourceName(choices: SourceChoices, projectName: string | undefined): string {
  if (choices.kind === 'dataset') {
    return choices.dataset === 'digits-8x8' ? 'Small digits' : 'MNIST digits';
  }
  if (choices.kind === 'torchvision') {
    return DOWNLOAD_TITLES[choices.download].split(':')[0]!;
  }
  if (choices.kind === 'project') return projectName ?? '';
  return (
    choices.path
      .trim()
      .split(/::|[\\/]/)
      .filter(Boolean)
      .at(-1)
      ?.replace(/\.zip$/i, '') ?? ''
  );
}

/** Returns what is known of a source: its images, or why there are none. */
export function sourceState(source: Source): string {
  if (source.state === 'failed') return source.error ?? 'It cannot be used.';
  if (source.images !== null) return counted(source.images, 'image');
  return source.kind === 'torchvision' ? 'Downloading and counting' : 'Counting its images';
}
