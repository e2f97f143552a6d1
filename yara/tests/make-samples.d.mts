export function makeSamples(): Promise<{ rule: string; file: string; positive: Buffer; negative: Buffer }[]>;
