import { asProblem, type ApiProblem } from '$lib/api/problem';

/** Something a person asked for: whether it is under way, and why it did not work. */
export class Attempt {
  busy = $state(false);
  problem = $state.raw<ApiProblem | null>(null);

  /** Returns what is wrong with one field, if the service said so. */
  field(name: string): string | undefined {
    return this.problem?.fields.get(name);
  }

  /** Runs `action`; returns whether it worked. */
  async run(action: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    this.problem = null;
    try {
      await action();
      return true;
    } catch (error) {
      this.problem = asProblem(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
