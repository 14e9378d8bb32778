const NINETY_PERCENT = 1.645;

/** The estimated share of images that are what they are called, with a 90 % interval. */
export type Purity = { estimate: number; low: number; high: number };

/** Returns the purity of images of which `beliefs` are held, as the service does; null where nothing is known. */
export function purityOf(beliefs: (number | null)[], evidence: number): Purity | null {
  const known = beliefs.filter((each) => each !== null);
  if (known.length === 0 || known.length < beliefs.length) return null;
  const estimate = known.reduce((sum, each) => sum + each, 0) / known.length;
  const counted = Math.min(evidence, known.length);
  const spread = NINETY_PERCENT * Math.sqrt((estimate * (1 - estimate)) / (counted + 1));
  return {
    estimate,
    low: Math.max(0, estimate - spread),
    high: Math.min(1, estimate + spread)
  };
}
