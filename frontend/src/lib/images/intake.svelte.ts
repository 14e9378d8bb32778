import { isLitter, type Chosen } from './files';
import { foldersOf, lookLikeCategories, type Folders } from './folders';
import { isTable } from './label-table';

export type Question = { files: Chosen[]; folders: Folders };

/** What was dropped or picked and waits, in its order: folders and tables are asked about one after another. */
export class Intake {
  questions = $state.raw<Question[]>([]);
  tables = $state.raw<File[]>([]);
  #begin: (files: Chosen[]) => void;

  /** `begin` is given the files that need no question. */
  constructor(begin: (files: Chosen[]) => void) {
    this.#begin = begin;
  }

  async take(chosen: Chosen[]): Promise<void> {
    const tables = chosen.filter(({ file }) => isTable(file)).map(({ file }) => file);
    this.tables = [...this.tables, ...tables];
    const files = chosen.filter(({ file }) => !isTable(file));
    if (files.length === 0) return;
    const folders = await foldersOf(files, isLitter);
    if (lookLikeCategories(folders)) this.questions = [...this.questions, { files, folders }];
    else this.#begin(files);
  }

  /** The first question was answered or given up. */
  nextQuestion(): void {
    this.questions = this.questions.slice(1);
  }

  /** The first table was dealt with. */
  nextTable(): void {
    this.tables = this.tables.slice(1);
  }
}
