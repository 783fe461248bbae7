/** In the bundle, the place of `Intl.Segmenter`: five modules make one as they load, which takes 16 ms, and few texts need any. */
export class LazySegmenter {
	readonly #options: ConstructorParameters<typeof Intl.Segmenter>;
	#real: Intl.Segmenter | undefined;

	constructor(...options: ConstructorParameters<typeof Intl.Segmenter>) {
		this.#options = options;
	}

	segment(text: string): Intl.Segments {
		this.#real ??= new globalThis['Intl'].Segmenter(...this.#options);
		return this.#real.segment(text);
	}
}
