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

export const SOURCE_KINDS: { kind: SourceKind; title: string; hint: string; admin: boolean }[] = [
  {
    kind: 'dataset',
    title: 'Digits that come with the service',
    hint: 'Ready in seconds; a good first try for characters.',
    admin: false
  },
  {
    kind: 'torchvision',
    title: 'A public data set',
    hint: 'Downloaded once by the server, without its labels.',
    admin: false
  },
  {
    kind: 'project',
    title: 'Another project',
    hint: 'All images to label of a project that you work on.',
    admin: false
  },
  {
    kind: 'folder',
    title: 'A folder or zip on the server',
    hint: 'All images in it, folders inside included.',
    admin: true
  }
];

export const DATASETS: { name: DatasetName; title: string }[] = [
  { name: 'digits-8x8', title: '1,797 small digits (8 x 8 pixels)' },
  { name: 'mnist-5000', title: '5,000 digits of MNIST (28 x 28 pixels)' }
];

export const DOWNLOADS: { name: DownloadName; title: string }[] = [
  { name: 'CIFAR10', title: 'CIFAR-10: small everyday pictures' },
  { name: 'CIFAR100', title: 'CIFAR-100: small everyday pictures, more kinds' },
  { name: 'STL10', title: 'STL-10: everyday pictures, 100,000 of them' },
  { name: 'SVHN', title: 'SVHN: house numbers' },
  { name: 'MNIST', title: 'MNIST: handwritten digits' },
  { name: 'FashionMNIST', title: 'Fashion-MNIST: clothes' },
  { name: 'KMNIST', title: 'Kuzushiji-MNIST: Japanese characters' },
  { name: 'EuroSAT', title: 'EuroSAT: satellite pictures' },
  { name: 'DTD', title: 'DTD: textures' },
  { name: 'Food101', title: 'Food-101: dishes' },
  { name: 'Flowers102', title: 'Flowers-102: flowers' },
  { name: 'OxfordIIITPet', title: 'Oxford-IIIT Pet: cats and dogs' },
  { name: 'FGVCAircraft', title: 'FGVC Aircraft: aeroplanes' },
  { name: 'Caltech101', title: 'Caltech-101: objects' },
  { name: 'SUN397', title: 'SUN397: scenes' }
];

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
    return DOWNLOADS.find(({ name }) => name === choices.download)!.title.split(':')[0]!;
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
