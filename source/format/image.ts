/**
 * The part of an image's name that tells releases apart: without registry and path, digests cut to seven digits
 * (`registry.example/shop/web:1.4.2` is `web:1.4.2`, `web@sha256:0123456789…` is `web@0123456`).
 */
export function shortImage(image: string): string {
	const name = image.slice(image.lastIndexOf('/') + 1);
	const [tagged = '', digest] = name.split('@');
	if (digest === undefined) return tagged;
	return `${tagged}@${digest.slice(digest.indexOf(':') + 1).slice(0, 7)}`;
}
